import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';

/** Every failure is a problem document; the shared schema is registered by `createMemberApi`. */
export const PROBLEM = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
};

/** What a route is and answers, for OpenAPI and the serializer. */
export function describe(tag: string, summary: string, status: number, answer: TSchema): FastifySchema {
  return { tags: [tag], summary, response: { [status]: answer, default: PROBLEM } };
}

/** As `describe`, of a route that changes something, and does so once for each key. `deskRequest` reads the key. */
export function describeChange(tag: string, summary: string, status: number, answer: TSchema): FastifySchema {
  return { ...describe(tag, summary, status, answer), headers: REPEATABLE };
}

const REPEATABLE = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'For 24 hours the same request under the same key has the same answer: 1 to 128 of A-Z a-z 0-9 . _ : -',
    }),
  ),
});
