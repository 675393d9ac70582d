import { Fault } from '../../base/fault.ts';

/** What the payment gate refuses, and why. No fact of it names a person. */
export type PaymentFault =
  | { code: 'PAYMENT_REQUEST_MALFORMED'; field: string; expected: string }
  | { code: 'PAYMENT_SINK_REFUSED' }
  | { code: 'PAYMENT_DATES_REVERSED' }
  | { code: 'PAYMENT_TOKEN_MISSING' }
  | { code: 'PAYMENT_TOKEN_UNKNOWN' }
  | { code: 'PAYMENT_NOT_A_MERCHANT'; role: string }
  | { code: 'PAYMENT_DENIED'; reasons: string }
  | { code: 'PAYMENT_NEEDS_STEP_UP'; reasons: string }
  | { code: 'PAYMENT_NOT_VALIDATED' }
  | { code: 'PAYMENT_UNKNOWN' }
  | { code: 'PAYMENT_CORRELATOR_REUSED' }
  | { code: 'PAYMENT_CONFIRMED' }
  | { code: 'PAYMENT_CANCELLED' }
  | { code: 'PAYMENT_PHONE_MISSING' }
  | { code: 'PAYMENT_AMOUNT_UNAUTHORIZED'; amountMax: number }
  | { code: 'PAYMENT_LIMIT_PASSED'; monthlyLimit: number }
  | { code: 'PAYMENT_AUTHORIZATION_UNKNOWN' }
  | { code: 'PAYMENTS_TOO_MANY_AT_ONCE'; paymentsMax: number }
  | { code: 'PAYMENT_TOO_MANY_REQUESTS'; retryAfterSeconds: number }
  | { code: 'PAYMENT_GATE_UNAVAILABLE' }
  | { code: 'PAYMENT_GATE_FAILED' };
export class PaymentError extends Fault<PaymentFault> {}
