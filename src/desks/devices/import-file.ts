import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { DeskError } from './desk-fault.ts';
import type { Acceptance } from './fields.ts';
import type { ReportForm } from './forms.ts';

/** Octets of one file. */
export const IMPORT_SIZE_MAX = 8 * 1024 * 1024;
/** Rows below the header. Each becomes a case, and all are decided in one transaction. */
export const IMPORT_ROWS_MAX = 10_000;
/** Devices in all rows: they go into the log in one append, which has a limit of its own. */
export const IMPORT_DEVICES_MAX = 20_000;
/** Characters of one row, so that a forgotten quote is found near where it is. */
const ROW_LENGTH_MAX = 16 * 1024;
/** Octets of one line: a character has four at most. */
const LINE_SIZE_MAX = 4 * ROW_LENGTH_MAX;
/** IMEIs of one phone that a row can hold. */
const IMEI_COLUMNS_MAX = 8;

/** A row as it was read, not judged yet. `line` is where it begins in the file, from 1. */
export interface ImportRow {
  readonly row: number;
  readonly line: number;
  /** Undefined where the row has more or fewer fields than the header. */
  readonly form: ReportForm | undefined;
}

/** The columns beside `imei`, `imei2` … `imei8`, and the field of a report that each fills. */
const COLUMN_FIELDS = {
  reason: 'reason',
  listing: 'listing',
  occurred_at: 'occurredAt',
  place: 'place',
  police_reference: 'policeReference',
  note: 'note',
  requester_name: 'requester.name',
  requester_contact: 'requester.contact',
  requester_relation: 'requester.relation',
  right_checked: 'requester.rightChecked',
} as const;
type Column = keyof typeof COLUMN_FIELDS;

const IMEI_COLUMNS = Array.from({ length: IMEI_COLUMNS_MAX }, (_, place) =>
  place === 0 ? 'imei' : `imei${place + 1}`,
);
const COLUMNS: readonly string[] = [...IMEI_COLUMNS, ...Object.keys(COLUMN_FIELDS)];
const COLUMNS_REQUIRED = ['imei', 'reason'];

/** Fields of one row. A row with a few too many has a result of its own; one with so many is of no file of ours. */
const FIELDS_MAX = 4 * COLUMNS.length;

/** Which columns a file has: the place of each by its name. */
type Header = ReadonlyMap<string, number>;

/**
 * Reads a CSV file (RFC 4180; LF for CR LF is forgiven, so is a byte order mark) with a header of known columns in any
 * order. Rows are only read here: `readReport` judges them.
 * @throws DeskError an IMPORT code for what is wrong with the file as a whole
 */
export function readImportFile(bytes: Uint8Array, accepted: Acceptance): ImportRow[] {
  if (bytes.length > IMPORT_SIZE_MAX) {
    throw new DeskError({ code: 'IMPORT_TOO_LARGE', size: bytes.length, sizeMax: IMPORT_SIZE_MAX });
  }
  refuseLongLine(bytes);
  const [headerRecord, ...records] = readRecords(decodeText(bytes));
  if (headerRecord === undefined || records.length === 0) throw new DeskError({ code: 'IMPORT_EMPTY' });
  if (records.length > IMPORT_ROWS_MAX) throw new DeskError({ code: 'IMPORT_TOO_MANY_ROWS', rowsMax: IMPORT_ROWS_MAX });
  const header = readHeader(headerRecord.fields);
  const rows = records.map(({ line, fields }, place) => ({
    row: place + 1,
    line,
    form: fields.length === header.size ? formOf(header, fields, accepted) : undefined,
  }));
  const devices = rows.reduce((count, { form }) => count + (form?.devices.length ?? 0), 0);
  if (devices > IMPORT_DEVICES_MAX) {
    throw new DeskError({ code: 'DEVICES_TOO_MANY', devices, devicesMax: IMPORT_DEVICES_MAX });
  }
  return rows;
}

