import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { EQUIVOCATION_SIZE_MAX } from '../../ledger/equivocation.ts';
import type { KeptProof } from '../../ledger/evidence.ts';
import { PROBLEM } from '../describe.ts';
import { EQUIVOCATIONS_PER_MINUTE_MAX, PUBLIC_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { PortalError } from '../portal-fault.ts';

const TEXT = 'text/plain; charset=utf-8';
const PUBLIC = { tags: ['public'], security: [] };
const LIST = {
  200: { description: 'A line each: `member/proof`', content: { 'text/plain': { schema: { type: 'string' } } } },
  default: PROBLEM,
};
const PROOFS = {
  200: { description: 'Proofs, one after the other', content: { 'text/plain': { schema: { type: 'string' } } } },
  default: PROBLEM,
};

const KEPT = {
  200: {
    description: 'It is proven. `member/proof` is the proof that is kept: this one, or another that convicts already',
    content: { 'text/plain': { schema: { type: 'string' } } },
  },
  default: PROBLEM,
};

/** A member that stands convicted, and the name of a proof that convicts it. */
export interface Conviction {
  readonly member: string;
  readonly proof: string;
}

/** What is known against the members, this one among them. */
export interface Accusations {
  /** Who stands convicted now, each with one proof: who asks for them has all that it needs. */
  convictions(): readonly Conviction[];
  /** The proofs against a member; undefined for a stranger. */
  proofs(member: string): readonly Pick<KeptProof, 'name' | 'proof'>[] | undefined;
  /**
   * Takes over a proof.
   * @returns the name of the proof that is kept: this one, or another that convicts the same key already
   * @throws EquivocationError, NoteError, CheckpointError where it proves nothing; EvidenceError EQUIVOCATION_NOT_KEPT
   */
  take(member: string, proof: Buffer): Promise<string>;
}

/** Proofs that a member signed two histories of its log: anybody may read them, and hand one in, as it proves itself. */
export function equivocationRoutes({ accusations }: { accusations: Accusations }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: EQUIVOCATION_SIZE_MAX }, (_request, body, done) =>
      done(null, body),
    );

    const config = { rateLimit: { max: PUBLIC_REQUESTS_PER_MINUTE_MAX } };
    app.get('/equivocations', {
      config,
      schema: {
        ...PUBLIC,
        summary: 'Which members stand convicted of two histories, and by which proof',
        response: LIST,
      },
      handler: (_request, reply) => {
        const lines = accusations.convictions().map(({ member, proof }) => `${member}/${proof}\n`);
        return reply.header('cache-control', 'no-cache').type(TEXT).send(lines.join(''));
      },
    });

    app.get<{ Params: { member: string; proof: string } }>('/equivocations/:member/:proof', {
      config,
      schema: { ...PUBLIC, summary: 'One of them, by its name', response: PROOFS },
      handler: ({ params }, reply) => {
        const proof = accusations.proofs(params.member)?.find(({ name }) => name === params.proof);
        if (proof === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return reply.type(TEXT).send(proof.proof);
      },
    });

    app.get<{ Params: { member: string } }>('/equivocations/:member', {
      config,
      schema: { ...PUBLIC, summary: 'Proofs that a member signed two histories of its log', response: PROOFS },
      handler: (request, reply) => {
        const proofs = accusations.proofs(request.params.member);
        if (proofs === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return reply
          .header('cache-control', 'no-cache')
          .type(TEXT)
          .send(proofs.map(({ proof }) => proof).join('\n'));
      },
    });

    app.post<{ Params: { member: string } }>('/equivocations/:member', {
      bodyLimit: EQUIVOCATION_SIZE_MAX,
      config: { rateLimit: { max: EQUIVOCATIONS_PER_MINUTE_MAX } },
      schema: {
        ...PUBLIC,
        summary: 'Hand in a proof that a member signed two histories of its log',
        response: KEPT,
      },
      handler: async (request, reply) => {
        const { member } = request.params;
        if (accusations.proofs(member) === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        const proof = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        return reply.type(TEXT).send(`${member}/${await accusations.take(member, proof)}\n`);
      },
    });
  };
}
