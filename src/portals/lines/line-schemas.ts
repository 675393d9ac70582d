import Type from 'typebox';
import { LOOK_UP_CASE } from '../schemas.ts';

const STRING = Type.String();
const MAYBE = Type.Optional(STRING);
const Line = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'As +82 10-1234-5678, or as this member’s country writes it: 010-1234-5678.',
});
const Check = Type.String({
  maxLength: 40,
  description:
    'How the person was known, face to face: identity-card, passport, driving-licence, legal-representative.',
});

export const ShowBody = Type.Object({ line: Line, case: Type.Optional(LOOK_UP_CASE) }, { additionalProperties: false });
export const LineBody = Type.Object({ line: Line }, { additionalProperties: false });
export const ProtectBody = Type.Object(
  { line: Line, imsi: Type.String({ maxLength: 64 }), imei: Type.String({ maxLength: 64 }) },
  { additionalProperties: false },
);
export const CheckedLineBody = Type.Object({ line: Line, check: Check }, { additionalProperties: false });
export const PriorityBody = Type.Object(
  { line: Line, priority: Type.Boolean(), imsi: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
);
export const PaymentParams = Type.Object({ payment: Type.String({ minLength: 1, maxLength: 64 }) });
export const JudgementBody = Type.Object(
  { judgement: Type.String({ maxLength: 20, description: 'release, refuse or fraudulent' }) },
  { additionalProperties: false },
);

/** What the routes answer. A property that is not here is not sent. */
export const LineAnswer = Type.Object({
  line: STRING,
  exposedOn: Type.Array(STRING, { description: 'The exposed lists that the line is on.' }),
  protection: Type.Optional(Type.Object({ imsi: STRING, imei: STRING, since: STRING })),
  paymentsBlockedSince: MAYBE,
  unblockAsked: Type.Optional(Type.Object({ at: STRING, by: STRING, check: STRING })),
  prioritySince: MAYBE,
  passkeys: Type.Integer(),
});
export const EnrolmentAnswer = Type.Object({
  code: Type.String({ description: 'Shown once and kept nowhere.' }),
  expiresAt: STRING,
});
export const PaymentAnswer = Type.Object({
  payment: STRING,
  merchant: STRING,
  line: STRING,
  amount: Type.Integer({ description: 'In the smallest unit of the currency.' }),
  currency: STRING,
  state: STRING,
  decision: STRING,
  reasons: Type.Array(
    Type.Object({
      name: STRING,
      decision: STRING,
      facts: Type.Object({}, { additionalProperties: true }),
      entries: Type.Array(Type.Object({ member: STRING, index: Type.Integer() })),
    }),
  ),
  cell: MAYBE,
  createdAt: STRING,
  chargedAt: MAYBE,
  refundedAt: MAYBE,
  judgement: MAYBE,
});
export const HeldPayments = Type.Object({ payments: Type.Array(PaymentAnswer) });
