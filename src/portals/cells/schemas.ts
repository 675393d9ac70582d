import Type from 'typebox';
import { EXPOSED_ITEMS } from '../../desks/cells/exposed-version.ts';
import { NOTE_LENGTH_MAX, TEXT_LENGTH_MAX } from '../../desks/decisions/form-fields.ts';
import { ATTACH_EVENTS } from '../../records/attach.ts';
import { RECORD_KINDS } from '../../records/archive/kinds.ts';
import { SEARCH_ROWS_MAX } from '../../records/archive/searching.ts';
import { CELL_REASONS } from '../../statements/cell-statement.ts';
import { LOOK_UP_CASE } from '../schemas.ts';

/** Events of one delivery, and its octets. */
export const ATTACHES_MAX = 10_000;
export const ATTACHES_SIZE_MAX = 4 * 1024 * 1024;
/** Disputed payments of one run of the watch. */
export const DISPUTED_PER_RUN_MAX = 1_000;
/** Cells of one exposed list. */
export const LIST_CELLS_MAX = 1_000;

const closed = { additionalProperties: false } as const;
const CELL = Type.String({ maxLength: 32, examples: ['450-08-eci-00a1b2c'] });
const TIME = Type.String({ maxLength: 40, description: 'RFC 3339 with an offset, or a day.' });
const NOTE = Type.String({ maxLength: NOTE_LENGTH_MAX, description: 'Private.' });
const LIMIT = Type.Integer({ minimum: 1, maximum: 500, default: 50 });
const LIST = Type.String({ maxLength: 20, examples: ['E-2026-000001'] });
const VERSION = Type.Integer({ minimum: 1, maximum: 1_000_000 });

export const DistrustBody = Type.Object(
  {
    cell: CELL,
    from: TIME,
    to: Type.Optional(TIME),
    reason: Type.String({ maxLength: 40, description: `One of: ${CELL_REASONS.join(', ')}.` }),
    evidence: Type.Optional(
      Type.Object(
        {
          sha256: Type.String({ maxLength: 64 }),
          size: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
        },
        { ...closed, description: 'Of a file that the member keeps; it is sealed in the member’s own log.' },
      ),
    ),
    note: Type.Optional(NOTE),
  },
  closed,
);
export const ClearBody = Type.Object({ note: Type.Optional(NOTE) }, closed);
export const CellParams = Type.Object({ cell: CELL });
export const DistrustsQuery = Type.Object({ cell: Type.Optional(CELL), limit: Type.Optional(LIMIT) }, closed);
export const FindingsQuery = Type.Object(
  {
    withdrawn: Type.Optional(Type.Boolean({ default: false, description: 'Also those that no longer hold.' })),
    limit: Type.Optional(LIMIT),
  },
  closed,
);
export const WatchBody = Type.Object(
  {
    since: TIME,
    until: TIME,
    disputed: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: TEXT_LENGTH_MAX }), {
        maxItems: DISPUTED_PER_RUN_MAX,
        description: 'Payments that their lines say they did not make, by their identity in the records.',
      }),
    ),
  },
  closed,
);

export const ExposedBody = Type.Object(
  {
    list: Type.Optional(LIST),
    title: Type.Optional(Type.String({ maxLength: TEXT_LENGTH_MAX, description: 'Of a new list.' })),
    items: Type.Optional(
      Type.Array(Type.String({ maxLength: 20 }), {
        maxItems: EXPOSED_ITEMS.length,
        description: `What of each person counts as exposed, of: ${EXPOSED_ITEMS.join(', ')}.`,
      }),
    ),
    cells: Type.Optional(Type.Array(CELL, { maxItems: LIST_CELLS_MAX, description: 'Only these distrusted cells.' })),
  },
  closed,
);
export const VersionParams = Type.Object({ list: LIST, version: VERSION });
/** A place in the list, not a person: what stands in an address stands in logs on the way. */
export const PeopleQuery = Type.Object(
  {
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, default: 500 })),
    changes: Type.Optional(
      Type.Boolean({ default: false, description: 'Only whom this version added, dropped or changed.' }),
    ),
  },
  closed,
);

export const AttachesBody = Type.Object(
  {
    events: Type.Array(
      Type.Object(
        {
          at: Type.String({ maxLength: 40, description: 'RFC 3339 with an offset.' }),
          imsi: Type.String({ maxLength: 15 }),
          msisdn: Type.Optional(Type.String({ maxLength: 16 })),
          imei: Type.Optional(Type.String({ maxLength: 16 })),
          cell: CELL,
          event: Type.String({ maxLength: 20, description: `One of: ${ATTACH_EVENTS.join(', ')}.` }),
        },
        closed,
      ),
      { minItems: 1, maxItems: ATTACHES_MAX },
    ),
  },
  closed,
);
/** In a body, not in the address: it names people. */
export const SearchBody = Type.Object(
  {
    kind: Type.String({ maxLength: 20, description: `One of: ${RECORD_KINDS.join(', ')}.` }),
    since: Type.Optional(TIME),
    until: Type.Optional(TIME),
    cell: Type.Optional(CELL),
    msisdn: Type.Optional(Type.String({ maxLength: 64, examples: ['+82 10-1234-5678'] })),
    imsi: Type.Optional(Type.String({ maxLength: 64 })),
    case: Type.Optional(LOOK_UP_CASE),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEARCH_ROWS_MAX, default: 500 })),
  },
  closed,
);
