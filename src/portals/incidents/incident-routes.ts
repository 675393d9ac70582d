import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { IncidentDesk } from '../../desks/incidents/desk.ts';
import { EVIDENCE_SIZE_MAX } from '../../desks/incidents/sealing.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange, PROBLEM } from '../describe.ts';
import { PortalError } from '../portal-fault.ts';
import * as schema from './incident-schemas.ts';

const TAG = 'incidents';
const OCTETS = 'application/octet-stream';
const { IncidentParams: params } = schema;

/** Incidents: timeline, evidence, clocks, exposed lists, counts, notices, and who still has something coming. */
export function incidentRoutes({ desk }: { desk: IncidentDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/incidents', {
      config: { action: 'incidents.open' },
      schema: { ...describeChange(TAG, 'Open an incident', 201, schema.FactAnswer), body: schema.OpenBody },
      handler: async (request, reply) => {
        const answer = await desk.open(request.body, deskRequest(request));
        return reply.code(201).header('location', `/v1/incidents/${answer.incident}`).send(answer);
      },
    });

    app.get('/incidents', {
      config: { action: 'incidents.read' },
      schema: {
        ...describe(TAG, 'List incidents, newest first', 200, schema.IncidentPage),
        querystring: schema.ListQuery,
      },
      handler: (request) => desk.list(request.query),
    });

    app.get('/incidents/:incident', {
      config: { action: 'incidents.read' },
      schema: { ...describe(TAG, 'Show an incident', 200, schema.IncidentDetail), params },
      handler: (request) => desk.show(request.params.incident, deskRequest(request)),
    });

    app.get('/incident-clocks', {
      config: { action: 'incidents.read' },
      schema: describe(TAG, 'Clocks that nothing was filed for', 200, schema.ClockList),
      handler: () => desk.clocks(),
    });

    app.post('/incidents/:incident/facts', {
      config: { action: 'incidents.change' },
      schema: { ...describeChange(TAG, 'Add a fact', 201, schema.FactAnswer), params, body: schema.FactBody },
      handler: async (request, reply) => {
        const answer = await desk.recordFact(request.params.incident, request.body, deskRequest(request));
        return reply.code(201).send(answer);
      },
    });

    app.post('/incidents/:incident/clocks/:clock/filing', {
      config: { action: 'incidents.change' },
      schema: {
        ...describeChange(TAG, 'Note what was filed for a clock', 200, schema.FilingAnswer),
        params: schema.ClockParams,
        body: schema.FilingBody,
      },
      handler: (request) => {
        const { incident: number, clock } = request.params;
        return desk.file({ number, clock }, request.body, deskRequest(request));
      },
    });

    app.post('/incidents/:incident/lists', {
      config: { action: 'incidents.change' },
      schema: {
        ...describeChange(TAG, 'Attach a version of an exposed list', 201, schema.AttachAnswer),
        params,
        body: schema.AttachBody,
      },
      handler: async (request, reply) => {
        const answer = await desk.attach(request.params.incident, request.body, deskRequest(request));
        return reply.code(201).send(answer);
      },
    });

    app.post('/incidents/:incident/counts', {
      config: { action: 'incidents.change' },
      schema: { ...describeChange(TAG, 'Note a count', 201, schema.CountAnswer), params, body: schema.CountBody },
      handler: async (request, reply) => {
        const answer = await desk.count(request.params.incident, request.body, deskRequest(request));
        return reply.code(201).send(answer);
      },
    });

    app.post('/incidents/:incident/close', {
      config: { action: 'incidents.open' },
      schema: { ...describeChange(TAG, 'Close an incident', 200, schema.StatusAnswer), params },
      handler: (request) => desk.close(request.params.incident, deskRequest(request)),
    });

    app.post('/incidents/:incident/reopen', {
      config: { action: 'incidents.open' },
      schema: { ...describeChange(TAG, 'Open a closed incident again', 200, schema.StatusAnswer), params },
      handler: (request) => desk.reopen(request.params.incident, deskRequest(request)),
    });

    app.get('/incidents/:incident/open-rights', {
      config: { action: 'open-rights.read' },
      schema: {
        ...describe(TAG, 'Who has a right and no action yet', 200, schema.OpenRightsAnswer),
        params,
        querystring: schema.OpenRightsQuery,
      },
      handler: (request) => desk.openRights(request.params.incident, request.query, deskRequest(request)),
    });

    await app.register(evidenceRoutes(desk));
    await app.register(noticeRoutes(desk));
  };
}

