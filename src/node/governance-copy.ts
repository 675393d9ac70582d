import { setTimeout as wait } from 'node:timers/promises';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { isActive } from '../governance/consortium.ts';
import type { GovernanceFold } from '../governance/fold.ts';
import { readGovernance, type ReadGovernance, readInForce } from '../governance/governance-reader.ts';
import type { GovernedConsortium } from '../governance/governed.ts';
import { governanceQuorums, governedVerifier } from '../governance/quorum.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../ledger/layout.ts';
import { Mirror } from '../ledger/mirror.ts';
import { NOTE_SIZE_MAX, parseNote } from '../ledger/note.ts';
import { openWitnessedByAny } from '../ledger/quorum.ts';
import { ReaderError } from '../ledger/reader.ts';
import { FolderSource, openSource, type TileSource } from '../ledger/tile-source.ts';
import { TreeError } from '../ledger/verified-tiles.ts';
import type { Fetch } from '../peers/peer-client.ts';
import type { DataFolder } from './data-folder.ts';

/** When one place has shown the log, the others are waited for so long. */
const OTHERS_WAIT_MS_MAX = 3_000;
/** Members that are asked beside the places that are named, as the newest log found gives them. */
const MEMBERS_ASKED_MAX = 8;

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

/** The log in the data folder; where there is none, or its files have rotted, the newest copy that is found. */
export async function takeUp(
  options: NodeGovernanceOptions,
  genesis: Uint8Array,
  deps: Dependencies,
): Promise<ReadGovernance> {
  try {
    return await readGovernance({ source: new FolderSource(options.folder.governanceLog), genesis });
  } catch (error) {
    const reason = codeOf(error);
    const isDamaged = error instanceof TreeError || error instanceof ReaderError;
    if (!isDamaged) throw error;
    if (reason !== 'LOG_FILE_MISSING') deps.log.error({ reason }, 'the copy of the governance log here is damaged');
  }
  return fetchCopy(options, genesis, deps);
}

/**
 * Brings the copy in the data folder level with the newest log that is shown: at the places that are named, and at the
 * members as it gives them, since a copy may lie for years. Entries are valid or not whoever shows them, so the longest
 * is the newest.
 * @throws NodeGovernanceError GOVERNANCE_NOT_FOUND where there is no copy here, and no place has one
 */
export async function fetchCopy(
  { folder, from, member }: NodeGovernanceOptions,
  genesis: Uint8Array,
  deps: Dependencies,
): Promise<ReadGovernance> {
  const here = new FolderSource(folder.governanceLog);
  const held = await readGovernance({ source: here, genesis }).catch(codeOf);
  const named = await look({ places: from, genesis, newerThan: 0 }, deps);
  const known = newestFirst([...named.found, ...(typeof held === 'string' ? [] : [held])])[0];
  const places = known === undefined ? [] : placesOfMembers(known, { member, but: from });
  const asked = await look({ places, genesis, newerThan: known?.checkpoint.size ?? 0, isEnough: true }, deps);
  await takeNewest(newestFirst([...named.found, ...asked.found]), { folder: folder.governanceLog, deps });
  return readGovernance({ source: here, genesis }).catch((cause: unknown) => {
    const reason = named.reason ?? codeOf(cause);
    throw new NodeGovernanceError({ code: 'GOVERNANCE_NOT_FOUND', places: from.join(' '), reason }, { cause });
  });
}

/** The log as one place shows it. */
interface Found extends ReadGovernance {
  readonly place: string;
}

function newestFirst<T extends ReadGovernance>(logs: readonly T[]): T[] {
  return logs.toSorted((one, other) => other.checkpoint.size - one.checkpoint.size);
}

/** Who ought to have what is new: the keeper, and then the other members. */
function placesOfMembers(
  { fold: { consortium } }: ReadGovernance,
  { member, but }: { member: string; but: readonly string[] },
): string[] {
  const { keeper, members } = consortium;
  const others = members.filter((one) => isActive(one) && one.name !== member);
  const inOrder = [...others.filter(({ name }) => name === keeper), ...others.filter(({ name }) => name !== keeper)];
  const places = inOrder.map(({ url }) => `${url}/governance`).filter((place) => !but.includes(place));
  return places.slice(0, MEMBERS_ASKED_MAX);
}

interface Look {
  readonly places: readonly string[];
  readonly genesis: Uint8Array;
  /** Only a log of more entries is read. */
  readonly newerThan: number;
  /** There is one already, so that nobody is waited for long. */
  readonly isEnough?: boolean;
}

/** Asks all at once. When one has shown its log, the others have a few seconds. */
async function look(
  { places, genesis, newerThan, isEnough = false }: Look,
  { log, fetchFirst: fetch }: Dependencies,
): Promise<{ found: readonly Found[]; reason: string | undefined }> {
  const found: Found[] = [];
  let reason: string | undefined;
  const stopping = new AbortController();
  const { signal } = stopping;
  const first = Promise.withResolvers<void>();
  if (isEnough) first.resolve();
  const readAt = async (place: string): Promise<void> => {
    try {
      const source = openSource(place, { fetch, signal });
      if ((await sizeAt(source)) <= newerThan) return;
      const read = await readGovernance({ source, genesis });
      if (signal.aborted) return;
      found.push({ place, ...read });
      first.resolve();
    } catch (error) {
      reason = codeOf(error);
      log.warn({ place, reason }, 'the governance log was not found there');
    }
  };
  const others = first.promise.then(() => wait(OTHERS_WAIT_MS_MAX, undefined, { signal }));
  await Promise.race([Promise.all(places.map(readAt)), others]);
  stopping.abort();
  return { found, reason };
}

async function sizeAt(source: TileSource): Promise<number> {
  const note = await source.read(CHECKPOINT_PATH, NOTE_SIZE_MAX);
  if (note === undefined) throw new ReaderError({ code: 'LOG_FILE_MISSING', path: CHECKPOINT_PATH });
  return orThrow(parseCheckpoint(orThrow(parseNote(note)).text)).size;
}

/**
 * Takes the newest that can be read to its end, where it is more than what is here; and, as what is in force is what
 * witnesses have cosigned, the newest of their checkpoints, whoever of all has it.
 */
async function takeNewest(
  found: readonly Found[],
  { folder, deps: { log, fetchFirst: fetch } }: { folder: string; deps: Dependencies },
): Promise<void> {
  const [newest] = found;
  if (newest === undefined) return;
  const { origin, logKeys } = newest.fold.consortium;
  const logKey = governedVerifier(origin, () => logKeys);
  const mirror = await Mirror.open({ folder, logKey }, { log });
  const takeFrom = async ({ place, checkpoint, fold: { consortium } }: Found): Promise<void> => {
    const source = openSource(place, { fetch });
    const { isWhole, head } = mirror;
    if (checkpoint.size > head.size || (!isWhole && checkpoint.size === head.size)) {
      await mirror.advance(checkpoint, source);
    }
    const note = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    const quorums = governanceQuorums(consortium);
    const witnessed = note && openWitnessedByAny(note, logKey, quorums);
    if (witnessed === undefined || witnessed instanceof Fault || witnessed.size > mirror.head.size) return;
    await mirror.keepWitnessed(witnessed, quorums);
  };
  try {
    await mirror.check();
    for (const one of found) {
      await takeFrom(one).catch((error: unknown) =>
        log.warn({ place: one.place, reason: codeOf(error) }, 'the governance log could not be taken from there'),
      );
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
