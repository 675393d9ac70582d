import assert from 'node:assert/strict';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { failureReason } from './failure.ts';
import { CHECKPOINT_PATH, TILE_WIDTH, WITNESSED_PATH } from './layout.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';
import { NOTE_SIZE_MAX } from './note.ts';
import { cosignaturesOf, isQuorum, type Quorum } from './quorum.ts';
import { type EntryBatch, readBundle, readCheckpoint } from './reader.ts';
import { FolderSource, type TileSource } from './tile-source.ts';
import { copyTree } from './tree-copy.ts';
import { TreeWriter } from './tree-writer.ts';
import { TreeError, type TreeHead, VerifiedTiles } from './verified-tiles.ts';

/** Growth up to this is tried from the new bundles alone. */
export const DIRECT_BUNDLES_MAX = 4;
const EMPTY_HEAD: TreeHead = { size: 0, root: EMPTY_ROOT };

export interface MirrorOptions {
  readonly folder: string;
  readonly logKey: LogVerifier;
}

export type MirrorFault =
  // The offered tree does not begin with the held one, and both are signed.
  { code: 'MIRROR_FORKED'; heldSize: number; offeredSize: number } | { code: 'MIRROR_DAMAGED'; reason: string };
export class MirrorError extends Fault<MirrorFault> {}

/** What a mirror's folder holds. */
interface MirrorState {
  readonly folder: string;
  readonly held: SignedCheckpoint | undefined;
  readonly witnessed: SignedCheckpoint | undefined;
  readonly tree: TreeWriter;
}

/**
 * A whole copy of another member's log, in the same form, fit to be served. Its checkpoint is always one that was
 * verified, and all that it covers is here.
 */
export class Mirror {
  readonly folder: string;
  readonly #log: Log;
  readonly #logKey: LogVerifier;
  readonly #lock: { release(): void };
  readonly #local: FolderSource;
  #held: SignedCheckpoint | undefined;
  #witnessed: SignedCheckpoint | undefined;
  // It may be ahead of the held checkpoint, when a long copy was broken off.
  #tree: TreeWriter;
  #newest: EntryBatch | undefined;

  private constructor(
    { folder, held, witnessed, tree }: MirrorState,
    { log, logKey, lock }: { log: Log; logKey: LogVerifier; lock: { release(): void } },
  ) {
    this.folder = folder;
    this.#log = log;
    this.#logKey = logKey;
    this.#lock = lock;
    this.#local = new FolderSource(folder);
    this.#held = held;
    this.#witnessed = witnessed;
    this.#tree = tree;
  }

