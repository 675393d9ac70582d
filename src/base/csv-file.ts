import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { Fault } from './fault.ts';

/** Characters of one row, so that a forgotten quote is found near where it is. */
const ROW_LENGTH_MAX = 16 * 1024;
/** Octets of one line: a character has four at most. */
const LINE_SIZE_MAX = 4 * ROW_LENGTH_MAX;

/** What is wrong with a file as a whole. Lines and columns count from 1. What is wrong with a row is its reader's to say. */
export type CsvFileFault =
  | { code: 'IMPORT_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'IMPORT_TOO_MANY_ROWS'; rowsMax: number }
  | { code: 'IMPORT_EMPTY' }
  | { code: 'IMPORT_NOT_UTF8'; line: number }
  | { code: 'IMPORT_NOT_CSV'; line: number }
  | { code: 'IMPORT_COLUMN_UNKNOWN'; column: number }
  | { code: 'IMPORT_COLUMN_TWICE'; column: number }
  | { code: 'IMPORT_COLUMN_MISSING'; name: string };
export class CsvFileError extends Fault<CsvFileFault> {}

/** A file that was read and refused as a whole for some of its rows, with a result for every row. */
export type RowsRefusedFault = { code: 'IMPORT_REFUSED'; rows: number; rowsRefused: number };
export class RowsRefused<Row extends { readonly status: string }> extends Fault<RowsRefusedFault> {
  readonly rows: readonly Row[];

  /** A row whose status is `refused` is one of those for which the file is refused. */
  constructor(rows: readonly Row[]) {
    const rowsRefused = rows.filter(({ status }) => status === 'refused').length;
    super({ code: 'IMPORT_REFUSED', rows: rows.length, rowsRefused });
    this.rows = rows;
  }
}

/** Which files are taken. */
export interface CsvShape {
  /** Names of columns, in lower case; a file may have them in any order and leave out what is not required. */
  readonly columns: readonly string[];
  readonly required: readonly string[];
  /** Octets of the file. */
  readonly sizeMax: number;
  /** Rows below the header. */
  readonly rowsMax: number;
}

/** A row as it was read, not judged yet. */
export interface CsvRow {
  /** From 1, the header not counted. */
  readonly row: number;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** What stands in each column, where anything does. Undefined for a row with more or fewer fields than the header. */
  readonly fields: ReadonlyMap<string, string> | undefined;
}

/** Which columns a file has: the place of each by its name. */
type Header = ReadonlyMap<string, number>;

/**
 * Reads a CSV file (RFC 4180; LF for CR LF is forgiven, so is a byte order mark) with a header of known columns in any
 * order. @throws CsvFileError
 */
export function readCsvFile(bytes: Uint8Array, shape: CsvShape): CsvRow[] {
  const { sizeMax, rowsMax } = shape;
  if (bytes.length > sizeMax) throw new CsvFileError({ code: 'IMPORT_TOO_LARGE', size: bytes.length, sizeMax });
  refuseLongLine(bytes);
  const [headerRecord, ...records] = readRecords(decodeText(bytes), shape);
  if (headerRecord === undefined || records.length === 0) throw new CsvFileError({ code: 'IMPORT_EMPTY' });
  if (records.length > rowsMax) throw new CsvFileError({ code: 'IMPORT_TOO_MANY_ROWS', rowsMax });
  const header = readHeader(headerRecord.fields, shape);
  return records.map(({ line, fields }, place) => ({
    row: place + 1,
    line,
    fields: fields.length === header.size ? fieldsOf(header, fields) : undefined,
  }));
}

function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new CsvFileError({ code: 'IMPORT_NOT_UTF8', line: firstLineNotUtf8(bytes) });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The parser counts no separators: a line of millions of them would hold up this thread for seconds. */
function refuseLongLine(bytes: Uint8Array): void {
  for (const { line, start, end } of linesOf(bytes)) {
    if (end - start > LINE_SIZE_MAX) throw new CsvFileError({ code: 'IMPORT_NOT_CSV', line });
  }
}

function firstLineNotUtf8(bytes: Uint8Array): number {
  let last = 1;
  for (const { line, start, end } of linesOf(bytes)) {
    if (!isUtf8(bytes.subarray(start, end))) return line;
    last = line;
  }
  return last;
}

/** In UTF-8 the octet of LF stands for nothing else, so lines can be looked at alone. */
function* linesOf(bytes: Uint8Array): Generator<{ line: number; start: number; end: number }> {
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next;
    yield { line, start, end };
    start = end + 1;
  }
}

function readRecords(text: string, { columns, rowsMax }: CsvShape): { line: number; fields: string[] }[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      trim: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: ROW_LENGTH_MAX,
      to: rowsMax + 2,
      on_record: refuseLongRow(4 * columns.length) as never, // its type does not know of `info`
    }) as unknown as { record: string[]; info: { lines: number } }[];
    // The parser says where a record ends; quoted fields may hold line breaks.
    return records.map(({ record, info }) => ({ line: info.lines - lineBreaksIn(record), fields: record }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const { lines } = cause as CsvError & { lines?: number };
    throw new CsvFileError({ code: 'IMPORT_NOT_CSV', line: lines ?? 1 }, { cause });
  }
}

/**
 * Before the next row is read: empty fields cost time and no length. A row with a few too many has a result of its own;
 * one with so many is of no file of ours.
 */
function refuseLongRow(fieldsMax: number) {
  return (row: { record: string[]; info: { lines: number } }): object => {
    if (row.record.length > fieldsMax) throw new CsvFileError({ code: 'IMPORT_NOT_CSV', line: row.info.lines });
    return row;
  };
}

function lineBreaksIn(fields: readonly string[]): number {
  return fields.reduce((count, field) => count + (field.match(/\n/g)?.length ?? 0), 0);
}

function readHeader(names: readonly string[], { columns, required }: CsvShape): Header {
  const header = new Map<string, number>();
  names.forEach((text, place) => {
    const name = text.toLowerCase();
    if (!columns.includes(name)) throw new CsvFileError({ code: 'IMPORT_COLUMN_UNKNOWN', column: place + 1 });
    if (header.has(name)) throw new CsvFileError({ code: 'IMPORT_COLUMN_TWICE', column: place + 1 });
    header.set(name, place);
  });
  const missing = required.find((name) => !header.has(name));
  if (missing !== undefined) throw new CsvFileError({ code: 'IMPORT_COLUMN_MISSING', name: missing });
  return header;
}

function fieldsOf(header: Header, fields: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, place] of header) {
    const text = fields[place]!;
    if (text !== '') given.set(name, text);
  }
  return given;
}
