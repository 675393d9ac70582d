import type { OpenedStatement } from './opened.ts';
import { targetSlot } from './slots.ts';

/** Permitting statements of one member that may wait for witnesses. Then its log is read no further until some have them. */
export const WAITING_MAX = 65_536;

/** A permitting statement that waits, and where it stands in its member's log. */
export type WaitingPermit = OpenedStatement & { readonly index: number };

/** The permitting statements of one member that wait, in the order of its log. */
export class WaitingPermits {
  #waiting: WaitingPermit[] = [];
  #first = 0;
  /** How many wait that name an entry of the member itself, by its index. */
  readonly #named = new Map<number, number>();

  get size(): number {
    return this.#waiting.length - this.#first;
  }

  get isFull(): boolean {
    return this.size >= WAITING_MAX;
  }

  add(permit: WaitingPermit): void {
    this.#waiting.push(permit);
    const named = namedBy(permit);
    if (named !== -1) this.#named.set(named, (this.#named.get(named) ?? 0) + 1);
  }

  first(): WaitingPermit | undefined {
    return this.#waiting[this.#first];
  }

  /** Takes the first one out. */
  shift(): void {
    const named = namedBy(this.#waiting[this.#first]!);
    const count = this.#named.get(named);
    if (count === 1) this.#named.delete(named);
    else if (count !== undefined) this.#named.set(named, count - 1);
    this.#first += 1;
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Whether one waits that names the own entry of this index. */
  isNamed(index: number): boolean {
    return this.#named.has(index);
  }

  /** Whether one waits that may end a statement at this place of the index. */
  hasReleaseAt(place: number): boolean {
    return this.all().some(({ statement }) => {
      return statement.kind === 'device.released' && targetSlot(statement.target).place === place;
    });
  }

  all(): readonly WaitingPermit[] {
    return this.#waiting.slice(this.#first);
  }
}

function namedBy({ issuer, statement }: WaitingPermit): number {
  return statement.kind === 'device.released' && statement.ends.member === issuer ? statement.ends.index : -1;
}
