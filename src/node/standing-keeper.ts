import { Fault } from '../base/fault.ts';
import { failureReason } from '../ledger/failure.ts';
import { type EntryBatch, TreeReader } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { Standing, type StandingDeps, type StandingMember } from '../standing/standing.ts';

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

export interface StandingKeeperOptions {
  readonly members: readonly StandingMember[];
  readonly logs: readonly KeptLog[];
  readonly snapshot: string;
  readonly devicesExpected: number;
}

const SKIPPED = ['ineffective', 'overLimit', 'unknown', 'sealed', 'malformed', 'foreign'] as const;

/** Entries that were taken without effect, by the reason, since the node started. */
export type SkippedEntries = Record<(typeof SKIPPED)[number], number>;

/**
 * Keeps standing level with the logs on disk. There is one way in, from the files, at the start and at every news: so
 * what is enforced is always what a rebuild would give.
 */
export class StandingKeeper {
  readonly standing: Standing;
  readonly skipped: SkippedEntries = { ineffective: 0, overLimit: 0, unknown: 0, sealed: 0, malformed: 0, foreign: 0 };
  readonly #options: StandingKeeperOptions;
  readonly #logs: KeptLog[];
  readonly #deps: StandingDeps;
  /** What kept a log from being folded, by its member. */
  readonly #failures = new Map<string, { readonly error: unknown; readonly reason: string }>();
  /** Folding and freezing take turns. */
  #turn: Promise<void> = Promise.resolve();
  #levelling: Promise<void> | undefined;
  #snapshot: Promise<void> | undefined;

  private constructor(standing: Standing, options: StandingKeeperOptions, deps: StandingDeps) {
    this.standing = standing;
    this.#options = options;
    this.#logs = [...options.logs];
    this.#deps = deps;
  }

  /** Takes up the snapshot, or begins from nothing where it is of no use, and folds what the logs hold beyond it. */
  static async open(options: StandingKeeperOptions, deps: StandingDeps): Promise<StandingKeeper> {
    const keeper = new StandingKeeper(await openStanding(options, deps), options, deps);
    await keeper.level();
    return keeper;
  }

  /**
   * Folds what the logs hold beyond standing. Calls while it waits its turn are one. A log that cannot be read, or not be
   * taken in, keeps no other one waiting; it is tried again at the next call.
   */
  level(): Promise<void> {
    return (this.#levelling ??= this.#inTurn(() => {
      this.#levelling = undefined;
      return this.#levelAll();
    }));
  }

  /** The consortium has one more member: its log is folded from now on. */
  admit(member: StandingMember, log: KeptLog): void {
    this.standing.admit(member);
    this.#logs.push(log);
  }

  /** Brings standing level. @throws what kept this member's log from it */
  async levelWith(member: string): Promise<void> {
    await this.level();
    const failure = this.#failures.get(member);
    if (failure !== undefined) throw failure.error;
  }

  /** Notes that a log of this size was current at this wall time, where standing holds all of it. */
  markFresh(member: string, { size, atMs }: { size: number; atMs: number }): void {
    if (this.standing.foldedSize(member) >= size) this.standing.markFresh(member, atMs);
  }

  /** Writes standing to disk, so that the next start need not fold from the beginning. */
  writeSnapshot(): Promise<void> {
    return (this.#snapshot ??= this.#writeSnapshot().finally(() => (this.#snapshot = undefined)));
  }

  async #writeSnapshot(): Promise<void> {
    const { snapshot } = this.#options;
    let written: Promise<void> | undefined;
    // In a turn of its own, so that nothing is folded between reading the roots and the call that freezes standing.
    await this.#inTurn(async () => {
      const roots = new Map<string, string>();
      for (const { member, folder, size } of this.#logs) {
        roots.set(member, await rootHex(folder, this.standing.foldedSize(member), size()));
      }
      written = this.standing.writeSnapshot(snapshot, roots);
    });
    await written;
  }

  /** A step that fails is its caller's concern; the next one has its turn all the same. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #levelAll(): Promise<void> {
    // An overrule in one log can wait for an entry of another, so one round may let the next go further.
    let isMoving = true;
    while (isMoving) {
      isMoving = false;
      for (const log of this.#logs) {
        if ((await this.#tryOne(log)) > 0) isMoving = true;
      }
    }
  }

  /** @returns how many entries were folded or have settled; 0 after a failure, which is kept and told when it is new */
  async #tryOne(log: KeptLog): Promise<number> {
    const { member } = log;
    const { log: lines } = this.#deps;
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
    const from = this.standing.foldedSize(member);
    const to = size();
    if (to > from) {
      for await (const batch of entries(from, to)) if (!this.#takeBatch(kept, batch)) break;
    }
    return this.#taken(member) - before;
  }

  /** Folds a batch, and lets it settle whenever it has to wait for that. @returns false where the log has to wait */
  #takeBatch(kept: KeptLog, { firstIndex, entries }: EntryBatch): boolean {
    const { standing } = this;
    const end = firstIndex + entries.length;
    for (let taken = -1; standing.foldedSize(kept.member) < end; taken = this.#taken(kept.member)) {
      if (this.#taken(kept.member) === taken) return false;
      const from = standing.foldedSize(kept.member);
      this.#count(standing.fold(kept.member, from, entries.slice(from - firstIndex)));
      this.#settle(kept);
    }
    return true;
  }

  #settle({ member, witnessedSize }: KeptLog): void {
    this.#count(this.standing.settle(member, witnessedSize?.() ?? Infinity));
  }

  #count(counts: SkippedEntries): void {
    for (const reason of SKIPPED) this.skipped[reason] += counts[reason];
  }

  #taken(member: string): number {
    return this.standing.foldedSize(member) + this.standing.settledSize(member);
  }
}

async function openStanding(options: StandingKeeperOptions, deps: StandingDeps): Promise<Standing> {
  const { members, logs, snapshot, devicesExpected } = options;
  const rootAt = async (member: string, size: number): Promise<string | undefined> => {
    const kept = logs.find((candidate) => candidate.member === member);
    return kept === undefined || kept.size() < size ? undefined : rootHex(kept.folder, size, kept.size());
  };
  try {
    return await Standing.fromSnapshot(snapshot, { members, devicesExpected, rootAt }, deps);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = (error as Fault).facts;
    const level = code === 'SNAPSHOT_MISSING' ? 'info' : 'warn';
    deps.log[level]({ code }, 'no usable snapshot: standing is made new from the logs');
    return new Standing({ members, devicesExpected }, deps);
  }
}

/** The root of the first `at` entries of the log in a folder. */
async function rootHex(folder: string, at: number, size: number): Promise<string> {
  return (await new TreeReader(new FolderSource(folder), size).root(at)).toString('hex');
}
