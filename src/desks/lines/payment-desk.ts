import { advancePayment, OPEN_PAYMENT_STATES, type Payment } from '../../records/payment.ts';
import type { PaymentRow } from '../../store/payments/payment-tables.ts';
import type { Tables } from '../../store/store.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { readWord } from '../decisions/form-fields.ts';
import { LineError } from './line-fault.ts';
import { type PaymentDeskView, paymentDeskView } from './payment-view.ts';

/** Payments on one page. */
export const PAYMENTS_PAGE_MAX = 100;
/** What a supervisor may say of a payment. */
export const JUDGEMENT_WORDS = ['release', 'refuse', 'fraudulent'] as const;

export interface JudgementForm {
  /** One of JUDGEMENT_WORDS. */
  readonly judgement: string;
}

/** Where held payments are judged, and those that were fraudulent are given back. */
export class PaymentDesk {
  readonly #decisions: Decisions;

  constructor({ decisions }: { decisions: Decisions }) {
    this.#decisions = decisions;
  }

  /** Payments that wait for a person, oldest first; the journal notes who looked. @throws StoreError */
  async held(request: DeskRequest): Promise<{ payments: PaymentDeskView[] }> {
    const found = (rows: PaymentRow[]): object => ({ payments: rows.length });
    const seen = { action: 'payments.held-shown', ground: { on: 'queue' }, found } as const;
    const page = { order: 'asc', offset: 0, limit: PAYMENTS_PAGE_MAX } as const;
    const rows = await this.#decisions.lookUp(request, seen, ({ payments }) =>
      payments.list({ states: ['processing'] }, page),
    );
    return { payments: rows.map(paymentDeskView) };
  }

  /** @throws LineError PAYMENT_NUMBER_UNKNOWN, StoreError */
  async show(paymentId: string, request: DeskRequest): Promise<PaymentDeskView> {
    const ground = { on: 'file', file: paymentId } as const;
    return this.#decisions.lookUp(
      request,
      { action: 'payment.shown', ground, about: { payment: paymentId } },
      async (tables) => paymentDeskView(await findPayment(tables, paymentId)),
    );
  }

  /**
   * Judges a payment. A release lets a held one be charged or reserved, a refusal ends it; `fraudulent` ends an open one
   * and marks a charged one for its refund. What was judged stays judged, save that a released one may prove fraudulent.
   * @throws LineError PAYMENT_NUMBER_UNKNOWN, PAYMENT_NOT_OPEN, PAYMENT_JUDGED_ALREADY, PAYMENT_LINE_BLOCKED; FormError, StoreError
   */
  async judge(paymentId: string, form: JudgementForm, request: DeskRequest): Promise<PaymentDeskView> {
    const word = readWord(JUDGEMENT_WORDS, form.judgement, 'judgement');
    return this.#decisions.decide(request, async (decision) => {
      const payment = await findPayment(decision.tables, paymentId);
      const judged = judgedPayment(payment, word, decision.nowMs);
      if (word === 'release') await refuseBlocked(decision.tables, payment);
      await decision.tables.payments.advance(judged);
      decision.note(`payment.${judged.judgement}`, null, { payment: paymentId });
      return paymentDeskView(judged);
    });
  }

  /** Gives back what another desk judged fraudulent: both in one decision. @throws LineError, StoreError */
  async refundFraudulent(paymentId: string, request: DeskRequest): Promise<PaymentDeskView> {
    return this.#decisions.decide(request, async (decision) => {
      const { tables, nowMs } = decision;
      const payment = await findPayment(tables, paymentId);
      if (payment.refundedMs !== null) return paymentDeskView(payment);
      if (payment.chargedMs === null) throw new LineError({ code: 'PAYMENT_NOT_CHARGED', state: payment.state });
      const judged = judgedFraudulent(payment, nowMs);
      await tables.payments.advance(judged);
      await tables.payments.refund(judged, nowMs);
      decision.note('payment.refunded', null, { payment: paymentId });
      return paymentDeskView({ ...judged, refundedMs: nowMs });
    });
  }

  /** Gives back a charged payment that was judged fraudulent; the same again for one given back. @throws LineError, StoreError */
  async refund(paymentId: string, request: DeskRequest): Promise<PaymentDeskView> {
    return this.#decisions.decide(request, async (decision) => {
      const { tables, nowMs } = decision;
      const payment = await findPayment(tables, paymentId);
      if (payment.refundedMs !== null) return paymentDeskView(payment);
      if (payment.judgement !== 'fraudulent') throw new LineError({ code: 'PAYMENT_NOT_FRAUDULENT' });
      if (payment.chargedMs === null) throw new LineError({ code: 'PAYMENT_NOT_CHARGED', state: payment.state });
      await tables.payments.refund(payment, nowMs);
      decision.note('payment.refunded', null, { payment: paymentId });
      return paymentDeskView({ ...payment, refundedMs: nowMs });
    });
  }
}

/** Marks a payment as fraudulent, unless it is. */
function judgedFraudulent(payment: Payment, nowMs: number): Payment {
  return payment.judgement === 'fraudulent' ? payment : judgedPayment(payment, 'fraudulent', nowMs);
}

function judgedPayment(payment: Payment, word: (typeof JUDGEMENT_WORDS)[number], nowMs: number): Payment {
  const { judgement, state } = payment;
  if (judgement !== null && !(judgement === 'released' && word === 'fraudulent')) {
    throw new LineError({ code: 'PAYMENT_JUDGED_ALREADY', judgement });
  }
  if (word === 'fraudulent') {
    const isOpen = OPEN_PAYMENT_STATES.some((open) => open === state);
    const ended = isOpen ? advancePayment(payment, 'deny', nowMs)! : payment;
    return { ...ended, judgement: 'fraudulent', changedMs: nowMs };
  }
  if (state !== 'processing') throw new LineError({ code: 'PAYMENT_NOT_OPEN', state });
  const event = word === 'refuse' ? 'deny' : payment.steps === 1 ? 'charge' : 'reserve';
  return { ...advancePayment(payment, event, nowMs)!, judgement: word === 'refuse' ? 'refused' : 'released' };
}

/** Nobody releases what the customer has come to block. */
async function refuseBlocked({ lines }: Tables, { msisdn }: Payment): Promise<void> {
  const line = await lines.find(msisdn);
  if (line !== undefined && line.paymentsBlockedMs !== null) throw new LineError({ code: 'PAYMENT_LINE_BLOCKED' });
}

async function findPayment({ payments }: Tables, paymentId: string): Promise<Payment> {
  const row = await payments.find(paymentId);
  if (row === undefined) throw new LineError({ code: 'PAYMENT_NUMBER_UNKNOWN' });
  return row as Payment;
}