  /** @throws FolderLockError FOLDER_IN_USE */
  static async open({ folder, logKey }: MirrorOptions, { log }: { log: Log }): Promise<Mirror> {
    await makeFolderDurably(folder);
    const lock = lockFolder(folder);
    try {
      const held = await readHeld(folder, logKey, log);
      const tree = await openTree(folder, held ?? EMPTY_HEAD, log);
      const witnessed = await readWitnessed(folder, logKey, held ?? EMPTY_HEAD);
      return new Mirror({ folder, held, witnessed, tree }, { log, logKey, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The newest verified checkpoint, whose whole tree is here. */
  get held(): SignedCheckpoint | undefined {
    return this.#held;
  }

  get head(): TreeHead {
    return this.#held ?? EMPTY_HEAD;
  }

  /** The newest checkpoint with a quorum of witnesses that was kept; never beyond what is held, and never going back. */
  get witnessed(): SignedCheckpoint | undefined {
    return this.#witnessed;
  }

  /** The files, as they are served. */
  get source(): TileSource {
    return this.#local;
  }

  /** False after files were found damaged, until `advance` has fetched them again. */
  get isWhole(): boolean {
    return this.#tree.size >= this.head.size;
  }

  /**
   * The held entries from..to-1 in order, a bundle's worth at a time, verified against the held checkpoint.
   * @throws MirrorError MIRROR_DAMAGED, and then this mirror is not whole
   */
  async *entries(from: number, to: number): AsyncGenerator<EntryBatch> {
    const newest = this.#newest;
    this.#newest = undefined;
    // What was verified a moment ago, and is wanted as a rule, is still in memory.
    if (newest?.firstIndex === from && from + newest.entries.length === to) yield newest;
    else yield* this.#entriesFromFiles(from, to);
  }

  /** Reads all that is held. What has rotted is found so: then this mirror is not whole. */
  async check(): Promise<void> {
    try {
      for await (const _ of this.#entriesFromFiles(0, this.head.size));
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
    }
  }

  /** The root of the held tree when it was smaller. @throws MirrorError MIRROR_DAMAGED, as above */
  async rootAt(size: number): Promise<Buffer> {
    try {
      return await (await VerifiedTiles.open(this.#local, this.head)).rootAt(size);
    } catch (error) {
      throw await this.#damaged(error);
    }
  }

  /**
   * Takes the log over up to a larger checkpoint, or the held one where this mirror is not whole. Its signature the caller has verified. Only when everything that it
   * covers is verified and durable here does it become the held one, durably.
   * @throws MirrorError MIRROR_FORKED, proven; TreeError, ReaderError, SourceError: nothing proven, try again later
   */
  async advance(next: SignedCheckpoint, source: TileSource): Promise<void> {
    if (!(await this.#growDirectly(next, source))) await this.#growByTiles(next, source);
    await writeDurably(join(this.folder, CHECKPOINT_PATH), next.note);
    this.#held = next;
  }

  /** Takes over the held checkpoint as it was signed anew, where it counts no more as it is kept. The caller has verified it. */
  async renew(next: SignedCheckpoint): Promise<void> {
    assert(this.#held !== undefined && next.size === this.#held.size && next.root.equals(this.#held.root));
    if (next.note === this.#held.note || this.#counts(this.#held)) return;
    await writeDurably(join(this.folder, CHECKPOINT_PATH), next.note);
    this.#held = next;
  }

  /** Whether all that is held has one of these quorums, under a signature of the log that counts; nothing needs none. */
  isWitnessedBy(quorums: readonly Quorum[]): boolean {
    const kept = this.#witnessed;
    if (this.head.size === 0) return true;
    return kept?.size === this.head.size && this.#suffices(kept, quorums);
  }

  /**
   * Keeps a checkpoint as the newest with a quorum, durably, and so that it can be served. That its log signed it and that
   * it has one of these quorums the caller has verified. A smaller one than the kept one changes nothing. One of the same
   * size takes its place where the kept one would not do for who begins today: its quorum, or its log's key, was another.
   * @throws MirrorError MIRROR_FORKED where it is not of the held tree; MIRROR_DAMAGED
   */
  async keepWitnessed(next: SignedCheckpoint, quorums: readonly Quorum[]): Promise<void> {
    const kept = this.#witnessed;
    if (next.size < (kept?.size ?? 1)) return;
    if (next.size === kept?.size && this.#suffices(kept, quorums)) return;
    const [heldSize, offeredSize] = [this.head.size, next.size];
    if (offeredSize > heldSize || !(await this.rootAt(offeredSize)).equals(next.root)) {
      throw new MirrorError({ code: 'MIRROR_FORKED', heldSize, offeredSize });
    }
    // After a start the cosignatures of the very same note are verified anew.
    if (next.note !== kept?.note) await writeDurably(join(this.folder, WITNESSED_PATH), next.note);
    this.#witnessed = next;
  }

  close(): void {
    this.#lock.release();
  }

  /** Judged by the cosignatures that were verified when it was kept. */
  #suffices(kept: SignedCheckpoint, quorums: readonly Quorum[]): boolean {
    return this.#counts(kept) && quorums.some((quorum) => isQuorum(cosignaturesOf(kept.signatures, quorum), quorum));
  }

  /** A key that signed what is kept here may have ended since. */
  #counts({ note }: SignedCheckpoint): boolean {
    return !(openCheckpoint(Buffer.from(note), this.#logKey) instanceof Fault);
  }

  /**
   * The short way for the common case, a few new entries: our own tree with them appended has the signed root. That
   * proves the entries and the consistency at once, as our tree is how the new one begins.
   */
  async #growDirectly(next: SignedCheckpoint, source: TileSource): Promise<boolean> {
    const firstIndex = this.#tree.size;
    const entries = await this.#directEntries(next, source);
    if (entries === undefined) return false;
    const extension = this.#tree.extend(entries);
    if (!extension.root.equals(next.root)) return false;
    await this.#tree.write(extension);
    await this.#tree.adopt(extension);
    this.#newest = { firstIndex, entries };
    return true;
  }

  /** Whether the held tree has begun with what was settled: then so does what continues it. */
  #isSettledHere(): boolean {
    return this.head.size >= (this.#logKey.settled?.size ?? 0);
  }

  async #directEntries({ size }: TreeHead, source: TileSource): Promise<Buffer[] | undefined> {
    const from = this.#tree.size;
    const first = Math.floor(from / TILE_WIDTH);
    const count = Math.ceil(size / TILE_WIDTH) - first;
    if (!this.isWhole || !this.#isSettledHere() || from >= size || count > DIRECT_BUNDLES_MAX) return undefined;
    try {
      const indexes = Array.from({ length: count }, (_, place) => first + place);
      const bundles = await Promise.all(
        indexes.map((index) => readBundle(source, size, index, index === first ? this.#tree.bundleStart : undefined)),
      );
      return bundles.flat();
    } catch (error) {
      // The way by the tiles tells what is wrong, and does not need every bundle to do so.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  /** The long way: the signed tree's tiles prove that it begins with the held tree, and then each bundle. */
  async #growByTiles(next: SignedCheckpoint, source: TileSource): Promise<void> {
    const tiles = await VerifiedTiles.open(source, next);
    const { settled } = this.#logKey;
    if (settled !== undefined && !(await beginsWith(tiles, settled))) {
      throw new TreeError({ code: 'TREE_ROOT_WRONG', size: settled.size });
    }
    if (!(await beginsWith(tiles, this.head))) {
      throw new MirrorError({ code: 'MIRROR_FORKED', heldSize: this.head.size, offeredSize: next.size });
    }
    // What a copy broken off wrote under another checkpoint need not be of this tree.
    if (!(await beginsWith(tiles, this.#tree.head))) {
      this.#tree = await openTree(this.folder, this.head, this.#log);
    }
    await copyTree(tiles, this.#tree, this.#local);
  }

  async *#entriesFromFiles(from: number, to: number): AsyncGenerator<EntryBatch> {
    // What is being fetched again is being written over: it cannot be read, and that is no new damage.
    if (!this.isWhole) throw new MirrorError({ code: 'MIRROR_DAMAGED', reason: 'not yet fetched again' });
    try {
      yield* (await VerifiedTiles.open(this.#local, this.head)).entries(from, to);
    } catch (error) {
      throw await this.#damaged(error);
    }
  }

  /** Own files that do not verify are believed no longer: `advance` fetches anew what is wrong, up to the held checkpoint. */
  async #damaged(error: unknown): Promise<MirrorError> {
    const reason = failureReason(error);
    this.#tree = await TreeWriter.open(this.folder, EMPTY_HEAD);
    return new MirrorError({ code: 'MIRROR_DAMAGED', reason }, { cause: error });
  }
}

async function beginsWith(tiles: VerifiedTiles, older: TreeHead): Promise<boolean> {
  return older.size <= tiles.head.size && (await tiles.rootAt(older.size)).equals(older.root);
}

/** The checkpoint that this mirror holds. A rotten one cannot be believed: it is shouted about, and the copy begins anew. */
async function readHeld(folder: string, logKey: LogVerifier, log: Log): Promise<SignedCheckpoint | undefined> {
  try {
    return await readCheckpoint(new FolderSource(folder), asTaken(logKey));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = (error as Fault).facts;
    if (code !== 'LOG_FILE_MISSING')
      log.error({ origin: logKey.name, code }, 'the checkpoint of a mirror is unreadable');
    return undefined;
  }
}

/**
 * The kept checkpoint with a quorum, if it is of the held tree. It had its quorum when it was kept; those who gave it may
 * have exchanged their keys since, and so may the log.
 */
async function readWitnessed(
  folder: string,
  logKey: LogVerifier,
  head: TreeHead,
): Promise<SignedCheckpoint | undefined> {
  const source = new FolderSource(folder);
  try {
    const bytes = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    const witnessed = bytes && openCheckpoint(bytes, asTaken(logKey));
    if (witnessed === undefined || witnessed instanceof Fault || witnessed.size > head.size) return undefined;
    const root = await (await VerifiedTiles.open(source, head)).rootAt(witnessed.size);
    return root.equals(witnessed.root) ? witnessed : undefined;
  } catch (error) {
    // Damaged files are fetched again, and this one with them.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Where the files under a held checkpoint are damaged they are fetched again, and the checkpoint stays the measure. */
async function openTree(folder: string, head: TreeHead, log: Log): Promise<TreeWriter> {
  try {
    return await TreeWriter.open(folder, head);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = (error as Fault).facts;
    log.error({ code, size: head.size }, 'the files of a mirror are damaged and are fetched again');
    return TreeWriter.open(folder, EMPTY_HEAD);
  }
}
