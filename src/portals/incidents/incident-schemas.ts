import Type, { type TSchema, type TString } from 'typebox';
import { COUNT_SOURCES } from '../../desks/incidents/counting.ts';
import { INCIDENTS_PAGE_MAX } from '../../desks/incidents/desk.ts';
import { MARKS } from '../../desks/incidents/duties.ts';
import { LANGUAGES } from '../../desks/incidents/languages.ts';
import { OPEN_RIGHTS_PAGE_MAX } from '../../desks/incidents/open-rights.ts';
import { NOTE_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../desks/decisions/form-fields.ts';

/** What the JSON of requests about incidents may be, and of the answers. The desk judges what it means. */
export const closed = { additionalProperties: false } as const;
export const TEXT = Type.String({ maxLength: TEXT_LENGTH_MAX });
export const NOTE = Type.String({ maxLength: NOTE_LENGTH_MAX });
export const MOMENT = Type.String({
  maxLength: 40,
  description: 'RFC 3339 with an offset, never a day alone: hours are counted from it.',
  examples: ['2025-04-18T23:20:00+09:00'],
});
const COUNT = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const SHA256 = Type.String({ pattern: '^[0-9a-fA-F]{64}$' });
const INCIDENT = Type.String({ maxLength: 20, examples: ['I-2026-000001'] });
const LIST = Type.String({ maxLength: 20, examples: ['E-2026-000001'] });

/** Words are described, not enforced, here: the desk refuses others and says which there are. */
export function words(list: readonly string[]): TString {
  return Type.String({ maxLength: 40, description: `One of: ${list.join(', ')}.` });
}

export const IncidentParams = Type.Object({ incident: INCIDENT });
export const ClockParams = Type.Object({ incident: INCIDENT, clock: Type.Integer({ minimum: 1, maximum: 1_000_000 }) });
export const EvidenceParams = Type.Object({ incident: INCIDENT, sha256: SHA256 });

const FACT = {
  what: NOTE,
  happenedAt: Type.Optional(MOMENT),
  knownAt: MOMENT,
  marks: Type.Optional(Type.Array(words(MARKS), { maxItems: MARKS.length })),
  persons: Type.Optional(COUNT),
};
export const OpenBody = Type.Object({ title: TEXT, ...FACT }, closed);
export const FactBody = Type.Object(FACT, closed);
export const FilingBody = Type.Object(
  { reference: TEXT, filedAt: Type.Optional(MOMENT), evidence: Type.Optional(SHA256) },
  closed,
);
export const SealQuery = Type.Object(
  { name: TEXT, fact: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })) },
  closed,
);
export const AttachBody = Type.Object(
  { list: LIST, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }), knownAt: MOMENT },
  closed,
);
export const CountBody = Type.Object(
  { source: words(COUNT_SOURCES), asOf: MOMENT, victims: COUNT, payments: COUNT, won: COUNT, refunded: COUNT },
  closed,
);
export const NotifyBody = Type.Object(
  {
    template: Type.String({
      maxLength: NOTE_LENGTH_MAX,
      description: 'With {code}; {contact}, {incident} and {items} where wanted. A link is refused.',
    }),
    language: Type.Optional(words(LANGUAGES)),
  },
  closed,
);
export const ToldBody = Type.Object(
  {
    batch: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    notice: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    channel: Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'letter, call, visit …' }),
  },
  closed,
);
export const ListQuery = Type.Object(
  {
    before: Type.Optional(INCIDENT),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: INCIDENTS_PAGE_MAX, default: 50 })),
  },
  closed,
);
export const OpenRightsQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 15, description: 'Go on after this line.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: OPEN_RIGHTS_PAGE_MAX, default: 100 })),
  },
  closed,
);

