import { type IndexRange, isInRanges, withRange } from './index-ranges.ts';
import type { StatementsConfirmed, StatementsStruck } from '../statements/member-statement.ts';
import { LOG_SIZE_MAX } from './memory.ts';

export type RangeStatement = StatementsConfirmed | StatementsStruck;

/** Ranges that one member may confirm, and as many that it may strike. Then its statements of that kind take no effect. */
export const RANGES_STATED_MAX = 10_000;

/** What was said of whole ranges of one member's log. */
export interface MemberMarks {
  readonly confirmed: readonly IndexRange[];
  readonly struck: readonly IndexRange[];
}

export const NO_MARKS: MemberMarks = { confirmed: [], struck: [] };

/** What is kept of marks between runs. */
export interface MarksState {
  readonly marks: readonly (readonly [member: string, marks: MemberMarks])[];
  readonly stated: readonly (readonly [stater: string, count: number])[];
  readonly struckBy: readonly (readonly [member: string, by: readonly Striking[]])[];
}

/** What one member has struck of another, or of itself. */
type Striking = readonly [stater: string, ranges: readonly IndexRange[]];

/**
 * Ranges of statements that were confirmed or struck, by the member whose statements they are. They mark entries that are
 * not read yet as well, and no slot is touched: whoever looks a statement up asks here, so no order matters.
 */
export class Marks {
  readonly #marks = new Map<string, MemberMarks>();
  readonly #stated = new Map<string, number>();
  /** Of whom, then by whom. */
  readonly #struckBy = new Map<string, Map<string, readonly IndexRange[]>>();

  of(member: string): MemberMarks {
    return this.#marks.get(member) ?? NO_MARKS;
  }

  /** Takes a range that is not empty. @returns false where the one who states has stated as many as it may */
  add(stater: string, statement: RangeStatement): boolean {
    const { kind, member } = statement;
    const list = kind === 'statements.struck' ? 'struck' : 'confirmed';
    const counted = `${list} ${stater}`;
    const stated = this.#stated.get(counted) ?? 0;
    if (stated >= RANGES_STATED_MAX) return false;
    this.#stated.set(counted, stated + 1);
    const marks = this.of(member);
    this.#marks.set(member, { ...marks, [list]: withRange(marks[list], rangeOf(statement)) });
    if (list === 'struck') {
      const by = this.#struckBy.get(member) ?? new Map<string, readonly IndexRange[]>();
      this.#struckBy.set(member, by.set(stater, withRange(by.get(stater) ?? [], rangeOf(statement))));
    }
    return true;
  }

  /** Those of whom something was said, who may not be members yet. */
  members(): Iterable<string> {
    return this.#marks.keys();
  }

  /** Who has struck any of these indexes of a member's log, by name. */
  struckBy(member: string, indexes: readonly number[]): readonly string[] {
    const strikings = [...(this.#struckBy.get(member) ?? [])];
    return strikings.flatMap(([stater, ranges]) => (isInAny(ranges, indexes) ? [stater] : [])).sort();
  }

  state(): MarksState {
    const struckBy = [...this.#struckBy].map(([member, by]) => [member, [...by].sort(byName)] as const);
    return {
      marks: [...this.#marks].sort(byName),
      stated: [...this.#stated].sort(byName),
      struckBy: struckBy.sort(byName),
    };
  }

  load({ marks, stated, struckBy }: MarksState): void {
    for (const [member, by] of struckBy) this.#struckBy.set(member, new Map(by));
    for (const [member, one] of marks) this.#marks.set(member, one);
    for (const [stater, count] of stated) this.#stated.set(stater, count);
  }
}

/** The indexes that a statement is about. */
export function rangeOf({ from, to = LOG_SIZE_MAX }: RangeStatement): IndexRange {
  return [Math.min(from, LOG_SIZE_MAX), Math.min(to, LOG_SIZE_MAX)];
}

/** How a restricting statement stands that no regulator has overruled. */
export type Force = 'in force' | 'quarantined' | 'struck';

export function forceOf({ confirmed, struck }: MemberMarks, index: number, isQuarantined: boolean): Force {
  if (isInRanges(struck, index)) return 'struck';
  return isQuarantined && !isInRanges(confirmed, index) ? 'quarantined' : 'in force';
}

/** Whether any of these indexes is in the ranges. */
export function isInAny(ranges: readonly IndexRange[], indexes: readonly number[]): boolean {
  return ranges.length > 0 && indexes.some((index) => isInRanges(ranges, index));
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
