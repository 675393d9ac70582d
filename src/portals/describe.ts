import type { FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';

/** Every failure is a problem document; the shared schema is registered by `createMemberApi`. */
export const PROBLEM = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
};

/** What a route is and answers, for OpenAPI and the serializer. */
export function describe(tag: string, summary: string, status: number, answer: TSchema): FastifySchema {
  return { tags: [tag], summary, response: { [status]: answer, '4xx': PROBLEM, '5xx': PROBLEM } };
}
