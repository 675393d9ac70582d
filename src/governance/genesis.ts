import { Fault, type Parsed } from '../base/fault.ts';
import { withLineFeeds } from '../base/line-feeds.ts';
import { type CheckpointFault, openCheckpoint, parseCheckpoint } from '../ledger/checkpoint.ts';
import { leafHash } from '../ledger/merkle.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import { type NoteFault, parseNote } from '../ledger/note.ts';
import type { TreeHead } from '../ledger/verified-tiles.ts';
import { type EntryRefused, GovernanceFold } from './fold.ts';

export type GenesisFault = { code: 'GENESIS_MALFORMED'; field: 'size' | 'key' } | { code: 'GENESIS_OF_OTHER_LOG' };
export class GenesisError extends Fault<GenesisFault> {}

/** What a genesis checkpoint names: the governance log at size 1. Who signed it shows once its entry is there. */
export interface Genesis {
  readonly origin: string;
  readonly head: TreeHead;
  readonly note: Buffer;
}

/** Reads the checkpoint that a node is given by hand. Of all that a node trusts, nothing else is. */
export function parseGenesis(bytes: Uint8Array): Parsed<Genesis, GenesisFault | NoteFault | CheckpointFault> {
  const note = withLineFeeds(bytes);
  const read = parseNote(note);
  if (read instanceof Fault) return read;
  const checkpoint = parseCheckpoint(read.text);
  if (checkpoint instanceof Fault) return checkpoint;
  const { origin, size, root } = checkpoint;
  if (size !== 1) return new GenesisError({ code: 'GENESIS_MALFORMED', field: 'size' });
  return { origin, head: { size, root }, note };
}

/**
 * The beginning of all trust: the genesis checkpoint's root is the hash of entry 0, so that entry is the one that was
 * meant; it gives the log's key; and with that key the checkpoint itself was signed.
 */
export function openGenesis(
  { head, note }: Genesis,
  founding: Uint8Array,
): Parsed<GovernanceFold, GenesisFault | EntryRefused | CheckpointFault> {
  if (!leafHash(founding).equals(head.root)) return new GenesisError({ code: 'GENESIS_OF_OTHER_LOG' });
  const fold = GovernanceFold.begin(founding);
  if (fold instanceof Fault) return fold;
  const key = parseLogKey(fold.consortium.logKeys[0]!.vkey);
  if (key instanceof Fault) return new GenesisError({ code: 'GENESIS_MALFORMED', field: 'key' });
  const checkpoint = openCheckpoint(note, key);
  return checkpoint instanceof Fault ? checkpoint : fold;
}
