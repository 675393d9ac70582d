import { createHash } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { type Msisdn, parseMsisdn } from '../../identifiers/msisdn.ts';
import type { PaymentGateConfig } from './config.ts';
import { PaymentError } from './payment-fault.ts';
import type { CreatePaymentBody } from './schemas.ts';

/** What a merchant asks for, read. */
export interface PaymentRequest {
  readonly merchant: string;
  readonly clientCorrelator: string | null;
  readonly requestHash: string;
  readonly steps: 1 | 2;
  readonly msisdn: Msisdn;
  /** In the smallest unit of the currency, taxes included. */
  readonly amount: number;
  readonly currency: string;
  readonly amountTransaction: CreatePaymentBody['amountTransaction'];
  readonly merchantIdentifier: string | null;
  readonly channel: string | undefined;
}

type MoneyConfig = Pick<PaymentGateConfig, 'currency' | 'currencyDecimals' | 'amountMax'>;
const CHARGE = 'amountTransaction.paymentAmount.chargingInformation';

/** @throws PaymentError PAYMENT_REQUEST_MALFORMED, PAYMENT_PHONE_MISSING, PAYMENT_SINK_REFUSED, PAYMENT_AMOUNT_UNAUTHORIZED */
export function readPaymentRequest(
  { amountTransaction, sink, sinkCredential }: CreatePaymentBody,
  { merchant, steps, config }: { merchant: string; steps: 1 | 2; config: MoneyConfig },
): PaymentRequest {
  if (sink !== undefined || sinkCredential !== undefined) throw new PaymentError({ code: 'PAYMENT_SINK_REFUSED' });
  const { phoneNumber, clientCorrelator, paymentAmount } = amountTransaction;
  const { amount, taxAmount, isTaxIncluded, currency } = paymentAmount.chargingInformation;
  const msisdn = readPhone(phoneNumber, 'amountTransaction.phoneNumber');
  const base = readAmount({ amount, currency }, config, CHARGE);
  const tax = isTaxIncluded === true ? 0 : smallestUnits(taxAmount ?? 0, config, `${CHARGE}.taxAmount`);
  refuseLarge(base + tax, config);
  const { merchantIdentifier, channel } = paymentAmount.chargingMetaData ?? {};
  return {
    merchant,
    clientCorrelator: clientCorrelator ?? null,
    requestHash: createHash('sha256')
      .update(JSON.stringify([steps, amountTransaction]))
      .digest('hex'),
    steps,
    msisdn,
    amount: base + tax,
    currency: config.currency,
    amountTransaction,
    merchantIdentifier: merchantIdentifier ?? null,
    channel,
  };
}

/** @throws PaymentError PAYMENT_PHONE_MISSING, PAYMENT_REQUEST_MALFORMED */
export function readPhone(phoneNumber: string | undefined, field: string): Msisdn {
  if (phoneNumber === undefined) throw new PaymentError({ code: 'PAYMENT_PHONE_MISSING' });
  const msisdn = parseMsisdn(phoneNumber);
  if (msisdn instanceof Fault) throw malformed(field, 'a phone number in E.164 with its plus');
  return msisdn;
}

/** An amount in the smallest unit of the gate's currency. @throws PaymentError PAYMENT_REQUEST_MALFORMED, PAYMENT_AMOUNT_UNAUTHORIZED */
export function readAmount(
  { amount, currency }: { amount: number; currency: string },
  config: MoneyConfig,
  field: string,
): number {
  if (currency !== config.currency) throw malformed(`${field}.currency`, config.currency);
  const units = smallestUnits(amount, config, `${field}.amount`);
  if (units <= 0) throw malformed(`${field}.amount`, 'more than 0');
  refuseLarge(units, config);
  return units;
}

function refuseLarge(units: number, { amountMax, currencyDecimals }: MoneyConfig): void {
  if (units > amountMax * 10 ** currencyDecimals) {
    throw new PaymentError({ code: 'PAYMENT_AMOUNT_UNAUTHORIZED', amountMax });
  }
}

function smallestUnits(amount: number, { amountMax, currencyDecimals }: MoneyConfig, field: string): number {
  // Beyond what is allowed anyway, and where a number no longer holds every unit.
  if (amount > 1e12) throw new PaymentError({ code: 'PAYMENT_AMOUNT_UNAUTHORIZED', amountMax });
  const units = Math.round(amount * 10 ** currencyDecimals);
  // A fraction in binary is off by less than a millionth of the smallest unit.
  if (Math.abs(units - amount * 10 ** currencyDecimals) > 1e-6) {
    throw malformed(field, `a number with ${currencyDecimals} decimals`);
  }
  return units;
}

export function malformed(field: string, expected: string): PaymentError {
  return new PaymentError({ code: 'PAYMENT_REQUEST_MALFORMED', field, expected });
}
