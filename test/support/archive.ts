import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { AttachEvent } from '../../src/records/attach.ts';
import { Archive } from '../../src/records/archive/archive.ts';
import { parseMapping } from '../../src/records/archive/mapping.ts';

export const ARCHIVE_NOW_MS = Date.UTC(2026, 10, 22);
export const CELL = '001-01-eci-00a1b2c';
/** All 36 bits of an NR Cell Identity. */
export const CELL_WIDE = '001-01-nci-fffffffff';

/** Attaches as our own words write them. */
export const ATTACHES = parseMapping(
  { fields: { at: 'at', imsi: 'imsi', msisdn: 'msisdn', imei: 'imei', cell: 'cell', event: 'event' } },
  'attaches',
);
export const ATTACHES_HEADER = 'at,imsi,msisdn,imei,cell,event';

export function attachEvent(more: Partial<AttachEvent> = {}): AttachEvent {
  const event = { imsi: '001010000000001', msisdn: '821000000001', imei: '35209900176148', cell: CELL };
  return { atMs: ARCHIVE_NOW_MS - 3_600_000, ...event, event: 'attach', ...more };
}

export function attachLine(event: AttachEvent): string {
  const { atMs, imsi, msisdn, imei, cell } = event;
  return [new Date(atMs).toISOString(), imsi, msisdn, imei, cell, event.event].join(',');
}

/** Archives in a folder that goes when the file's tests end. */
export function archivesUnderTest() {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-archive-'));
  const opened: Archive[] = [];
  let made = 0;
  after(async () => {
    for (const archive of opened) await archive.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new HandClock(ARCHIVE_NOW_MS);
  return {
    folder,
    clock,
    open: async (root = join(folder, `archive-${made++}`)): Promise<Archive> => {
      const config = { threads: 2, memoryMbMax: 256, feedFilesMax: 3 };
      const archive = await Archive.open(root, config, { clock, log: silentLog });
      opened.push(archive);
      return archive;
    },
    write: (text: string | Uint8Array): string => {
      const file = join(folder, `source-${made++}.csv`);
      writeFileSync(file, text);
      return file;
    },
    path: (): string => join(folder, `other-${made++}`),
  };
}
