import { cellText } from '../identifiers/cell.ts';
import type { Role } from '../governance/consortium.ts';
import type { CellReason, CellStatement } from '../statements/cell-statement.ts';
import type { EntryName } from '../statements/statement.ts';
import type { FoldOutcome } from './fold.ts';

/** One statement against a cell that its issuer has not ended. */
export interface CellDistrust {
  readonly cell: string;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly reason: CellReason;
  readonly reference?: string;
  readonly entry: EntryName;
}

/** Which cells are not to be trusted, and when. Operators and regulators state of cells, each ending its own. */
export class CellBook {
  readonly #distrusts = new Map<string, CellDistrust[]>();

  /** What is stated against a cell (its text) at a time, in ms since 1970; at any time without one. */
  find(cell: string, atMs?: number): readonly CellDistrust[] {
    const all = this.#distrusts.get(cell) ?? [];
    return atMs === undefined ? all : all.filter(({ fromMs, toMs }) => fromMs <= atMs && (toMs ?? Infinity) > atMs);
  }

  *all(): Generator<CellDistrust> {
    for (const distrusts of this.#distrusts.values()) yield* distrusts;
  }

  /** Takes one statement; those of one log come in its order. */
  fold(statement: CellStatement, { entry, roles }: { entry: EntryName; roles: readonly Role[] }): FoldOutcome {
    if (!roles.includes('operator') && !roles.includes('regulator')) return 'ineffective';
    const cell = cellText(statement.cell);
    const distrusts = this.#distrusts.get(cell) ?? [];
    if (statement.kind === 'cell.distrusted') {
      const { fromMs, toMs, reason, reference } = statement;
      const given = { ...(toMs !== undefined && { toMs }), ...(reference !== undefined && { reference }) };
      // In one order whatever the order between logs.
      const all = [...distrusts, { cell, fromMs, reason, entry, ...given }];
      this.#distrusts.set(cell, all.sort(byEntry));
      return 'stated';
    }
    const { member, index } = statement.ends;
    if (member !== entry.member) return 'ineffective';
    const left = distrusts.filter((distrust) => distrust.entry.member !== member || distrust.entry.index !== index);
    if (left.length === distrusts.length) return 'ineffective';
    if (left.length === 0) this.#distrusts.delete(cell);
    else this.#distrusts.set(cell, left);
    return 'ended';
  }
}

function byEntry({ entry: one }: CellDistrust, { entry: other }: CellDistrust): number {
  return one.member === other.member ? one.index - other.index : one.member < other.member ? -1 : 1;
}
