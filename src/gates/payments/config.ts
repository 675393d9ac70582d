import Type, { type Static } from 'typebox';

/** What a check that found something asks for, the mildest first. */
export const RISK_DECISIONS = ['allow', 'step-up', 'hold', 'refuse'] as const;
export type RiskDecision = (typeof RISK_DECISIONS)[number];

/** The checks by name, in the order of their table. */
export const CHECK_NAMES = [
  'blocked by the customer',
  'distrusted serving cell',
  'distrusted cell lately',
  'serving cell not in inventory',
  'exposed line',
  'readable authentication channel',
  'many payments of one line',
  'many payers on one cell',
  'large amount soon after a new cell',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

const decision = (byDefault: RiskDecision) => Type.Enum([...RISK_DECISIONS], { default: byDefault });
const minutes = (byDefault: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_440, default: byDefault, description });

const Decisions = Type.Object(
  {
    'blocked by the customer': decision('refuse'),
    'distrusted serving cell': decision('refuse'),
    'distrusted cell lately': decision('step-up'),
    'serving cell not in inventory': decision('step-up'),
    'exposed line': decision('step-up'),
    'readable authentication channel': decision('step-up'),
    'many payments of one line': decision('hold'),
    'many payers on one cell': decision('hold'),
    'large amount soon after a new cell': decision('step-up'),
  } satisfies Record<CheckName, ReturnType<typeof decision>>,
  { additionalProperties: false, default: {}, description: 'what each check asks for; `allow` switches it off' },
);

const Checks = Type.Object(
  {
    cellWindowMinutes: minutes(60, 'how long after a distrusted cell a line is looked at with care'),
    linePayments: Type.Integer({ minimum: 2, maximum: 1_000, default: 3, description: 'so many payments of one line' }),
    lineWindowMinutes: minutes(10, 'within so long'),
    cellPayers: Type.Integer({ minimum: 2, maximum: 10_000, default: 10, description: 'so many payers on one cell' }),
    cellPayersWindowMinutes: minutes(15, 'within so long'),
    newCellMinutes: minutes(10, 'a cell is new for a line so long after its first sight'),
    largeShare: Type.Number({ minimum: 0, maximum: 1, default: 0.2, description: 'of the monthly limit' }),
    readableChannels: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
      default: ['ARS', 'SMS', 'VOICE'],
      maxItems: 32,
      description: 'ways of authentication that a hostile cell can read: values of chargingMetaData.channel',
    }),
    decisions: Decisions,
  },
  { additionalProperties: false, default: {} },
);
export type CheckConfig = Static<typeof Checks>;

/** The `gates.payments` part of a node's configuration. docs/gates/payments.md tells it to people. */
export const PaymentGateConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', minLength: 1 }),
    port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]+$',
        description: 'where payers reach the step-up page; passkeys are bound to its host. http://localhost without it',
      }),
    ),
    currency: Type.String({ pattern: '^[A-Z]{3}$', default: 'KRW' }),
    currencyDecimals: Type.Integer({ minimum: 0, maximum: 3, default: 0 }),
    amountMax: Type.Number({ exclusiveMinimum: 0, maximum: 1e9, default: 500_000, description: 'of one payment' }),
    monthlyLimit: Type.Number({ exclusiveMinimum: 0, maximum: 1e9, default: 1_000_000, description: 'of one line' }),
    utcOffsetMinutes: Type.Integer({
      minimum: -840,
      maximum: 840,
      default: 540,
      description: 'of the clock by which a month begins',
    }),
    reservedMinutes: Type.Integer({
      minimum: 1,
      maximum: 1_440,
      default: 15,
      description: 'a reservation that nobody confirms is given up after so long',
    }),
    requestsPerMinuteMax: Type.Integer({ minimum: 60, default: 60_000, description: 'from one address' }),
    checks: Checks,
  },
  { additionalProperties: false },
);
export type PaymentGateConfig = Static<typeof PaymentGateConfig>;
