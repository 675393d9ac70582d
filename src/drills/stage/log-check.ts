import { join } from 'node:path';
import { deviceTargetText } from '../../identifiers/device-target.ts';
import type { Line, Narrator } from '../../demo/story/narrator.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { readEntries } from '../../ledger/reader.ts';
import { FolderSource } from '../../ledger/tile-source.ts';
import { verifyLog } from '../../ledger/verify.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { decodeStatement } from '../../statements/codec.ts';
import type { Acknowledged } from './desk.ts';

/** What the disks hold after a drill. */
interface LogCheck {
  /** Logs and mirrors that were recomputed from their files, every entry and hash. */
  readonly verified: number;
  readonly entries: number;
  /** Mirrors whose root is another than that of the log at the same size. */
  readonly differing: number;
  /** Statements about a phone beyond its first. */
  readonly twice: number;
  /** Acknowledged statements that are not at their place. */
  readonly lost: number;
}

type Members = { readonly names: readonly string[]; folder(name: string): string };

/**
 * Recomputes every member's log and every mirror from its files, as `bongsu ledger verify` does, and looks for what was
 * acknowledged. All logs must be level. @throws what verifying throws: the log is broken
 */
async function checkLogs(members: Members, acknowledged: readonly Acknowledged[]): Promise<LogCheck> {
  let [verified, entries, differing, twice, lost] = [0, 0, 0, 0, 0];
  for (const member of members.names) {
    const { log, logKey: file } = dataFolder(members.folder(member));
    const { logKey } = await readSigningKey(file);
    const own = await verifyLog({ source: new FolderSource(log), logKey });
    // A mirror of a log that is empty is not begun.
    for (const other of own.size === 0 ? [] : members.names.filter((name) => name !== member)) {
      const mirror = join(dataFolder(members.folder(other)).mirrors, member);
      const { rootHex } = await verifyLog({ source: new FolderSource(mirror), logKey });
      verified += 1;
      if (rootHex !== own.rootHex) differing += 1;
    }
    verified += 1;
    entries += own.size;
    const phones = await phonesIn(log, own.size);
    twice += phones.length - new Set(phones).size;
    lost += acknowledged.filter((one) => one.member === member && phones[one.index] !== one.imei.slice(0, 14)).length;
  }
  return { verified, entries, differing, twice, lost };
}

/** Checks, and tells it: it held where the logs are whole and hold what was acknowledged, each once, and nothing else. */
export async function logsLine(
  members: Members,
  acknowledged: readonly Acknowledged[],
  { step, narrator }: { step: string; narrator: Narrator },
): Promise<Line> {
  const elapsedMs = narrator.startWatch();
  const { verified, entries, differing, twice, lost } = await checkLogs(members, acknowledged);
  const held = differing + twice + lost === 0 && entries === acknowledged.length;
  const text = `${verified} logs and mirrors verify; of ${entries} entries ${lost} lost, ${twice} twice, ${differing} mirrors differ`;
  return { step, member: 'all', status: held ? 'whole' : 'broken', held, afterMs: elapsedMs(), text };
}

/** The device of each entry, by its index. */
async function phonesIn(folder: string, size: number): Promise<string[]> {
  const phones: string[] = [];
  for await (const { entries } of readEntries(new FolderSource(folder), { size, from: 0, to: size })) {
    for (const entry of entries) {
      const { statement } = decodeStatement(entry);
      phones.push(
        statement?.kind === 'device.blocked' ? String(Object.values(deviceTargetText(statement.target))[0]) : '',
      );
    }
  }
  return phones;
}
