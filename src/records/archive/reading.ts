import { literal, quoted } from './engine.ts';
import { type Column, COLUMNS, type RecordKind, storedColumn } from './kinds.ts';
import type { FieldMapping, Mapping } from './mapping.ts';

/** Characters of a text that is kept. */
export const TEXT_LENGTH_MAX = 200;
/** The latest time that is believed: the year 2100. */
const AT_MS_MAX = Date.UTC(2100, 0, 1);
const AT_MS_MIN = Date.UTC(2000, 0, 1);

/** The SQL of one column: its value, or null where the file has none that is right; and what then refuses the row. */
interface ColumnReading {
  readonly stored: string;
  readonly value: string;
  /** The code of a row that has something here, and it is wrong; or nothing here, and must not. */
  readonly refusal: string;
  readonly required: boolean;
  /** The text in the file is empty. */
  readonly absent: string;
}

/**
 * SQL that reads the rows of a file, all of whose columns are text: each column's value, and `refusal`, the code of the
 * first column that is wrong, or null. Every value is a text or a whole number of 64 bits.
 */
export function readingOf(kind: RecordKind, mapping: Mapping): string {
  const columns = COLUMNS[kind].map((column) => readColumn(column, mapping.fields[column.name]));
  const wrong = columns.map(({ refusal, required, absent, stored }) => {
    const isWrong = `${quoted(stored)} is null`;
    return `when ${required ? isWrong : `not ${absent} and ${isWrong}`} then ${literal(refusal)}`;
  });
  const values = columns.map(({ stored, value }) => `${value} as ${quoted(stored)}`);
  const kept = columns.map(({ stored, required }) => {
    const name = quoted(stored);
    return required || stored === 'amount' ? name : `coalesce(${name}, '') as ${name}`;
  });
  const sources = Object.values(mapping.fields).flatMap(({ column }) => column ?? []);
  const texts = [...new Set(sources)].map((column) => `coalesce(${sourceColumn(column)}, '')`);
  return `select record, ${kept.join(', ')}, refusal,
      case when refusal is not null then concat_ws(${literal(mapping.delimiter)}, ${texts.join(', ')}) end as text
    from (select *, case ${wrong.join(' ')} end as refusal
      from (select *, ${values.join(', ')} from source))`;
}

function readColumn(column: Column, field: FieldMapping | undefined): ColumnReading {
  const stored = storedColumn(column).name;
  const refusal = `${column.name.toUpperCase()}_MALFORMED`;
  const text = field === undefined ? `''` : textOf(field);
  const value = VALUES[column.type](text, field ?? {}, column);
  return { stored, value, refusal, required: column.required, absent: `(${text} = '')` };
}

function textOf({ column, constant, words }: FieldMapping): string {
  const text = constant === undefined ? `coalesce(trim(source_${hex(column!)}), '')` : literal(constant);
  if (words === undefined) return text;
  const cases = Object.entries(words).map(([theirs, ours]) => `when ${literal(theirs)} then ${literal(ours)}`);
  return cases.length === 0 ? text : `(case ${text} ${cases.join(' ')} else ${text} end)`;
}

/** The file's columns have names of their own, which ours must not meet. */
export function sourceColumn(name: string): string {
  return `source_${hex(name)}`;
}

const VALUES: Readonly<Record<Column['type'], (text: string, field: FieldMapping, column: Column) => string>> = {
  time: readTime,
  imsi: (text) => matching(text, '[0-9]{6,15}'),
  msisdn: readMsisdn,
  imei: (text) => matching(text, '[0-9]{14,16}'),
  cell: readCell,
  amount: (text) => `case when regexp_full_match(${text}, '[0-9]{1,15}') then cast(${text} as bigint) end`,
  word: (text, _, { words = [] }) =>
    `case when ${text} in (${words.map((word) => literal(word)).join(', ')}) then ${text} end`,
  text: (text) =>
    `case when length(${text}) between 1 and ${TEXT_LENGTH_MAX} and not regexp_matches(${text}, '[\\x00-\\x1f\\x7f]') then ${text} end`,
};

function matching(text: string, pattern: string): string {
  return `case when regexp_full_match(${text}, ${literal(pattern)}) then ${text} end`;
}

/** Whole ms since 1970. A time without its offset would mean another moment on each machine, so it is no time. */
function readTime(text: string, { time = 'rfc3339' }: FieldMapping): string {
  const ms = TIMES(text, time);
  return `case when ${ms} between ${AT_MS_MIN} and ${AT_MS_MAX} then ${ms} end`;
}

function TIMES(text: string, time: NonNullable<FieldMapping['time']>): string {
  if (time === 'epoch-ms') return `try_cast(${matching(text, '[0-9]{1,15}')} as bigint)`;
  if (time === 'epoch-s') return `1000 * try_cast(${matching(text, '[0-9]{1,11}')} as bigint)`;
  if (time === 'rfc3339') {
    const pattern = '[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:]{5,8}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})';
    return `epoch_ms(try_cast(${matching(text, pattern)} as timestamptz))`;
  }
  return `(epoch_ms(try_strptime(${text}, ${literal(time.pattern)})) - ${offsetMs(time.offset)})`;
}

function offsetMs(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** E.164 without the plus. */
function readMsisdn(text: string, { countryCode }: FieldMapping): string {
  const digits = `regexp_replace(${text}, '[ ().-]|^[+]', '', 'g')`;
  const whole =
    countryCode === undefined ? digits : `regexp_replace(${digits}, '^0([1-9])', ${literal(`${countryCode}\\1`)})`;
  return matching(whole, '[1-9][0-9]{6,14}');
}

/** A cell's one spelling. A number is taken as 64 bits: the 36 of an NCI survive. */
function readCell(text: string, { cell }: FieldMapping): string {
  if (cell === undefined) return matching(text, '[0-9]{3}-[0-9]{2,3}-(eci-[0-9a-f]{7}|nci-[0-9a-f]{9})');
  const { mcc, mnc, radio, base } = cell;
  const digits = base === 10 ? matching(text, '[0-9]{1,11}') : matching(text, '[0-9a-fA-F]{1,9}');
  const number = base === 10 ? `try_cast(${digits} as bigint)` : `try_cast('0x' || ${digits} as bigint)`;
  const [limit, width] = radio === 'eci' ? [2 ** 28, 7] : [2 ** 36, 9];
  const prefix = literal(`${mcc}-${mnc}-${radio}-`);
  return `case when ${number} < ${limit} then ${prefix} || printf('%0${width}x', ${number}) end`;
}

function hex(name: string): string {
  return Buffer.from(name, 'utf8').toString('hex');
}
