import assert from 'node:assert/strict';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderDurably, UNFINISHED_SUFFIX } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { type Append, type Appended, AppendPool } from './append-pool.ts';
import { signCheckpoint } from './checkpoint.ts';
import { failureReason } from './failure.ts';
import { CHECKPOINT_PATH } from './layout.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';
import type { SigningKey } from './note-key.ts';
import { readCheckpoint } from './reader.ts';
import { markSigningPlace } from './signing-place.ts';
import { SigningState, SigningStateError } from './signing-state.ts';
import { FolderSource } from './tile-source.ts';
import { TreeWriter } from './tree-writer.ts';
import type { TreeHead } from './verified-tiles.ts';

export interface SequencerOptions {
  /** The log's folder, which others may read. */
  readonly folder: string;
  /** The private folder of the lock and the signing state. It stays out of backups: see `SigningState`. */
  readonly signingFolder: string;
  /** Its name is the log's origin. */
  readonly signingKey: SigningKey;
  /** Where the log's key was exchanged: which keys could sign at which size. Without it the signing key alone, always. */
  readonly logKey?: LogVerifier;
  /** The key that signs at a size, where the log's key is exchanged while it is written; else `signingKey`, always. */
  readonly signingKeyAt?: (size: number) => SigningKey | undefined;
}

export interface PublishedCheckpoint extends TreeHead {
  readonly note: string;
}

export type SequencerFault =
  | { code: 'LEDGER_SIGNING_STATE_MISSING'; folder: string }
  | { code: 'LEDGER_SIGNING_STATE_BEHIND'; signedSize: number; publishedSize: number }
  | { code: 'LEDGER_BEHIND_SIGNED_STATE'; signedSize: number; reason: string }
  | { code: 'LEDGER_WRITE_FAILED'; reason: string }
  | { code: 'LEDGER_OUTCOME_UNKNOWN'; reason: string }
  | { code: 'LEDGER_SIGNING_STOPPED'; reason: string }
  | { code: 'LEDGER_CLOSED' };
export class SequencerError extends Fault<SequencerFault> {}

/** What a commit builds on. After any failure it is dropped, and made again from the files as at the start. */
interface Footing {
  readonly state: SigningState;
  readonly tree: TreeWriter;
}

