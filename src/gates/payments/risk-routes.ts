import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../base/clock.ts';
import type { PaymentGate } from './payment-gate.ts';
import { readAmount, readPhone } from './payment-request.ts';
import { RiskAnswer, RiskBody } from './schemas.ts';

/** How a payment would be decided, and by which checks. Nothing is charged and nothing is kept. */
export function riskRoutes({ gate, clock }: { gate: PaymentGate; clock: Clock }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/decisions', {
      schema: { body: RiskBody, response: { 200: RiskAnswer } },
      handler: async ({ body }) => {
        const msisdn = readPhone(body.phoneNumber, 'body.phoneNumber');
        const amount = readAmount(body.amount, gate.config, 'body.amount');
        const { decision, reasons } = await gate.decide({ msisdn, amount, channel: body.authenticationChannel });
        return {
          decision,
          reasons: reasons.map((reason) => ({ name: reason.name, decision: reason.decision })),
          decidedAt: new Date(clock.nowMs()).toISOString(),
        };
      },
    });
  };
}
