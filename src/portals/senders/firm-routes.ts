import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SenderDesk } from '../../desks/senders/desk.ts';
import { deskRequest } from '../access.ts';
import { describe } from '../describe.ts';
import { makeToken } from '../tokens.ts';
import { FirmStatus, FirmToken } from './answers.ts';
import { FirmBody, FirmParams } from './schemas.ts';

const TAG = 'firms';
/** Registrations from one address in an hour: a firm registers once. */
export const FIRMS_PER_HOUR_MAX = 30;
const HOUR_MS = 60 * 60 * 1_000;

/** For anybody: a firm registers itself. */
export function firmRegistration({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/v1/firms', {
      config: { rateLimit: { max: FIRMS_PER_HOUR_MAX, timeWindow: HOUR_MS } },
      schema: {
        ...describe(TAG, 'Register a firm that sends bulk text, and get its token', 201, FirmToken),
        security: [],
        body: FirmBody,
      },
      handler: async (request, reply) => {
        const { token, hash } = makeToken();
        const { firm } = await senders.register(request.body, hash);
        return reply.code(201).header('cache-control', 'no-store').send({ firm, token });
      },
    });
  };
}

/** A firm's own affairs, and its token when that is lost. */
export function firmRoutes({ senders }: { senders: SenderDesk }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/firms/me', {
      config: { action: 'firms.own' },
      schema: describe(TAG, 'The firm that asks, its applications and certificates', 200, FirmStatus),
      handler: (request) => senders.status(deskRequest(request)),
    });

    app.post('/firms/:firm/token', {
      config: { action: 'firms.renew-token' },
      schema: {
        ...describe(TAG, 'Give a firm another token; the old one is refused from now on', 201, FirmToken),
        params: FirmParams,
      },
      handler: async (request, reply) => {
        const { token, hash } = makeToken();
        // The answer holds a secret that is kept nowhere, so a repetition is another renewal.
        const { actor, role } = deskRequest(request);
        const { firm } = await senders.renewToken(request.params.firm, hash, { actor, role });
        return reply.code(201).header('cache-control', 'no-store').send({ firm, token });
      },
    });
  };
}
