import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { PledgesDesk } from '../../desks/pledges/desk.ts';
import { deskRequest } from '../access.ts';
import { Entry } from '../answer-schemas.ts';
import { describeChange } from '../describe.ts';

const ReportBody = Type.Object(
  { quarter: Type.String({ maxLength: 8, description: 'such as 2026Q4' }) },
  { additionalProperties: false },
);
const SealedReport = Type.Object({
  quarter: Type.String(),
  json: Type.String({ description: 'the report: the very octets whose hash is sealed' }),
  markdown: Type.String({ description: 'the same for people' }),
  sha256: Type.String(),
  entry: Entry,
});

/** The report on what this member has promised. */
export function pledgeRoutes({ desk }: { desk: PledgesDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/pledges/reports', {
      config: { action: 'pledges.report' },
      schema: {
        ...describeChange('pledges', 'Compute a quarter’s report, and seal its digest', 201, SealedReport),
        body: ReportBody,
      },
      handler: async (request, reply) => reply.code(201).send(await desk.report(request.body, deskRequest(request))),
    });
  };
}
