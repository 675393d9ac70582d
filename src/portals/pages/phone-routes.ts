import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { readImei } from '../../desks/devices/fields.ts';
import type { MemberApiDependencies, MemberApiOptions } from '../dependencies.ts';
import { describe } from '../describe.ts';
import { fileRequest, PHONE_REQUEST_REASONS } from './phone-requests.ts';

const TAG = 'public';
/** Questions from one address in a minute: enough for a shop, too few to try every number. */
export const PHONE_CHECKS_PER_MINUTE_MAX = 30;
/** Requests from one address in a minute. */
export const PHONE_REQUESTS_PER_MINUTE_MAX = 5;
const IMEI = Type.String({ maxLength: 64, description: '14, 15 or 16 digits: *#06# on the phone shows them.' });
const CheckBody = Type.Object({ imei: IMEI }, { additionalProperties: false });
const CheckAnswer = Type.Object({
  blocked: Type.Boolean({ description: 'Whether a gate of this network refuses the phone. Not why, nor for whom.' }),
});
const RequestBody = Type.Object(
  {
    imei: IMEI,
    reason: Type.String({ maxLength: 40, description: `One of: ${PHONE_REQUEST_REASONS.join(', ')}.` }),
    occurredOn: Type.Optional(Type.String({ maxLength: 40 })),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    contact: Type.String({ minLength: 1, maxLength: 200 }),
    note: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false },
);
const RequestAnswer = Type.Object({
  request: Type.String({ description: 'What to name when an agent calls back.' }),
});

/** What anybody may ask of a phone, and for their own. The number goes in the body: addresses stand in logs on the way. */
export function phoneRoutes(
  { gates }: Pick<MemberApiOptions, 'gates'>,
  dependencies: MemberApiDependencies,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/public/phone-checks', {
      config: { rateLimit: { max: PHONE_CHECKS_PER_MINUTE_MAX } },
      schema: { ...describe(TAG, 'Say whether a phone is blocked', 200, CheckAnswer), body: CheckBody, security: [] },
      handler: (request, reply) => {
        const { imei } = readImei(request.body.imei, 'imei', false);
        void reply.header('cache-control', 'no-store');
        return { blocked: gates.some((gate) => dependencies.explain(gate, imei.key, '').answer === 'blocked') };
      },
    });

    app.post('/public/phone-requests', {
      config: { rateLimit: { max: PHONE_REQUESTS_PER_MINUTE_MAX } },
      schema: {
        ...describe(TAG, 'Ask for one’s own phone to be blocked: an agent calls back first', 201, RequestAnswer),
        body: RequestBody,
        security: [],
      },
      handler: async (request, reply) => reply.code(201).send(await fileRequest(request.body, dependencies)),
    });
  };
}
