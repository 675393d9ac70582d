import type { Log } from '../base/log.ts';
import { failureReason } from '../ledger/failure.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import type { FoldCounts, Standing } from '../standing/standing.ts';

/** A verified log on this node's disk: the member's own, or a mirror. */
export interface KeptLog {
  readonly member: string;
  readonly folder: string;
  /** How far it is verified and durable. It only grows. */
  readonly size: () => number;
  /** How far a quorum of witnesses has seen it: permitting statements beyond wait. All of it when left out. */
  readonly witnessedSize?: () => number;
  /** Its entries from..to-1, verified: a file may have rotted since it was written. */
  readonly entries: (from: number, to: number) => AsyncIterable<EntryBatch>;
}

type Counts = Omit<FoldCounts, 'folded'>;

interface Levels {
  readonly logs: () => readonly KeptLog[];
  readonly log: Log;
  /** Called with what became of entries. */
  readonly count: (counts: Counts) => void;
}

/** Brings a standing level with the logs on disk. */
export class Levelling {
  readonly #standing: Standing;
  readonly #parts: Levels;
  /** What kept a log from being folded, by its member. */
  readonly #failures = new Map<string, { readonly error: unknown; readonly reason: string }>();

  constructor(standing: Standing, parts: Levels) {
    this.#standing = standing;
    this.#parts = parts;
  }

  /** What keeps this member's log from being folded. */
  failure(member: string): unknown {
    return this.#failures.get(member)?.error;
  }

  /** Folds what the logs hold beyond standing. A log that cannot be read, or not be taken in, keeps no other one waiting. */
  async run(): Promise<void> {
    // An overrule in one log can wait for an entry of another, so one round may let the next go further.
    let isMoving = true;
    while (isMoving) {
      isMoving = false;
      for (const log of this.#parts.logs()) {
        if ((await this.#tryOne(log)) > 0) isMoving = true;
      }
    }
  }

  /** @returns how many entries were folded or have settled; 0 after a failure, which is kept and told when it is new */
  async #tryOne(log: KeptLog): Promise<number> {
    const { member } = log;
    const { log: lines } = this.#parts;
    const before = this.#failures.get(member);
    try {
      const folded = await this.#levelOne(log);
      if (this.#failures.delete(member)) lines.info({ of: member }, 'a log is folded into standing again');
      return folded;
    } catch (error) {
      const reason = failureReason(error);
      this.#failures.set(member, { error, reason });
      if (before?.reason !== reason) lines.error({ of: member, reason }, 'a log cannot be folded into standing');
      return 0;
    }
  }

  async #levelOne(kept: KeptLog): Promise<number> {
    const { member, size, entries } = kept;
    const before = this.#taken(member);
    this.#settle(kept);
    const from = this.#standing.foldedSize(member);
    const to = size();
    if (to > from) {
      for await (const batch of entries(from, to)) if (!this.#takeBatch(kept, batch)) break;
    }
    return this.#taken(member) - before;
  }

  /** Folds a batch, and lets it settle whenever it has to wait for that. @returns false where the log has to wait */
  #takeBatch(kept: KeptLog, { firstIndex, entries }: EntryBatch): boolean {
    const standing = this.#standing;
    const end = firstIndex + entries.length;
    for (let taken = -1; standing.foldedSize(kept.member) < end; taken = this.#taken(kept.member)) {
      if (this.#taken(kept.member) === taken) return false;
      const from = standing.foldedSize(kept.member);
      this.#parts.count(standing.fold(kept.member, from, entries.slice(from - firstIndex)));
      this.#settle(kept);
    }
    return true;
  }

  #settle({ member, witnessedSize }: KeptLog): void {
    this.#parts.count(this.#standing.settle(member, witnessedSize?.() ?? Infinity));
  }

  #taken(member: string): number {
    return this.#standing.foldedSize(member) + this.#standing.settledSize(member);
  }
}
