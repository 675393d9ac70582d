import { cellText } from '../identifiers/cell.ts';
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
  /** Under which indexes of the same log it was stated before. */
  readonly earlier?: readonly number[];
}

interface Stating {
  readonly entry: EntryName;
  /** The index in the same log of the statement that is stated anew. */
  readonly replaces?: number;
}

/** Which cells are not to be trusted, and when. Each member ends its own statements. */
export class CellBook {
  readonly #distrusts = new Map<string, readonly CellDistrust[]>();

  /** What is stated against a cell (its text) at a time, in ms since 1970; at any time without one. */
  find(cell: string, atMs?: number): readonly CellDistrust[] {
    const all = this.#distrusts.get(cell) ?? [];
    return atMs === undefined ? all : all.filter(({ fromMs, toMs }) => fromMs <= atMs && (toMs ?? Infinity) > atMs);
  }

  *all(): Generator<CellDistrust> {
    for (const distrusts of this.#distrusts.values()) yield* distrusts;
  }

  /** Forgets what a member states of a cell, for it to be folded again. */
  forget(member: string, cell: string): void {
    this.#set(
      cell,
      this.find(cell).filter(({ entry }) => entry.member !== member),
    );
  }

  /** Takes one statement of a member that may speak of cells; those of one log come in its order. */
  fold(statement: CellStatement, { entry, replaces }: Stating): FoldOutcome {
    const cell = cellText(statement.cell);
    const distrusts = this.find(cell);
    if (statement.kind === 'cell.distrusted') {
      const old = distrusts.find((distrust) => isNamed(distrust, entry.member, replaces));
      if (replaces !== undefined && old === undefined) return 'ineffective';
      const { fromMs, toMs, reason, reference } = statement;
      const given = { ...(toMs !== undefined && { toMs }), ...(reference !== undefined && { reference }) };
      const before = old && { earlier: [...(old.earlier ?? []), old.entry.index] };
      this.#set(cell, [
        ...distrusts.filter((distrust) => distrust !== old),
        { cell, fromMs, reason, entry, ...given, ...before },
      ]);
      return 'stated';
    }
    const { member, index } = statement.ends;
    if (member !== entry.member) return 'ineffective';
    const left = distrusts.filter((distrust) => !isNamed(distrust, member, index));
    if (left.length === distrusts.length) return 'ineffective';
    this.#set(cell, left);
    return 'ended';
  }

  /** In one order whatever the order between logs. */
  #set(cell: string, distrusts: readonly CellDistrust[]): void {
    if (distrusts.length === 0) this.#distrusts.delete(cell);
    else this.#distrusts.set(cell, distrusts.toSorted(byEntry));
  }
}

function isNamed({ entry, earlier }: CellDistrust, member: string, index: number | undefined): boolean {
  if (index === undefined || entry.member !== member) return false;
  return entry.index === index || earlier?.includes(index) === true;
}

function byEntry({ entry: one }: CellDistrust, { entry: other }: CellDistrust): number {
  return one.member === other.member ? one.index - other.index : one.member < other.member ? -1 : 1;
}
