import { orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { type Equivocation, proveEquivocation, verifyEquivocation } from './equivocation.ts';
import { type Evidence, type Keeping, keptName, type KeptProof } from './evidence.ts';
import type { LogVerifier } from './log-verifier.ts';
import type { Mirror } from './mirror.ts';
import type { TileSource } from './tile-source.ts';

/** Checkpoints seen elsewhere that wait until the mirror has come so far. */
export const COMPARISONS_WAITING_MAX = 16;

export interface ComparisonsOptions {
  readonly evidence: Evidence;
  readonly logKey: LogVerifier;
  readonly mirror: Mirror;
}

export interface ComparisonsDependencies {
  readonly log: Log;
  /** Called with each proof, and whether it convicts whom nothing had convicted. */
  onConvicted(shown: Equivocation, isNew: boolean): void;
}

/**
 * Holds every checkpoint that a log was seen to have signed against the tree that is mirrored here. Where both cannot be,
 * it keeps the proof.
 */
export class Comparisons {
  readonly #options: ComparisonsOptions;
  readonly #dependencies: ComparisonsDependencies;
  #waiting: readonly SignedCheckpoint[] = [];

  constructor(options: ComparisonsOptions, dependencies: ComparisonsDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** The proof that convicts the log's owner, found now or before a restart. What was settled since convicts nobody. */
  get conviction(): KeptProof | undefined {
    return this.#options.evidence.against(this.#options.logKey);
  }

  /** The kept proofs, as they are passed on. */
  proofs(): readonly KeptProof[] {
    return this.#options.evidence.proofs();
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
    if (proof !== undefined) await this.#convict(orThrow(verifyEquivocation(Buffer.from(proof), logKey)));
    return proof;
  }

  /** Compares what has waited, as far as the mirror has come. @throws as `compare` does */
  async compareWaiting(): Promise<void> {
    const { size } = this.#options.mirror.head;
    const due = this.#waiting.filter((seen) => seen.size <= size);
    this.#waiting = this.#waiting.filter((seen) => seen.size > size);
    for (const seen of due) await this.compare(seen);
  }

  /**
   * Takes over a proof that somebody else found.
   * @returns the name of the proof that is kept: this one, or another that convicts the same key already
   * @throws EquivocationError, NoteError, CheckpointError; EvidenceError EQUIVOCATION_NOT_KEPT
   */
  async take(proof: Uint8Array): Promise<string> {
    return keptName(await this.#convict(orThrow(verifyEquivocation(proof, this.#options.logKey))));
  }

  #wait(seen: SignedCheckpoint): void {
    if (this.#waiting.some(({ size, root }) => size === seen.size && root.equals(seen.root))) return;
    // The smallest are compared soonest.
    const waiting = [...this.#waiting, seen].toSorted((a, b) => a.size - b.size);
    this.#waiting = waiting.slice(0, COMPARISONS_WAITING_MAX);
  }

  /** Should the disk be full, the conviction is still final for as long as this node runs. */
  async #convict(shown: Equivocation): Promise<Keeping> {
    const { evidence, logKey } = this.#options;
    const keeping = await evidence.keep(shown, logKey);
    const { file, isNew, failure: reason } = keeping;
    const facts = { origin: shown.origin, file, olderSize: shown.older.size, newerSize: shown.newer.size };
    if (isNew) this.#dependencies.log.error(facts, 'a log has signed two trees');
    if (isNew && reason !== undefined) {
      this.#dependencies.log.error({ file, reason }, 'the proof of two trees could not be kept');
    }
    this.#dependencies.onConvicted(shown, isNew);
    return keeping;
  }
}
