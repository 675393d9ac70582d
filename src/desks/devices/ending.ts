import { caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { CaseRow, CaseStatementRow } from '../../store/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { ReleaseReason, Statement } from '../../statements/statement.ts';
import { type CaseKind, type CaseStatus, nextStatus } from './case-states.ts';
import type { DeviceDecision } from './device-decision.ts';
import { DecisionError } from '../decisions/decision-fault.ts';
import { DeskError } from './desk-fault.ts';
import { readImei, readNote, readWord } from './fields.ts';
import type { CaseAnswer } from './opening.ts';
import { targetOf, targetSubject } from './subject.ts';

export const END_REASONS = ['recovered', 'withdrawn'] as const;
/** Why a case's statement ends: a regulator may have ended it before its member does. */
type EndReason = (typeof END_REASONS)[number] | 'overruled';

export interface ReleaseForm {
  readonly reason: string;
  /** Only these of the case's devices; all that still stand without it. */
  readonly devices?: readonly string[];
  readonly note?: string;
}

/** A case with its statements, read inside a decision. */
export interface OpenedCase {
  readonly row: CaseRow;
  readonly number: string;
  readonly statements: readonly CaseStatementRow[];
  readonly standing: readonly CaseStatementRow[];
}

/** @throws DeskError CASE_UNKNOWN */
export async function findCase(tables: Tables, number: string): Promise<OpenedCase> {
  const id = parseCaseNumber(number);
  const row = id === undefined ? undefined : await tables.cases.find(id);
  if (row === undefined) throw new DeskError({ code: 'CASE_UNKNOWN' });
  const statements = await tables.cases.statementsOf([row.id]);
  const standing = statements.filter((statement) => statement.endedMs === null);
  return { row, number: caseNumber(row.id), statements, standing };
}

/** @throws DeskError CASE_OF_OTHER_KIND */
export function requireKind({ row, number }: OpenedCase, kinds: readonly CaseKind[]): void {
  if (kinds.some((kind) => kind === row.kind)) return;
  throw new DeskError({ code: 'CASE_OF_OTHER_KIND', case: number, kind: row.kind });
}

/** Ends what a case of devices or of a listing states, all of it or the devices named. */
export async function releaseCase(decision: DeviceDecision, number: string, form: ReleaseForm) {
  const opened = await findCase(decision.tables, number);
  requireKind(opened, ['device', 'listing']);
  if (opened.row.kind === 'listing' && decision.request.role === 'agent') {
    throw new DeskError({ code: 'ROLE_INSUFFICIENT', role: decision.request.role });
  }
  const reason = readWord(END_REASONS, form.reason, 'reason');
  if (opened.standing.length === 0) nextStatus(opened.number, opened.row.status as CaseStatus, reason);
  const note = readNote(form.note, 'note');
  const ended = form.devices === undefined ? opened.standing : pickDevices(opened, form.devices);
  return endStatements(decision, opened, { ended, reason, ...(note !== undefined && { note }) });
}

/** Ends standing statements of a case, and moves the case on. */
export async function endStatements(
  decision: DeviceDecision,
  opened: OpenedCase,
  { ended, reason, note }: { ended: readonly CaseStatementRow[]; reason: EndReason; note?: string },
): Promise<CaseAnswer<string>> {
  const { row, number, standing } = opened;
  const event = ended.length < standing.length ? 'partly-ended' : eventOfLast(opened, reason);
  const status = nextStatus(number, row.status as CaseStatus, event);
  const entries = [];
  for (const statement of ended) entries.push(await endStatement(decision, statement, reason));
  await decision.tables.cases.setStatus(row.id, status);
  if (note !== undefined) await decision.tables.cases.amend(row.id, { note: addToNote(row.note, note) });
  decision.note('case.released', row.id, { reason, targets: ended.map(({ subject }) => subject), status });
  return { case: number, status, warnings: [], entries };
}

/**
 * Ends what stands about these subjects in the store alone, being past: where it was overruled, standing holds it until
 * its member ends it, and holds only so many about one device.
 */
export async function endPast(decision: DeviceDecision, subjects: readonly string[]): Promise<void> {
  const rows = await decision.tables.cases.standing(subjects);
  for (const [caseId, ended] of Map.groupBy(rows, (row) => row.caseId)) {
    const opened = await findCase(decision.tables, caseNumber(caseId));
    await endStatements(decision, opened, { ended, reason: 'overruled' });
  }
}

/**
 * States the end of one statement and keeps it.
 * @throws DecisionError STATEMENT_PENDING where the statement is not in the log yet: its end could not name it
 */
export async function endStatement(
  decision: DeviceDecision,
  row: CaseStatementRow,
  reason: ReleaseReason,
): Promise<{ kind: string; entry: string }> {
  if (row.logIndex === null) throw new DecisionError({ code: 'STATEMENT_PENDING', case: caseNumber(row.caseId) });
  const end = endOf(row, { member: decision.member, index: row.logIndex }, reason);
  const endStatementId = decision.state(end);
  await decision.tables.cases.end(row.statementId, { endedMs: decision.nowMs, endReason: reason, endStatementId });
  return { kind: end.kind, entry: endStatementId };
}

function endOf(row: CaseStatementRow, ends: { member: string; index: number }, reason: ReleaseReason): Statement {
  const reference = caseNumber(row.caseId);
  const target = targetOf(row);
  if (target === undefined) return { kind: 'gate.restored', ends, reference };
  return { kind: 'device.released', target, ends, reason, reference };
}

/** A case of which anything was found again counts as released; one of which all was taken back, as withdrawn. */
function eventOfLast({ statements }: OpenedCase, reason: EndReason): 'recovered' | 'withdrawn' {
  return reason === 'recovered' || statements.some(({ endReason }) => endReason === 'recovered')
    ? 'recovered'
    : 'withdrawn';
}

/**
 * A remark made later goes below the earlier ones. It may be about a person, so it stands in no journal. A case ends no
 * more often than it has devices, so the whole has a bound too.
 */
function addToNote(earlier: string | null, note: string): string {
  return earlier === null ? note : `${earlier}\n${note}`;
}

/** @throws DeskError DEVICE_NOT_IN_CASE where one is not, or stands no more */
function pickDevices({ number, standing }: OpenedCase, devices: readonly string[]): CaseStatementRow[] {
  const picked = devices.map((text, place) => {
    const field = `devices[${place}]`;
    const { subject } = targetSubject({ kind: 'imei', imei: readImei(text, field, true).imei.key });
    const row = standing.find((statement) => statement.subject === subject);
    if (row === undefined) throw new DeskError({ code: 'DEVICE_NOT_IN_CASE', field, case: number });
    return row;
  });
  return [...new Set(picked)];
}
