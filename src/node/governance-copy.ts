import type { Log } from '../base/log.ts';
import { Fault } from '../base/fault.ts';
import type { GovernanceFold } from '../governance/fold.ts';
import { readGovernance, type ReadGovernance, readInForce } from '../governance/governance-reader.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import { governanceQuorums, governedVerifier } from '../governance/quorum.ts';
import { WITNESSED_PATH } from '../ledger/layout.ts';
import { Mirror } from '../ledger/mirror.ts';
import { NOTE_SIZE_MAX } from '../ledger/note.ts';
import { openWitnessedByAny } from '../ledger/quorum.ts';
import { FolderSource, openSource, type TileSource } from '../ledger/tile-source.ts';
import type { Fetch } from '../peers/peer-client.ts';
import type { DataFolder } from './data-folder.ts';

export type NodeGovernanceFault =
  | { code: 'GENESIS_UNREADABLE'; file: string }
  | { code: 'GOVERNANCE_NOT_FOUND'; places: string; reason: string };
export class NodeGovernanceError extends Fault<NodeGovernanceFault> {}

export interface NodeGovernanceOptions {
  readonly folder: DataFolder;
  readonly member: string;
  /** The genesis checkpoint's file. */
  readonly genesis: string;
  /** Folders and addresses where the governance log may be found before there is a copy of it here. */
  readonly from: readonly string[];
  /** Web servers with copies of the logs, asked where the keeper's address fails. */
  readonly mirrors: readonly string[];
  readonly pollIntervalMs: number;
}

interface Dependencies {
  readonly log: Log;
  readonly fetchFirst: Fetch;
}

/** The log in the data folder; where there is none, a copy from the first place that has it. */
export async function takeUp(
  options: NodeGovernanceOptions,
  genesis: Uint8Array,
  deps: Dependencies,
): Promise<ReadGovernance> {
  try {
    return await readGovernance({ source: new FolderSource(options.folder.governanceLog), genesis });
  } catch (error) {
    if (codeOf(error) !== 'LOG_FILE_MISSING') throw error;
  }
  return fetchCopy(options, genesis, deps);
}

/**
 * Brings the copy in the data folder level with the first place that has the log.
 * @throws NodeGovernanceError GOVERNANCE_NOT_FOUND where there is no copy here, and no place has one
 */
export async function fetchCopy(
  { folder, from }: NodeGovernanceOptions,
  genesis: Uint8Array,
  { log, fetchFirst: fetch }: Dependencies,
): Promise<ReadGovernance> {
  let reason = 'LOG_FILE_MISSING';
  for (const place of from) {
    try {
      const source = openSource(place, { fetch });
      const read = await readGovernance({ source, genesis });
      await copyFrom(source, read, { folder: folder.governanceLog, log });
      return read;
    } catch (error) {
      reason = codeOf(error);
      log.warn({ place, reason }, 'the governance log was not found there');
    }
  }
  const here = new FolderSource(folder.governanceLog);
  return readGovernance({ source: here, genesis }).catch((cause: unknown) => {
    throw new NodeGovernanceError({ code: 'GOVERNANCE_NOT_FOUND', places: from.join(' '), reason }, { cause });
  });
}

/** With the checkpoint that its witnesses cosigned: what is in force is what that covers. */
async function copyFrom(
  source: TileSource,
  { fold: { consortium }, checkpoint }: ReadGovernance,
  { folder, log }: { folder: string; log: Log },
): Promise<void> {
  const logKey = governedVerifier(consortium.origin, () => consortium.logKeys);
  const mirror = await Mirror.open({ folder, logKey }, { log });
  try {
    await mirror.advance(checkpoint, source);
    const note = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    const quorums = governanceQuorums(consortium);
    const witnessed = note && openWitnessedByAny(note, logKey, quorums);
    if (witnessed !== undefined && !(witnessed instanceof Fault) && witnessed.size <= checkpoint.size) {
      await mirror.keepWitnessed(witnessed, quorums);
    }
  } finally {
    mirror.close();
  }
}

/** What is in force: as far as the checkpoint that a quorum cosigned, and at least what the genesis checkpoint names. */
export async function readEffective(
  folder: DataFolder,
  genesis: Uint8Array,
  latest: GovernedConsortium,
): Promise<GovernanceFold> {
  const source = new FolderSource(folder.governanceLog);
  return (await readInForce({ source, genesis }, latest)) ?? (await readGovernance({ source, genesis, size: 1 })).fold;
}

function codeOf(error: unknown): string {
  if (error instanceof Fault) return (error as Fault).facts.code;
  throw error;
}