/**
 * The one writer of a log. Appends that come while a commit runs go together into the next one, so that the waits for
 * the disk are shared.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #log: Log;
  readonly #lock: { release(): void };
  readonly #pool = new AppendPool();
  readonly #logKey: LogVerifier;
  #signingKey: SigningKey;
  readonly #listeners = new Set<(checkpoint: PublishedCheckpoint) => void>();
  #footing: Footing | undefined;
  #checkpoint: PublishedCheckpoint = { size: 0, root: EMPTY_ROOT, note: '' };
  #committing: Promise<void> | undefined;
  #cleaning: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #stopped: SequencerError | undefined;

  private constructor(options: SequencerOptions, log: Log, lock: { release(): void }) {
    this.#options = options;
    this.#signingKey = options.signingKey;
    this.#logKey = options.logKey ?? options.signingKey.logKey;
    this.#log = log;
    this.#lock = lock;
  }

  /**
   * Takes up a log, or begins one where there is none, and publishes what was signed last.
   * @throws FolderLockError FOLDER_IN_USE; SequencerError LEDGER_SIGNING_STATE_MISSING, LEDGER_SIGNING_STATE_BEHIND,
   * LEDGER_BEHIND_SIGNED_STATE; SigningStateError
   */
  static async open(options: SequencerOptions, { log }: { log: Log }): Promise<Sequencer> {
    await makeFolderDurably(options.folder);
    await makeFolderDurably(options.signingFolder, 0o700);
    const lock = lockFolder(options.signingFolder);
    const sequencer = new Sequencer(options, log, lock);
    try {
      sequencer.#footing = await sequencer.#recover();
      return sequencer;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get size(): number {
    return this.#checkpoint.size;
  }

  /** The newest published checkpoint. */
  get checkpoint(): PublishedCheckpoint {
    return this.#checkpoint;
  }

  /**
   * Appends entries side by side, all or none. When the promise resolves they are durable and published.
   * LEDGER_BUSY, LEDGER_WRITE_FAILED and a fault of recovery mean that nothing was appended. LEDGER_OUTCOME_UNKNOWN means
   * that the entries may be in the log or get there: look for them before appending them again.
   * @param entries at least one; their octets must not change until the promise settles
   * @throws EntryError ENTRY_TOO_LARGE; PoolError; SequencerError
   */
  async append(entries: readonly Uint8Array[]): Promise<Appended> {
    if (this.#closing !== undefined) throw new SequencerError({ code: 'LEDGER_CLOSED' });
    if (this.#stopped !== undefined) throw this.#stopped;
    const appended = this.#pool.add(entries);
    this.#committing ??= this.#commitAll();
    return appended;
  }

  /**
   * Finds out what became of a commit that ended with LEDGER_OUTCOME_UNKNOWN, the way a start does: once this resolves,
   * `size` counts every entry that is in the log or could still get there.
   * @throws SequencerError, SigningStateError
   */
  async recover(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
    if (this.#closing !== undefined) throw new SequencerError({ code: 'LEDGER_CLOSED' });
    if (this.#footing !== undefined) return;
    const recovered = this.#standAgain();
    // Appends that come meanwhile wait in the pool, as they do during a commit.
    this.#committing = recovered.catch(() => undefined).then(() => this.#commitAll());
    await recovered;
  }

  /**
   * Signs the next checkpoint, and those after it, with another key of the log. `logKey` must name it for the sizes that
   * come: what it does not allow is not signed, and the append fails.
   */
  exchangeKey(signingKey: SigningKey): void {
    assert(signingKey.name === this.#logKey.name);
    this.#signingKey = signingKey;
  }

  /**
   * Signs the newest checkpoint anew and publishes it, where the key that signed it may not sign its size any more: the
   * log went past that size while its key was being exchanged. An open does the same.
   * @throws SequencerError, SigningStateError
   */
  async renew(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
    if (this.#closing !== undefined || this.#stopped !== undefined) return;
    if (this.#footing?.state.isCurrent === true) return;
    this.#footing = undefined;
    await this.recover();
  }

  /**
   * Signs nothing more until it is opened again: this log has signed, elsewhere or before, what is not in it, and every
   * further checkpoint would add to the fork.
   */
  stopSigning(reason: string): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = new SequencerError({ code: 'LEDGER_SIGNING_STOPPED', reason });
    this.#log.error({ ...this.#stopped.facts }, 'this log signs nothing more');
  }

  /** Why nothing more is signed. */
  get stopped(): SequencerError | undefined {
    return this.#stopped;
  }

  /** Calls the listener with every checkpoint from now on, after it is published. @returns how to stop that */
  onPublished(listener: (checkpoint: PublishedCheckpoint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finishes what was appended and lets go of the folder. */
  close(): Promise<void> {
    return (this.#closing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    await this.#committing;
    await this.#cleaning;
    this.#lock.release();
  }

  async #commitAll(): Promise<void> {
    // Appends of the same turn of the event loop belong to the same commit.
    await Promise.resolve();
    while (!this.#pool.isEmpty) {
      const appends = this.#pool.take();
      try {
        await this.#commit(appends);
      } catch (error) {
        this.#footing = undefined;
        for (const { done } of appends) done.reject(error);
      }
    }
    this.#committing = undefined;
  }

  async #standAgain(): Promise<Footing> {
    return (this.#footing ??= await this.#orFail('LEDGER_WRITE_FAILED', () => this.#recover()));
  }

  async #commit(appends: readonly Append[]): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped;
    const { state, tree } = await this.#standAgain();
    const firstIndex = tree.size;
    const extension = tree.extend(appends.flatMap(({ entries }) => [...entries]));
    const size = extension.edge.size;

    // A crash up to here and in this step leaves files that no checkpoint covers. The next commit writes over them.
    await this.#orFail('LEDGER_WRITE_FAILED', () => tree.write(extension));

    const note = this.#sign({ size, root: extension.root });

    // This is the commit: once it is durable the entries are in the log for good, and a crash after it publishes them
    // at the next start. Nobody has seen the signature before, so a crash in the middle may leave either state.
    await this.#orFail('LEDGER_OUTCOME_UNKNOWN', () => state.advance(note));

    // From here on a crash takes nothing back that was said.
    await this.#orFail('LEDGER_OUTCOME_UNKNOWN', () => this.#publish({ size, root: extension.root, note }));

    this.#cleaning = tree.adopt(extension).catch((error: unknown) => {
      this.#log.warn({ reason: failureReason(error) }, 'partial tiles could not be removed');
    });
    let index = firstIndex;
    for (const { entries, done } of appends) {
      done.resolve({ firstIndex: index, size });
      index += entries.length;
    }
  }

  /**
   * Makes the published checkpoint that of the signing state. It is the way every start takes, after a crash or not,
   * and the way back after a failed commit.
   */
  async #recover(): Promise<Footing> {
    const { folder, signingFolder } = this.#options;
    const state = SigningState.open(signingFolder, this.#logKey) ?? (await this.#begin());
    const { signed } = state;
    const published = await this.#readPublished();
    if (published !== undefined && isBeyond(published, signed)) {
      const [signedSize, publishedSize] = [signed.size, published.size];
      throw new SequencerError({ code: 'LEDGER_SIGNING_STATE_BEHIND', signedSize, publishedSize });
    }
    const tree = await openTree(folder, signed);
    await this.#renew(state);
    if (published?.note === state.signed.note) this.#checkpoint = state.signed;
    else this.#publish(state.signed);
    return { state, tree };
  }

  /** What a key signed that has ended since, others believe no more: the same tree is signed with the key that may. */
  async #renew(state: SigningState): Promise<void> {
    if (state.isCurrent) return;
    const { size, root } = state.signed;
    const key = this.#options.signingKeyAt?.(size);
    if (key === undefined) return;
    await state.renew(signCheckpoint({ size, root, origin: this.#logKey.name }, [key]));
    this.#log.info({ size }, 'the newest checkpoint was signed anew with the next key');
  }

  /** Begins a log with the checkpoint of the empty tree. A log that is there already is never begun again. */
  async #begin(): Promise<SigningState> {
    const { folder, signingFolder } = this.#options;
    if (existsSync(join(folder, CHECKPOINT_PATH)) || existsSync(join(folder, 'tile'))) {
      throw new SequencerError({ code: 'LEDGER_SIGNING_STATE_MISSING', folder });
    }
    const state = await SigningState.create(signingFolder, this.#logKey, this.#sign({ size: 0, root: EMPTY_ROOT }));
    await markSigningPlace(signingFolder);
    return state;
  }

  #sign(head: TreeHead): string {
    const key = this.#options.signingKeyAt?.(head.size) ?? this.#signingKey;
    return signCheckpoint({ ...head, origin: this.#logKey.name }, [key]);
  }

  /** The checkpoint in the folder. One that cannot be read counts as none: the signing state decides. */
  async #readPublished(): Promise<PublishedCheckpoint | undefined> {
    try {
      return await readCheckpoint(new FolderSource(this.#options.folder), asTaken(this.#logKey));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#log.info({ reason: error.facts.code }, 'no readable checkpoint in the log folder');
      return undefined;
    }
  }

  /**
   * Shows the checkpoint to readers, whole at any instant. It is not flushed: the signing state holds the same note
   * durably, and a start publishes it again where a power cut took it back.
   */
  #publish(checkpoint: PublishedCheckpoint): void {
    const file = join(this.#options.folder, CHECKPOINT_PATH);
    writeFileSync(file + UNFINISHED_SUFFIX, checkpoint.note);
    renameSync(file + UNFINISHED_SUFFIX, file);
    this.#checkpoint = { size: checkpoint.size, root: checkpoint.root, note: checkpoint.note };
    // A listener has its own turn: what it throws is no failure of this commit.
    for (const listener of this.#listeners) queueMicrotask(() => listener(this.#checkpoint));
  }

  /** Does a step. A fault of the signing state or of recovery speaks for itself, all else fails with this code. */
  async #orFail<T>(code: 'LEDGER_WRITE_FAILED' | 'LEDGER_OUTCOME_UNKNOWN', step: () => T | Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      if (cause instanceof SigningStateError || cause instanceof SequencerError) throw cause;
      const reason = failureReason(cause);
      this.#log.error({ code, reason }, 'commit failed');
      throw new SequencerError({ code, reason }, { cause });
    }
  }
}

/** A published checkpoint that the signing state knows nothing of: that state was lost or rolled back. */
function isBeyond(published: TreeHead, signed: TreeHead): boolean {
  return published.size > signed.size || (published.size === signed.size && !published.root.equals(signed.root));
}

/** Missing or other files at the signed size are the mark of a log folder that was restored from a backup. */
async function openTree(folder: string, signed: TreeHead): Promise<TreeWriter> {
  try {
    return await TreeWriter.open(folder, signed);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const { code: reason } = cause.facts;
    throw new SequencerError({ code: 'LEDGER_BEHIND_SIGNED_STATE', signedSize: signed.size, reason }, { cause });
  }
}
