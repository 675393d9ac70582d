import Type from 'typebox';
import { Entry } from '../answer-schemas.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Limit = Type.Integer({ minimum: 1, maximum: 1_000 });
const Count = Type.Integer();

export const RegisterParams = Type.Object({ register: Type.String({ maxLength: 32 }) }, closed);
export const FileParams = Type.Object({ file: Id }, closed);
export const ConflictParams = Type.Object({ conflict: Id }, closed);

export const ListQuery = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[A-Za-z0-9._ -]+$',
      description: 'what the file is called',
    }),
    acceptShrink: Type.Optional(
      Type.Boolean({ description: 'take a full list though it lost more than the register’s share' }),
    ),
  },
  closed,
);
export const AnswerQuery = Type.Object({ name: ListQuery.properties.name }, closed);
/** Its octets go to disk as they come, so no schema judges them. */
export const Octets = Type.Any({ description: 'the file as it is, in the register’s format: docs/exchange.md' });
export const FilesQuery = Type.Object(
  {
    before: Type.Optional(Id),
    limit: Type.Optional(Limit),
    register: Type.Optional(Type.String({ maxLength: 32 })),
  },
  closed,
);
export const PageQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0 })), limit: Type.Optional(Limit) },
  closed,
);
export const ConflictsQuery = Type.Object(
  { ...PageQuery.properties, all: Type.Optional(Type.Boolean({ description: 'those decided too' })) },
  closed,
);
export const GiveBody = Type.Object({ kind: Type.Enum(['full', 'delta']) }, closed);
export const ResolutionBody = Type.Object({ resolution: Type.Enum(['keep', 'state', 'release']) }, closed);

const Target = Type.Object({
  imei: Type.Optional(Type.String()),
  tac: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
});

export const ExchangeFile = Type.Object({
  file: Count,
  register: Type.String(),
  direction: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  number: Type.Optional(Count),
  sha256: Type.String(),
  size: Count,
  state: Type.String({
    description: 'in: received, applying, sweeping, taken, refused; out: written, delivered, answered',
  }),
  at: Type.String(),
  by: Type.String(),
  finishedAt: Type.Optional(Type.String()),
  records: Count,
  recordsDone: Count,
  inserted: Count,
  removed: Count,
  unchanged: Count,
  skipped: Count,
  refused: Count,
  conflicts: Count,
  faultCode: Type.Optional(Type.String({ description: 'why the list was refused whole' })),
  faultLine: Type.Optional(Count),
});
export const ExchangeFiles = Type.Object({ files: Type.Array(ExchangeFile) });
export const ExchangeLines = Type.Object({
  lines: Type.Array(Type.Object({ line: Count, code: Type.String(), field: Type.Optional(Type.String()) })),
});
export const ExchangeRegisters = Type.Object({
  registers: Type.Array(
    Type.Object({
      register: Type.String(),
      format: Type.String(),
      organisation: Type.String(),
      sender: Type.String(),
      connected: Type.Boolean(),
      gives: Type.String(),
      everySeconds: Type.Optional(Count),
    }),
  ),
});
export const GivenList = Type.Object({
  inserted: Count,
  removed: Count,
  leftOut: Type.Integer({ description: 'statements that the register has no code for' }),
  file: Type.Optional(Count),
});
export const RunReport = Type.Object({
  fetched: Type.Array(ExchangeFile),
  answers: Type.Array(ExchangeFile),
  given: Type.Optional(GivenList),
  delivered: Type.Array(ExchangeFile),
});
export const ExchangeConflicts = Type.Object({
  conflicts: Type.Array(
    Type.Object({
      conflict: Count,
      kind: Type.String(),
      register: Type.String(),
      organisation: Type.String(),
      target: Target,
      theirReason: Type.String(),
      file: Count,
      line: Count,
      openedAt: Type.String(),
      choices: Type.Array(Type.String()),
      resolution: Type.Optional(Type.String()),
      resolvedAt: Type.Optional(Type.String()),
      resolvedBy: Type.Optional(Type.String()),
    }),
  ),
});
export const ConflictResolved = Type.Object({
  conflict: Count,
  resolution: Type.String(),
  entries: Type.Array(Type.Object({ kind: Type.String(), entry: Entry })),
});
export const RefusedLines = Type.Object({
  lines: Type.Array(
    Type.Object({ target: Target, reason: Type.String(), code: Type.String(), file: Count, line: Count }),
  ),
});
