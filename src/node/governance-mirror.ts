import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { GovernanceFold } from '../governance/fold.ts';
import { readGovernance, type ReadGovernance } from '../governance/governance-reader.ts';
import { governanceQuorums, governedVerifier } from '../governance/quorum.ts';
import { logKeysAt } from '../governance/rules.ts';
import { openCheckpoint, parseCheckpoint } from '../ledger/checkpoint.ts';
import { Comparisons } from '../ledger/comparisons.ts';
import type { Equivocation } from '../ledger/equivocation.ts';
import { Evidence, type KeptProof } from '../ledger/evidence.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../ledger/layout.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { Mirror } from '../ledger/mirror.ts';
import { type LogKey, parseLogKey } from '../ledger/note-key.ts';
import { NOTE_SIZE_MAX, parseNote } from '../ledger/note.ts';
import { openWitnessedByAny, type Quorum } from '../ledger/quorum.ts';
import type { TileSource } from '../ledger/tile-source.ts';
import { type TreeHead, VerifiedTiles } from '../ledger/verified-tiles.ts';

export interface GovernanceMirrorOptions {
  readonly folder: string;
  readonly genesis: Uint8Array;
  readonly logKey: LogVerifier;
}

export interface GovernanceMirrorDependencies {
  readonly log: Log;
  /** All that is read, whose keys verify the log. */
  latest(): GovernanceFold;
  /** Takes in what was read, before it is mirrored. */
  adopt(fold: GovernanceFold): void;
  /** What is in force here. */
  effective(): GovernanceFold;
  /** Called with the size that a quorum has cosigned. */
  onWitnessed(size: number): Promise<void>;
  /** Called with the first proof that a keeper has signed two trees; with that of a later keeper too. */
  onEquivocation(proof: string): void;
}

/**
 * The copy of the governance log at who does not keep it. The log is believed by itself, whoever shows it: each entry
 * bears k signatures over the exact state before it, and gives the keys that may sign the next size. So a longer log is
 * taken from any copy. Where two logs contradict each other nothing goes back that is in force; beyond it, the one counts
 * that k members have given a later keeper, or that a quorum has cosigned. Of a keeper that signed two trees nothing is
 * believed but what a quorum has cosigned.
 */
export class GovernanceMirror {
  readonly #options: GovernanceMirrorOptions;
  readonly #deps: GovernanceMirrorDependencies;
  readonly #evidence: Evidence;
  /** The keys of keepers, by what they are written as: what was worked out about a key is remembered with it. */
  readonly #keys = new Map<string, LogKey>();
  #mirror: Mirror;
  #comparisons: Comparisons;
  #isContradicted = false;

  private constructor(options: GovernanceMirrorOptions, deps: GovernanceMirrorDependencies, mirror: Mirror) {
    this.#options = options;
    this.#deps = deps;
    this.#evidence = new Evidence(options.folder);
    this.#mirror = mirror;
    this.#comparisons = this.#comparisonsWith(mirror);
  }

  /** @throws FolderLockError FOLDER_IN_USE */
  static async open(options: GovernanceMirrorOptions, deps: GovernanceMirrorDependencies): Promise<GovernanceMirror> {
    return new GovernanceMirror(options, deps, await Mirror.open(options, deps));
  }

