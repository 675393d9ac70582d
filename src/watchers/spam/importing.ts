import { RowsRefused } from '../../base/csv-file.ts';
import type { Fault } from '../../base/fault.ts';
import type { FindFirm, SpamReport } from './report.ts';
import { readReport } from './report.ts';
import { columnOf, type ReportRow } from './report-file.ts';
import { SpamError, type SpamRowFault } from './spam-fault.ts';
import type { ReportResult } from './taking-in.ts';

/** What became of one row. `valid` is a row with nothing wrong in a file that was refused for others. */
export interface RowResult {
  readonly row: number;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly status: ReportResult['status'] | 'valid' | 'refused';
  readonly report?: number;
  readonly campaign?: string;
  /** Why it was refused: a code with its facts; `field` is the column. */
  readonly fault?: SpamRowFault;
}

export interface ImportAnswer {
  readonly recorded: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly rows: readonly RowResult[];
}

/** A row that was judged: the report that it is, or why it is none. */
export type JudgedRow = Pick<ReportRow, 'row' | 'line'> &
  ({ readonly report: SpamReport; readonly fault?: never } | { readonly report?: never; readonly fault: SpamRowFault });

export function judgeRow({ row, line, form }: ReportRow, nowMs: number, findFirm: FindFirm): JudgedRow {
  if (form === undefined) return { row, line, fault: { code: 'ROW_FIELDS' } };
  try {
    return { row, line, report: readReport(form, nowMs, findFirm) };
  } catch (cause) {
    if (!(cause instanceof SpamError)) throw cause;
    return { row, line, fault: inColumns((cause as Fault<SpamRowFault>).facts) };
  }
}

function inColumns(facts: SpamRowFault): SpamRowFault {
  return 'field' in facts ? { ...facts, field: columnOf(facts.field) } : facts;
}

/** The reports of the rows. @throws RowsRefused where one is wrong and not `partial` */
export function reportsOf(rows: readonly JudgedRow[], { partial }: { partial: boolean }): SpamReport[] {
  const reports = rows.flatMap(({ report }) => report ?? []);
  if (reports.length < rows.length && !partial) throw new RowsRefused<RowResult>(rows.map(unrecorded));
  return reports;
}

/** Each row with its result: `results` are those of the right rows, in their order. */
export function importAnswer(rows: readonly JudgedRow[], results: readonly ReportResult[]): ImportAnswer {
  const next = results.values();
  const told = rows.map((row): RowResult =>
    row.report === undefined ? unrecorded(row) : { row: row.row, line: row.line, ...next.next().value! },
  );
  const count = (status: RowResult['status']): number => told.filter((row) => row.status === status).length;
  return { recorded: count('recorded'), duplicates: count('duplicate'), refused: count('refused'), rows: told };
}

function unrecorded({ row, line, fault }: JudgedRow): RowResult {
  return fault === undefined ? { row, line, status: 'valid' } : { row, line, status: 'refused', fault };
}
