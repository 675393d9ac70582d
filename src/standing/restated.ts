import type { DeviceTarget } from '../identifiers/device-target.ts';

/** Earlier indexes that one statement answers to. Stated anew once more, it counts as a new statement. */
export const EARLIER_INDEXES_MAX = 64;

export interface EarlierIndex {
  readonly index: number;
  /** False where this node never held the earlier one, because its key is gone: then only its own member may name it. */
  readonly wasHeld: boolean;
}

/** A statement about a target that stood under other indexes before it was stated anew. */
export interface RestatedStatement {
  readonly target: DeviceTarget;
  readonly earlier: readonly EarlierIndex[];
}

/** Under which index statements of one member stand now that stood under others before. */
export class Restated {
  readonly #now = new Map<number, { readonly index: number; readonly wasHeld: boolean }>();
  readonly #statements = new Map<number, RestatedStatement>();
  /** What else is known of earlier indexes: what a header says whose body is sealed here, and what is no device's. */
  readonly #links = new Map<number, number>();

  /** The index under which it stands now. @param isOwn whether its own member asks */
  resolve(index: number, isOwn: boolean): number {
    const now = this.#now.get(index);
    return now === undefined || !(isOwn || now.wasHeld) ? index : now.index;
  }

  /** The statement of an index is stated anew under a later one. The first that says so is believed. */
  link(from: number, to: number): void {
    if (from < to && !this.#links.has(from)) this.#links.set(from, to);
  }

  /** The index under which its own member finds it now, however often it was stated anew. */
  present(index: number): number {
    for (let at = index; ;) {
      const now = this.#now.get(at)?.index;
      const next = this.#links.get(at);
      if (now !== undefined || next === undefined) return now ?? at;
      at = next;
    }
  }

  has(earlierIndex: number): boolean {
    return this.#now.has(earlierIndex);
  }

  /** The indexes under which the statement of this one stood before. */
  earlier(index: number): readonly EarlierIndex[] {
    return this.#statements.get(index)?.earlier ?? [];
  }

  /** A statement stands under a new index from now on. */
  move({ from, to, target }: { from: number; to: number; target: DeviceTarget }, wasHeld: boolean): void {
    const earlier = [...this.earlier(from), { index: from, wasHeld }];
    this.drop(from);
    this.load(to, { target, earlier });
  }

  /** The statement of this index has ended. */
  drop(index: number): void {
    for (const earlier of this.earlier(index)) this.#now.delete(earlier.index);
    this.#statements.delete(index);
  }

  load(index: number, statement: RestatedStatement): void {
    this.#statements.set(index, statement);
    for (const earlier of statement.earlier) this.#now.set(earlier.index, { index, wasHeld: earlier.wasHeld });
  }

  /** From an earlier index to a later one, in no order. */
  links(): Iterable<[number, number]> {
    return this.#links;
  }

  /** By the index under which each stands now, in no order. */
  all(): Iterable<[number, RestatedStatement]> {
    return this.#statements;
  }
}
