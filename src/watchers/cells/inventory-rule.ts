import type { UnknownCell } from '../../records/archive/cell-evidence.ts';
import type { CellReason } from '../../statements/cell-statement.ts';
import type { CellFinding } from './finding.ts';

const HOUR_MS = 60 * 60 * 1_000;

/**
 * *Attach on a cell that is not in inventory.* A cell that came on air shortly before the newest inventory was the truth
 * may be an honest one that is still to be entered: it is found with low confidence, until an inventory lacks it that
 * had time to know.
 */
export function inventoryFindings(
  unknown: readonly UnknownCell[],
  { asOfMs, lagHours }: { asOfMs: number; lagHours: number },
): CellFinding[] {
  return unknown.map(({ cell, firstMs, lastMs, events, lines, known }) => {
    const isEarly = firstMs + lagHours * HOUR_MS > asOfMs;
    const reason: CellReason = known ? 'woken' : 'unregistered';
    return {
      rule: 'not-in-inventory',
      cell,
      reason,
      // What an inventory has dropped was known and is not new: it has no time to wait for.
      confidence: isEarly && !known ? 'low' : 'high',
      firstMs,
      lastMs,
      evidence: {
        events,
        lines,
        inventoryAsOf: new Date(asOfMs).toISOString(),
        lagHours,
        earlierInventory: known,
        awaitsInventory: isEarly && !known,
      },
    };
  });
}
