import { join } from 'node:path';
import { deviceTargetText } from '../../identifiers/device-target.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import { governedVerifier } from '../../governance/quorum.ts';
import type { LogVerifier } from '../../ledger/log-verifier.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { readCheckpoint, readEntries } from '../../ledger/reader.ts';
import { FolderSource } from '../../ledger/tile-source.ts';
import { VerifiedTiles } from '../../ledger/verified-tiles.ts';
import { verifyLog } from '../../ledger/verify.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { EpochKeys } from '../../sealing/epoch-keys.ts';
import type { KeyOf } from '../../sealing/seal.ts';
import { openStatement } from '../../statements/codec.ts';
import { decodeOwnEntry } from '../../statements/own-entry.ts';
import { REGISTER } from './consortium.ts';
import { governanceOf } from './council.ts';
import type { Acknowledged, Sealed } from './desk.ts';

/** What all desks of a drill acknowledged. */
export class Promised {
  readonly statements: Acknowledged[] = [];
  readonly seals: Sealed[] = [];
}

/** What the disks hold after a drill. */
interface LogCheck {
  /** Logs and copies of them that were recomputed from their files, every entry and hash. */
  readonly verified: number;
  /** What members wrote, but for the governance log. */
  readonly entries: number;
  /** Entries that no desk stated: where the member's two logs stand. */
  readonly anchors: number;
  /** Copies that are no beginning of the log, or lack what they must have. */
  readonly differing: number;
  /** Statements about a phone, and seals of a file, beyond the first. */
  readonly twice: number;
  /** What was acknowledged and is not at its place. */
  readonly lost: number;
}

interface Members {
  readonly names: readonly string[];
  folder(name: string): string;
  stop(name: string): Promise<void>;
}

/**
 * Recomputes every member's shared log and own log, the governance log, and every copy from its files, as `bongsu ledger
 * verify` does, reads every entry, and looks for what was acknowledged. No node may run.
 * @throws what verifying throws: the log is broken
 */
async function checkLogs(members: Members, { statements, seals }: Promised): Promise<LogCheck> {
  const checks = [await checkGovernance(members)];
  for (const member of members.names) {
    const isIts = (one: Acknowledged | Sealed): boolean => one.member === member;
    checks.push(await checkShared(members, member, statements.filter(isIts)));
    checks.push(await checkOwn(members.folder(member), seals.filter(isIts)));
  }
  const sumOf = (field: keyof LogCheck): number => checks.reduce((sum, check) => sum + check[field], 0);
  return {
    verified: sumOf('verified'),
    entries: sumOf('entries'),
    anchors: sumOf('anchors'),
    differing: sumOf('differing'),
    twice: sumOf('twice'),
    lost: sumOf('lost'),
  };
}

async function checkShared(members: Members, member: string, promised: readonly Acknowledged[]): Promise<LogCheck> {
  const { log, logKey: file, epochKeys } = dataFolder(members.folder(member));
  const { logKey } = await readSigningKey(file);
  const { size } = await verifyLog({ source: new FolderSource(log), logKey });
  const others = members.names.filter((name) => name !== member);
  // A mirror of a log that is empty is not begun.
  const mirrors = size === 0 ? [] : others.map((name) => join(dataFolder(members.folder(name)).mirrors, member));
  const sizeMin = Math.max(0, ...promised.map(({ index }) => index + 1));
  const differing = await countDiffering({ log, mirrors, logKey, sizeMin });
  const phones = await phonesIn(log, size, (await EpochKeys.open(epochKeys)).keyOf);
  const anchors = phones.filter((phone) => phone === ANCHOR).length;
  const wanted = promised.map(({ index, imei }) => ({ index, name: imei.slice(0, 14) }));
  return { verified: 1 + mirrors.length, entries: size, anchors, differing, ...compared(phones, wanted) };
}

/** It has no mirror: nobody else is served it. */
async function checkOwn(root: string, promised: readonly Sealed[]): Promise<LogCheck> {
  const { ownLog, ownLogKey } = dataFolder(root);
  const { logKey } = await readSigningKey(ownLogKey);
  const { size } = await verifyLog({ source: new FolderSource(ownLog), logKey });
  const wanted = promised.map(({ index, sha256 }) => ({ index, name: sha256 }));
  const found = compared(await digestsIn(ownLog, size), wanted);
  return { verified: 1, entries: size, anchors: 0, differing: 0, ...found };
}

