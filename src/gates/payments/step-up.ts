import type { Payment } from '../../records/payment.ts';

/** How a payer proves who they are. */
export interface StepUpProvider {
  /** Whether this line can. */
  isReady(msisdn: string): Promise<boolean>;
  /** Where the payer does: `validationURL`. */
  validationUrl(validationToken: string): string;
}

/** What a provider tells the gate. */
export interface StepUpResult {
  /** The payer has proven who they are. @returns the payment as it is now; undefined where there is none */
  validated(validationToken: string): Promise<Payment | undefined>;
  /** The payer does not want this payment. */
  declined(validationToken: string): Promise<Payment | undefined>;
}
