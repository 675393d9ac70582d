import type { Budget } from '../governance/consortium.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { TreeChain } from '../ledger/tree-chain.ts';
import { BudgetMeter, type Cost } from './budget.ts';
import { IndexSet } from './index-set.ts';
import { Restated } from './restated.ts';
import { targetSlot } from './slots.ts';
import { WaitingPermits } from './waiting.ts';

/** The budgets of members. */
export interface BudgetRules {
  /** The least that a learned budget gives at a moment of effective time. */
  readonly floor: (atMs: number) => Budget;
  /** What governance set for a member at a moment of its effective time; undefined where the learned budget holds. */
  readonly budgetOf: (member: string, atMs: number) => Budget | undefined;
}

/** What the fold keeps of one member's log besides the statements that stand. */
export class MemberFold {
  readonly name: string;
  readonly waiting = new WaitingPermits();
  readonly restated = new Restated();
  /** Those of pairings, apart: a pairing permits, so it takes effect in an order of its own. */
  readonly restatedPairings = new Restated();
  /** Statements about devices held beyond the budget and not overruled, whether or not `marks` confirm or strike them. */
  readonly quarantined = new IndexSet();
  /** What its anchors show. */
  readonly ownLog = new TreeChain();
  meter: BudgetMeter;
  /** Entries below it have all taken effect, permitting ones too. */
  settledSize = 0;
  /** Its entries from here on are not taken; undefined while it is active. */
  endsAtSize: number | undefined;
  readonly #rules: BudgetRules | undefined;

  constructor(
    { name, admittedAtMs = 0, endsAtSize }: { name: string; admittedAtMs?: number; endsAtSize?: number },
    rules: BudgetRules | undefined,
  ) {
    this.name = name;
    this.meter = new BudgetMeter(admittedAtMs);
    this.endsAtSize = endsAtSize;
    this.#rules = rules;
  }

  /** Whether its budget lets it put this in force now. */
  affords(cost: Cost): boolean {
    return this.#rules === undefined || this.meter.fits(cost, this.#budget(this.#rules));
  }

  /** Counts what was put in force. Where there are no budgets nothing need be counted. */
  charge(cost: Cost): void {
    if (this.#rules !== undefined) this.meter.charge(cost);
  }

  /** The index under which its own member finds a statement now, however often it was stated anew. */
  presentIndex(index: number): number {
    const now = this.restated.present(index);
    return now === index ? this.restatedPairings.present(index) : now;
  }

  /** Every index under which a statement may be held that its own member knows by this one. */
  heldIndexes(index: number): ReadonlySet<number> {
    const resolved = [this.restated, this.restatedPairings].map((one) => one.resolve(index, true));
    return new Set([this.presentIndex(index), ...resolved, index]);
  }

  /** Whether a release waits that names the statement of this index, under whichever index it stood. */
  isReleaseWaiting(index: number): boolean {
    if (this.waiting.size === 0) return false;
    if (this.waiting.isNamed(index)) return true;
    return this.restated.earlier(index).some((earlier) => this.waiting.isNamed(earlier.index));
  }

  /** Whether a place that is full may have room once the releases before count: until then nothing is beyond the limit. */
  isFullUntilSettled(target: DeviceTarget): boolean {
    return this.waiting.hasReleaseAt(targetSlot(target).place);
  }

  #budget({ budgetOf, floor }: BudgetRules): Budget {
    return this.meter.budget(budgetOf(this.name, this.meter.timeMs), floor(this.meter.timeMs));
  }
}
