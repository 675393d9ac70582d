import type { Clock } from '../base/clock.ts';
import { orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { Turns } from '../base/turns.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { Comparisons } from './comparisons.ts';
import type { Equivocation } from './equivocation.ts';
import { Evidence, type KeptProof } from './evidence.ts';
import { failureReason } from './failure.ts';
import { FollowError, type FollowFault, followFaultOf, isElsewhere, isForked } from './follow-fault.ts';
import { GatheredCosignatures } from './gathered.ts';
import { HintedPauses } from './hinted-pauses.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from './layout.ts';
import type { LogVerifier } from './log-verifier.ts';
import { Mirror, MirrorError } from './mirror.ts';
import { NOTE_SIZE_MAX } from './note.ts';
import type { Quorum } from './quorum.ts';
import { type EntryBatch, readCheckpoint } from './reader.ts';
import { SourceError, type TileSource, UrlSource } from './tile-source.ts';

const POLL_INTERVAL_MS = 1000;
/** While its member says what is new: in case it forgets to. */
export const POLL_LISTENING_MS = 10_000;
/** From the request of one file to its last octet. */
const FOLLOW_TIMEOUT_MS = 10_000;
/** Hints that come faster are answered together. */
const LOOK_GAP_MS = 10;
const BACKOFF_MS_MAX = 30_000;
/** Copies of the log that one look asks for where its own address fails; the next look asks the next ones. */
export const MIRRORS_ASKED_MAX = 4;

export interface FollowerOptions {
  /** Where the mirror is kept. */
  readonly folder: string;
  readonly logKey: LogVerifier;
  /** The log's base URL, such as `http://127.0.0.1:7102/log`. */
  readonly url: string;
  /** How many entries the receiver has already. By default, what the mirror holds: it is not delivered again. */
  readonly deliverFrom?: number;
  readonly pollIntervalMs?: number;
  readonly timeoutMs?: number;
  readonly backoffMsMax?: number;
  /** How a request is made, where not everybody may read. */
  readonly fetch?: typeof fetch;
}

export interface FollowerDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Receives the verified entries in order, each once. What it throws is logged, and the same batch comes again. */
  onEntries(batch: EntryBatch): void | Promise<void>;
  /** Where others serve copies of the log, for when its own address fails. Asked at every look, as members come and go. */
  mirrors?(): readonly string[];
  /** Whose cosignatures count, any one of them; without it none are looked for. Asked at every look, as members change. */
  quorums?(): readonly Quorum[];
  /** Where witnesses show what they cosigned of the log last, for when its own address fails and no copy has a quorum. */
  witnesses?(): readonly string[];
  /**
   * Receives each larger checkpoint that has a quorum, after the entries that it covers, and the kept one once at the
   * start. What it throws is logged, and the same comes again.
   */
  onWitnessed?(witnessed: SignedCheckpoint): void | Promise<void>;
  /** Called with the proof when the log's owner was convicted of having signed two trees. */
  onEquivocation?(proof: string): void;
  /** Called whenever the log was found to be current and all its entries were delivered. */
  onCurrent?(atMs: number): void;
}

