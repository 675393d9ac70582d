import type { Log } from '../base/log.ts';
import { DAY_MS } from './budget.ts';
import type { MemberFold } from './member-fold.ts';

/** Tells of members that state more than their budget: of each once on a day of its effective time. */
export class QuarantineAlarm {
  readonly #log: Log;
  readonly #told = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param index of the first one of a batch */
  tell({ name, meter }: MemberFold, index: number): void {
    const day = Math.floor(meter.timeMs / DAY_MS);
    if (this.#told.get(name) === day) return;
    this.#told.set(name, day);
    const facts = { code: 'STANDING_QUARANTINED', of: name, index };
    this.#log.error(facts, 'a member states more than its budget: what is beyond is not enforced until confirmed');
  }
}
