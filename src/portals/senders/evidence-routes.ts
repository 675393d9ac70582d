import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { EVIDENCE_TYPES } from '../../desks/senders/evidence.ts';
import { SenderDeskError } from '../../desks/senders/sender-fault.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import { EvidenceAnswer } from './answers.ts';
import { ApplicationParams, EvidenceParams, EvidenceQuery } from './schemas.ts';

const TAG = 'applications';
/** Its octets are read by the desk as they come, so no schema judges them. */
const FILE = Type.Any({ description: 'The octets of the file' });
const FILE_CONTENT = Object.fromEntries(Object.keys(EVIDENCE_TYPES).map((type) => [type, { schema: FILE }]));

/** The files that prove what an application says. */
export function evidenceRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    // What comes is handed on as a stream: no file is ever held whole in memory.
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    app.post('/applications/:number/evidence', {
      config: { action: 'evidence.add' },
      schema: {
        ...describeChange(TAG, 'Hand in a file for one item of the checklist', 201, EvidenceAnswer),
        params: ApplicationParams,
        querystring: EvidenceQuery,
        body: { content: FILE_CONTENT },
      },
      handler: async (request, reply) => {
        const { number } = request.params;
        const form = { ...request.query, mediaType: mediaTypeOf(request.headers['content-type']) };
        if (!(request.body instanceof Readable)) throw noFile();
        const { actor, role } = deskRequest(request);
        const file = await senders.receiveEvidence(number, form, request.body, { actor, role });
        request.bodyHash = file.sha256;
        return reply.code(201).send(await senders.addEvidence(number, form, file, deskRequest(request)));
      },
    });

    app.get('/applications/:number/evidence/:sha256', {
      config: { action: 'evidence.read' },
      schema: {
        ...describe(TAG, 'The octets of a file', 200, FILE),
        params: EvidenceParams,
      },
      handler: async (request, reply) => {
        const { number, sha256 } = request.params;
        const { mediaType, size, octets } = await senders.evidence(number, sha256, deskRequest(request));
        // A stranger made this file: a browser stores it, and never opens it as a page of ours.
        return reply
          .type(mediaType)
          .header('content-length', size)
          .header('content-disposition', `attachment; filename="${sha256}"`)
          .header('x-content-type-options', 'nosniff')
          .header('cache-control', 'no-store')
          .send(octets);
      },
    });
  };
}

function mediaTypeOf(contentType = ''): string {
  return contentType.split(';')[0]!.trim().toLowerCase();
}

function noFile(): SenderDeskError {
  return new SenderDeskError({ code: 'EVIDENCE_TYPE_WRONG', expected: Object.keys(EVIDENCE_TYPES).join(', ') });
}
