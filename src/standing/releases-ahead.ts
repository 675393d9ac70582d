import type { DeviceTarget } from '../identifiers/device-target.ts';
import { LOG_SIZE_MAX } from './memory.ts';

/** An entry by the number of its member. */
export interface EntryPlace {
  readonly member: number;
  readonly index: number;
}

/** An overrule that was read before the entry it names. */
export interface ReleaseAhead {
  readonly named: EntryPlace;
  readonly by: EntryPlace;
  readonly target: DeviceTarget;
}

/** How many overrules of one member may wait for entries not read yet. Then its log is read no further until some came. */
export const RELEASES_AHEAD_MAX = 65_536;

/** Overrules that wait for the entries they name. */
export class ReleasesAhead {
  readonly #waiting = new Map<number, ReleaseAhead[]>();
  readonly #counts = new Map<number, number>();

  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  isFull(member: number): boolean {
    return (this.#counts.get(member) ?? 0) >= RELEASES_AHEAD_MAX;
  }

  keep(release: ReleaseAhead): void {
    const name = nameOf(release.named);
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) this.#waiting.set(name, [release]);
    else waiting.push(release);
    this.#counts.set(release.by.member, (this.#counts.get(release.by.member) ?? 0) + 1);
  }

  /** The overrules of an entry that is being read now. */
  naming(named: EntryPlace): readonly ReleaseAhead[] {
    return this.#waiting.size === 0 ? [] : (this.#waiting.get(nameOf(named)) ?? []);
  }

  /** Forgets the overrules of an entry that has been read: they wait no longer. */
  drop(named: EntryPlace): void {
    for (const { by } of this.naming(named)) this.#counts.set(by.member, this.#counts.get(by.member)! - 1);
    this.#waiting.delete(nameOf(named));
  }

  /** All of them in one order, however they came. */
  sorted(): ReleaseAhead[] {
    return [...this.#waiting.values()]
      .flat()
      .sort((a, b) => nameOf(a.named) - nameOf(b.named) || nameOf(a.by) - nameOf(b.by));
  }
}

/** One number for an entry, below 2^42. */
function nameOf({ member, index }: EntryPlace): number {
  return member * (LOG_SIZE_MAX + 1) + index;
}
