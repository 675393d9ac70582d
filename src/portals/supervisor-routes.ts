import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { DeviceDesk } from '../desks/devices/desk.ts';
import { deskRequest } from './access.ts';
import { CaseAnswer, JournalPage } from './answer-schemas.ts';
import { describe, describeChange } from './describe.ts';
import { CaseParams, JournalQuery, ListingBody, OverrideBody, OverruleBody, PairingBody } from './schemas.ts';

const TAG = 'supervisors';

/** What reaches further than one phone, and who did it. */
export function supervisorRoutes({ desk }: { desk: DeviceDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/device-listings', {
      config: { action: 'listings.state' },
      schema: { ...describeChange(TAG, 'List a whole TAC, or a range inside one', 201, CaseAnswer), body: ListingBody },
      handler: async (request, reply) => reply.code(201).send(await desk.list(request.body, deskRequest(request))),
    });

    app.post('/pairings', {
      config: { action: 'pairings.state' },
      schema: { ...describeChange(TAG, 'Exempt one device with one subscriber', 201, CaseAnswer), body: PairingBody },
      handler: async (request, reply) => reply.code(201).send(await desk.pair(request.body, deskRequest(request))),
    });

    app.delete('/pairings/:number', {
      config: { action: 'pairings.state' },
      schema: { ...describeChange(TAG, 'End a pairing', 200, CaseAnswer), params: CaseParams },
      handler: (request) => desk.endPairing(request.params.number, deskRequest(request)),
    });

    app.post('/gate-override', {
      config: { action: 'override.set' },
      schema: {
        ...describeChange(TAG, 'Open this member’s gates to every device, or restore the check', 200, CaseAnswer),
        body: OverrideBody,
      },
      handler: (request) => desk.override(request.body, deskRequest(request)),
    });

    app.post('/overrules', {
      config: { action: 'entries.overrule' },
      schema: {
        ...describeChange(TAG, 'End another member’s listing, as a regulator', 201, CaseAnswer),
        body: OverruleBody,
      },
      handler: async (request, reply) => reply.code(201).send(await desk.overrule(request.body, deskRequest(request))),
    });

    app.get('/journal', {
      config: { action: 'journal.read' },
      schema: {
        ...describe(TAG, 'All that was done at this desk, oldest first', 200, JournalPage),
        querystring: JournalQuery,
      },
      handler: (request) => desk.journal(request.query),
    });
  };
}
