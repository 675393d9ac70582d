export interface PaymentsSchema {
  payments: PaymentTable;
  paymentCharges: PaymentChargeTable;
}

/** All private. What each column means is told in `records/payment.ts`. */
interface PaymentTable {
  paymentId: string;
  merchant: string;
  clientCorrelator: string | null;
  requestHash: string;
  steps: number;
  msisdn: string;
  amount: number;
  currency: string;
  amountTransaction: string;
  merchantIdentifier: string | null;
  cell: string | null;
  decision: string;
  grounds: string;
  state: string;
  refusedAtOnce: number;
  validationToken: string | null;
  createdMs: number;
  changedMs: number;
  chargedMs: number | null;
  refundedMs: number | null;
  judgement: string | null;
}

/** What billing is to put on a subscriber's bill. A payment has at most one row of each kind. */
interface PaymentChargeTable {
  paymentId: string;
  kind: 'charge' | 'refund';
  msisdn: string;
  amount: number;
  atMs: number;
}
