import type { Clock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { Evidence } from './evidence.ts';
import { failureReason } from './failure.ts';
import { Mirror, MirrorError } from './mirror.ts';
import { type LogKey, parseLogKey } from './note-key.ts';
import { type EntryBatch, readCheckpoint } from './reader.ts';
import { SourceError, type TileSource, UrlSource } from './tile-source.ts';

const POLL_INTERVAL_MS = 1000;
/** From the request of one file to its last octet. */
const FOLLOW_TIMEOUT_MS = 10_000;
/** Hints that come faster are answered together. */
const LOOK_GAP_MS = 10;
/** After a failure, doubled with each one that follows. A hint, which a member that is back sends, ends it from the minimum on. */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 30_000;

export interface FollowerOptions {
  /** Where the mirror is kept. */
  readonly folder: string;
  /** The log's key as a vkey. */
  readonly logKey: string;
  /** The log's base URL, such as `http://127.0.0.1:7102/log`. */
  readonly url: string;
  /** How many entries the receiver has already. By default, what the mirror holds: it is not delivered again. */
  readonly deliverFrom?: number;
  readonly pollIntervalMs?: number;
  readonly timeoutMs?: number;
  readonly backoffMsMax?: number;
}

export interface FollowerDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Receives the verified entries in order, each once. What it throws is logged, and the same batch comes again. */
  onEntries(batch: EntryBatch): void | Promise<void>;
  /** Called whenever the log was found to be current and all its entries were delivered. */
  onCurrent?(atMs: number): void;
}

export type FollowFault =
  | { code: 'FOLLOW_FORKED'; heldSize: number; offeredSize?: number }
  | { code: 'FOLLOW_SHRUNK'; heldSize: number; offeredSize: number }
  | { code: 'FOLLOW_GARBAGE'; reason: string }
  | { code: 'FOLLOW_UNREACHABLE'; reason: string }
  | { code: 'FOLLOW_FAILED'; reason: string };
export class FollowError extends Fault<FollowFault> {}

export interface FollowerState {
  readonly origin: string;
  /** Of the newest verified checkpoint. */
  readonly size: number;
  readonly rootHex: string;
  readonly deliveredSize: number;
  /** Wall time at which the log was last found to be current. */
  readonly verifiedAtMs: number | undefined;
  readonly fault?: FollowFault;
}

