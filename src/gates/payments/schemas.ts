import Type, { type Static } from 'typebox';
import { PAYMENT_STATES } from '../../records/payment.ts';
import { RISK_DECISIONS } from './config.ts';

/** Characters of any text in a request: CAMARA names no limits. */
const TEXT_LENGTH_MAX = 256;
export const PAYMENT_ITEMS_MAX = 64;
export const PER_PAGE_MAX = 100;
export const PAGE_MAX = 100_000;

const Text = Type.String({ maxLength: TEXT_LENGTH_MAX });
const PhoneNumber = Type.String({ pattern: '^\\+[1-9][0-9]{4,14}$' });
// No multipleOf: in binary 0.003 is none of 0.001. `smallestUnits` sees to decimals.
const Amount = Type.Number({ minimum: 0.001, maximum: Number.MAX_SAFE_INTEGER });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const TaxAmount = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const ChargingInformation = Type.Object({
  amount: Amount,
  currency: Currency,
  description: Text,
  isTaxIncluded: Type.Optional(Type.Boolean()),
  taxAmount: Type.Optional(TaxAmount),
});

const PaymentItem = Type.Object({
  id: Text,
  amount: Amount,
  currency: Currency,
  description: Text,
  isTaxIncluded: Type.Optional(Type.Boolean()),
  taxAmount: Type.Optional(TaxAmount),
});

const ChargingMetaData = Type.Object({
  merchantName: Type.Optional(Text),
  merchantIdentifier: Type.Optional(Text),
  fee: Type.Optional(Type.Number()),
  purchaseCategoryCode: Type.Optional(Text),
  channel: Type.Optional(Text),
  serviceId: Type.Optional(Text),
  productId: Type.Optional(Text),
});

const PaymentAmount = Type.Object({
  chargingInformation: ChargingInformation,
  chargingMetaData: Type.Optional(ChargingMetaData),
  paymentDetails: Type.Optional(Type.Array(PaymentItem, { minItems: 1, maxItems: PAYMENT_ITEMS_MAX })),
});

/** CreatePayment, and the same of a preparation (CAMARA carrier-billing v0.5). */
export const CreatePaymentBody = Type.Object({
  amountTransaction: Type.Object({
    phoneNumber: Type.Optional(PhoneNumber),
    clientCorrelator: Type.Optional(Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX })),
    paymentAmount: PaymentAmount,
    referenceCode: Text,
  }),
  sink: Type.Optional(Text),
  sinkCredential: Type.Optional(Type.Object({})),
});
export type CreatePaymentBody = Static<typeof CreatePaymentBody>;

/** With a token of a merchant, not of a payer, the phone number is required; what is charged is the payment's own. */
export const PhoneBody = Type.Object({ phoneNumber: Type.Optional(PhoneNumber) });

export const ValidateBody = Type.Object({ authorizationId: Text, code: Text });

export const PaymentParams = Type.Object({ paymentId: Type.String({ minLength: 1, maxLength: 64 }) });

const State = Type.Enum([...PAYMENT_STATES]);
const DateTime = Type.String({ maxLength: 40 });

export const PaymentsQuery = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX })),
  perPage: Type.Optional(Type.Integer({ minimum: 1, maximum: PER_PAGE_MAX })),
  'paymentCreationDate.gte': Type.Optional(DateTime),
  'paymentCreationDate.lte': Type.Optional(DateTime),
  order: Type.Optional(Type.Enum(['desc', 'asc'])),
  paymentStatus: Type.Optional(Type.Array(State, { maxItems: PAYMENT_STATES.length })),
  merchantIdentifier: Type.Optional(Text),
});
export type PaymentsQuery = Static<typeof PaymentsQuery>;

/** A question that charges nothing. Ours, in the style of the others. */
export const RiskBody = Type.Object({
  phoneNumber: Type.Optional(PhoneNumber),
  amount: Type.Object({ amount: Amount, currency: Currency }),
  authenticationChannel: Type.Optional(Text),
});
export type RiskBody = Static<typeof RiskBody>;

export const RiskAnswer = Type.Object({
  decision: Type.Enum([...RISK_DECISIONS]),
  // Not on which cell, nor on which list: a merchant need not know where its customer is.
  reasons: Type.Array(Type.Object({ name: Type.String(), decision: Type.String() })),
  decidedAt: Type.String(),
});
