import type { FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { describe } from '../describe.ts';

export interface SiteOptions {
  readonly member: string;
  /** The telephone line that is answered at all hours. */
  readonly contactLine: string;
  /** A company's own sign-in, as its button names it. */
  readonly provider?: { readonly id: string; readonly name: string };
}

/** A system is on where its route is there: nothing else says so, so nothing else can be wrong about it. */
const SYSTEMS = {
  certificates: ['GET', '/certificates/:code'],
  senders: ['GET', '/v1/applications'],
  campaigns: ['GET', '/v1/campaigns'],
  cells: ['GET', '/v1/cell-findings'],
  'exposed-lists': ['GET', '/v1/exposed-lists'],
  incidents: ['GET', '/v1/incidents'],
  'line-checks': ['POST', '/line-checks'],
} as const satisfies Record<string, readonly ['GET' | 'POST', string]>;

const Site = Type.Object({
  member: Type.String(),
  contactLine: Type.String(),
  provider: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
  systems: Type.Array(Type.String(), { description: `Of: ${Object.keys(SYSTEMS).join(', ')}` }),
});

/** What the pages of this node show: whose it is, and which systems are switched on. */
export function siteRoutes(options: SiteOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/public/site', {
      schema: { ...describe('public', 'What this node’s pages show', 200, Site), security: [] },
      handler: (_request, reply) => {
        void reply.header('cache-control', 'no-cache');
        return { ...options, systems: systemsOf(app) };
      },
    });
  };
}

function systemsOf(app: FastifyInstance): string[] {
  return Object.entries(SYSTEMS).flatMap(([name, [method, url]]) => (app.hasRoute({ method, url }) ? [name] : []));
}
