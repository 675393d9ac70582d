import type { Log } from '../base/log.ts';
import type { Role } from '../governance/consortium.ts';
import type { FoldOutcome } from './fold.ts';
import type { HashKey } from './hash.ts';
import type { BudgetRules } from './member-fold.ts';
import type { Opener } from './opened.ts';

/** A member as the fold knows it: its place in the list is its number. */
export interface StandingMember {
  readonly name: string;
  readonly roles: readonly Role[];
  /** From there on its budget fills, in ms since 1970. */
  readonly admittedAtMs?: number;
  /** Its entries from here on are not taken. */
  readonly endsAtSize?: number;
}

export interface StandingOptions {
  readonly members: readonly StandingMember[];
  /** Room made beforehand, in devices listed. */
  readonly devicesExpected?: number;
  /**
   * SHA-256, in hex, of what governance says that entries taken long ago are judged by. Where it becomes another one,
   * standing is to be folded anew; a snapshot of another one is of no use.
   */
  readonly basis?: string;
  /** Drawn at random when left out. */
  readonly hashKey?: HashKey;
}

export interface StandingDeps {
  readonly log: Log;
  /** Opens entries; one that opens plain entries alone when left out. */
  readonly open?: Opener;
  /** The size of a member's log below which what is stated anew was verified when an epoch was ended; 0 when left out. */
  readonly restatedBelow?: (member: string) => number;
  /** Without them nothing is beyond a budget. */
  readonly budgets?: BudgetRules;
}

/**
 * What became of a batch. `folded` entries were taken. It is less than the batch when the log has to wait: for witnesses
 * (`settle`), or since the member has ended. Offer the rest again, from `foldedSize`.
 */
export type FoldCounts = { folded: number } & Record<FoldOutcome, number>;

/** How a statement is held. */
export type Holding = 'in force' | 'overruled' | 'quarantined';

/** How far one log was taken. */
export interface LogProgress {
  readonly foldedSize: number;
  /** Entries below it have all taken effect. */
  readonly settledSize: number;
  /** Permitting statements that wait for witnesses. */
  readonly waiting: number;
  /** Statements beyond the budget that nobody confirmed or struck. */
  readonly quarantined: number;
  /** Where the newest anchor stands by which the member's own log does not continue what an earlier one showed. */
  readonly ownLogBrokenAt?: number;
}
