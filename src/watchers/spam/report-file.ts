import { type CsvRow, type CsvShape, readCsvFile } from '../../base/csv-file.ts';
import type { ReportForm } from './report.ts';

/** Octets of one file. */
export const REPORT_FILE_SIZE_MAX = 8 * 1024 * 1024;
/** Rows below the header: all are recorded in one transaction. */
export const REPORT_ROWS_MAX = 10_000;

/** The columns of a file, and the field of a report that each fills. Those that fill none may stand in the file, and are not kept. */
const COLUMN_FIELDS = {
  text: 'text',
  number: 'number',
  certificate: 'certificate',
  originator: 'originator',
  relay: 'relay',
  kind: 'kind',
  received_at: 'receivedAt',
  reference: 'reference',
  report_kind: undefined,
  reported_at: undefined,
  reply_number: undefined,
  message_kind: undefined,
} as const satisfies Record<string, keyof ReportForm | undefined>;

const SHAPE: CsvShape = {
  columns: Object.keys(COLUMN_FIELDS),
  required: ['text'],
  sizeMax: REPORT_FILE_SIZE_MAX,
  rowsMax: REPORT_ROWS_MAX,
};

/** A row as it was read, not judged yet. */
export interface ReportRow extends Omit<CsvRow, 'fields'> {
  /** Undefined where the row has more or fewer fields than the header. */
  readonly form: ReportForm | undefined;
}

/** Reads a CSV file of reports; `readReport` judges the rows. @throws CsvFileError */
export function readReportFile(bytes: Uint8Array): ReportRow[] {
  return readCsvFile(bytes, SHAPE).map(({ row, line, fields }) => ({
    row,
    line,
    form: fields === undefined ? undefined : formOf(fields),
  }));
}

/** The column in which a field of a report came, for the row's result. */
export function columnOf(field: string): string {
  return Object.entries(COLUMN_FIELDS).find(([, of]) => of === field)?.[0] ?? field;
}

function formOf(fields: NonNullable<CsvRow['fields']>): ReportForm {
  const given = Object.entries(COLUMN_FIELDS).flatMap(([column, field]) => {
    const text = fields.get(column);
    return field === undefined || text === undefined ? [] : [[field, text] as const];
  });
  return { text: '', ...Object.fromEntries(given) };
}