/** The column in which a field of a report came, for the row's result. */
export function columnOf(row: ImportRow, field: string): string {
  const device = /^devices\[([0-9]+)\]$/.exec(field);
  if (device !== null) return imeiColumns(row)[Number(device[1])] ?? 'imei';
  return Object.entries(COLUMN_FIELDS).find(([, of]) => of === field)?.[0] ?? field;
}

/** The columns that gave this row's devices: an empty `imei2` gives none. */
const columnsOfDevices = new WeakMap<ReportForm, readonly string[]>();

function imeiColumns({ form }: ImportRow): readonly string[] {
  return (form === undefined ? undefined : columnsOfDevices.get(form)) ?? IMEI_COLUMNS;
}

function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new DeskError({ code: 'IMPORT_NOT_UTF8', line: firstLineNotUtf8(bytes) });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The parser counts no separators: a line of millions of them would hold up this thread for seconds. */
function refuseLongLine(bytes: Uint8Array): void {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (stop - start > LINE_SIZE_MAX) throw new DeskError({ code: 'IMPORT_NOT_CSV', line });
    start = stop + 1;
  }
}

/** In UTF-8 the octet of LF stands for nothing else, so lines can be looked at alone. */
function firstLineNotUtf8(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}

function readRecords(text: string): { line: number; fields: string[] }[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      trim: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: ROW_LENGTH_MAX,
      to: IMPORT_ROWS_MAX + 2,
      on_record: refuseLongRow as never, // its type does not know of `info`
    }) as unknown as { record: string[]; info: { lines: number } }[];
    // The parser says where a record ends; quoted fields may hold line breaks.
    return records.map(({ record, info }) => ({ line: info.lines - lineBreaksIn(record), fields: record }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const { lines } = cause as CsvError & { lines?: number };
    throw new DeskError({ code: 'IMPORT_NOT_CSV', line: lines ?? 1 }, { cause });
  }
}

/** Before the next row is read: empty fields cost time and no length. */
function refuseLongRow(row: { record: string[]; info: { lines: number } }): object {
  if (row.record.length > FIELDS_MAX) throw new DeskError({ code: 'IMPORT_NOT_CSV', line: row.info.lines });
  return row;
}

function lineBreaksIn(fields: readonly string[]): number {
  return fields.reduce((count, field) => count + (field.match(/\n/g)?.length ?? 0), 0);
}

function readHeader(names: readonly string[]): Header {
  const header = new Map<string, number>();
  names.forEach((text, place) => {
    const name = text.toLowerCase();
    if (!COLUMNS.includes(name)) throw new DeskError({ code: 'IMPORT_COLUMN_UNKNOWN', column: place + 1 });
    if (header.has(name)) throw new DeskError({ code: 'IMPORT_COLUMN_TWICE', column: place + 1 });
    header.set(name, place);
  });
  const missing = COLUMNS_REQUIRED.find((name) => !header.has(name));
  if (missing !== undefined) throw new DeskError({ code: 'IMPORT_COLUMN_MISSING', name: missing });
  return header;
}

function formOf(header: Header, fields: readonly string[], accepted: Acceptance): ReportForm {
  const value = (column: string): string | undefined => {
    const place = header.get(column);
    const text = place === undefined ? '' : fields[place]!;
    return text === '' ? undefined : text;
  };
  const given = (column: Column, field: string): object => {
    const text = value(column);
    return text === undefined ? {} : { [field]: text };
  };
  const columns = IMEI_COLUMNS.filter((column) => value(column) !== undefined);
  const form: ReportForm = {
    devices: columns.map((column) => value(column)!),
    reason: value('reason') ?? '',
    ...given('listing', 'listing'),
    ...given('occurred_at', 'occurredAt'),
    ...given('place', 'place'),
    ...given('police_reference', 'policeReference'),
    ...given('note', 'note'),
    requester: {
      ...given('requester_name', 'name'),
      ...given('requester_contact', 'contact'),
      ...given('requester_relation', 'relation'),
      ...given('right_checked', 'rightChecked'),
    },
    ...accepted,
  };
  columnsOfDevices.set(form, columns);
  return form;
}