export interface FollowerState {
  readonly origin: string;
  /** Of the newest verified checkpoint. */
  readonly size: number;
  readonly rootHex: string;
  readonly deliveredSize: number;
  /** Of the newest checkpoint with a quorum whose tree the mirror holds. It never goes back. */
  readonly witnessedSize: number;
  /** Why the newest file of that kind was not taken. */
  readonly witnessedFault?: string;
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
  readonly #mirror: Mirror;
  readonly #comparisons: Comparisons;
  readonly #source: TileSource;
  readonly #gathered: GatheredCosignatures;
  readonly #stopping = new AbortController();
  readonly #pauses = new HintedPauses(this.#stopping.signal);
  #deliveredSize: number;
  #deliveredWitnessed = 0;
  #witnessedFault: string | undefined;
  #verifiedAtMs: number | undefined;
  #fault: FollowFault | undefined;
  #failures = 0;
  readonly #mirrorTurns = new Turns();
  readonly #witnessTurns = new Turns();
  #isListening = false;
  #running: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(options: FollowerOptions, dependencies: FollowerDependencies, mirror: Mirror) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#mirror = mirror;
    this.#comparisons = new Comparisons(
      { evidence: new Evidence(options.folder), logKey: options.logKey, mirror },
      { log: dependencies.log, onConvicted: (shown) => this.#freeze(shown) },
    );
    this.#deliveredSize = options.deliverFrom ?? mirror.head.size;
    this.#source = this.#sourceAt(options.url);
    this.#gathered = new GatheredCosignatures(options.logKey);
  }

  /**
   * Begins to follow, with what the mirror holds from earlier.
   * @throws FolderLockError FOLDER_IN_USE
   */
  static async open(options: FollowerOptions, dependencies: FollowerDependencies): Promise<Follower> {
    const mirror = await Mirror.open(options, dependencies);
    const follower = new Follower(options, dependencies, mirror);
    if (follower.conviction !== undefined) follower.#fault = { code: 'FOLLOW_FORKED', heldSize: mirror.head.size };
    follower.#running = follower.#run();
    return follower;
  }

  /** Something may be new: look soon. Any number of hints cost one look. */
  hint(): void {
    this.#pauses.hint();
  }

  /** Whether its member says now what is new. When that ends there may be something that it could not say. */
  listening(isListening: boolean): void {
    this.#isListening = isListening;
    this.hint();
  }

  state(): FollowerState {
    const { size, root } = this.#mirror.head;
    const { logKey } = this.#options;
    return {
      origin: logKey.name,
      size,
      rootHex: root.toString('hex'),
      deliveredSize: this.#deliveredSize,
      // What was settled has the word of k members, which is no less.
      witnessedSize: Math.max(this.#mirror.witnessed?.size ?? 0, Math.min(size, logKey.settled?.size ?? 0)),
      ...(this.#witnessedFault !== undefined && { witnessedFault: this.#witnessedFault }),
      verifiedAtMs: this.#verifiedAtMs,
      ...(this.#fault && { fault: this.#fault }),
    };
  }

  /** The mirrored entries from..to-1, verified against the newest checkpoint. @throws MirrorError MIRROR_DAMAGED */
  entries(from: number, to: number): AsyncGenerator<EntryBatch> {
    return this.#mirror.entries(from, to);
  }

  /** The proof that the log's owner stands convicted by, until others settled which history counts. */
  get conviction(): KeptProof | undefined {
    return this.#comparisons.conviction;
  }

  /** The proofs against the log's owner, as they are passed on. */
  proofs(): readonly KeptProof[] {
    return this.#comparisons.proofs();
  }

  /**
   * Holds a checkpoint that somebody else was shown against the tree that is held here. One that is larger is compared
   * when the mirror has come so far, or at once with `tree`, from where the larger tree is read.
   * @returns the proof, when both cannot be
   * @throws NoteError, CheckpointError where this log did not sign it; EquivocationError, ReaderError, SourceError where
   * `tree` or the mirror cannot be read
   */
  async compare(note: Uint8Array, tree?: TileSource): Promise<string | undefined> {
    const proof = await this.#comparisons.compareNote(note, tree);
    this.hint();
    return proof;
  }

  /** Takes over a proof that somebody else found. @returns and @throws as `Comparisons.take` does */
  async takeProof(proof: Uint8Array): Promise<string> {
    return this.#comparisons.take(proof);
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
    const { pollIntervalMs = POLL_INTERVAL_MS, backoffMsMax = BACKOFF_MS_MAX } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#pauses.forgetHints();
      await this.#look();
      if (this.#failures > 0) {
        await this.#pauses.backOff(this.#failures, backoffMsMax);
      } else if (this.#isFrozen) {
        return;
      } else {
        await this.#pauses.pause(LOOK_GAP_MS);
        const pauseMs = this.#isListening ? Math.max(pollIntervalMs, POLL_LISTENING_MS) : pollIntervalMs;
        await this.#pauses.untilHint(pauseMs);
      }
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#deliver();
      if (this.#isFrozen) return this.#recovered();
      const atMs = this.#dependencies.clock.nowMs();
      await this.#accept(await readCheckpoint(this.#source, this.#options.logKey));
      await this.#comparisons.compareWaiting();
      await this.#deliver();
      this.#recovered();
      this.#verifiedAtMs = atMs;
      this.#dependencies.onCurrent?.(atMs);
      await this.#lookForWitnessed();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const fault = followFaultOf(error);
      this.#failed(fault);
      if (isElsewhere(fault)) await this.#lookElsewhere();
    }
  }

  /**
   * What others hold of the log is as good, as it is verified in the same way. That it is all there is, they cannot show:
   * the log is not current for it, and its fault stays.
   */
  async #lookElsewhere(): Promise<void> {
    const places = this.#dependencies.mirrors?.() ?? [];
    for (const copy of this.#mirrorTurns.next(places, MIRRORS_ASKED_MAX).map((url) => this.#sourceAt(url))) {
      await this.#tryCopy(copy, () => this.#takeFrom(copy));
    }
    await this.#gather();
  }

  async #tryCopy(copy: TileSource, take: () => Promise<void>): Promise<void> {
    if (this.#stopping.signal.aborted || this.#isFrozen) return;
    try {
      await take();
    } catch (error) {
      const facts = { origin: this.#options.logKey.name, place: copy.place, reason: failureReason(error) };
      this.#dependencies.log.debug(facts, 'a copy of a log was of no use');
    }
  }

  /** What no copy has, as a quorum is larger today or of others, the witnesses may have among them. */
  async #gather(): Promise<void> {
    if (this.#mirror.isWitnessedBy(this.#dependencies.quorums?.() ?? [])) return;
    const kept = this.#mirror.source;
    await this.#tryCopy(kept, () => this.#lookForWitnessed(kept));
    const places = this.#dependencies.witnesses?.() ?? [];
    for (const witness of this.#witnessTurns.next(places, MIRRORS_ASKED_MAX).map((url) => this.#sourceAt(url))) {
      await this.#tryCopy(witness, () => this.#lookForWitnessed(witness, CHECKPOINT_PATH));
    }
  }

  async #takeFrom(copy: TileSource): Promise<void> {
    const offered = await readCheckpoint(copy, this.#options.logKey);
    const { size } = this.#mirror.head;
    if (offered.size >= size) await this.#accept(offered, copy);
    await this.#deliver();
    await this.#lookForWitnessed(copy);
  }

  #sourceAt(url: string): TileSource {
    const { timeoutMs = FOLLOW_TIMEOUT_MS, fetch: call } = this.#options;
    return new UrlSource(url, { timeoutMs, signal: this.#stopping.signal, ...(call && { fetch: call }) });
  }

  /** Takes over a checkpoint with a right signature, if it continues the held one. */
  async #accept(next: SignedCheckpoint, source = this.#source): Promise<void> {
    const { size, root } = this.#mirror.head;
    if (next.size < size) throw await this.#contradiction(next, source);
    if (next.size === size && !next.root.equals(root)) throw await this.#contradiction(next, source);
    if (next.size === size && this.#mirror.isWhole) return size === 0 ? undefined : this.#mirror.renew(next);
    try {
      await this.#mirror.advance(next, source);
    } catch (error) {
      throw error instanceof MirrorError ? await this.#contradiction(next, source) : error;
    }
  }

  /**
   * Says how a checkpoint contradicts the held one. An older one of the same history is no fork: a cache may serve it, or
   * a member that restored a backup. It is not taken, but a checkpoint that continues ours will be.
   */
  async #contradiction(offered: SignedCheckpoint, source = this.#source): Promise<FollowError> {
    const held = this.#mirror.held!;
    const isConvicted = (await this.#comparisons.compare(offered, source)) !== undefined;
    const code = isConvicted ? 'FOLLOW_FORKED' : 'FOLLOW_SHRUNK';
    return new FollowError({ code, heldSize: held.size, offeredSize: offered.size });
  }

  /** Takes nothing more from this log. */
  #freeze({ proof, newer }: Equivocation): void {
    if (this.#isFrozen) return;
    this.#fault = { code: 'FOLLOW_FORKED', heldSize: this.#mirror.head.size, offeredSize: newer.size };
    this.#dependencies.onEquivocation?.(proof);
  }

  /** What is wrong with the file of the witnessed checkpoint holds up nothing else. */
  async #lookForWitnessed(source = this.#source, path = WITNESSED_PATH): Promise<void> {
    const quorums = this.#dependencies.quorums?.() ?? [];
    try {
      const isSought = quorums.length > 0 && !this.#mirror.isWitnessedBy(quorums);
      const bytes = isSought ? await source.read(path, NOTE_SIZE_MAX) : undefined;
      if (!isSought) this.#witnessedFault = undefined;
      if (bytes === undefined) return;
      const witnessed = orThrow(this.#gathered.open(bytes, quorums));
      // It was published since the checkpoint was read.
      if (witnessed.size > this.#mirror.head.size) await this.#accept(witnessed, source);
      await this.#mirror.keepWitnessed(witnessed, quorums).catch(async (error: unknown) => {
        throw isForked(error) ? await this.#contradiction(witnessed, source) : error;
      });
      this.#witnessedFault = undefined;
    } catch (error) {
      if (error instanceof FollowError) throw error;
      // A copy that is away says nothing of what others show.
      const isAway = error instanceof SourceError && source !== this.#source;
      if (!isAway) this.#witnessedFault = failureReason(error);
    }
    await this.#deliver();
  }

  /** Of a mirror that is not whole nothing can be taken in: it would be refused, and keep us from fetching it again. */
  async #deliver(): Promise<void> {
    if (this.#mirror.isWhole) await this.#deliverEntries();
    if (this.#mirror.isWhole) await this.#deliverWitnessed();
  }

  async #deliverEntries(): Promise<void> {
    const { size } = this.#mirror.head;
    if (this.#deliveredSize >= size) return;
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

  async #deliverWitnessed(): Promise<void> {
    const { witnessed } = this.#mirror;
    if (witnessed === undefined || witnessed.size <= this.#deliveredWitnessed) return;
    if (this.#deliveredSize < witnessed.size) return;
    try {
      await this.#dependencies.onWitnessed?.(witnessed);
    } catch (cause) {
      throw new FollowError({ code: 'FOLLOW_FAILED', reason: failureReason(cause) }, { cause });
    }
    this.#deliveredWitnessed = witnessed.size;
  }

  get #isFrozen(): boolean {
    return this.#fault?.code === 'FOLLOW_FORKED';
  }

  #recovered(): void {
    this.#failures = 0;
    if (this.#fault === undefined || this.#isFrozen) return;
    const facts = { origin: this.#options.logKey.name, after: this.#fault.code };
    this.#dependencies.log.info(facts, 'a followed log is well again');
    this.#fault = undefined;
  }

  #failed(fault: FollowFault): void {
    this.#failures += 1;
    if (this.#isFrozen) return;
    const before = this.#fault?.code;
    this.#fault = fault;
    // A member that stays away for a day makes one line, not thousands.
    if (before === fault.code) return;
    const facts = { origin: this.#options.logKey.name, ...fault };
    this.#dependencies.log.warn(facts, 'a followed log cannot be followed for now');
  }
}
