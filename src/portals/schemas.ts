import Type, { type TSchema, type TString } from 'typebox';
import { CASE_KINDS, CASE_STATUSES } from '../desks/devices/case-states.ts';
import { END_REASONS } from '../desks/devices/ending.ts';
import { NOTE_LENGTH_MAX, TEXT_LENGTH_MAX } from '../desks/devices/fields.ts';
import { DEVICES_MAX, LISTINGS } from '../desks/devices/forms.ts';
import { DEVICE_REASONS } from '../statements/statement.ts';

/** What the JSON of requests may be. The desk judges what it means: here only shapes and sizes are refused. */
const closed = { additionalProperties: false } as const;
const TEXT = Type.String({ maxLength: TEXT_LENGTH_MAX });
const NOTE = Type.String({ maxLength: NOTE_LENGTH_MAX, description: 'Private.' });
const IMEI = Type.String({
  maxLength: 64,
  description: '14, 15 or 16 digits; spaces and dashes between them are ignored.',
  examples: ['352099001761481'],
});
const TIME = Type.String({
  maxLength: 40,
  description: 'RFC 3339 with an offset, or a day alone.',
  examples: ['2026-11-22T17:30:00+09:00'],
});
const ACCEPT_CHECK_DIGIT = Type.Boolean({
  description: 'Take an IMEI whose check digit does not fit: somebody has looked again.',
});

const ACCEPT_SHARED = Type.Boolean({
  description: 'List an IMEI that many phones may bear, such as one of a test device. Supervisors only.',
});

/** Words are described, not enforced, here: the desk refuses others and says which there are. */
function words(list: readonly string[]): TString {
  return Type.String({ maxLength: 40, description: `One of: ${list.join(', ')}.` });
}

const RELATION = Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Owner, parent, courier, police …' });
const RIGHT_CHECKED = Type.String({
  maxLength: TEXT_LENGTH_MAX,
  description: 'How their right was checked: identity card, contract …',
});
const REQUESTER = Type.Object(
  {
    name: Type.Optional(TEXT),
    contact: Type.Optional(TEXT),
    relation: Type.Optional(RELATION),
    rightChecked: Type.Optional(RIGHT_CHECKED),
  },
  { ...closed, description: 'Who asked. Private: it never leaves the member.' },
);

