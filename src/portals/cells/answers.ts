import Type from 'typebox';
import { Entry } from '../answer-schemas.ts';

/** What the routes about cells answer. A property that is not here is not sent. */
export const CellAnswer = Type.Object({
  cell: Type.String(),
  entries: Type.Array(Type.Object({ kind: Type.String(), entry: Entry })),
});

export const DistrustList = Type.Object({
  distrusts: Type.Array(
    Type.Object({
      cell: Type.String(),
      from: Type.String(),
      to: Type.Optional(Type.String()),
      reason: Type.String(),
      evidence: Type.Optional(Type.Object({ sha256: Type.String(), size: Type.Integer() })),
      note: Type.Optional(Type.String()),
      createdAt: Type.String(),
      createdBy: Type.String(),
      standing: Type.Boolean(),
      endedAt: Type.Optional(Type.String()),
      endedBy: Type.Optional(Type.String()),
      entry: Type.Optional(Entry),
    }),
  ),
});

const Evidence = Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean(), Type.String()]));

export const FindingList = Type.Object({
  findings: Type.Array(
    Type.Object({
      rule: Type.String(),
      cell: Type.String(),
      reason: Type.String(),
      confidence: Type.String({ description: 'low, medium or high' }),
      first: Type.String(),
      last: Type.String(),
      evidence: Evidence,
      foundAt: Type.String(),
      seenAt: Type.String(),
      withdrawnAt: Type.Optional(Type.String()),
    }),
  ),
});

export const WatchAnswer = Type.Object({
  findings: Type.Array(
    Type.Object({
      rule: Type.String(),
      cell: Type.String(),
      reason: Type.String(),
      confidence: Type.String(),
      evidence: Evidence,
    }),
  ),
  withdrawn: Type.Integer({ description: 'Earlier findings that no longer hold.' }),
  paymentsUnknown: Type.Integer({ description: 'Disputed payments that the records do not have.' }),
  damaged: Type.Array(Type.String(), { description: 'Files that cannot be read and were left out.' }),
});

export const VersionAnswer = Type.Object({
  list: Type.String(),
  version: Type.Integer(),
  madeAt: Type.String(),
  madeBy: Type.String(),
  items: Type.Array(Type.String()),
  cells: Type.Array(Type.String()),
  lines: Type.Integer({ description: 'People on the list.' }),
  added: Type.Integer(),
  grown: Type.Integer({ description: 'People of whom more is exposed than the version before said.' }),
  narrowed: Type.Integer(),
  dropped: Type.Integer({ description: 'People no longer on the list; each is there with the reason.' }),
  sha256: Type.String({ description: 'Of the canonical file; sealed in the member’s own log.' }),
  size: Type.Integer(),
  entry: Type.Optional(Entry),
});

export const ExposedLists = Type.Object({
  lists: Type.Array(
    Type.Object({
      list: Type.String(),
      title: Type.String(),
      createdAt: Type.String(),
      createdBy: Type.String(),
      versions: Type.Array(VersionAnswer),
    }),
  ),
});

export const PeopleAnswer = Type.Object({
  sha256: Type.String(),
  size: Type.Integer(),
  lines: Type.Array(Type.String(), { description: 'Of the canonical file: JSON texts.' }),
  next: Type.Optional(Type.Integer({ description: 'The offset of the next page.' })),
});

export const AttachesAnswer = Type.Object({ kept: Type.Integer() });

export const RecordsAnswer = Type.Object({
  rows: Type.Array(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]))),
  more: Type.Boolean(),
  damaged: Type.Array(Type.String(), { description: 'Files that cannot be read: what they hold is missing.' }),
});
