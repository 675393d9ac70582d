import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { type CheckpointFault, openCheckpoint, parseCheckpoint, type SignedCheckpoint } from '../ledger/checkpoint.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../ledger/layout.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import { NOTE_SIZE_MAX, type NoteFault, parseNote } from '../ledger/note.ts';
import { openWitnessedByAny } from '../ledger/quorum.ts';
import { ReaderError } from '../ledger/reader.ts';
import type { TileSource } from '../ledger/tile-source.ts';
import { type TreeHead, VerifiedTiles } from '../ledger/verified-tiles.ts';
import type { Consortium } from './consortium.ts';
import type { GovernanceFold } from './fold.ts';
import { type Genesis, openGenesis, parseGenesis } from './genesis.ts';
import type { GovernedConsortium } from './governed.ts';
import { governanceQuorums, governedVerifier } from './quorum.ts';
import { logKeysAt } from './rules.ts';

export interface GovernanceOptions {
  /** The governance log, or a copy of it: what its keeper serves under `/governance`, a mirror, a folder. */
  readonly source: TileSource;
  /** The genesis checkpoint's octets. */
  readonly genesis: Uint8Array;
  /** Fold so many entries and no more; all that the checkpoint covers without it. */
  readonly size?: number;
  /** Which of the log's checkpoints to go by; `checkpoint.witnessed` is the one under which entries take effect. */
  readonly checkpointPath?: string;
}

/** What a governance log says, verified from the genesis checkpoint on. */
export interface ReadGovernance {
  readonly fold: GovernanceFold;
  readonly checkpoint: SignedCheckpoint;
}

export type GovernanceReaderFault =
  | { code: 'GOVERNANCE_LOG_TOO_SHORT'; size: number; wanted: number }
  | { code: 'GOVERNANCE_LOG_OTHER'; expectedOrigin: string };
export class GovernanceReaderError extends Fault<GovernanceReaderFault> {}

/**
 * Reads and judges a whole governance log. Its newest checkpoint is believed when a key signed it that the log itself
 * gives, by valid entries, for that size; the entries need no belief: they bear their members' signatures, and each
 * names the tree before it.
 * @throws GovernanceReaderError; GenesisError; what entry 0 is refused for; NoteError, CheckpointError, TreeError,
 * ReaderError, SourceError
 */
export async function readGovernance(options: GovernanceOptions): Promise<ReadGovernance> {
  const { source, checkpointPath = CHECKPOINT_PATH } = options;
  const genesis = orThrow(parseGenesis(options.genesis));
  const note = await source.read(checkpointPath, NOTE_SIZE_MAX);
  if (note === undefined) throw new ReaderError({ code: 'LOG_FILE_MISSING', path: checkpointPath });
  const head = headOf(note, genesis);
  const { size = head.size } = options;
  if (head.size < Math.max(size, 1)) {
    throw new GovernanceReaderError({ code: 'GOVERNANCE_LOG_TOO_SHORT', size: head.size, wanted: Math.max(size, 1) });
  }
  const fold = await foldEntries(await VerifiedTiles.open(source, head), genesis, head.size);
  const checkpoint = orThrow(openGovernanceCheckpoint(note, fold.consortium, head.size));
  if (size === head.size) return { fold, checkpoint };
  return { fold: await foldEntries(await VerifiedTiles.open(source, head), genesis, size), checkpoint };
}

/**
 * What is in force by the log's `checkpoint.witnessed`. What was decided since, and has no quorum yet, takes nothing out
 * of force that has one.
 * @param latest all that is written
 * @returns undefined where there is no such file, or no quorum can be found on it
 * @throws what `readGovernance` throws
 */
export async function readInForce(
  { source, genesis }: Pick<GovernanceOptions, 'source' | 'genesis'>,
  latest: GovernedConsortium,
): Promise<GovernanceFold | undefined> {
  const note = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
  if (note === undefined) return undefined;
  const verifier = governedVerifier(latest.origin, () => latest.logKeys);
  const opened = openCheckpoint(note, verifier);
  if (opened instanceof Fault || opened.size === 0 || opened.size > latest.size) return undefined;
  const { fold } = await readGovernance({ source, genesis, size: opened.size });
  const quorums = [...governanceQuorums(latest), ...governanceQuorums(fold.consortium)];
  const isWitnessed = !(openWitnessedByAny(note, verifier, quorums) instanceof Fault);
  return isWitnessed && fold.head.root.equals(opened.root) ? fold : undefined;
}

/** Opens a checkpoint of the governance log with whichever of its keys may sign that size. */
function openGovernanceCheckpoint(
  note: Uint8Array,
  consortium: Pick<Consortium, 'logKeys' | 'origin'>,
  size: number,
): Parsed<SignedCheckpoint, NoteFault | CheckpointFault | GovernanceReaderFault> {
  const tried = logKeysAt(consortium, size).map((vkey) => openCheckpoint(note, orThrow(parseLogKey(vkey))));
  return (
    tried.find((checkpoint) => !(checkpoint instanceof Fault)) ??
    tried[0] ??
    new GovernanceReaderError({ code: 'GOVERNANCE_LOG_OTHER', expectedOrigin: consortium.origin })
  );
}

/** What the checkpoint says, before anybody knows who signed it. */
function headOf(note: Uint8Array, { origin }: Genesis): TreeHead {
  const checkpoint = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
  if (checkpoint.origin !== origin) {
    throw new GovernanceReaderError({ code: 'GOVERNANCE_LOG_OTHER', expectedOrigin: origin });
  }
  return checkpoint;
}

async function foldEntries(tiles: VerifiedTiles, genesis: Genesis, size: number): Promise<GovernanceFold> {
  let fold: GovernanceFold | undefined;
  for await (const { entries } of tiles.entries(0, size)) {
    for (const entry of entries) {
      if (fold === undefined) fold = orThrow(openGenesis(genesis, entry));
      else fold.take(entry);
    }
  }
  return fold!;
}
