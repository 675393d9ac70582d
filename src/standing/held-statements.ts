import type { DeviceListed, DevicePaired } from '../statements/statement.ts';
import { forceOf, isInAny, type Marks } from './marks.ts';
import type { MemberFold } from './member-fold.ts';
import type { Holding } from './standing-options.ts';
import type { StandingIndex } from './standing-index.ts';

interface HeldParts {
  readonly index: StandingIndex;
  readonly marks: Marks;
  readonly numberOf: (member: string) => number;
  readonly foldOf: (member: string) => MemberFold;
}

/** How an entry stands by the logs, whatever its member's desk knows of it. */
export interface EntryStanding {
  /** Under which index it stands now: another one where it was stated anew. */
  readonly index: number;
  /** About devices, beyond its member's budget, and nobody has confirmed or struck it. */
  readonly isQuarantined: boolean;
  /** A release of it is read, and waits for witnesses. */
  readonly isReleaseWaiting: boolean;
  /** Who has struck the range that it is in, by name. */
  readonly struckBy: readonly string[];
}

/** How single statements of members are held, by their entries. */
export class HeldStatements {
  readonly #parts: HeldParts;

  constructor(parts: HeldParts) {
    this.#parts = parts;
  }

  /** The index under which a member's statement of this index stands now: another where it was stated anew. */
  presentIndex(member: string, index: number): number {
    return this.#parts.foldOf(member).presentIndex(index);
  }

  standingOf(member: string, index: number): EntryStanding {
    const { marks, foldOf } = this.#parts;
    const own = foldOf(member);
    const now = own.presentIndex(index);
    const { confirmed, struck } = marks.of(member);
    const isDecided = isInAny(confirmed, [now]) || isInAny(struck, [now]);
    return {
      index: now,
      isQuarantined: own.quarantined.has(now) && !isDecided,
      isReleaseWaiting: own.isReleaseWaiting(now),
      struckBy: marks.struckBy(member, [now, ...own.restated.earlier(now).map((earlier) => earlier.index)]),
    };
  }

  /** How the statement of an entry is held; undefined where it was ended, or never stood. */
  holding(member: string, index: number, statement: DeviceListed | DevicePaired): Holding | undefined {
    const { index: table, marks, numberOf } = this.#parts;
    const held = table.marksOf(statement, { member: numberOf(member), index });
    if (held === undefined) return undefined;
    if (held.overruled) return 'overruled';
    const force = forceOf(marks.of(member), index, held.quarantined);
    return force === 'struck' ? 'overruled' : force;
  }

  /** Whether an own release of the statement of this index is read, and waits for witnesses. */
  isReleaseWaiting(member: string, index: number): boolean {
    return this.#parts.foldOf(member).isReleaseWaiting(index);
  }

  /** Whether the emergency override of this entry is in force. */
  isOpenedBy(member: string, index: number): boolean {
    return this.#parts.index.holdsOpened({ member: this.#parts.numberOf(member), index });
  }
}
