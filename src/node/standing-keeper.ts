import { Fault } from '../base/fault.ts';
import { silentLog } from '../base/log.ts';
import { TreeReader } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { Standing, type StandingDeps, type StandingMember } from '../standing/standing.ts';
import { type KeptLog, Levelling } from './kept-logs.ts';

export interface StandingKeeperOptions {
  readonly members: readonly StandingMember[];
  readonly logs: readonly KeptLog[];
  readonly snapshot: string;
  /** See `StandingOptions`. */
  readonly basis?: string;
  readonly devicesExpected: number;
}

export type StandingKeeperFault = { code: 'STANDING_NOT_ANEW'; of: string };
export class StandingKeeperError extends Fault<StandingKeeperFault> {}

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
  readonly #levels: Levelling;
  /** Folding and freezing take turns. */
  #turn: Promise<void> = Promise.resolve();
  #levelling: Promise<void> | undefined;
  #snapshot: Promise<void> | undefined;

  private constructor(standing: Standing, options: StandingKeeperOptions, deps: StandingDeps) {
    this.standing = standing;
    this.#options = options;
    this.#logs = [...options.logs];
    this.#deps = deps;
    this.#levels = this.#levelsOf(standing);
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
      return this.#levels.run();
    }));
  }

  /** The consortium has one more member: its log is folded from now on. */
  admit(member: StandingMember, log: KeptLog): void {
    this.standing.admit(member);
    this.#logs.push(log);
  }

  /**
   * Folds all logs anew, as a node does that begins with nothing, while standing goes on as it is; then standing becomes
   * that in one step, once it is level too.
   * @param governed members as governance has them now, and what it judges by
   * @param deps how entries are judged now
   * @throws StandingKeeperError STANDING_NOT_ANEW where a log cannot be folded as far as before: all stays as it was
   */
  async foldAnew(governed: Pick<StandingKeeperOptions, 'members' | 'basis'>, deps: StandingDeps): Promise<void> {
    const { devicesExpected } = this.#options;
    // What is beyond a budget was told of when it was folded first.
    const anew = new Standing({ ...governed, devicesExpected }, { ...deps, log: silentLog });
    const levels = this.#levelsOf(anew);
    await levels.run();
    await this.#inTurn(async () => {
      await levels.run();
      const behind = governed.members.find((member) => this.#isBehind(anew, member));
      if (behind !== undefined) throw new StandingKeeperError({ code: 'STANDING_NOT_ANEW', of: behind.name });
      this.standing.become(anew);
    });
  }

  #isBehind(anew: Standing, { name, endsAtSize = Infinity }: StandingMember): boolean {
    if (anew.foldedSize(name) < Math.min(this.standing.foldedSize(name), endsAtSize)) return true;
    return anew.settledSize(name) < Math.min(this.standing.settledSize(name), endsAtSize);
  }

  /** Brings standing level. @throws what kept this member's log from it */
  async levelWith(member: string): Promise<void> {
    await this.level();
    const failure = this.#levels.failure(member);
    if (failure !== undefined) throw failure;
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

  #levelsOf(standing: Standing): Levelling {
    const count = (counts: SkippedEntries): void => {
      if (standing === this.standing) for (const reason of SKIPPED) this.skipped[reason] += counts[reason];
    };
    return new Levelling(standing, { logs: () => this.#logs, log: this.#deps.log, count });
  }
}

async function openStanding(options: StandingKeeperOptions, deps: StandingDeps): Promise<Standing> {
  const { members, logs, snapshot, devicesExpected, basis } = options;
  const rootAt = async (member: string, size: number): Promise<string | undefined> => {
    const kept = logs.find((candidate) => candidate.member === member);
    return kept === undefined || kept.size() < size ? undefined : rootHex(kept.folder, size, kept.size());
  };
  try {
    return await Standing.fromSnapshot(
      snapshot,
      { members, devicesExpected, ...(basis !== undefined && { basis }), rootAt },
      deps,
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = (error as Fault).facts;
    const level = code === 'SNAPSHOT_MISSING' ? 'info' : 'warn';
    deps.log[level]({ code }, 'no usable snapshot: standing is made new from the logs');
    return new Standing({ members, devicesExpected, ...(basis !== undefined && { basis }) }, deps);
  }
}

/** The root of the first `at` entries of the log in a folder. */
async function rootHex(folder: string, at: number, size: number): Promise<string> {
  return (await new TreeReader(new FolderSource(folder), size).root(at)).toString('hex');
}
