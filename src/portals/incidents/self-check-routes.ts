import { clientKey } from '../../base/client-address.ts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { RequestDesk } from '../../desks/incidents/request-desk.ts';
import type { SelfChecks } from '../../desks/incidents/self-check.ts';
import { describe } from '../describe.ts';
import * as schema from './request-schemas.ts';

const TAG = 'public';
const PUBLIC = { tags: [TAG], security: [] };
const NO_STORE = ['cache-control', 'no-store'] as const;

/** For anybody: was my line exposed, is this notice real, and what I ask for once my line is proven. */
export function selfCheckRoutes({
  checks,
  requests,
}: {
  checks: SelfChecks;
  requests: RequestDesk;
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/line-checks', {
      schema: {
        ...describe(TAG, 'Have a one-time code sent to a line', 202, schema.BeginAnswer),
        ...PUBLIC,
        body: schema.BeginBody,
      },
      handler: async (request, reply) => {
        const begun = await checks.begin(request.body, { address: clientKey(request.ip) });
        return reply
          .code(202)
          .header(...NO_STORE)
          .send(begun);
      },
    });

    app.post('/line-checks/:check/answer', {
      schema: {
        ...describe(TAG, 'Whether the line was exposed: once, for the code', 200, schema.LineAnswer),
        ...PUBLIC,
        params: schema.CheckParams,
        body: schema.CodeBody,
      },
      handler: async (request, reply) => {
        const asked = { ...request.params, ...request.body };
        return reply.header(...NO_STORE).send(await checks.answer(asked, { address: clientKey(request.ip) }));
      },
    });

    app.post('/line-checks/:check/requests', {
      schema: {
        ...describe(TAG, 'Ask for a USIM, or report damage, for the proven line', 201, schema.RequestAnswer),
        ...PUBLIC,
        params: schema.CheckParams,
        body: schema.OwnRequestBody,
      },
      handler: async (request, reply) => {
        const answer = await requests.takeOwn({ ...request.body, ...request.params });
        return reply
          .code(201)
          .header(...NO_STORE)
          .send(answer);
      },
    });

    app.post('/notice-checks', {
      schema: {
        ...describe(TAG, 'Whether a notice is real', 200, schema.NoticeCheckAnswer),
        ...PUBLIC,
        body: schema.NoticeCheckBody,
      },
      handler: async (request, reply) =>
        reply.header(...NO_STORE).send(await checks.isNoticeReal(request.body, { address: clientKey(request.ip) })),
    });
  };
}
