import { makeFolderDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';
import { readCheckpoint } from './reader.ts';
import { markSigningPlace } from './signing-place.ts';
import { SigningState } from './signing-state.ts';
import { FolderSource, openSource } from './tile-source.ts';
import { copyTree } from './tree-copy.ts';
import { TreeWriter } from './tree-writer.ts';
import { type TreeHead, VerifiedTiles } from './verified-tiles.ts';

export interface RestoreOptions {
  /** A whole copy of the log, such as another member's mirror: a folder or a base URL. */
  readonly from: string;
  /** The log's folder, which may hold an older state of it, or nothing. */
  readonly folder: string;
  readonly signingFolder: string;
  readonly logKey: LogVerifier;
  readonly timeoutMs?: number;
  /** How a request is made, where not everybody may read. */
  readonly fetch?: typeof fetch;
}

export interface Restored {
  readonly size: number;
  readonly rootHex: string;
}

export type RestoreFault =
  | { code: 'LEDGER_RESTORE_TOO_OLD'; offeredSize: number; knownSize: number }
  | { code: 'LEDGER_RESTORE_FORKED'; offeredSize: number; knownSize: number };
export class RestoreError extends Fault<RestoreFault> {}

/**
 * Brings a log that lost files, or its signing state, back to what others have of it. Nothing is taken that no key of
 * the log ever signed, and nothing that is older than, or contradicts, what is known here to have been signed. After it
 * `Sequencer.open` goes on as always, and the signing folder is at its place: whoever restores says that the copy knows.
 *
 * Where the signing state was lost, the copy's checkpoint is taken for the last one signed. Then restore from the member
 * that saw the most: a later checkpoint that only some other member saw would be contradicted by the next append.
 * @throws RestoreError; FolderLockError FOLDER_IN_USE; SigningStateError LEDGER_SIGNING_STATE_UNREADABLE; what reading
 * and verifying the copy throws: NoteError, CheckpointError, TreeError, ReaderError, SourceError
 */
export async function restoreLog(options: RestoreOptions): Promise<Restored> {
  await makeFolderDurably(options.folder);
  await makeFolderDurably(options.signingFolder, 0o700);
  const lock = lockFolder(options.signingFolder);
  try {
    return await restoreLocked(options);
  } finally {
    lock.release();
  }
}

async function restoreLocked(options: RestoreOptions): Promise<Restored> {
  const { from, folder, signingFolder, timeoutMs, fetch: call } = options;
  const logKey = asTaken(options.logKey);
  const copy = openSource(from, { ...(timeoutMs !== undefined && { timeoutMs }), ...(call && { fetch: call }) });
  const offered = await readCheckpoint(copy, logKey);
  const tiles = await VerifiedTiles.open(copy, offered);

  const state = SigningState.open(signingFolder, logKey);
  if (state !== undefined) await requireContinues(tiles, state.signed);
  const published = await readPublished(folder, logKey);
  if (published !== undefined) await requireContinues(tiles, published);

  const local = new FolderSource(folder);
  await copyTree(tiles, await TreeWriter.open(folder, { size: 0, root: EMPTY_ROOT }), local);

  // The state goes last: until it stands, a start refuses, and this can be done again.
  if (state === undefined) await SigningState.create(signingFolder, logKey, offered.note);
  else if (state.signed.size < offered.size) await state.advance(offered.note);
  await markSigningPlace(signingFolder);
  return { size: offered.size, rootHex: offered.root.toString('hex') };
}

async function requireContinues(tiles: VerifiedTiles, known: TreeHead): Promise<void> {
  const sizes = { offeredSize: tiles.head.size, knownSize: known.size };
  if (tiles.head.size < known.size) throw new RestoreError({ code: 'LEDGER_RESTORE_TOO_OLD', ...sizes });
  if ((await tiles.rootAt(known.size)).equals(known.root)) return;
  throw new RestoreError({ code: 'LEDGER_RESTORE_FORKED', ...sizes });
}

/** A checkpoint in the damaged folder that still verifies is known to have been signed. */
async function readPublished(folder: string, logKey: LogVerifier): Promise<TreeHead | undefined> {
  try {
    return await readCheckpoint(new FolderSource(folder), logKey);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