/** Octets in and out, as they are. */
function evidenceRoutes(desk: IncidentDesk): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addContentTypeParser<Buffer>(
      OCTETS,
      { parseAs: 'buffer', bodyLimit: EVIDENCE_SIZE_MAX },
      (request, body, done) => {
        request.bodyHash = createHash('sha256').update(body).digest('hex');
        done(null, body);
      },
    );

    app.post('/incidents/:incident/evidence', {
      config: { action: 'incidents.change' },
      schema: {
        ...describeChange(TAG, 'Seal a file of evidence', 201, schema.SealAnswer),
        params,
        querystring: schema.SealQuery,
        body: { content: { [OCTETS]: { schema: Type.Any({ description: 'The file' }) } } },
      },
      handler: async (request, reply) => {
        const octets: unknown = request.body;
        if (!Buffer.isBuffer(octets)) throw new PortalError({ code: 'MEDIA_TYPE_UNKNOWN', expected: OCTETS });
        const form = { ...request.query, octets };
        const answer = await desk.seal(request.params.incident, form, deskRequest(request));
        return reply.code(201).send(answer);
      },
    });

    app.get('/incidents/:incident/evidence/:sha256', {
      config: { action: 'incidents.change' },
      schema: {
        tags: [TAG],
        summary: 'A sealed file',
        params: schema.EvidenceParams,
        response: {
          200: { description: 'The file', content: { [OCTETS]: { schema: Type.Any({ description: 'Its octets' }) } } },
          default: PROBLEM,
        },
      },
      handler: async (request, reply) => {
        const { incident, sha256 } = request.params;
        const octets = await desk.evidence(incident, sha256.toLowerCase(), deskRequest(request));
        return reply.type(OCTETS).header('content-disposition', 'attachment').send(octets);
      },
    });
  };
}

function noticeRoutes(desk: IncidentDesk): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/incidents/:incident/notices', {
      config: { action: 'notices.send' },
      schema: {
        ...describeChange(TAG, 'Tell everybody who was not told all', 201, schema.NotifyAnswer),
        params,
        body: schema.NotifyBody,
      },
      handler: async (request, reply) => {
        const answer = await desk.notify(request.params.incident, request.body, deskRequest(request));
        return reply.code(201).send(answer);
      },
    });

    app.get('/incidents/:incident/notices', {
      config: { action: 'incidents.read' },
      schema: { ...describe(TAG, 'How far the notices are', 200, schema.ProgressAnswer), params },
      handler: (request) => desk.progress(request.params.incident),
    });

    app.get('/incidents/:incident/unreached', {
      config: { action: 'open-rights.read' },
      schema: {
        ...describe(TAG, 'Whom no text reached, or of whom nobody knows', 200, schema.UnreachedAnswer),
        params,
      },
      handler: (request) => desk.unreached(request.params.incident, deskRequest(request)),
    });

    app.post('/incidents/:incident/told', {
      config: { action: 'incident-requests.take' },
      schema: {
        ...describeChange(TAG, 'Note that somebody was told by letter, call or visit', 200, schema.ToldAnswer),
        params,
        body: schema.ToldBody,
      },
      handler: (request) => desk.toldOtherwise(request.params.incident, request.body, deskRequest(request)),
    });
  };
}
