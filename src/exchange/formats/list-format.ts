import Type, { type Static } from 'typebox';
import { DEVICE_REASONS, RELEASE_REASONS } from '../../statements/statement.ts';

const Words = Type.Array(Type.String({ maxLength: 32 }), { minItems: 1, maxItems: 16 });
const Tag = Type.String({ minLength: 1, maxLength: 16 });
const oneOf = <const T extends string[]>(values: readonly [...T]) => Type.Enum([...values]);

/** What a field of a header can be. `ignored` is read past, and written empty. */
export const HeaderField = oneOf(['kind', 'organisation', 'number', 'date', 'ignored']);
export const TrailerField = oneOf(['records', 'ignored']);
export const BodyField = Type.Object(
  {
    is: oneOf(['action', 'from', 'to', 'reason', 'status', 'organisation', 'country', 'date', 'ignored']),
    name: Type.Optional(
      Type.String({ maxLength: 32, description: 'of the column, where the first line names columns' }),
    ),
    required: Type.Boolean({ default: true }),
    onlyIn: Type.Optional(Type.Literal('delta')),
  },
  { additionalProperties: false },
);

/**
 * A list's layout and codes, as data. What is assumed of a register's files stands in such a table and nowhere else, so
 * that a register whose files differ needs another table and no other program.
 */
export const ListFormat = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    separator: Type.String({ minLength: 1, maxLength: 1 }),
    quotes: Type.Boolean({ description: 'values may stand in double quotes (RFC 4180)' }),
    charset: oneOf(['ascii', 'utf-8']),
    lineEnd: oneOf(['lf', 'crlf']),
    fileName: Type.String({
      maxLength: 64,
      description: 'of lists given out: {organisation}, {kind}, {number}, {date}',
    }),
    header: Type.Optional(
      Type.Object({ tag: Tag, fields: Type.Array(HeaderField, { maxItems: 16 }) }, { additionalProperties: false }),
    ),
    body: Type.Object(
      { tag: Type.Optional(Tag), fields: Type.Array(BodyField, { minItems: 1, maxItems: 32 }) },
      { additionalProperties: false },
    ),
    trailer: Type.Optional(
      Type.Object({ tag: Tag, fields: Type.Array(TrailerField, { maxItems: 8 }) }, { additionalProperties: false }),
    ),
    columnNames: Type.Boolean({ description: 'the first line names the columns, which then stand in any order' }),
    kinds: Type.Object({ full: Type.String(), delta: Type.String() }, { additionalProperties: false }),
    actions: Type.Object({ insert: Words, remove: Words }, { additionalProperties: false }),
    reasons: Type.Array(
      Type.Object(
        {
          theirs: Type.String({ maxLength: 16 }),
          meaning: Type.String({ maxLength: 100 }),
          insert: Type.Optional(oneOf(DEVICE_REASONS)),
          remove: Type.Optional(oneOf(RELEASE_REASONS)),
        },
        { additionalProperties: false },
      ),
      { maxItems: 64 },
    ),
    reasonWithout: Type.Optional(oneOf(DEVICE_REASONS)),
    given: Type.Array(oneOf(DEVICE_REASONS), { description: 'statements with these reasons are given out' }),
    effective: Type.Optional(
      Type.Array(Type.String(), { description: 'a status of these lists; any other is on file without effect' }),
    ),
    imeiDigits: Type.Union([Type.Literal(14), Type.Literal(15)]),
    checkDigit: oneOf(['refuse', 'ignore']),
    malformedImei: oneOf(['refuse', 'skip']),
    strict: Type.Boolean({ description: 'one refused line refuses the file' }),
    response: Type.Optional(
      Type.Object(
        {
          headerTag: Tag,
          lineTag: Tag,
          trailerTag: Tag,
          accepted: Type.String(),
          refused: Type.String(),
          fileName: Type.String({ maxLength: 64, description: 'of the answer: {file}' }),
          codes: Type.Record(Type.String(), Type.String({ maxLength: 8 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ListFormat = Static<typeof ListFormat>;
export type BodyFieldName = Static<typeof BodyField>['is'];

/** Whether a list is the whole, or what changed since the one before it. */
export type ListKind = 'full' | 'delta';
