import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import { MemberList } from './answer-schemas.ts';
import type { MemberApiDependencies, MemberApiOptions } from './dependencies.ts';
import { describe } from './describe.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from './limits.ts';
import { LOG_FILE, LOG_FILES, sendLogFile } from './log-files.ts';
import { PortalError } from './portal-fault.ts';

const TAG = 'public';
/** In the description: no token is asked for. */
const PUBLIC = { tags: [TAG], security: [] };
const Health = Type.Object({ ok: Type.Boolean() }, { additionalProperties: true });
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What anybody may read: the logs, which are sealed or no secret, and how this node does. */
export function publicRoutes(
  { logFolder, mirrorsFolder }: MemberApiOptions,
  { members, health, metrics }: MemberApiDependencies,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(fastifyStatic, { root: logFolder, ...LOG_FILES });
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };

    app.get<{ Params: { '*': string } }>('/log/*', {
      config,
      schema: { ...PUBLIC, summary: 'This member’s log (C2SP tlog-tiles)', response: LOG_FILE },
      handler: (request, reply) => sendLogFile(reply, logFolder, request.params['*']),
    });

    app.get<{ Params: { member: string; '*': string } }>('/mirrors/:member/*', {
      config,
      schema: { ...PUBLIC, summary: 'This node’s copy of another member’s log', response: LOG_FILE },
      handler: (request, reply) => {
        const member = parseMemberName(request.params.member);
        if (member instanceof Fault) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return sendLogFile(reply, join(mirrorsFolder, member), request.params['*']);
      },
    });

    app.get('/v1/members', {
      config,
      schema: {
        ...describe(TAG, 'Who takes part, and how far this node has verified each log', 200, MemberList),
        ...PUBLIC,
      },
      handler: () => ({
        members: members().map(({ name, roles, size, verifiedAtMs, fault }) => ({
          name,
          roles,
          size,
          ...(verifiedAtMs !== undefined && { verifiedAt: new Date(verifiedAtMs).toISOString() }),
          ...(fault !== undefined && { fault }),
        })),
      }),
    });

    app.get('/healthz', {
      config,
      schema: { ...PUBLIC, summary: 'Whether this node does its work', response: { 200: Health, 503: Health } },
      handler: (_request, reply) => {
        const state = health();
        void reply.code(state.ok ? 200 : 503).header('cache-control', 'no-store');
        return state;
      },
    });

    app.get('/metrics', {
      config,
      schema: { ...PUBLIC, summary: 'Counters and gauges, as Prometheus text' },
      handler: async (_request, reply) => reply.type(PROMETHEUS_TEXT).send(await metrics()),
    });

    app.get('/openapi.json', {
      config,
      schema: { ...PUBLIC, summary: 'This description' },
      handler: () => app.swagger(),
    });
  };
}
