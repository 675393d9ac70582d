import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { PAYMENT_STATES } from '../../records/payment.ts';
import { paymentView } from './payment-view.ts';
import type { PaymentGate } from './payment-gate.ts';
import type { PaymentQuery } from './payment-book.ts';
import { PaymentError } from './payment-fault.ts';
import { malformed, readPaymentRequest, readPhone } from './payment-request.ts';
import { CreatePaymentBody, PaymentParams, PaymentsQuery, PhoneBody, ValidateBody } from './schemas.ts';

/** The operations of CAMARA carrier-billing v0.5 (release r3.2), for merchants with a token of their own (2-legged). */
export function carrierBillingRoutes({ gate }: { gate: PaymentGate }): FastifyPluginAsyncTypebox {
  const { config } = gate;
  return async (app) => {
    app.addHook('preValidation', async (request) => listStates(request));
    app.post('/payments', {
      schema: { body: CreatePaymentBody },
      handler: async (request, reply) => {
        const { merchant, body } = request;
        const payment = await gate.request(readPaymentRequest(body, { merchant, steps: 1, config }));
        return reply.code(201).send(paymentView(payment));
      },
    });
    app.post('/payments/prepare', {
      schema: { body: CreatePaymentBody },
      handler: async (request, reply) => {
        const { merchant, body } = request;
        const payment = await gate.request(readPaymentRequest(body, { merchant, steps: 2, config }));
        const validationURL = gate.validationUrl(payment);
        const info = validationURL !== undefined && { validationInfo: { action: 'open', validationURL } };
        return reply.code(201).send({ ...paymentView(payment), ...info });
      },
    });
    app.get('/payments', {
      schema: { querystring: PaymentsQuery },
      handler: async (request, reply) => {
        const query = readQuery(request.query, request.merchant);
        const { payments, total } = await gate.list(query);
        void reply.header('X-Total-Count', total);
        if (payments.length > 0) void reply.header('Content-Last-Key', query.offset + payments.length);
        return payments.map(paymentView);
      },
    });
    app.get('/payments/:paymentId', {
      schema: { params: PaymentParams },
      handler: async ({ params, merchant }) => paymentView(await gate.find({ ...params, merchant })),
    });
    app.post('/payments/:paymentId/validate', {
      schema: { params: PaymentParams, body: ValidateBody },
      handler: async ({ params, merchant }) => {
        await gate.find({ ...params, merchant });
        throw new PaymentError({ code: 'PAYMENT_AUTHORIZATION_UNKNOWN' });
      },
    });
    app.post('/payments/:paymentId/confirm', {
      schema: { params: PaymentParams, body: PhoneBody },
      handler: async ({ params, merchant, body }, reply) => {
        await gate.confirm({ ...params, merchant }, readPhone(body.phoneNumber, 'body.phoneNumber'));
        return reply.code(202).send();
      },
    });
    app.post('/payments/:paymentId/cancel', {
      schema: { params: PaymentParams, body: PhoneBody },
      handler: async ({ params, merchant, body }, reply) => {
        await gate.cancel({ ...params, merchant }, readPhone(body.phoneNumber, 'body.phoneNumber'));
        return reply.code(202).send();
      },
    });
  };
}

/** A list of one is a list: `paymentStatus=reserved`. */
async function listStates(request: FastifyRequest): Promise<void> {
  const query = request.query as Record<string, unknown>;
  if (typeof query['paymentStatus'] === 'string') query['paymentStatus'] = query['paymentStatus'].split(',');
}

/** Payments of a page, where the merchant does not say. */
const PER_PAGE = 10;
/** RFC 3339 with its offset, as CAMARA demands. */
const DATE_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$/;

function readQuery(query: PaymentsQuery, merchant: string): PaymentQuery {
  const { page = 1, perPage = PER_PAGE, order = 'desc', paymentStatus, merchantIdentifier } = query;
  const sinceMs = readTime(query['paymentCreationDate.gte'], 'paymentCreationDate.gte');
  const untilMs = readTime(query['paymentCreationDate.lte'], 'paymentCreationDate.lte');
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs) {
    throw new PaymentError({ code: 'PAYMENT_DATES_REVERSED' });
  }
  const states = PAYMENT_STATES.filter((state) => paymentStatus?.includes(state));
  return {
    merchant,
    ...(states.length > 0 && { states }),
    ...(merchantIdentifier !== undefined && { merchantIdentifier }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    order,
    offset: (page - 1) * perPage,
    limit: perPage,
  };
}

function readTime(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const timeMs = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) throw malformed(`querystring.${field}`, 'a time with its offset (RFC 3339)');
  return timeMs;
}
