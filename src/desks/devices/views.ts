import { deviceTargetText } from '../../identifiers/device-target.ts';
import { imeiText } from '../../identifiers/imei.ts';
import type { EntryName } from '../../statements/statement.ts';
import { caseNumber } from '../../store/case-number.ts';
import type { CaseRow, CaseStatementRow, JournalRow } from '../../store/schema.ts';
import { type OwnEntries, pastOfRow } from './past.ts';
import { targetOf } from './subject.ts';

/** One statement of a case. An IMEI is shown with its check digit. */
export interface StatementView {
  readonly kind: string;
  readonly imei?: string;
  readonly tac?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  /** Gates act on it. */
  readonly standing: boolean;
  /** Present where a regulator has ended it: no gate acts on it, and the member may state it again. */
  readonly overruled?: true;
  /** The same, where it was struck: by these members. */
  readonly struckBy?: readonly string[];
  /**
   * The same, where the logs hold it no more, for another reason: it was not stated anew when its epoch ended, or it was
   * released in the log by another than this desk.
   */
  readonly lapsed?: true;
  /** It is beyond the member's budget: in force nowhere until a register or regulator confirms it. */
  readonly quarantined?: true;
  /** Its member has ended it, and witnesses have not seen that yet: gates still act on it. */
  readonly releaseWaiting?: true;
  /**
   * Where it stands in the log now: under a later index, once it was stated anew. Absent for the moment between the
   * decision and its entry.
   */
  readonly entry?: EntryName;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly endEntry?: EntryName;
}

/** A case without anything private. */
export interface CaseSummary {
  readonly case: string;
  readonly kind: string;
  readonly status: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly occurredAt?: string;
  readonly statements: readonly StatementView[];
}

/** A case with what is private. Who is shown it stands in the journal. */
export interface CaseView extends CaseSummary {
  readonly place?: string;
  readonly policeReference?: string;
  readonly note?: string;
  /** The subscriber of a pairing. */
  readonly imsi?: string;
  readonly requester?: {
    readonly name?: string;
    readonly contact?: string;
    readonly relation?: string;
    readonly rightChecked?: string;
  };
}

/** One thing that was done. */
export interface JournalView {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly case?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export function summaryOf(own: OwnEntries, row: CaseRow, statements: readonly CaseStatementRow[]): CaseSummary {
  return {
    case: caseNumber(row.id),
    kind: row.kind,
    status: row.status,
    createdAt: timeText(row.createdMs),
    createdBy: row.createdBy,
    ...(row.occurredMs !== null && { occurredAt: timeText(row.occurredMs) }),
    statements: statements.map((statement) => statementView(own, statement)),
  };
}

export function caseView(own: OwnEntries, row: CaseRow, statements: readonly CaseStatementRow[]): CaseView {
  const requester = withoutNulls({
    name: row.requesterName,
    contact: row.requesterContact,
    relation: row.requesterRelation,
    rightChecked: row.rightCheckedBy,
  });
  const imsi = statements.find((statement) => statement.imsi !== null)?.imsi ?? null;
  return {
    ...summaryOf(own, row, statements),
    ...withoutNulls({ place: row.place, policeReference: row.policeReference, note: row.note, imsi }),
    ...(Object.keys(requester).length > 0 && { requester }),
  };
}

export function journalView(row: JournalRow): JournalView {
  return {
    sequence: row.sequence,
    at: timeText(row.atMs),
    actor: row.actor,
    role: row.role,
    action: row.action,
    ...(row.caseId !== null && { case: caseNumber(row.caseId) }),
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  };
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function statementView(own: OwnEntries, row: CaseStatementRow): StatementView {
  const { member } = own;
  const now = row.logIndex === null ? undefined : own.standingOf(row.logIndex);
  const past = pastOfRow(row, own);
  const isStruck = past !== undefined && now!.struckBy.length > 0;
  const isQuarantined = row.endedMs === null && past === undefined && now?.isQuarantined === true;
  return {
    kind: row.kind,
    ...targetView(row),
    ...(row.reason !== null && { reason: row.reason }),
    standing: row.endedMs === null && past === undefined && !isQuarantined,
    ...(isStruck ? { struckBy: now!.struckBy } : past !== undefined && { [past]: true }),
    ...(isQuarantined && { quarantined: true }),
    ...(row.endedMs !== null && now?.isReleaseWaiting === true && { releaseWaiting: true }),
    ...(now !== undefined && { entry: { member, index: now.index } }),
    ...(row.endedMs !== null && { endedAt: timeText(row.endedMs) }),
    ...(row.endReason !== null && { endReason: row.endReason }),
    ...(row.endLogIndex !== null && { endEntry: { member, index: row.endLogIndex } }),
  };
}

function targetView(row: CaseStatementRow): Pick<StatementView, 'imei' | 'tac' | 'from' | 'to'> {
  const target = targetOf(row);
  if (target === undefined) return {};
  return target.kind === 'imei' ? { imei: imeiText(target.imei) } : deviceTargetText(target);
}

function withoutNulls<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], null> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as never;
}
