import { nextState, type Transitions } from '../base/transitions.ts';

/** The states of CAMARA carrier-billing v0.5, spelled as there. */
export const PAYMENT_STATES = [
  'processing',
  'pending_validation',
  'denied',
  'reserved',
  'succeeded',
  'cancelled',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];
export type PaymentEvent = 'charge' | 'reserve' | 'deny' | 'cancel';

/** `processing` waits for a person at the desk, `pending_validation` for the payer's step-up. */
export const PAYMENT_TRANSITIONS: Transitions<PaymentState, PaymentEvent> = {
  processing: { charge: 'succeeded', reserve: 'reserved', deny: 'denied', cancel: 'cancelled' },
  pending_validation: { reserve: 'reserved', deny: 'denied', cancel: 'cancelled' },
  reserved: { charge: 'succeeded', deny: 'denied', cancel: 'cancelled' },
  denied: {},
  succeeded: {},
  cancelled: {},
};

/** States in which an amount is set aside for a payment that may still be charged. */
export const OPEN_PAYMENT_STATES = ['processing', 'pending_validation', 'reserved'] as const satisfies PaymentState[];

/** What a person found of a payment: once said it is not taken back. */
export const PAYMENT_JUDGEMENTS = ['released', 'refused', 'fraudulent'] as const;
export type PaymentJudgement = (typeof PAYMENT_JUDGEMENTS)[number];

/** A payment as it is kept. It names a subscriber, so it stays with the operator: never in a log. */
export interface Payment {
  readonly paymentId: string;
  /** The holder of the token that asked for it. */
  readonly merchant: string;
  /** Under which the merchant may ask again; null where it gave none. */
  readonly clientCorrelator: string | null;
  readonly requestHash: string;
  /** 1: charged at once; 2: reserved, then confirmed. */
  readonly steps: number;
  /** E.164 digits. */
  readonly msisdn: string;
  /** In the smallest unit of the currency, taxes included. */
  readonly amount: number;
  readonly currency: string;
  /** `amountTransaction` as the merchant sent it: JSON. */
  readonly amountTransaction: string;
  readonly merchantIdentifier: string | null;
  /** Where the line was served when it was asked for; null where nobody knew. */
  readonly cell: string | null;
  readonly decision: string;
  /** JSON: the grounds of the decision. */
  readonly grounds: string;
  readonly state: PaymentState;
  /** 1 where the merchant was refused at once: it has never seen this payment. */
  readonly refusedAtOnce: number;
  /** The secret part of the step-up page's address. */
  readonly validationToken: string | null;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly chargedMs: number | null;
  readonly refundedMs: number | null;
  readonly judgement: PaymentJudgement | null;
}

/** A payment after an event, or undefined where the event may not happen to it. One that succeeds is charged with it. */
export function advancePayment<P extends Payment>(payment: P, event: PaymentEvent, nowMs: number): P | undefined {
  const state = nextState(PAYMENT_TRANSITIONS, payment.state, event);
  if (state === undefined) return undefined;
  return { ...payment, state, changedMs: nowMs, chargedMs: state === 'succeeded' ? nowMs : payment.chargedMs };
}
