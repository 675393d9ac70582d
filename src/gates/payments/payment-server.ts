import type { AddressInfo } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { clientKey } from '../../base/client-address.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { errorInfo } from './camara-errors.ts';
import { carrierBillingRoutes } from './carrier-billing-routes.ts';
import type { Merchants } from './merchants.ts';
import { PaymentError, type PaymentFault } from './payment-fault.ts';
import type { PaymentGate } from './payment-gate.ts';
import { riskRoutes } from './risk-routes.ts';
import type { PasskeyStepUp } from './step-up/passkey-step-up.ts';
import { stepUpRoutes } from './step-up/step-up-routes.ts';

/** Octets of a request. */
export const BODY_SIZE_MAX = 16 * 1024;
const ADDRESSES_COUNTED_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
/** CAMARA's XCorrelator. */
const CORRELATOR = /^[a-zA-Z0-9\-_:;./<>{}]{0,256}$/;

export interface PaymentServerParts {
  readonly gate: PaymentGate;
  readonly merchants: Merchants;
  readonly passkeys: PasskeyStepUp;
  readonly clock: Clock;
  readonly log: Log;
}

/** The payment gate's HTTP: CAMARA carrier-billing v0.5, the risk answer, and the pages of the step-up. */
export async function createPaymentServer(parts: PaymentServerParts): Promise<FastifyInstance> {
  const { log } = parts;
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_SIZE_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (error, _request, reply) => void sendError(reply, error, log),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler((error, _request, reply) => sendError(reply, error, log));
  app.setNotFoundHandler((_request, reply) => sendError(reply, new PaymentError({ code: 'PAYMENT_UNKNOWN' }), log));
  app.decorateRequest('merchant', '');
  correlate(app);
  await app.register(rateLimit, {
    max: parts.gate.config.requestsPerMinuteMax,
    timeWindow: 60_000,
    cache: ADDRESSES_COUNTED_MAX,
    keyGenerator: ({ ip }) => clientKey(ip),
    errorResponseBuilder: (_request, { ttl }) =>
      new PaymentError({ code: 'PAYMENT_TOO_MANY_REQUESTS', retryAfterSeconds: Math.ceil(ttl / 1_000) }),
  });
  await app.register(stepUpRoutes(parts));
  await app.register(async (merchants) => {
    // Before anything of the body is read.
    merchants.addHook('preParsing', async (request) => {
      request.merchant = await parts.merchants.authenticate(request.headers.authorization);
    });
    await merchants.register(carrierBillingRoutes(parts), { prefix: '/carrier-billing/v0.5' });
    await merchants.register(riskRoutes(parts), { prefix: '/risk/v0' });
  });
  await app.ready();
  return app;
}

/** Where a server that listens can be reached, host and port. */
export function listeningAddress(app: FastifyInstance): { host: string; port: number } {
  const { address, port } = app.server.address() as AddressInfo;
  return { host: address.includes(':') ? `[${address}]` : address, port };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The name of the merchant that asks, on the routes for merchants. */
    merchant: string;
  }
}

/** Every answer bears the correlator of its request, where that is one. */
function correlate(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const correlator = request.headers['x-correlator'];
    if (correlator === undefined) return;
    if (typeof correlator !== 'string' || !CORRELATOR.test(correlator)) {
      throw new PaymentError({
        code: 'PAYMENT_REQUEST_MALFORMED',
        field: 'x-correlator',
        expected: 'at most 256 of A-Z a-z 0-9 - _ : ; . / < > { }',
      });
    }
    void reply.header('x-correlator', correlator);
  });
}

function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  const fault = faultOf(error);
  if (fault.code === 'PAYMENT_GATE_FAILED')
    log.error({ ...fault, frames: framesOf(error) }, 'a payment request failed');
  const info = errorInfo(fault);
  if (info.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (fault.code === 'PAYMENT_TOO_MANY_REQUESTS') void reply.header('retry-after', fault.retryAfterSeconds);
  return reply.code(info.status).type('application/json').send(JSON.stringify(info));
}

function faultOf(error: unknown): PaymentFault {
  if (error instanceof PaymentError) return error.facts;
  // The book could not be written or read.
  if (error instanceof Fault) return { code: 'PAYMENT_GATE_UNAVAILABLE' };
  const { validation, validationContext, code, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const [wrong] = validation;
    const missing = wrong?.params?.['requiredProperties'];
    const place = (wrong?.instancePath ?? '').slice(1).replaceAll('/', '.');
    const parts = [validationContext ?? 'body', place, Array.isArray(missing) ? String(missing[0]) : ''];
    const field = parts.filter((part) => part !== '').join('.');
    return { code: 'PAYMENT_REQUEST_MALFORMED', field, expected: wrong?.message ?? 'as specified' };
  }
  if (code?.startsWith('FST_ERR_') && statusCode !== undefined && statusCode < 500) {
    return { code: 'PAYMENT_REQUEST_MALFORMED', field: 'body', expected: `JSON of at most ${BODY_SIZE_MAX} octets` };
  }
  if (error instanceof SyntaxError) return { code: 'PAYMENT_REQUEST_MALFORMED', field: 'body', expected: 'JSON' };
  return { code: 'PAYMENT_GATE_FAILED' };
}

/** Where it failed, without its message, which may hold what was being written. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 12).map((line) => line.trim())].join(' | ');
}
