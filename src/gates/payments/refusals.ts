import type { Payment } from '../../records/payment.ts';
import { PAYMENT_VERDICTS, type PaymentRecord } from '../../records/payment-record.ts';
import type { EntryPair } from '../../records/record-line.ts';
import type { Reason } from './checks.ts';

/** The interface, by the name that CAMARA gives it. */
const GATE = 'carrier-billing';
/** No named check: the book itself counts what a line has spent. */
const MONTHLY_LIMIT = 'monthly limit';

/** What is kept of a payment as it was decided; undefined where it was simply let pass. */
export function recordOf(payment: Payment, timeMs: number): PaymentRecord | undefined {
  const { paymentId, merchant, decision, grounds } = payment;
  const verdict = PAYMENT_VERDICTS.find((known) => known === decision);
  if (verdict === undefined) return undefined;
  const reasons = JSON.parse(grounds) as Reason[];
  return {
    timeMs,
    gate: GATE,
    paymentId,
    merchant,
    verdict,
    reasons: reasons.map(({ name }) => name),
    entries: entriesOf(reasons),
  };
}

/** What is kept of a payment for which its line has no room: the book keeps nothing of it. */
export function recordOverLimit(merchant: string, timeMs: number): PaymentRecord {
  return { timeMs, gate: GATE, paymentId: '', merchant, verdict: 'refuse', reasons: [MONTHLY_LIMIT], entries: [] };
}

/** Each once: several checks may rest on the same. */
function entriesOf(reasons: readonly Reason[]): EntryPair[] {
  const named = reasons.flatMap(({ entries }) => entries);
  return [...new Map(named.map(({ member, index }) => [`${member} ${index}`, [member, index] as const])).values()];
}
