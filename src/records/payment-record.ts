import { areEntries, type EntryPair, isText, isTimeMs, parseFields, type RecordFields } from './record-line.ts';

/** How a payment did not simply pass, in the payment gate's words. */
export const PAYMENT_VERDICTS = ['refuse', 'hold', 'step-up'] as const;
export type PaymentVerdict = (typeof PAYMENT_VERDICTS)[number];

/** A payment that was not simply let pass, as it is kept beside the book: whose line it was is in the book alone. */
export interface PaymentRecord {
  /** When it was decided, in ms since 1970. */
  readonly timeMs: number;
  /** The interface on which it was asked for. */
  readonly gate: string;
  /** '' where the book has kept none: its line has no room under the monthly limit. */
  readonly paymentId: string;
  readonly merchant: string;
  readonly verdict: PaymentVerdict;
  /** The named checks that spoke against it, in the order of their table. */
  readonly reasons: readonly string[];
  /** The entries that they rest on: member and index. */
  readonly entries: readonly EntryPair[];
}

/** Reads a line of a file of payments. @returns undefined for what is no record */
export function parsePaymentRecord(line: string): PaymentRecord | undefined {
  const fields = parseFields(line);
  return fields !== undefined && isPaymentRecord(fields) ? fields : undefined;
}

function isPaymentRecord(fields: RecordFields): fields is RecordFields & PaymentRecord {
  const { timeMs, gate, paymentId, merchant, verdict, reasons, entries } = fields;
  return (
    isTimeMs(timeMs) &&
    [gate, paymentId, merchant].every(isText) &&
    PAYMENT_VERDICTS.some((known) => known === verdict) &&
    Array.isArray(reasons) &&
    reasons.every(isText) &&
    areEntries(entries)
  );
}
