import { makeFolderDurably } from '../base/durable.ts';
import { orThrow } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import type { Log } from '../base/log.ts';
import { signCheckpoint } from '../ledger/checkpoint.ts';
import { EMPTY_ROOT, leafHash } from '../ledger/merkle.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { SigningState } from '../ledger/signing-state.ts';
import { FolderSource, type TileSource } from '../ledger/tile-source.ts';
import { copyTree } from '../ledger/tree-copy.ts';
import { TreeWriter } from '../ledger/tree-writer.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import { found, parseConstitution } from './constitution.ts';
import { encodePaperEntry, FOUNDED_KIND } from './entry.ts';
import { applyProposal } from './fold.ts';
import { GovernanceError } from './governance-fault.ts';
import { readGovernance } from './governance-reader.ts';
import { beginSigningAt, entryOf, KeeperError, type KeeperOptions, type TakenProposal } from './keeper.ts';
import { parseProposal } from './proposal.ts';

/**
 * Begins the governance log with a constitution that all founders have signed. It may be done again after a crash: the
 * same constitution gives the same log.
 * @returns the genesis checkpoint, which every member's node is given by hand
 * @throws GovernanceError, NoteError; KeeperError where the key is not the one in the constitution; SequencerError
 */
export async function foundGovernance(
  bytes: Uint8Array,
  { folder, signingFolder, signingKey }: Omit<KeeperOptions, 'genesis'>,
  { log }: { log: Log },
): Promise<Buffer> {
  const constitution = orThrow(parseConstitution(bytes));
  const { name, timeMs, logKey } = constitution;
  orThrow(found(constitution));
  if (signingKey.logKey.vkey !== logKey) {
    throw new KeeperError({ code: 'GOVERNANCE_KEY_NOT_KEEPERS', origin: signingKey.name });
  }
  const entry = encodePaperEntry({ kind: FOUNDED_KIND, paper: bytes }, { consortium: name, timeMs });
  const head = { origin: signingKey.name, size: 1, root: leafHash(entry) };
  const genesis = Buffer.from(signCheckpoint(head, [signingKey]));
  const sequencer = await Sequencer.open({ folder, signingFolder, signingKey }, { log });
  try {
    if (sequencer.size === 0) await sequencer.append([entry]);
  } finally {
    await sequencer.close();
  }
  // What stands there already must be what this constitution begins.
  await readGovernance({ source: new FolderSource(folder), genesis });
  return genesis;
}

/**
 * Makes this member the keeper: copies the governance log, and goes on with the entry that says so, under the new key.
 * Nothing of it asks the keeper of before, who may be gone.
 * @param bytes a proposal `keeper.changed` that gives the log this key
 * @throws FolderLockError FOLDER_IN_USE while a node follows the log in this folder; GovernanceError, NoteError;
 * KeeperError; what `readGovernance` and the sequencer throw
 */
export async function takeOverGovernance(
  bytes: Uint8Array,
  { source, folder, signingFolder, signingKey, genesis }: KeeperOptions & { readonly source: TileSource },
  { log }: { log: Log },
): Promise<TakenProposal> {
  const proposal = orThrow(parseProposal(bytes));
  const { fold, checkpoint } = await readGovernance({ source, genesis });
  orThrow(applyProposal(fold.consortium, proposal, fold.head));
  const { change, after } = proposal;
  if (change.kind !== 'keeper.changed' || change.log.vkey !== signingKey.logKey.vkey) {
    throw new KeeperError({ code: 'GOVERNANCE_KEY_NOT_KEEPERS', origin: signingKey.name });
  }
  if (change.log.fromSize > after.size + 1) {
    const [field, least] = ['change.log.fromSize', after.size];
    throw new GovernanceError({ code: 'GOVERNANCE_SIZES', field, least });
  }
  await copyLog(await VerifiedTiles.open(source, checkpoint), folder);
  // Nobody believes this key at this size: it only lets the sequencer go on from here.
  const { size, root } = fold.head;
  if (SigningState.open(signingFolder, signingKey.logKey) === undefined) {
    await beginSigningAt(signingFolder, { origin: signingKey.name, size, root }, signingKey);
  }
  const sequencer = await Sequencer.open({ folder, signingFolder, signingKey }, { log });
  try {
    const appended = await sequencer.append([entryOf(proposal, fold.consortium)]);
    return { index: appended.firstIndex, size: appended.size, isNew: true };
  } finally {
    await sequencer.close();
  }
}

async function copyLog(tiles: VerifiedTiles, folder: string): Promise<void> {
  await makeFolderDurably(folder);
  const lock = lockFolder(folder);
  try {
    await copyTree(tiles, await TreeWriter.open(folder, { size: 0, root: EMPTY_ROOT }), new FolderSource(folder));
  } finally {
    lock.release();
  }
}
