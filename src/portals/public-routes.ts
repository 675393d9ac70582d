import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { MemberList } from './answer-schemas.ts';
import type { MemberApiDependencies } from './dependencies.ts';
import { describe } from './describe.ts';
import { PUBLIC_REQUESTS_PER_MINUTE_MAX } from './limits.ts';

const TAG = 'public';
/** In the description: no token is asked for. */
const PUBLIC = { tags: [TAG], security: [] };
const Health = Type.Object({ ok: Type.Boolean() }, { additionalProperties: true });
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** What anybody may read: who takes part, and how this node does. */
export function publicRoutes({ members, health, metrics }: MemberApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };

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
