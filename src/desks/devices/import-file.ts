import { type CsvRow, type CsvShape, readCsvFile } from '../../base/csv-file.ts';
import { DeskError } from './desk-fault.ts';
import type { Acceptance } from './fields.ts';
import type { ReportForm } from './forms.ts';

/** Octets of one file. */
export const IMPORT_SIZE_MAX = 8 * 1024 * 1024;
/** Rows below the header. Each becomes a case, and all are decided in one transaction. */
export const IMPORT_ROWS_MAX = 10_000;
/** Devices in all rows: they go into the log in one append, which has a limit of its own. */
export const IMPORT_DEVICES_MAX = 20_000;
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
const SHAPE: CsvShape = {
  columns: [...IMEI_COLUMNS, ...Object.keys(COLUMN_FIELDS)],
  required: ['imei', 'reason'],
  sizeMax: IMPORT_SIZE_MAX,
  rowsMax: IMPORT_ROWS_MAX,
};

/**
 * Reads a CSV file of reports, columns in any order. Rows are only read here: `readReport` judges them.
 * @throws CsvFileError for what is wrong with the file as a whole; DeskError DEVICES_TOO_MANY
 */
export function readImportFile(bytes: Uint8Array, accepted: Acceptance): ImportRow[] {
  const rows = readCsvFile(bytes, SHAPE).map(({ row, line, fields }) => ({
    row,
    line,
    form: fields === undefined ? undefined : formOf(fields, accepted),
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

function formOf(fields: NonNullable<CsvRow['fields']>, accepted: Acceptance): ReportForm {
  const given = (column: Column, field: string): object => {
    const text = fields.get(column);
    return text === undefined ? {} : { [field]: text };
  };
  const columns = IMEI_COLUMNS.filter((column) => fields.has(column));
  const form: ReportForm = {
    devices: columns.map((column) => fields.get(column)!),
    reason: fields.get('reason') ?? '',
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
