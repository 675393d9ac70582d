import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { WitnessError } from '../../ledger/witness-fault.ts';
import { PROBLEM } from '../describe.ts';
import { WITNESS_REQUEST_SIZE_MAX, WITNESS_REQUESTS_PER_MINUTE_MAX } from '../limits.ts';
import { PortalError } from '../portal-fault.ts';

/** Its own media type for the one answer that is to be read by a program (tlog-witness, "add-checkpoint"). */
const SIZE_TYPE = 'text/x.tlog.size';
const TEXT = 'text/plain; charset=utf-8';
const PUBLIC = { tags: ['public'], security: [] };
const LINES = {
  200: { description: 'Signature lines', content: { 'text/plain': { schema: { type: 'string' } } } },
  409: { description: 'The size that was cosigned last', content: { [SIZE_TYPE]: { schema: { type: 'string' } } } },
  default: PROBLEM,
};
const NOTE = {
  200: { description: 'A signed note', content: { 'text/plain': { schema: { type: 'string' } } } },
  default: PROBLEM,
};

/** The witness behind these routes. */
export interface WitnessDesk {
  /** @returns signature lines @throws WitnessError */
  addCheckpoint(body: Buffer): Promise<string>;
  /** The checkpoint that was cosigned last, by the SHA-256 of its log's origin in hex. @throws WitnessError */
  cosigned(originHash: string): Promise<string | undefined>;
}

/** A witness as C2SP tlog-witness describes it: nobody needs a token, as a log's signature opens what it may open. */
export function witnessRoutes({ witness }: { witness: WitnessDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { rateLimit: { max: WITNESS_REQUESTS_PER_MINUTE_MAX } };
    // The octets are what counts, whatever the asker calls them.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: WITNESS_REQUEST_SIZE_MAX }, (_request, body, done) =>
      done(null, body),
    );

    app.post('/witness/add-checkpoint', {
      config,
      schema: { ...PUBLIC, summary: 'Have a checkpoint cosigned (C2SP tlog-witness)', response: LINES },
      handler: async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        try {
          return await reply.type(TEXT).send(await witness.addCheckpoint(body));
        } catch (error) {
          return sendSize(reply, error);
        }
      },
    });

    app.get<{ Params: { originHash: string } }>('/witness/:originHash/checkpoint', {
      config,
      schema: { ...PUBLIC, summary: 'The checkpoint that was cosigned last (C2SP tlog-witness)', response: NOTE },
      handler: async ({ params }, reply) => {
        const note = await witness.cosigned(params.originHash);
        if (note === undefined) throw new PortalError({ code: 'ROUTE_UNKNOWN' });
        return reply.header('cache-control', 'no-cache').type(TEXT).send(note);
      },
    });
  };
}

/** The one refusal that is no problem document: the size from which the asker's proof must go. */
function sendSize(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof WitnessError) || error.facts.code !== 'WITNESS_OLD_SIZE_OTHER') throw error;
  return reply.code(409).type(SIZE_TYPE).send(`${error.facts.size}\n`);
}
