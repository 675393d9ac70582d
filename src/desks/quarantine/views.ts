import { cellText } from '../../identifiers/cell.ts';
import { deviceTargetText } from '../../identifiers/device-target.ts';
import type { Statement } from '../../statements/statement.ts';
import type { Tally } from './counting.ts';
import type { LoggedEntry } from './logged.ts';

/** What one member states beyond its budget. Times are by its own clock. */
export interface QuarantineSummary {
  readonly member: string;
  /** Statements that nobody confirmed or struck. */
  readonly quarantined: number;
  /** The first one's index, and the one after the last. */
  readonly from?: number;
  readonly to?: number;
  readonly since?: string;
  /** Whether this member's role lets it confirm and strike them. */
  readonly mayConfirm: boolean;
  readonly mayStrike: boolean;
}

export interface QuarantineView extends QuarantineSummary {
  readonly until?: string;
  /** At most `RANGES_SHOWN_MAX`; `rangesLeftOut` says how many more there are. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly rangesLeftOut: number;
  readonly kinds: readonly (Tally & { readonly kind: string })[];
  readonly tacs: readonly (Tally & { readonly tac: string })[];
  /** Of those counted, how many this member cannot open. */
  readonly unread: number;
  /** The first index that was not counted by kind and TAC, where that is not the end. */
  readonly countedTo?: number;
  readonly statements: readonly QuarantinedStatement[];
  /** Ask for the page `from` this index. */
  readonly next?: number;
}

/** One statement, opened. */
export interface QuarantinedStatement {
  readonly index: number;
  readonly statedAt?: string;
  /** Absent where this member cannot open it. */
  readonly kind?: string;
  readonly reason?: string;
  readonly imei?: string;
  readonly tac?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cell?: string;
  readonly certificate?: string;
  readonly reference?: string;
}

export function statementView({ index, timeMs, statement }: LoggedEntry): QuarantinedStatement {
  return { index, ...(timeMs !== undefined && { statedAt: timeText(timeMs) }), ...(statement && said(statement)) };
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function said(statement: Statement): Omit<QuarantinedStatement, 'index' | 'statedAt'> {
  const { kind, reference } = statement;
  return {
    kind,
    ...('reason' in statement && { reason: statement.reason }),
    ...('target' in statement && deviceTargetText(statement.target)),
    ...('cell' in statement && { cell: cellText(statement.cell) }),
    ...('certificate' in statement && { certificate: statement.certificate }),
    ...(reference !== undefined && { reference }),
  };
}
