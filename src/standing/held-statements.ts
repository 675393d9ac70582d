import type { DeviceTarget } from '../identifiers/device-target.ts';
import type { DeviceListed, DevicePaired } from '../statements/statement.ts';
import type { StatementHeld } from './fold.ts';
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

/** What a desk keeps of a statement of its member's log. */
export interface KeptStatement {
  readonly kind: string;
  /** Undefined for an emergency override. */
  readonly target: DeviceTarget | undefined;
  readonly index: number;
}

/**
 * Why a statement stands no more: it was overruled or struck; or the logs hold it no more at all, as it was released, or
 * not stated anew when its epoch ended.
 */
export type Past = 'overruled' | 'lapsed';

const KINDS_HELD: readonly string[] = [
  'device.blocked',
  'device.tracked',
  'device.paired',
  'gate.opened',
] satisfies StatementHeld['kind'][];

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

  /**
   * Why a member's own statement stands no more. Undefined while it does, or is quarantined; while its log has not settled
   * as far, so that it waits or was not read yet; and of kinds that are not held.
   */
  past(member: string, { kind, target, index }: KeptStatement): Past | undefined {
    if (!KINDS_HELD.includes(kind)) return undefined;
    const { index: table, marks, numberOf, foldOf } = this.#parts;
    const own = foldOf(member);
    for (const at of own.heldIndexes(index)) {
      const held = table.marksAt(target, { member: numberOf(member), index: at });
      if (held === undefined) continue;
      // A strike ends what restricts.
      const isStruck = kind !== 'device.paired' && forceOf(marks.of(member), at, held.quarantined) === 'struck';
      return held.overruled || isStruck ? 'overruled' : undefined;
    }
    return own.presentIndex(index) < own.settledSize ? 'lapsed' : undefined;
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
