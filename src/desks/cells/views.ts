import type { EntryName } from '../../statements/statement.ts';
import type { CellDistrustRow, CellFindingRow } from '../../store/cells/schema.ts';

/** A statement against a cell, as the member keeps it. */
export interface DistrustView {
  readonly cell: string;
  readonly from: string;
  readonly to?: string;
  readonly reason: string;
  readonly evidence?: { readonly sha256: string; readonly size: number };
  readonly note?: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly standing: boolean;
  readonly endedAt?: string;
  readonly endedBy?: string;
  /** Where it stands in the log. */
  readonly entry?: EntryName;
}

/** What a watcher holds against a cell. */
export interface FindingView {
  readonly rule: string;
  readonly cell: string;
  readonly reason: string;
  readonly confidence: string;
  readonly first: string;
  readonly last: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly foundAt: string;
  readonly seenAt: string;
  readonly withdrawnAt?: string;
}

export function distrustView(row: CellDistrustRow, entry?: EntryName): DistrustView {
  const { cell, fromMs, toMs, reason, evidence, evidenceSize, note, createdMs, createdBy, endedMs, endedBy } = row;
  return {
    cell,
    from: timeText(fromMs),
    ...(toMs !== null && { to: timeText(toMs) }),
    reason,
    ...(evidence !== null && { evidence: { sha256: evidence, size: evidenceSize ?? 0 } }),
    ...(note !== null && { note }),
    createdAt: timeText(createdMs),
    createdBy,
    standing: endedMs === null,
    ...(endedMs !== null && { endedAt: timeText(endedMs) }),
    ...(endedBy !== null && { endedBy }),
    ...(entry !== undefined && { entry }),
  };
}

export function findingView(row: CellFindingRow): FindingView {
  const { rule, cell, reason, confidence, firstMs, lastMs, evidence, foundMs, seenMs, withdrawnMs } = row;
  return {
    rule,
    cell,
    reason,
    confidence,
    first: timeText(firstMs),
    last: timeText(lastMs),
    evidence: JSON.parse(evidence) as Record<string, unknown>,
    foundAt: timeText(foundMs),
    seenAt: timeText(seenMs),
    ...(withdrawnMs !== null && { withdrawnAt: timeText(withdrawnMs) }),
  };
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