const Optional = <T extends TSchema>(type: T) => Type.Optional(type);
const ENTRY = Type.Object(
  { member: Type.String(), index: Type.Integer() },
  { description: 'In the member’s own log, which is served to nobody.' },
);
export const FactAnswer = Type.Object({
  incident: Type.String(),
  fact: Type.Integer(),
  clocks: Type.Array(Type.Integer(), { description: 'The clocks that began to run.' }),
});
export const SealAnswer = Type.Object({
  incident: Type.String(),
  sha256: Type.String(),
  size: Type.Integer(),
  entry: ENTRY,
});
export const FilingAnswer = Type.Object({ incident: Type.String(), clock: Type.Integer(), state: Type.String() });
export const AttachAnswer = Type.Object({
  ...FactAnswer.properties,
  lines: Type.Integer(),
  added: Type.Integer(),
  grown: Type.Integer({ description: 'Lines of which more items are known to be exposed.' }),
  dropped: Type.Integer({ description: 'Lines that this version no longer names; they keep every right.' }),
  exposed: Type.Integer({ description: 'All lines of any attached version.' }),
});
export const CountAnswer = Type.Object({ incident: Type.String(), count: Type.Integer() });
export const StatusAnswer = Type.Object({ incident: Type.String(), incidentState: Type.String() });
export const NotifyAnswer = Type.Object({
  incident: Type.String(),
  batch: Type.Integer(),
  recipients: Type.Integer(),
});
const BATCHES = Type.Array(
  Type.Object({
    batch: Type.Integer(),
    createdBy: Type.String(),
    language: Type.String(),
    recipients: Type.Integer(),
    states: Type.Record(Type.String(), Type.Integer()),
  }),
);
export const ProgressAnswer = Type.Object({ incident: Type.String(), notices: BATCHES });
const NOTICE = { batch: Type.Integer(), notice: Type.Integer(), noticeState: Type.String() };
export const ToldAnswer = Type.Object({ incident: Type.String(), ...NOTICE });
export const UnreachedAnswer = Type.Object({
  unreached: Type.Array(Type.Object({ ...NOTICE, msisdn: Type.String() })),
});
const SUMMARY = {
  incident: Type.String(),
  title: Type.String(),
  incidentState: Type.String(),
  openedAt: Type.String(),
  openedBy: Type.String(),
  closedAt: Optional(Type.String()),
};
const DUTY_TEXT = Type.Object({ ko: Type.String(), en: Type.String() });
const CLOCK = Type.Object({
  incident: Type.String(),
  clock: Type.Integer(),
  duty: Type.String(),
  addressee: Optional(DUTY_TEXT),
  source: Optional(DUTY_TEXT),
  text: Optional(DUTY_TEXT),
  fact: Type.Integer(),
  knownAt: Type.String(),
  knownEvidence: Type.Array(Type.String()),
  dueAt: Optional(Type.String()),
  warnsAt: Optional(Type.String()),
  state: Type.String({ description: 'running, warned, missed, kept, late; without-delay or done without a figure' }),
  lateSeconds: Optional(Type.Integer()),
  filedAt: Optional(Type.String()),
  filedReference: Optional(Type.String()),
  filedEvidence: Optional(Type.String()),
  filedBy: Optional(Type.String()),
});
const SIDE = Type.Object({
  asOf: Type.String(),
  victims: Type.Integer(),
  payments: Type.Integer(),
  won: Type.Integer(),
  refunded: Type.Integer(),
});
const AUTOMATIC = Type.Object(
  {
    kind: Type.Literal('list-attached'),
    list: Type.String(),
    version: Type.Integer(),
    lines: Type.Integer(),
    added: Type.Integer(),
    grown: Type.Integer(),
    dropped: Type.Integer(),
  },
  { description: 'What the desk itself wrote, as data; `what` has it in English.' },
);
export const IncidentDetail = Type.Object({
  ...SUMMARY,
  facts: Type.Array(
    Type.Object({
      fact: Type.Integer(),
      what: Type.String(),
      automatic: Optional(AUTOMATIC),
      happenedAt: Optional(Type.String()),
      knownAt: Type.String(),
      marks: Type.Array(Type.String()),
      persons: Optional(Type.Integer()),
      recordedAt: Type.String(),
      recordedBy: Type.String(),
    }),
  ),
  evidence: Type.Array(
    Type.Object({
      sha256: Type.String(),
      name: Type.String(),
      size: Type.Integer(),
      fact: Optional(Type.Integer()),
      sealedAt: Type.String(),
      sealedBy: Type.String(),
      entry: Optional(ENTRY),
    }),
  ),
  clocks: Type.Array(CLOCK),
  lists: Type.Array(
    Type.Object({
      list: Type.String(),
      version: Type.Integer(),
      attachedAt: Type.String(),
      attachedBy: Type.String(),
      lines: Type.Integer(),
      added: Type.Integer(),
      grown: Type.Integer(),
      dropped: Type.Integer(),
    }),
  ),
  counts: Type.Object({
    exposed: Type.Integer(),
    registered: Type.Object({ victims: Type.Integer(), refunded: Type.Integer() }),
    operator: Optional(SIDE),
    police: Optional(SIDE),
    reconciles: Type.Boolean({ description: 'exposed ≥ victims ≥ refunded' }),
  }),
  notices: BATCHES,
});
export const IncidentPage = Type.Object({
  incidents: Type.Array(Type.Object(SUMMARY)),
  next: Optional(Type.String({ description: 'Ask for the page `before` this one.' })),
});
export const ClockList = Type.Object({ clocks: Type.Array(CLOCK) });
export const OpenRightsAnswer = Type.Object({
  incident: Type.String(),
  people: Type.Integer(),
  open: Type.Integer(),
  totals: Type.Record(Type.String(), Type.Integer()),
  lines: Type.Array(Type.Object({ line: Type.String(), rights: Type.Array(Type.String()) })),
  next: Optional(Type.String({ description: 'Ask for the page `after` this line.' })),
});