  /** What a person has to look into: that the keeper of now signed two trees, or that others go on from another history. */
  get fault(): 'FOLLOW_FORKED' | 'GOVERNANCE_OTHER_HISTORY' | undefined {
    if (this.#isContradicted) return 'GOVERNANCE_OTHER_HISTORY';
    return this.conviction === undefined ? undefined : 'FOLLOW_FORKED';
  }

  /** The proof that convicts the keeper of now. */
  get conviction(): KeptProof | undefined {
    return this.#against(this.#deps.latest().consortium.logKeys.at(-1)!.vkey);
  }

  /** The proofs against keepers, as they are passed on. */
  proofs(): readonly KeptProof[] {
    return this.#evidence.proofs();
  }

  /** Takes over a proof that somebody else found. @throws and @returns as `Comparisons.take` does */
  async takeProof(proof: Uint8Array): Promise<string> {
    return this.#comparisons.take(proof);
  }

  /** Whether the tree that is held begins with this one. */
  async holds({ size, root }: TreeHead): Promise<boolean> {
    const mirror = this.#mirror;
    return size <= mirror.head.size && mirror.isWhole && (await mirror.rootAt(size)).equals(root);
  }

  /** Judges what one place shows, and takes it where it is more than what is held. @throws what is wrong with it */
  async take(copy: TileSource, note: Buffer): Promise<void> {
    const seen = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
    const { head, isWhole } = this.#mirror;
    const isHeld = seen.size === head.size && seen.root.equals(head.root);
    if (isWhole && seen.size <= head.size && !isHeld) await this.#doubt(note);
    if (seen.size >= head.size && !(isHeld && isWhole)) await this.#consider(copy, CHECKPOINT_PATH);
    await this.#takeWitnessed(copy, seen);
  }

  close(): void {
    this.#mirror.close();
  }

  async #consider(copy: TileSource, checkpointPath: string): Promise<void> {
    const { genesis, folder } = this.#options;
    const read = await readGovernance({ source: copy, genesis, checkpointPath });
    const tiles = await VerifiedTiles.open(copy, read.checkpoint);
    const begins = async ({ size, root }: TreeHead): Promise<boolean> =>
      size <= tiles.head.size && (await tiles.rootAt(size)).equals(root);
    const isContinued = await begins(this.#mirror.head);
    if (!isContinued) await this.#doubt(Buffer.from(read.checkpoint.note), copy);
    if (!(isContinued ? this.#isBelieved(read) : this.#isStronger(read))) return;
    if (!isContinued && !(await begins(this.#deps.effective().head))) return this.#contradicted(read);
    const before = this.#deps.latest();
    this.#deps.adopt(read.fold);
    try {
      if (!isContinued) await this.#beginAnew(folder);
      await this.#mirror.advance(read.checkpoint, copy);
    } catch (error) {
      this.#deps.adopt(before);
      throw error;
    }
  }

  /** What is in force here never goes back: a person has to find out how two histories came to be in force. */
  #contradicted({ checkpoint: { size }, fold }: ReadGovernance): void {
    if (this.#isContradicted) return;
    this.#isContradicted = true;
    const { keeper } = fold.consortium;
    this.#deps.log.error({ code: 'GOVERNANCE_OTHER_HISTORY', size, keeper }, 'others have another governance in force');
  }

  /** Whether one signed it who is not known to sign two trees, or a quorum has cosigned it. */
  #isBelieved(read: ReadGovernance): boolean {
    const { fold, checkpoint } = read;
    const note = Buffer.from(checkpoint.note);
    const signers = logKeysAt(fold.consortium, checkpoint.size).filter(
      (vkey) => !(openCheckpoint(note, orThrow(parseLogKey(vkey))) instanceof Fault),
    );
    return signers.some((vkey) => this.#against(vkey) === undefined) || this.#isWitnessed(read);
  }

  /** Whether it counts although it contradicts what is held, and is not yet in force. */
  #isStronger(read: ReadGovernance): boolean {
    const keepers = ({ consortium }: GovernanceFold): number => consortium.logKeys.length;
    if (read.checkpoint.size <= this.#deps.effective().head.size) return false;
    return this.#isWitnessed(read) || (keepers(read.fold) > keepers(this.#deps.latest()) && this.#isBelieved(read));
  }

  #isWitnessed({ fold: { consortium }, checkpoint }: ReadGovernance): boolean {
    const logKey = governedVerifier(consortium.origin, () => consortium.logKeys);
    return !(openWitnessedByAny(Buffer.from(checkpoint.note), logKey, this.#quorums(consortium)) instanceof Fault);
  }

  #quorums(latest: GovernanceFold['consortium']): Quorum[] {
    return governanceQuorums(latest, this.#deps.effective().consortium);
  }

  async #takeWitnessed(copy: TileSource, seen: TreeHead): Promise<void> {
    const { head, witnessed } = this.#mirror;
    if (witnessed?.size === head.size && seen.size <= head.size) return this.#tellWitnessed();
    const note = await copy.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    if (note === undefined) return;
    const offered = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
    if (offered.size > (witnessed?.size ?? 0)) {
      if (!(await this.holds(offered))) await this.#consider(copy, WITNESSED_PATH);
      const { consortium } = this.#deps.latest();
      const quorums = this.#quorums(consortium);
      await this.#mirror.keepWitnessed(orThrow(openWitnessedByAny(note, this.#options.logKey, quorums)), quorums);
    }
    await this.#tellWitnessed();
  }

  async #tellWitnessed(): Promise<void> {
    const { witnessed, isWhole } = this.#mirror;
    if (witnessed === undefined || !isWhole) return;
    try {
      await this.#deps.onWitnessed(witnessed.size);
    } catch (error) {
      // Files that have rotted since are fetched again at the next look.
      await this.#mirror.check();
      throw error;
    }
  }

  /** What contradicts the held tree, and was signed by a keeper of it, convicts that keeper. */
  async #doubt(note: Buffer, copy?: TileSource): Promise<void> {
    // A later keeper's key is not known yet, and says nothing of the one before.
    if (openCheckpoint(note, this.#options.logKey) instanceof Fault) return;
    await this.#comparisons.compareNote(note, copy);
  }

  #against(vkey: string): KeptProof | undefined {
    const key = this.#keys.get(vkey) ?? orThrow(parseLogKey(vkey));
    this.#keys.set(vkey, key);
    return this.#evidence.against(key);
  }

  /** What is held and not in force gives way. */
  async #beginAnew(folder: string): Promise<void> {
    this.#deps.log.warn({ size: this.#mirror.head.size }, 'the copy of the governance log gives way to another one');
    this.#mirror.close();
    await rm(join(folder, CHECKPOINT_PATH), { force: true });
    this.#mirror = await Mirror.open(this.#options, this.#deps);
    this.#comparisons = this.#comparisonsWith(this.#mirror);
  }

  #comparisonsWith(mirror: Mirror): Comparisons {
    const onConvicted = ({ proof }: Equivocation, isNew: boolean): void => {
      if (isNew) this.#deps.onEquivocation(proof);
    };
    const { logKey } = this.#options;
    return new Comparisons({ evidence: this.#evidence, logKey, mirror }, { log: this.#deps.log, onConvicted });
  }
}
