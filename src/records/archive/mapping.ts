import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { ArchiveError } from './archive-fault.ts';
import { COLUMNS, type RecordKind } from './kinds.ts';

/** Characters of a mapping file. */
const MAPPING_SIZE_MAX = 64 * 1024;

const closed = { additionalProperties: false } as const;

const FieldMapping = Type.Object(
  {
    column: Type.Optional(Type.String({ maxLength: 128, description: 'the column’s name in the file’s header' })),
    constant: Type.Optional(
      Type.String({ maxLength: 128, description: 'the same for every row, instead of a column' }),
    ),
    words: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'the file’s words, and ours for each' }),
    ),
    time: Type.Optional(
      Type.Union(
        [
          Type.Literal('rfc3339'),
          Type.Literal('epoch-ms'),
          Type.Literal('epoch-s'),
          Type.Object(
            {
              pattern: Type.String({ maxLength: 64, description: 'as strptime writes it: %Y%m%d%H%M%S' }),
              offset: Type.String({ pattern: '^[+-][0-9]{2}:[0-9]{2}$', description: 'of the file’s clock: +09:00' }),
            },
            closed,
          ),
        ],
        { description: 'of a time; rfc3339 without it' },
      ),
    ),
    countryCode: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'of numbers that begin with 0' }),
    ),
    cell: Type.Optional(
      Type.Object(
        {
          mcc: Type.String({ pattern: '^[0-9]{3}$' }),
          mnc: Type.String({ pattern: '^[0-9]{2,3}$' }),
          radio: Type.Union([Type.Literal('eci'), Type.Literal('nci')]),
          base: Type.Union([Type.Literal(10), Type.Literal(16)]),
        },
        { ...closed, description: 'of a cell given as a number; its one spelling without this' },
      ),
    ),
  },
  closed,
);
export type FieldMapping = Static<typeof FieldMapping>;

const MappingFile = Type.Object(
  {
    delimiter: Type.String({ minLength: 1, maxLength: 1, default: ',' }),
    quote: Type.String({ maxLength: 1, default: '"', description: 'empty where the file quotes nothing' }),
    fields: Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 128 }), FieldMapping])),
  },
  closed,
);

/** How the columns of somebody's file are ours. */
export interface Mapping {
  readonly delimiter: string;
  readonly quote: string;
  /** By our name of the column; a column that is missing here is not in the file. */
  readonly fields: Readonly<Record<string, FieldMapping>>;
}

/** Reads a mapping file for one kind of record. @throws ArchiveError RECORD_MAPPING_UNREADABLE, RECORD_MAPPING_MALFORMED */
export async function readMapping(file: string, kind: RecordKind): Promise<Mapping> {
  let value: unknown;
  try {
    const text = await readFile(file, 'utf8');
    value = text.length > MAPPING_SIZE_MAX ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new ArchiveError({ code: 'RECORD_MAPPING_UNREADABLE', file }, { cause });
  }
  if (value === undefined) throw malformed('/', `at most ${MAPPING_SIZE_MAX} characters`);
  return parseMapping(value, kind);
}

/** @throws ArchiveError RECORD_MAPPING_MALFORMED */
export function parseMapping(value: unknown, kind: RecordKind): Mapping {
  const filled = Value.Default(MappingFile, value);
  const [wrong] = Value.Errors(MappingFile, filled);
  if (wrong !== undefined) throw malformed(wrong.instancePath === '' ? '/' : wrong.instancePath, wrong.message);
  const { delimiter, quote, fields } = filled as Static<typeof MappingFile>;
  const names = COLUMNS[kind].map(({ name }) => name);
  const read = Object.entries(fields).map(([name, field]) => {
    if (!names.includes(name)) throw malformed(`/fields/${name}`, `one of: ${names.join(', ')}`);
    return [name, readField(name, field)] as const;
  });
  const given = Object.fromEntries(read);
  const missing = COLUMNS[kind].find(({ name, required }) => required && !Object.hasOwn(given, name));
  if (missing !== undefined) throw malformed(`/fields/${missing.name}`, 'a column of the file');
  return { delimiter, quote, fields: given };
}

function readField(name: string, field: string | FieldMapping): FieldMapping {
  const read = typeof field === 'string' ? { column: field } : field;
  if ((read.column === undefined) === (read.constant === undefined)) {
    throw malformed(`/fields/${name}`, 'either column or constant');
  }
  return read;
}

function malformed(field: string, expected: string): ArchiveError {
  return new ArchiveError({ code: 'RECORD_MAPPING_MALFORMED', field, expected });
}
