import type { PaymentRow } from '../../store/payments/payment-tables.ts';

/** A payment with the grounds of its decision, for its operator's people. */
export interface PaymentDeskView {
  readonly payment: string;
  readonly merchant: string;
  readonly line: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly state: string;
  readonly decision: string;
  readonly reasons: readonly {
    readonly name: string;
    readonly decision: string;
    readonly facts: Readonly<Record<string, string | number>>;
    readonly entries: readonly { readonly member: string; readonly index: number }[];
  }[];
  readonly cell?: string;
  readonly createdAt: string;
  readonly chargedAt?: string;
  readonly refundedAt?: string;
  readonly judgement?: string;
}

export function paymentDeskView(row: PaymentRow): PaymentDeskView {
  const { paymentId, merchant, msisdn, amount, currency, state, decision, grounds, cell } = row;
  return {
    payment: paymentId,
    merchant,
    line: `+${msisdn}`,
    amount,
    currency,
    state,
    decision,
    reasons: JSON.parse(grounds) as PaymentDeskView['reasons'],
    ...(cell !== null && { cell }),
    createdAt: timeText(row.createdMs),
    ...(row.chargedMs !== null && { chargedAt: timeText(row.chargedMs) }),
    ...(row.refundedMs !== null && { refundedAt: timeText(row.refundedMs) }),
    ...(row.judgement !== null && { judgement: row.judgement }),
  };
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