/** The keeper's, judged from the genesis checkpoint on, and everybody's copy of it: as all were level, all of it. */
async function checkGovernance(members: Members): Promise<LogCheck> {
  const { consortium } = await governanceOf(members);
  const logKey = governedVerifier(consortium.origin, () => consortium.logKeys);
  const folderOf = (name: string): string => dataFolder(members.folder(name)).governanceLog;
  const log = folderOf(REGISTER);
  const { size: sizeMin } = await verifyLog({ source: new FolderSource(log), logKey });
  const mirrors = members.names.filter((name) => name !== REGISTER).map(folderOf);
  const differing = await countDiffering({ log, mirrors, logKey, sizeMin });
  return { verified: 1 + mirrors.length, entries: 0, anchors: 0, differing, twice: 0, lost: 0 };
}

/** Verifies copies of a verified log. @returns how many are no beginning of it, or have fewer entries than they must */
async function countDiffering({
  log,
  mirrors,
  logKey,
  sizeMin,
}: {
  readonly log: string;
  readonly mirrors: readonly string[];
  readonly logKey: LogVerifier;
  readonly sizeMin: number;
}): Promise<number> {
  const source = new FolderSource(log);
  const tiles = await VerifiedTiles.open(source, await readCheckpoint(source, logKey));
  let differing = 0;
  for (const mirror of mirrors) {
    const { size, rootHex } = await verifyLog({ source: new FolderSource(mirror), logKey });
    if (size < sizeMin || (await tiles.rootAt(size)).toString('hex') !== rootHex) differing += 1;
  }
  return differing;
}

/**
 * Stops every node, checks, and tells it: it held where the logs are whole and hold what was acknowledged, each once, and
 * beside it nothing but anchors.
 */
export async function logsLine(
  members: Members,
  promised: Promised,
  { step, narrator }: { step: string; narrator: Narrator },
): Promise<Line> {
  await Promise.all(members.names.map((name) => members.stop(name)));
  const elapsedMs = narrator.startWatch();
  const { verified, entries, anchors, differing, twice, lost } = await checkLogs(members, promised);
  const { statements, seals } = promised;
  const held = differing + twice + lost === 0 && entries - anchors === statements.length + seals.length;
  const found = `of ${entries} entries, ${anchors} of them anchors, ${lost} lost, ${twice} twice`;
  const text = `${verified} logs and copies verify; ${found}, ${differing} copies differ`;
  return { step, member: 'all', status: held ? 'whole' : 'broken', held, afterMs: elapsedMs(), text };
}

const ANCHOR = 'anchor';

/** @param found what each entry is about, by its index */
function compared(
  found: readonly string[],
  wanted: readonly { readonly index: number; readonly name: string }[],
): Pick<LogCheck, 'twice' | 'lost'> {
  const named = found.filter((name) => name !== ANCHOR);
  const lost = wanted.filter(({ index, name }) => found[index] !== name).length;
  return { twice: named.length - new Set(named).size, lost };
}

/** The device of each entry, by its index; or that it is an anchor. */
async function phonesIn(folder: string, size: number, keyOf: KeyOf): Promise<string[]> {
  const phones: string[] = [];
  for await (const { entries } of readEntries(new FolderSource(folder), { size, from: 0, to: size })) {
    for (const entry of entries) {
      const { statement } = openStatement(entry, keyOf);
      if (statement?.kind === 'log.anchored') phones.push(ANCHOR);
      else if (statement?.kind !== 'device.blocked') phones.push(`neither: ${phones.length}`);
      else phones.push(String(Object.values(deviceTargetText(statement.target))[0]));
    }
  }
  return phones;
}

/** The digest of each entry of an own log, in hexadecimal, by its index. */
async function digestsIn(folder: string, size: number): Promise<string[]> {
  const digests: string[] = [];
  for await (const { entries } of readEntries(new FolderSource(folder), { size, from: 0, to: size })) {
    for (const entry of entries) digests.push(Buffer.from(decodeOwnEntry(entry).sha256).toString('hex'));
  }
  return digests;
}
