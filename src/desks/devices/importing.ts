import { RowsRefused } from '../../base/csv-file.ts';
import type { DeviceDecision } from './device-decision.ts';
import { FormError } from '../decisions/form-fields.ts';
import { DeskError, type DeskFault } from './desk-fault.ts';
import { type ListingReport, readReport, type Warning } from './forms.ts';
import { columnOf, type ImportRow } from './import-file.ts';
import { type CaseAnswer, openListings, standingCases } from './opening.ts';
import { targetSubject } from './subject.ts';

/** What became of one row. `valid` is a row with nothing wrong in a file that was refused for others. */
export interface RowResult<Entry = { readonly member: string; readonly index: number }> {
  readonly row: number;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly status: 'reported' | 'valid' | 'refused';
  readonly case?: string;
  readonly warnings?: readonly Warning[];
  readonly entries?: CaseAnswer<Entry>['entries'];
  /** Why it was refused: a code with its facts; `field` is the column. */
  readonly fault?: RowFault;
}

type RowFault = DeskFault | { code: 'ROW_FIELDS' };

export interface ImportAnswer<Entry = { readonly member: string; readonly index: number }> {
  readonly reported: number;
  readonly refused: number;
  readonly rows: readonly RowResult<Entry>[];
}

/** A file of reports that was refused as a whole. */
export class ImportRefused extends RowsRefused<RowResult<never>> {}

type Judged = { readonly from: ImportRow } & (
  | { readonly report: ListingReport; readonly fault?: never }
  | { readonly report?: never; readonly fault: RowFault }
);

/**
 * Reports a file's rows, a case each. Every row is judged before anything is written: where one is refused nothing is
 * done, unless `partial` lets the others go ahead.
 * @throws ImportRefused
 */
export async function importRows(
  decision: DeviceDecision,
  rows: readonly ImportRow[],
  { partial }: { partial: boolean },
): Promise<ImportAnswer<string>> {
  const judged = await refuseStanding(decision, refuseTwice(rows.map((row) => judge(row, decision.nowMs))));
  const accepted = judged.flatMap(({ report }) => (report === undefined ? [] : [report]));
  if (accepted.length < judged.length && !partial) throw new ImportRefused(judged.map(unreportedResult));
  const answers = await openListings(decision, 'device', accepted);
  decision.note('file.imported', null, { rows: rows.length, reported: accepted.length, partial });
  const next = answers.values();
  const results = judged.map((row) => (row.report === undefined ? refusal(row) : reported(row, next.next().value!)));
  return { reported: accepted.length, refused: judged.length - accepted.length, rows: results };
}

function judge(from: ImportRow, nowMs: number): Judged {
  if (from.form === undefined) return { from, fault: { code: 'ROW_FIELDS' } };
  try {
    return { from, report: readReport(from.form, nowMs) };
  } catch (cause) {
    if (!(cause instanceof DeskError || cause instanceof FormError)) throw cause;
    return { from, fault: inColumns(from, cause.facts) };
  }
}

/** A device that an earlier row of the file has already. */
function refuseTwice(judged: readonly Judged[]): Judged[] {
  const seen = new Map<string, number>();
  return judged.map((row) => {
    if (row.report === undefined) return row;
    const subjects = row.report.targets.map((target) => targetSubject(target).subject);
    const twice = subjects.findIndex((subject) => seen.has(subject));
    if (twice === -1) {
      for (const subject of subjects) seen.set(subject, row.from.row);
      return row;
    }
    const field = columnOf(row.from, row.report.fields[twice]!);
    return { from: row.from, fault: { code: 'DEVICE_TWICE', field, earlier: `row ${seen.get(subjects[twice]!)}` } };
  });
}

/** A device that this member lists already. */
async function refuseStanding(decision: DeviceDecision, judged: readonly Judged[]): Promise<Judged[]> {
  const subjectsOf = ({ report }: Judged): string[] =>
    report?.targets.map((target) => targetSubject(target).subject) ?? [];
  const standing = await standingCases(decision, judged.flatMap(subjectsOf));
  return judged.map((row) => {
    const listed = subjectsOf(row).findIndex((subject) => standing.has(subject));
    if (row.report === undefined || listed === -1) return row;
    const field = columnOf(row.from, row.report.fields[listed]!);
    return { from: row.from, fault: { code: 'ALREADY_STATED', field, case: standing.get(subjectsOf(row)[listed]!)! } };
  });
}

function inColumns(from: ImportRow, facts: DeskFault): DeskFault {
  return 'field' in facts ? { ...facts, field: columnOf(from, facts.field) } : facts;
}

function reported({ from }: Judged, answer: CaseAnswer<string>): RowResult<string> {
  const { case: number, warnings, entries } = answer;
  return { row: from.row, line: from.line, status: 'reported', case: number, warnings, entries };
}

function refusal({ from, fault }: Judged): RowResult<never> {
  return { row: from.row, line: from.line, status: 'refused', ...(fault !== undefined && { fault }) };
}

function unreportedResult(row: Judged): RowResult<never> {
  return row.fault === undefined ? { row: row.from.row, line: row.from.line, status: 'valid' } : refusal(row);
}
