import { Fault } from '../../base/fault.ts';
import { type CellIdentity, cellText, parseCell } from '../../identifiers/cell.ts';
import { CELL_REASONS } from '../../statements/cell-statement.ts';
import type { EntryName } from '../../statements/statement.ts';
import type { CellDistrustRow } from '../../store/cells/schema.ts';
import { DecisionError } from '../decisions/decision-fault.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readNote, readSince, readWord } from '../decisions/form-fields.ts';
import { CellDeskError } from './cell-desk-fault.ts';

/** The latest time that a distrust may end: what is later is no date. */
const TO_MS_MAX = Date.UTC(2100, 0, 1);
const SHA256 = /^[0-9a-f]{64}$/;

export interface DistrustForm {
  /** As `450-08-eci-00a1b2c`. */
  readonly cell: string;
  /** RFC 3339 with an offset, or a day. */
  readonly from: string;
  /** Excluded; without it, until the cell is cleared. */
  readonly to?: string;
  readonly reason: string;
  /** What shows it: a file that the member keeps. */
  readonly evidence?: { readonly sha256: string; readonly size: number };
  /** Private. */
  readonly note?: string;
}

/** What a decision about a cell stated. Until it is committed, `entry` is a statement's identity. */
export interface CellAnswer<Entry = EntryName> {
  readonly cell: string;
  readonly entries: readonly { readonly kind: string; readonly entry: Entry }[];
}

interface Distrust {
  readonly cell: CellIdentity;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly reason: (typeof CELL_REASONS)[number];
  readonly evidence?: { readonly sha256: string; readonly size: number };
  readonly note?: string;
}

/** @throws FormError, CellDeskError CELL_MALFORMED */
export function readDistrust(form: DistrustForm): Distrust {
  const { evidence } = form;
  const fromMs = readSince(form.from, 'from');
  const toMs = form.to === undefined ? undefined : readSince(form.to, 'to');
  if (toMs !== undefined && (toMs <= fromMs || toMs > TO_MS_MAX)) throw malformed('to', 'a time after `from`');
  if (evidence !== undefined && !SHA256.test(evidence.sha256)) {
    throw malformed('evidence.sha256', '64 lower-case hexadecimal digits');
  }
  const note = readNote(form.note, 'note');
  return {
    cell: readCell(form.cell, 'cell'),
    fromMs,
    ...(toMs !== undefined && { toMs }),
    reason: readWord(CELL_REASONS, form.reason, 'reason'),
    ...(evidence !== undefined && { evidence }),
    ...(note !== undefined && { note }),
  };
}

/** @throws CellDeskError CELL_MALFORMED */
export function readCell(text: string, field: string): CellIdentity {
  const cell = parseCell(text);
  if (cell instanceof Fault) throw new CellDeskError({ ...cell.facts, field });
  return cell;
}

/** States that a cell is not to be trusted; its evidence is sealed in the member's own log. */
export async function distrust(decision: Decision, { cell, ...stated }: Distrust): Promise<CellAnswer<string>> {
  const { tables, request, nowMs } = decision;
  const { fromMs, toMs, reason, evidence, note } = stated;
  const text = cellText(cell);
  const standing = await tables.cellDistrusts.standing(text);
  if (standing.some((row) => row.fromMs <= fromMs && (row.toMs ?? Infinity) >= (toMs ?? Infinity))) {
    throw new CellDeskError({ code: 'CELL_DISTRUSTED_ALREADY', cell: text });
  }
  const span = { fromMs, ...(toMs !== undefined && { toMs }) };
  const sha256 = evidence === undefined ? undefined : Buffer.from(evidence.sha256, 'hex');
  const statementId = decision.state({
    kind: 'cell.distrusted',
    cell,
    ...span,
    reason,
    ...(sha256 !== undefined && { evidence: sha256 }),
  });
  const entries = [{ kind: 'cell.distrusted', entry: statementId }];
  if (sha256 !== undefined) {
    const subject = `cell-evidence:${text}`;
    entries.push({
      kind: 'digest.sealed',
      entry: decision.seal({ kind: 'digest.sealed', subject, sha256, size: evidence!.size }),
    });
  }
  await tables.cellDistrusts.add({
    ...notEnded(statementId, text),
    fromMs,
    toMs: toMs ?? null,
    reason,
    evidence: evidence?.sha256 ?? null,
    evidenceSize: evidence?.size ?? null,
    note: note ?? null,
    createdMs: nowMs,
    createdBy: request.actor,
  });
  decision.note('cell.distrusted', null, { cell: text, ...span, reason, evidence: evidence?.sha256 });
  return { cell: text, entries };
}

function notEnded(statementId: string, cell: string) {
  return { statementId, cell, endedMs: null, endedBy: null, endStatementId: null };
}

/** Ends all that this member states against a cell. @throws CellDeskError CELL_NOT_DISTRUSTED; DecisionError STATEMENT_PENDING */
export async function clear(
  decision: Decision,
  cell: CellIdentity,
  { note }: { note?: string },
): Promise<CellAnswer<string>> {
  const { tables, request, nowMs, member } = decision;
  const text = cellText(cell);
  const standing = await tables.cellDistrusts.standing(text);
  if (standing.length === 0) throw new CellDeskError({ code: 'CELL_NOT_DISTRUSTED', cell: text });
  const places = await placesOf(decision, standing);
  const entries = [];
  for (const { statementId } of standing) {
    const index = places.get(statementId);
    // What is not in the log yet cannot be named there.
    if (index === undefined) throw new DecisionError({ code: 'STATEMENT_PENDING' });
    const endStatementId = decision.state({ kind: 'cell.cleared', cell, ends: { member, index } });
    await tables.cellDistrusts.end(statementId, { endedMs: nowMs, endedBy: request.actor, endStatementId });
    entries.push({ kind: 'cell.cleared', entry: endStatementId });
  }
  decision.note('cell.cleared', null, {
    cell: text,
    ended: standing.length,
    given: note === undefined ? [] : ['note'],
  });
  return { cell: text, entries };
}

async function placesOf({ tables }: Decision, rows: readonly CellDistrustRow[]): Promise<Map<string, number>> {
  const places = await tables.places.of(rows.map(({ statementId }) => statementId));
  return new Map(places.flatMap(({ statementId, logIndex }) => (logIndex === null ? [] : [[statementId, logIndex]])));
}
