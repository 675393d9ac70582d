import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { EQUIVOCATION_SIZE_MAX } from '../../ledger/equivocation.ts';
import { PROBLEM } from '../describe.ts';
import { EQUIVOCATIONS_PER_MINUTE_MAX, PUBLIC_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { PortalError } from '../portal-fault.ts';

const TEXT = 'text/plain; charset=utf-8';
const PUBLIC = { tags: ['public'], security: [] };
const PROOFS = {
  200: { description: 'Proofs, one after the other', content: { 'text/plain': { schema: { type: 'string' } } } },
  default: PROBLEM,
};

/** What is known against the members whose logs are followed here. */
export interface Accusations {
  /** The proofs against a member; undefined where its log is not followed here. */
  proofs(member: string): readonly string[] | undefined;
  /** Takes over a proof. @throws EquivocationError, NoteError, CheckpointError where it proves nothing */
  take(member: string, proof: Buffer): Promise<void>;
}

/** Proofs that a member signed two histories of its log: anybody may read them, and hand one in, as it proves itself. */
export function equivocationRoutes({ accusations }: { accusations: Accusations }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: EQUIVOCATION_SIZE_MAX }, (_request, body, done) =>
      done(null, body),
    );

    app.get<{ Params: { member: string } }>('/equivocations/:member', {
      config: { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } },
      schema: { ...PUBLIC, summary: 'Proofs that a member signed two histories of its log', response: PROOFS },
      handler: (request, reply) => {
        const proofs = accusations.proofs(request.params.member);
        if (proofs === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return reply.header('cache-control', 'no-cache').type(TEXT).send(proofs.join('\n'));
      },
    });

    app.post<{ Params: { member: string } }>('/equivocations/:member', {
      bodyLimit: EQUIVOCATION_SIZE_MAX,
      config: { rateLimit: { max: EQUIVOCATIONS_PER_MINUTE_MAX } },
      schema: {
        ...PUBLIC,
        summary: 'Hand in a proof that a member signed two histories of its log',
        response: { 204: { description: 'It is proven', type: 'null' }, default: PROBLEM },
      },
      handler: async (request, reply) => {
        const { member } = request.params;
        if (accusations.proofs(member) === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        const proof = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        await accusations.take(member, proof);
        return reply.code(204).send();
      },
    });
  };
}
