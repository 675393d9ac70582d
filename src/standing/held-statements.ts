import type { DeviceListed, DevicePaired } from '../statements/statement.ts';
import { forceOf, type Marks } from './marks.ts';
import type { MemberFold } from './member-fold.ts';
import type { Holding } from './standing-options.ts';
import type { StandingIndex } from './standing-index.ts';

interface HeldParts {
  readonly index: StandingIndex;
  readonly marks: Marks;
  readonly numberOf: (member: string) => number;
  readonly foldOf: (member: string) => MemberFold;
}

/** How single statements of members are held, by their entries. */
export class HeldStatements {
  readonly #parts: HeldParts;

  constructor(parts: HeldParts) {
    this.#parts = parts;
  }

  /** The index under which a member's statement of this index stands now: another where it was stated anew. */
  presentIndex(member: string, index: number): number {
    return this.#parts.foldOf(member).restated.present(index);
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