const CIRCUMSTANCES = {
  place: Type.Optional(Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Private.' })),
  policeReference: Type.Optional(Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Private.' })),
  note: Type.Optional(NOTE),
  requester: Type.Optional(REQUESTER),
};
/** A text, or null, which empties the field as an empty text does. */
function amended<T extends TSchema>(text: T) {
  return Type.Optional(Type.Union([text, Type.Null()]));
}
const AMENDMENTS = {
  place: amended(CIRCUMSTANCES.place),
  policeReference: amended(CIRCUMSTANCES.policeReference),
  note: amended(NOTE),
  requester: amended(
    Type.Object(
      {
        name: amended(TEXT),
        contact: amended(TEXT),
        relation: amended(RELATION),
        rightChecked: amended(RIGHT_CHECKED),
      },
      closed,
    ),
  ),
};
const LISTED = {
  reason: words(DEVICE_REASONS),
  listing: Type.Optional(words(LISTINGS)),
  occurredAt: Type.Optional(TIME),
};

export const ReportBody = Type.Object(
  {
    devices: Type.Array(IMEI, {
      minItems: 1,
      maxItems: DEVICES_MAX,
      description: 'All numbers of one phone, or several.',
    }),
    ...LISTED,
    ...CIRCUMSTANCES,
    acceptCheckDigit: Type.Optional(ACCEPT_CHECK_DIGIT),
    acceptShared: Type.Optional(ACCEPT_SHARED),
  },
  closed,
);

export const ListingBody = Type.Object(
  {
    tac: Type.Optional(Type.String({ maxLength: 8, description: '8 digits: every device of a type.' })),
    from: Type.Optional(Type.String({ maxLength: 16, description: 'The first device of a range inside one TAC.' })),
    to: Type.Optional(Type.String({ maxLength: 16, description: 'The last device of the range.' })),
    ...LISTED,
    ...CIRCUMSTANCES,
  },
  closed,
);

export const CorrectionBody = Type.Object(
  {
    reason: Type.Optional(words(DEVICE_REASONS)),
    listing: Type.Optional(words(LISTINGS)),
    occurredAt: Type.Optional(TIME),
    devices: Type.Optional(
      Type.Array(Type.Object({ wrong: IMEI, right: IMEI }, closed), {
        minItems: 1,
        maxItems: DEVICES_MAX,
        description: 'IMEIs typed wrongly, and the right ones.',
      }),
    ),
    ...AMENDMENTS,
    acceptCheckDigit: Type.Optional(ACCEPT_CHECK_DIGIT),
    acceptShared: Type.Optional(ACCEPT_SHARED),
  },
  closed,
);

export const ReleaseBody = Type.Object(
  {
    reason: words(END_REASONS),
    devices: Type.Optional(
      Type.Array(IMEI, {
        minItems: 1,
        maxItems: DEVICES_MAX,
        description: 'Only these; all that still stand without it.',
      }),
    ),
    note: Type.Optional(NOTE),
  },
  closed,
);

export const PairingBody = Type.Object(
  {
    imei: IMEI,
    imsi: Type.String({ maxLength: 15, description: 'Private: the log holds only a tag of it.' }),
    ...CIRCUMSTANCES,
    acceptCheckDigit: Type.Optional(ACCEPT_CHECK_DIGIT),
  },
  closed,
);

export const OverrideBody = Type.Object(
  {
    open: Type.Boolean({ description: 'True: this member’s gates let every device through. False: they check again.' }),
    note: Type.Optional(NOTE),
  },
  closed,
);

export const OverruleBody = Type.Object(
  {
    member: Type.String({ maxLength: 32 }),
    index: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The entry in that member’s log.',
    }),
    note: Type.Optional(NOTE),
  },
  closed,
);

const LIMIT = Type.Integer({ minimum: 1, maximum: 500, default: 50 });
const CASE_NUMBER = Type.String({ maxLength: 20, examples: ['C-2026-000123'] });

export const CaseParams = Type.Object({ number: CASE_NUMBER });
export const ListQuery = Type.Object(
  {
    status: Type.Optional(words(CASE_STATUSES)),
    kind: Type.Optional(words(CASE_KINDS)),
    since: Type.Optional(TIME),
    before: Type.Optional(CASE_NUMBER),
    limit: Type.Optional(LIMIT),
  },
  closed,
);
/** In a body, not in the address: what stands in an address stands in logs on the way. */
/** The case on which a person works who looks people up. */
export const LOOK_UP_CASE = Type.String({
  maxLength: 20,
  description: 'The case for which somebody is looked up: a device case, an incident or a request about that person.',
});
export const SearchBody = Type.Object(
  {
    imei: Type.Optional(IMEI),
    case: Type.Optional(CASE_NUMBER),
    policeReference: Type.Optional(TEXT),
    contact: Type.Optional(
      Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'As a whole; no part of it matches.' }),
    ),
    forCase: Type.Optional(LOOK_UP_CASE),
    before: Type.Optional(CASE_NUMBER),
    limit: Type.Optional(LIMIT),
  },
  closed,
);
export const ImportQuery = Type.Object(
  {
    partial: Type.Optional(
      Type.Boolean({ default: false, description: 'Report the right rows though others are wrong.' }),
    ),
    acceptCheckDigit: Type.Optional(Type.Boolean({ default: false })),
    acceptShared: Type.Optional(Type.Boolean({ default: false, description: 'Supervisors only.' })),
  },
  closed,
);
/** Its octets are read by the desk, so no schema judges them. */
export const CsvFile = Type.Any({ description: 'CSV in UTF-8 with a header of known columns: docs/desk.md' });
export const JournalQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    since: Type.Optional(TIME),
    actor: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(LIMIT),
  },
  closed,
);
export const HistoryQuery = Type.Object(
  { after: JournalQuery.properties.after, limit: JournalQuery.properties.limit },
  closed,
);