/**
 * Follows another member's log: looks for a new checkpoint when hinted and at intervals, verifies it, mirrors what it
 * covers, and delivers the entries. What fails is tried again, ever more seldom. A proven fork is never tried again: the
 * last good state stays in force until a person takes the evidence away.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #dependencies: FollowerDependencies;
  readonly #logKey: LogKey;
  readonly #mirror: Mirror;
  readonly #evidence: Evidence;
  readonly #source: TileSource;
  readonly #stopping = new AbortController();
  #deliveredSize: number;
  #verifiedAtMs: number | undefined;
  #fault: FollowFault | undefined;
  #failures = 0;
  #isHinted = false;
  #wake: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(options: FollowerOptions, dependencies: FollowerDependencies, mirror: Mirror, logKey: LogKey) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#mirror = mirror;
    this.#logKey = logKey;
    this.#evidence = new Evidence(options.folder, logKey);
    this.#deliveredSize = options.deliverFrom ?? mirror.head.size;
    const { timeoutMs = FOLLOW_TIMEOUT_MS } = options;
    this.#source = new UrlSource(options.url, { timeoutMs, signal: this.#stopping.signal });
  }

  /**
   * Begins to follow, with what the mirror holds from earlier.
   * @throws KeyError KEY_MALFORMED; FolderLockError FOLDER_IN_USE
   */
  static async open(options: FollowerOptions, dependencies: FollowerDependencies): Promise<Follower> {
    const logKey = orThrow(parseLogKey(options.logKey));
    const mirror = await Mirror.open({ folder: options.folder, logKey }, dependencies);
    const follower = new Follower(options, dependencies, mirror, logKey);
    if (follower.#evidence.showsFork) follower.#fault = { code: 'FOLLOW_FORKED', heldSize: mirror.head.size };
    follower.#running = follower.#run();
    return follower;
  }

  /** Something may be new: look soon. Any number of hints cost one look. */
  hint(): void {
    this.#isHinted = true;
    this.#wake?.();
  }

  state(): FollowerState {
    const { size, root } = this.#mirror.head;
    return {
      origin: this.#logKey.name,
      size,
      rootHex: root.toString('hex'),
      deliveredSize: this.#deliveredSize,
      verifiedAtMs: this.#verifiedAtMs,
      ...(this.#fault && { fault: this.#fault }),
    };
  }

  /** The mirrored entries from..to-1, verified against the newest checkpoint. @throws MirrorError MIRROR_DAMAGED */
  entries(from: number, to: number): AsyncGenerator<EntryBatch> {
    return this.#mirror.entries(from, to);
  }

  /** Stops, after the batch that is being delivered. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#mirror.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#isHinted = false;
      await this.#look();
      const { pollIntervalMs = POLL_INTERVAL_MS } = this.#options;
      if (this.#failures > 0) {
        await this.#pause(BACKOFF_MS_MIN);
        await this.#pauseUntilHint(Math.max(0, this.#backoffMs() - BACKOFF_MS_MIN));
      } else if (this.#isFrozen) {
        return;
      } else {
        await this.#pause(LOOK_GAP_MS);
        await this.#pauseUntilHint(pollIntervalMs);
      }
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#deliver();
      if (this.#isFrozen) return this.#recovered();
      const atMs = this.#dependencies.clock.nowMs();
      await this.#accept(await readCheckpoint(this.#source, this.#logKey));
      await this.#deliver();
      this.#recovered();
      this.#verifiedAtMs = atMs;
      this.#dependencies.onCurrent?.(atMs);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(followFaultOf(error));
    }
  }

  /** Takes over a checkpoint with a right signature, if it continues the held one. */
  async #accept(next: SignedCheckpoint): Promise<void> {
    const { size, root } = this.#mirror.head;
    if (next.size < size) throw await this.#contradiction(next);
    if (next.size === size && !next.root.equals(root)) throw await this.#contradiction(next);
    if (next.size === size && this.#mirror.isWhole) return;
    try {
      await this.#mirror.advance(next, this.#source);
    } catch (error) {
      throw error instanceof MirrorError ? await this.#contradiction(next) : error;
    }
  }

  /**
   * Keeps both notes and says how they contradict each other. An older checkpoint of the same history is no fork: a cache
   * may serve it, or a member that restored a backup. It is not taken, but a checkpoint that continues ours will be.
   */
  async #contradiction(offered: SignedCheckpoint): Promise<FollowError> {
    const held = this.#mirror.held!;
    const isOlder = offered.size < held.size && (await this.#mirror.rootAt(offered.size)).equals(offered.root);
    const code = isOlder ? 'FOLLOW_SHRUNK' : 'FOLLOW_FORKED';
    const { log } = this.#dependencies;
    // Should the disk be full, the log line below still holds the proof, and a fork is still final.
    await this.#evidence
      .keep(isOlder ? 'shrunk' : 'forked', { held: held.note, offered: offered.note })
      .catch((error) => {
        log.error({ origin: held.origin, reason: failureReason(error) }, 'the evidence could not be kept');
      });
    const facts: FollowFault = { code, heldSize: held.size, offeredSize: offered.size };
    if (this.#fault?.code !== code) {
      const notes = { origin: held.origin, heldNote: held.note, offeredNote: offered.note };
      log.error({ ...facts, ...notes }, 'a followed log contradicts its own checkpoint');
    }
    return new FollowError(facts);
  }

  async #deliver(): Promise<void> {
    const { size } = this.#mirror.head;
    if (!this.#mirror.isWhole || this.#deliveredSize >= size) return;
    for await (const batch of this.#mirror.entries(this.#deliveredSize, size)) {
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#dependencies.onEntries(batch);
      } catch (cause) {
        throw new FollowError({ code: 'FOLLOW_FAILED', reason: failureReason(cause) }, { cause });
      }
      this.#deliveredSize = batch.firstIndex + batch.entries.length;
    }
  }

  get #isFrozen(): boolean {
    return this.#fault?.code === 'FOLLOW_FORKED';
  }

  #recovered(): void {
    this.#failures = 0;
    if (this.#fault === undefined || this.#isFrozen) return;
    this.#dependencies.log.info({ origin: this.#logKey.name, after: this.#fault.code }, 'a followed log is well again');
    this.#fault = undefined;
  }

  #failed(fault: FollowFault): void {
    this.#failures += 1;
    if (this.#isFrozen) return;
    const before = this.#fault?.code;
    this.#fault = fault;
    // A member that stays away for a day makes one line, not thousands.
    if (before === fault.code) return;
    this.#dependencies.log.warn({ origin: this.#logKey.name, ...fault }, 'a followed log cannot be followed for now');
  }

  #backoffMs(): number {
    const { backoffMsMax = BACKOFF_MS_MAX } = this.#options;
    return Math.min(backoffMsMax, BACKOFF_MS_MIN * 2 ** (this.#failures - 1));
  }

  async #pauseUntilHint(ms: number): Promise<void> {
    if (this.#isHinted) return;
    const hinted = Promise.withResolvers<void>();
    this.#wake = hinted.resolve;
    await this.#pause(ms, hinted.promise);
    this.#wake = undefined;
  }

  /** Waits for the time to pass, for `early`, or for the end of following. */
  async #pause(ms: number, early?: Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    void early?.then(end);
    await over.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function followFaultOf(error: unknown): FollowFault {
  if (error instanceof FollowError) return error.facts;
  const reason = failureReason(error);
  if (error instanceof MirrorError || !(error instanceof Fault)) return { code: 'FOLLOW_FAILED', reason };
  const isAway = error instanceof SourceError && error.facts.code !== 'SOURCE_TOO_LARGE';
  return { code: isAway ? 'FOLLOW_UNREACHABLE' : 'FOLLOW_GARBAGE', reason };
}
