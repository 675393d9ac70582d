import Type, { type TString } from 'typebox';
import { PROOF_NAMES } from '../../desks/senders/numbers.ts';
import { APPLICATION_STATES, CERTIFICATE_STATES, DECISIONS, REVIEW_STEPS } from '../../desks/senders/states.ts';
import {
  APPLICATION_KINDS,
  CUSTOMER_KINDS,
  FINDINGS,
  NUMBER_STATES,
  PROPOSAL_STATES,
  PROPOSED_ACTIONS,
  SERVICES,
} from '../../desks/senders/words.ts';
import { SENDER_PRIORITIES, SENDER_REASONS } from '../../statements/sender-statement.ts';
import { NOTE_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../desks/decisions/form-fields.ts';

/** What the JSON of requests may be. The desk judges what it means: here only shapes and sizes are refused. */
const closed = { additionalProperties: false } as const;
const TEXT = Type.String({ maxLength: TEXT_LENGTH_MAX });
const NOTE = Type.String({ maxLength: NOTE_LENGTH_MAX, description: 'Private.' });
const PRIVATE = Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Private.' });
const ITEM = Type.String({ maxLength: 8, examples: ['2.1'] });
const LIMIT = Type.Integer({ minimum: 1, maximum: 500, default: 50 });
const DAY = Type.String({ maxLength: 40, description: 'A day, or RFC 3339 with an offset.', examples: ['2027-10-31'] });
const PERMILLE = Type.Integer({ minimum: 1, maximum: 999, description: 'Thousandths of the rate that are left.' });

function words(list: readonly string[]): TString {
  return Type.String({ maxLength: 40, description: `One of: ${list.join(', ')}.` });
}

const FACTS = {
  name: Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'As registered. The certificate shows it to anybody.' }),
  representative: PRIVATE,
  phone: PRIVATE,
  officeAddress: PRIVATE,
  bankAccount: Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Private: kept as a keyed hash alone.' }),
};
export const FirmBody = Type.Object(
  { ...FACTS, businessNumber: Type.String({ maxLength: 20, description: 'Ten digits.', examples: ['123-45-67890'] }) },
  closed,
);
export const ApplicationBody = Type.Object(
  {
    kind: Type.Optional(words(APPLICATION_KINDS)),
    service: words(SERVICES),
    note: Type.Optional(NOTE),
    facts: Type.Optional(
      Type.Partial(Type.Object(FACTS, closed), { ...closed, description: 'Of a change: what is other than before.' }),
    ),
  },
  closed,
);
export const FirmStepBody = Type.Object({ step: words(['resubmit', 'withdraw']) }, closed);
export const ReviewBody = Type.Object({ step: words(REVIEW_STEPS), note: Type.Optional(NOTE) }, closed);
export const FindingBody = Type.Object({ item: ITEM, finding: words(FINDINGS), remark: Type.Optional(NOTE) }, closed);
export const DecisionBody = Type.Object(
  { decision: words(DECISIONS), priority: Type.Optional(words(SENDER_PRIORITIES)), note: Type.Optional(NOTE) },
  closed,
);
export const EvidenceQuery = Type.Object({ item: ITEM, validUntil: Type.Optional(DAY) }, closed);
export const SanctionBody = Type.Object(
  { reason: words(SENDER_REASONS), permille: Type.Optional(PERMILLE), note: Type.Optional(NOTE) },
  closed,
);
export const NumberBody = Type.Object(
  {
    number: Type.String({
      maxLength: 40,
      description: 'Private: the log has a tag of it.',
      examples: ['02-1234-5678'],
    }),
    customer: PRIVATE,
    customerKind: words(CUSTOMER_KINDS),
    staff: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Of a corporation.' })),
    proof: words(PROOF_NAMES),
  },
  closed,
);
export const NumberDecisionBody = Type.Object({ approve: Type.Boolean() }, closed);
export const ProposalBody = Type.Object(
  {
    certificate: Type.String({ maxLength: 20 }),
    action: words(PROPOSED_ACTIONS),
    permille: Type.Optional(PERMILLE),
    reason: words(SENDER_REASONS),
    evidence: Type.Object(
      {},
      { additionalProperties: true, description: 'No text of a message, no number of a person.' },
    ),
    source: TEXT,
  },
  closed,
);
export const DismissalBody = Type.Object({ note: TEXT }, closed);

export const FirmParams = Type.Object({ firm: Type.String({ maxLength: 20, examples: ['F-2026-000001'] }) });
export const ApplicationParams = Type.Object({ number: Type.String({ maxLength: 20, examples: ['A-2026-000001'] }) });
export const EvidenceParams = Type.Object({
  number: ApplicationParams.properties.number,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export const CertificateParams = Type.Object({ code: Type.String({ maxLength: 20, examples: ['KS-2026-000001'] }) });
export const NumberParams = Type.Object({
  code: CertificateParams.properties.code,
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export const ProposalParams = Type.Object({ number: Type.String({ maxLength: 20, examples: ['S-2026-000001'] }) });

const page = (states: readonly string[]) =>
  Type.Object(
    {
      state: Type.Optional(words(states)),
      before: Type.Optional(Type.String({ maxLength: 20 })),
      limit: Type.Optional(LIMIT),
    },
    closed,
  );
export const ApplicationQuery = page(APPLICATION_STATES);
export const CertificateQuery = page(CERTIFICATE_STATES);
export const ProposalQuery = page(PROPOSAL_STATES);
export const NumberQuery = Type.Object(
  {
    state: Type.Optional(words(NUMBER_STATES)),
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    limit: Type.Optional(LIMIT),
  },
  closed,
);
export const ReceiptQuery = Type.Object(
  {
    index: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Of one of the entries that the certificate rests on; without it, the newest of them.',
      }),
    ),
  },
  closed,
);
export const OriginatorQuery = Type.Object(
  { originator: Type.String({ maxLength: 9, examples: ['301200001'] }) },
  closed,
);
