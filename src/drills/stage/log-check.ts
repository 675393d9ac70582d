import { join } from 'node:path';
import { deviceTargetText } from '../../identifiers/device-target.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { readCheckpoint, readEntries } from '../../ledger/reader.ts';
import { FolderSource } from '../../ledger/tile-source.ts';
import { VerifiedTiles } from '../../ledger/verified-tiles.ts';
import { verifyLog } from '../../ledger/verify.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { EpochKeys } from '../../sealing/epoch-keys.ts';
import type { KeyOf } from '../../sealing/seal.ts';
import { openStatement } from '../../statements/codec.ts';
import type { Acknowledged } from './desk.ts';

/** What the disks hold after a drill. */
interface LogCheck {
  /** Logs and mirrors that were recomputed from their files, every entry and hash. */
  readonly verified: number;
  readonly entries: number;
  /** Entries that no desk stated: where the member's two logs stand. */
  readonly anchors: number;
  /** Mirrors that are no beginning of the log, or lack what was acknowledged. */
  readonly differing: number;
  /** Statements about a phone beyond its first. */
  readonly twice: number;
  /** Acknowledged statements that are not at their place. */
  readonly lost: number;
}

interface Members {
  readonly names: readonly string[];
  folder(name: string): string;
  stop(name: string): Promise<void>;
}

/**
 * Recomputes every member's log and every mirror from its files, as `bongsu ledger verify` does, opens every entry, and
 * looks for what was acknowledged. No node may run. @throws what verifying throws: the log is broken
 */
async function checkLogs(members: Members, acknowledged: readonly Acknowledged[]): Promise<LogCheck> {
  let [verified, entries, anchors, differing, twice, lost] = [0, 0, 0, 0, 0, 0];
  for (const member of members.names) {
    const { log, logKey: file, epochKeys } = dataFolder(members.folder(member));
    const { logKey } = await readSigningKey(file);
    const source = new FolderSource(log);
    const own = await verifyLog({ source, logKey });
    const tiles = await VerifiedTiles.open(source, await readCheckpoint(source, logKey));
    const ours = acknowledged.filter((one) => one.member === member);
    const sizeMin = Math.max(0, ...ours.map(({ index }) => index + 1));
    // A mirror of a log that is empty is not begun.
    for (const other of own.size === 0 ? [] : members.names.filter((name) => name !== member)) {
      const mirror = join(dataFolder(members.folder(other)).mirrors, member);
      const { size, rootHex } = await verifyLog({ source: new FolderSource(mirror), logKey });
      verified += 1;
      if (size < sizeMin || (await tiles.rootAt(size)).toString('hex') !== rootHex) differing += 1;
    }
    verified += 1;
    entries += own.size;
    const phones = await phonesIn(log, own.size, (await EpochKeys.open(epochKeys)).keyOf);
    const stated = phones.filter((phone) => phone !== ANCHOR);
    anchors += phones.length - stated.length;
    twice += stated.length - new Set(stated).size;
    lost += ours.filter(({ index, imei }) => phones[index] !== imei.slice(0, 14)).length;
  }
  return { verified, entries, anchors, differing, twice, lost };
}

/**
 * Stops every node, checks, and tells it: it held where the logs are whole and hold what was acknowledged, each once, and
 * beside it nothing but anchors.
 */
export async function logsLine(
  members: Members,
  acknowledged: readonly Acknowledged[],
  { step, narrator }: { step: string; narrator: Narrator },
): Promise<Line> {
  await Promise.all(members.names.map((name) => members.stop(name)));
  const elapsedMs = narrator.startWatch();
  const { verified, entries, anchors, differing, twice, lost } = await checkLogs(members, acknowledged);
  const held = differing + twice + lost === 0 && entries - anchors === acknowledged.length;
  const found = `of ${entries} entries, ${anchors} of them anchors, ${lost} lost, ${twice} twice`;
  const text = `${verified} logs and mirrors verify; ${found}, ${differing} mirrors differ`;
  return { step, member: 'all', status: held ? 'whole' : 'broken', held, afterMs: elapsedMs(), text };
}

const ANCHOR = 'anchor';

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
