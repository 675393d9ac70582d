import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { type Equivocation, proveEquivocation, verifyEquivocation } from './equivocation.ts';
import { Evidence } from './evidence.ts';
import { failureReason } from './failure.ts';
import type { LogVerifier } from './log-verifier.ts';
import type { Mirror } from './mirror.ts';
import type { TileSource } from './tile-source.ts';

/** Checkpoints seen elsewhere that wait until the mirror has come so far. */
export const COMPARISONS_WAITING_MAX = 16;

export interface ComparisonsOptions {
  readonly folder: string;
  readonly logKey: LogVerifier;
  readonly mirror: Mirror;
}

export interface ComparisonsDependencies {
  readonly log: Log;
  /** Called with each proof. */
  onConvicted(proof: string, offeredSize: number): void;
}

/**
 * Holds every checkpoint that a log was seen to have signed against the tree that is mirrored here. Where both cannot be,
 * it keeps the proof.
 */
export class Comparisons {
  readonly #options: ComparisonsOptions;
  readonly #dependencies: ComparisonsDependencies;
  readonly #evidence: Evidence;
  #waiting: readonly SignedCheckpoint[] = [];
  /** What the disk would not take. */
  #unkept: string | undefined;

  constructor(options: ComparisonsOptions, dependencies: ComparisonsDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#evidence = new Evidence(options.folder);
  }

  /** The proof that convicts the log's owner, found now or before a restart. What was settled since convicts nobody. */
  get conviction(): string | undefined {
    const { logKey } = this.#options;
    const isUnkept =
      this.#unkept !== undefined && !(verifyEquivocation(Buffer.from(this.#unkept), logKey) instanceof Fault);
    return isUnkept ? this.#unkept : this.#evidence.against(logKey);
  }

  /** The proofs, as they are passed on. */
  proofs(): string[] {
    return [...this.#evidence.proofs(), ...(this.#unkept === undefined ? [] : [this.#unkept])];
  }

  /**
   * Compares what somebody else was shown. What is larger than the mirror waits for it, unless `tree` is given.
   * @throws NoteError, CheckpointError where this log did not sign it; as `compare` does
   */
  async compareNote(note: Uint8Array, tree?: TileSource): Promise<string | undefined> {
    const seen = orThrow(openCheckpoint(note, this.#options.logKey));
    if (seen.size <= this.#options.mirror.head.size || tree !== undefined) return this.compare(seen, tree);
    this.#wait(seen);
    return undefined;
  }

  /**
   * @param tree where the tree of a checkpoint that is larger than the held one is read from
   * @returns the proof, when both cannot be
   * @throws EquivocationError, ReaderError, SourceError where `tree` or the mirror cannot be read
   */
  async compare(seen: SignedCheckpoint, tree?: TileSource): Promise<string | undefined> {
    const { mirror, logKey } = this.#options;
    const { held } = mirror;
    if (held === undefined) return undefined;
    const larger = seen.size > held.size ? tree : mirror.source;
    const proof = await proveEquivocation([held, seen], { logKey, ...(larger && { tree: larger }) });
    if (proof !== undefined) await this.#convict(proof, seen.size);
    return proof;
  }

  /** Compares what has waited, as far as the mirror has come. @throws as `compare` does */
  async compareWaiting(): Promise<void> {
    const { size } = this.#options.mirror.head;
    const due = this.#waiting.filter((seen) => seen.size <= size);
    this.#waiting = this.#waiting.filter((seen) => seen.size > size);
    for (const seen of due) await this.compare(seen);
  }

  /** Takes over a proof that somebody else found. @throws EquivocationError, NoteError, CheckpointError */
  async take(proof: Uint8Array): Promise<Equivocation> {
    const shown = orThrow(verifyEquivocation(proof, this.#options.logKey));
    await this.#convict(Buffer.from(proof).toString('utf8'), shown.newer.size);
    return shown;
  }

  #wait(seen: SignedCheckpoint): void {
    if (this.#waiting.some(({ size, root }) => size === seen.size && root.equals(seen.root))) return;
    // The smallest are compared soonest.
    const waiting = [...this.#waiting, seen].toSorted((a, b) => a.size - b.size);
    this.#waiting = waiting.slice(0, COMPARISONS_WAITING_MAX);
  }

  /** Should the disk be full, the log line still holds the first proof, and the conviction is still final. */
  async #convict(proof: string, offeredSize: number): Promise<void> {
    const { log } = this.#dependencies;
    const origin = this.#options.logKey.name;
    try {
      if ((await this.#evidence.keep(proof)) !== undefined) log.error({ origin, proof }, 'a log has signed two trees');
    } catch (error) {
      const reason = failureReason(error);
      if (this.#unkept === undefined) log.error({ origin, proof, reason }, 'the proof of two trees could not be kept');
      this.#unkept ??= proof;
    }
    this.#dependencies.onConvicted(proof, offeredSize);
  }
}
