import type { DeviceListed, Statement } from '../../statements/statement.ts';
import { type CaseId, caseNumber } from '../../store/case-number.ts';
import type { PrivateFields } from '../../store/cases.ts';
import type { CaseRow, CaseStatementRow } from '../../store/schema.ts';
import type { CaseKind } from './case-states.ts';
import type { DeviceDecision } from './device-decision.ts';
import { DeskError } from './desk-fault.ts';
import { endPast } from './ending.ts';
import { fieldsGiven, type ListingReport, type Warning } from './forms.ts';
import { type SubjectColumns, targetSubject } from './subject.ts';

/** The answer of a decision that opened or changed a case. Until it is committed, `entry` is a statement's identity. */
export interface CaseAnswer<Entry = { readonly member: string; readonly index: number }> {
  readonly case: string;
  readonly status: string;
  readonly warnings: readonly Warning[];
  readonly entries: readonly StatedEntry<Entry>[];
}

export interface StatedEntry<Entry> {
  readonly kind: string;
  readonly entry: Entry;
  /** See `StatementView`. */
  readonly quarantined?: true;
}

/** A case that is about to be opened: the columns that depend on its kind. */
interface NewCase {
  readonly kind: CaseKind;
  readonly status?: string;
  readonly occurredMs?: number;
  readonly circumstances: PrivateFields;
}

export function newCaseRow({ nowMs, request }: DeviceDecision, id: CaseId, opened: NewCase): CaseRow {
  return {
    id,
    kind: opened.kind,
    status: opened.status ?? 'open',
    createdMs: nowMs,
    createdBy: request.actor,
    occurredMs: opened.occurredMs ?? null,
    place: null,
    policeReference: null,
    note: null,
    requesterName: null,
    requesterContact: null,
    requesterContactKey: null,
    requesterRelation: null,
    rightCheckedBy: null,
    ...opened.circumstances,
  };
}

export function newStatementRow(
  identity: { statementId: string; caseId: CaseId; position: number; kind: Statement['kind'] },
  subject: SubjectColumns,
  more: { reason?: string; imsi?: string } = {},
): CaseStatementRow {
  return {
    ...identity,
    ...subject,
    reason: more.reason ?? null,
    imsi: more.imsi ?? null,
    logIndex: null,
    endedMs: null,
    endReason: null,
    endStatementId: null,
    endLogIndex: null,
  };
}

/** Which of these subjects have a statement in force already, and in which case. */
export async function standingCases(
  decision: DeviceDecision,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const rows = await decision.tables.cases.standing(subjects);
  const inForce = rows.filter((row) => !decision.isPast(row));
  return new Map(inForce.map((row) => [row.subject, caseNumber(row.caseId)]));
}

/** @throws DeskError ALREADY_STATED for the first target of the report that this member lists already */
export async function refuseStanding(
  decision: DeviceDecision,
  report: Pick<ListingReport, 'targets' | 'fields'>,
): Promise<void> {
  const subjects = report.targets.map((target) => targetSubject(target).subject);
  const standing = await standingCases(decision, subjects);
  subjects.forEach((subject, place) => {
    const earlier = standing.get(subject);
    if (earlier === undefined) return;
    throw new DeskError({ code: 'ALREADY_STATED', field: report.fields[place]!, case: earlier });
  });
}

/** Opens a case for each report, and states what it lists. Nothing of them is in force yet: the caller has looked. */
export async function openListings(
  decision: DeviceDecision,
  kind: 'device' | 'listing',
  reports: readonly ListingReport[],
): Promise<CaseAnswer<string>[]> {
  const { tables } = decision;
  const firstId = await tables.cases.nextId(decision.nowMs);
  const cases: CaseRow[] = [];
  const statements: CaseStatementRow[] = [];
  const answers = reports.map((report, place) => {
    const id = firstId + place;
    const { circumstances, occurredMs } = report;
    cases.push(newCaseRow(decision, id, { kind, circumstances, ...(occurredMs !== undefined && { occurredMs }) }));
    const stated = listingRows(decision, id, report);
    statements.push(...stated);
    noteOpened(decision, id, report);
    return openedAnswer(id, stated, report.warnings);
  });
  await endPast(
    decision,
    statements.map(({ subject }) => subject),
  );
  await tables.cases.add(cases, statements);
  return answers;
}

/** States a listing of each target. @returns the rows that keep it, from this position on */
export function listingRows(
  decision: DeviceDecision,
  caseId: CaseId,
  report: Pick<ListingReport, 'targets' | 'reason' | 'listing' | 'occurredMs'>,
  firstPosition = 0,
): CaseStatementRow[] {
  const { reason, occurredMs } = report;
  const kind: DeviceListed['kind'] = `device.${report.listing}`;
  return report.targets.map((target, place) => {
    const statementId = decision.state({
      kind,
      target,
      reason,
      ...(occurredMs !== undefined && { occurredAtMs: occurredMs }),
      reference: caseNumber(caseId),
    });
    const identity = { statementId, caseId, position: firstPosition + place, kind };
    return newStatementRow(identity, targetSubject(target), { reason });
  });
}

export function openedAnswer(
  id: CaseId,
  stated: readonly CaseStatementRow[],
  warnings: readonly Warning[] = [],
  status = 'open',
): CaseAnswer<string> {
  const entries = stated.map(({ kind, statementId }) => ({ kind, entry: statementId }));
  return { case: caseNumber(id), status, warnings, entries };
}

function noteOpened(decision: DeviceDecision, id: CaseId, report: ListingReport): void {
  decision.note('case.reported', id, {
    listing: report.listing,
    reason: report.reason,
    targets: report.targets.map((target) => targetSubject(target).subject),
    given: fieldsGiven(report.circumstances),
    ...(report.warnings.length > 0 && { accepted: report.warnings.map(({ code, field }) => `${code} ${field}`) }),
  });
}
