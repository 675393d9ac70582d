import type { Payment, PaymentState } from '../../records/payment.ts';

/** Both times inclusive, in ms since 1970. */
export interface PaymentQuery {
  readonly merchant: string;
  readonly states?: readonly PaymentState[];
  readonly merchantIdentifier?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** Names one payment: by its number, for its merchant alone; or by the secret of its step-up page. */
export type PaymentName =
  | { readonly paymentId: string; readonly merchant: string }
  | { readonly validationToken: string };

/** Where payments are kept. What it says it has kept outlives the process; a new `succeeded` is charged in the same write. */
export interface PaymentBook {
  /**
   * Keeps a payment, unless its merchant has one under the same correlator, which is answered then. `open` is called
   * while nothing else is written.
   * @param sinceMs from when on `spent`, what the line was charged and has set aside, is counted
   */
  open(
    asked: { merchant: string; clientCorrelator: string | null; msisdn: string; sinceMs: number },
    open: (spent: number) => Payment,
  ): Promise<Payment>;
  /** Changes a payment. `change` is called while nothing else is written; undefined leaves it as it is. */
  change(name: PaymentName, change: (payment: Payment) => Payment | undefined): Promise<Payment | undefined>;
  find(name: PaymentName): Promise<Payment | undefined>;
  list(query: PaymentQuery): Promise<{ payments: readonly Payment[]; total: number }>;
  /** Gives up what has waited for its merchant or its payer since before a time. @returns how many */
  expire(beforeMs: number, nowMs: number): Promise<number>;
  /** Payments since a time, oldest first. */
  recent(sinceMs: number, limit: number): Promise<readonly Pick<Payment, 'msisdn' | 'cell' | 'createdMs'>[]>;
}
