import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { LineDesk } from '../../desks/lines/line-desk.ts';
import type { PaymentDesk } from '../../desks/lines/payment-desk.ts';
import { deskRequest } from '../access.ts';
import { describe, describeChange } from '../describe.ts';
import {
  CheckedLineBody,
  EnrolmentAnswer,
  HeldPayments,
  JudgementBody,
  LineAnswer,
  LineBody,
  PaymentAnswer,
  PaymentParams,
  PriorityBody,
  ProtectBody,
  ShowBody,
} from './line-schemas.ts';

const LINES = 'lines';
const PAYMENTS = 'payments';

export interface LineRouteParts {
  readonly lines: LineDesk;
  readonly payments: PaymentDesk;
}

/** How lines stand with their operator. A number is in the body, never in a path, which others may write down. */
export function lineRoutes({ lines, payments }: LineRouteParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/lines/show', {
      config: { action: 'lines.show' },
      schema: {
        ...describe(LINES, 'How a line stands; who looks is kept', 200, LineAnswer),
        body: ShowBody,
      },
      handler: (request) => lines.show(request.body, deskRequest(request)),
    });
    app.post('/lines/protect', {
      config: { action: 'lines.protect' },
      schema: { ...describeChange(LINES, 'Bind a line to one device', 200, LineAnswer), body: ProtectBody },
      handler: (request) => lines.protect(request.body, deskRequest(request)),
    });
    app.post('/lines/unprotect', {
      config: { action: 'lines.unprotect' },
      schema: { ...describeChange(LINES, 'Free a line from its device', 200, LineAnswer), body: LineBody },
      handler: (request) => lines.unprotect(request.body, deskRequest(request)),
    });
    app.post('/lines/block-payments', {
      config: { action: 'lines.block' },
      schema: { ...describeChange(LINES, 'Block payments, as the customer wishes', 200, LineAnswer), body: LineBody },
      handler: (request) => lines.blockPayments(request.body, deskRequest(request)),
    });
    app.post('/lines/unblock-payments', {
      config: { action: 'lines.unblock' },
      schema: {
        ...describeChange(LINES, 'Undo the block, by two people who have seen the customer', 200, LineAnswer),
        body: CheckedLineBody,
      },
      handler: (request) => lines.unblockPayments(request.body, deskRequest(request)),
    });
    app.post('/lines/priority', {
      config: { action: 'lines.prioritise' },
      schema: {
        ...describeChange(LINES, 'Mark a line of the emergency services, or end that', 200, LineAnswer),
        body: PriorityBody,
      },
      handler: (request) => lines.prioritise(request.body, deskRequest(request)),
    });
    app.post('/lines/enrolments', {
      config: { action: 'lines.enrol' },
      schema: {
        ...describe(LINES, 'A code with which the line’s holder registers a passkey', 201, EnrolmentAnswer),
        body: CheckedLineBody,
      },
      handler: async (request, reply) => reply.code(201).send(await lines.enrol(request.body, deskRequest(request))),
    });
    await app.register(paymentRoutes(payments));
  };
}

/** Payments that wait for a person, and what is said of them. */
function paymentRoutes(payments: PaymentDesk): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/held-payments', {
      config: { action: 'payments.read' },
      schema: describe(PAYMENTS, 'Payments that wait for a person, oldest first', 200, HeldPayments),
      handler: (request) => payments.held(deskRequest(request)),
    });
    app.get('/payments/:payment', {
      config: { action: 'payments.read' },
      schema: {
        ...describe(PAYMENTS, 'A payment, and why it was decided so', 200, PaymentAnswer),
        params: PaymentParams,
      },
      handler: (request) => payments.show(request.params.payment, deskRequest(request)),
    });
    app.post('/payments/:payment/judgement', {
      config: { action: 'payments.judge' },
      schema: {
        ...describeChange(PAYMENTS, 'Release a held payment, refuse it, or call one fraudulent', 200, PaymentAnswer),
        params: PaymentParams,
        body: JudgementBody,
      },
      handler: (request) => payments.judge(request.params.payment, request.body, deskRequest(request)),
    });
    app.post('/payments/:payment/refund', {
      config: { action: 'payments.judge' },
      schema: {
        ...describeChange(PAYMENTS, 'Give back a payment that was fraudulent', 200, PaymentAnswer),
        params: PaymentParams,
      },
      handler: (request) => payments.refund(request.params.payment, deskRequest(request)),
    });
  };
}
