import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  ARCHIVE_NOW_MS,
  archivesUnderTest,
  attachEvent,
  ATTACHES,
  ATTACHES_HEADER,
  attachLine,
  CELL,
  CELL_WIDE,
} from '../../../test/support/archive.ts';
import { refused } from '../../../test/support/desk.ts';
import type { Archive } from './archive.ts';
import { findExposed } from './exposure.ts';
import { recallAttaches } from './recalling.ts';
import { searchRecords } from './searching.ts';

const archives = archivesUnderTest();
const DAY_MS = 86_400_000;
const ALL = { fromMs: 0, toMs: ARCHIVE_NOW_MS };

function filesOf(archive: Archive): string[] {
  const root = join(archive.folder.root, 'attaches');
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(root, name));
}

describe('the archive', () => {
  it('takes an event again as the same event', async () => {
    const archive = await archives.open();
    const event = attachEvent();
    await archive.append([event, event]);
    await archive.append([event]);
    const { rows } = await searchRecords(archive, { kind: 'attaches', limit: 10 });
    assert.equal(rows.length, 1);
  });

  it('merges the small files of a day, and every answer stays', async () => {
    const archive = await archives.open();
    for (let at = 0; at < 10; at++) await archive.append([attachEvent({ imsi: `00101000000000${at}` })]);
    assert(filesOf(archive).length <= 4, 'three small files and a merged one at most');
    const { rows } = await searchRecords(archive, { kind: 'attaches', limit: 20 });
    assert.equal(rows.length, 10);
  });

  it('recalls where lines were seen lately, the newest events, oldest first', async () => {
    const archive = await archives.open();
    const { atMs } = attachEvent();
    const events = [0, 1, 2].map((later) => attachEvent({ atMs: atMs + later }));
    const nameless = attachEvent({ atMs: atMs + 3, msisdn: '' });
    await archive.append([...events, nameless]);
    assert.deepEqual(await recallAttaches(archive, { sinceMs: atMs }), events);
    assert.deepEqual(await recallAttaches(archive, { sinceMs: atMs + 1 }), events.slice(1));
    assert.deepEqual(await recallAttaches(archive, { sinceMs: atMs, limit: 3 }), events);
    assert.deepEqual(await recallAttaches(archive, { sinceMs: atMs, limit: 2 }), events.slice(1));
  });

  it('a search misses nobody while small files are merged', async () => {
    const archive = await archives.open();
    const { atMs, cell } = attachEvent();
    for (let at = 0; at < 3; at++) await archive.append([attachEvent({ imsi: `00101000000000${at}` })]);
    // Many days make the listing long enough for a merge to end within it.
    for (let day = 1; day < 2_000; day++) {
      const later = new Date(atMs + day * DAY_MS).toISOString().slice(0, 10);
      mkdirSync(join(archive.folder.root, 'attaches', later));
    }
    const searching = findExposed(archive, [{ cell, fromMs: 0, toMs: atMs + 2_000 * DAY_MS }]);
    await archive.append([attachEvent({ imsi: '001010000000009' })]);
    assert((await searching).length >= 3);
  });

  it('a search that began before a merge ends as it began', async () => {
    const archive = await archives.open();
    for (let at = 0; at < 3; at++) await archive.append([attachEvent({ imsi: `00101000000000${at}` })]);
    const counted = await archive.search({ kind: 'attaches' }, async (session, { table }) => {
      await archive.append([attachEvent({ imsi: '001010000000009' })]);
      const [row] = await session.rows<{ found: bigint }>(`select count(distinct imsi) as found from ${table}`);
      return Number(row!.found);
    });
    assert.equal(counted, 3);
    assert.equal((await searchRecords(archive, { kind: 'attaches', limit: 10 })).rows.length, 4);
    assert.equal(filesOf(archive).length, 1, 'what was merged is gone once nobody reads it');
  });

  it('puts events of several days into their own days, and reads only those asked for', async () => {
    const archive = await archives.open();
    await archive.append([0, 1, 2].map((day) => attachEvent({ atMs: ARCHIVE_NOW_MS - day * DAY_MS - 1 })));
    const [, , oldest] = filesOf(archive).sort().toReversed();
    writeFileSync(oldest!, 'no Parquet');
    const sinceMs = ARCHIVE_NOW_MS - DAY_MS;
    const { rows, damaged } = await searchRecords(archive, { kind: 'attaches', sinceMs, limit: 10 });
    assert.deepEqual([rows.length, damaged], [1, []]);
  });

  const DAMAGES: readonly (readonly [why: string, damage: (file: string) => void])[] = [
    ['cut short', (file) => truncateSync(file, readFileSync(file).length - 20)],
    ['empty', (file) => truncateSync(file, 0)],
    ['no Parquet', (file) => writeFileSync(file, 'x'.repeat(1_000))],
    ['overwritten in the middle', (file) => overwrite(file, 4, 60)],
  ];
  for (const [why, damage] of DAMAGES) {
    it(`names a file that is ${why}, and searches the others; an exposed list is refused without it`, async () => {
      const archive = await archives.open();
      const events = [attachEvent(), attachEvent({ atMs: ARCHIVE_NOW_MS - 2 * DAY_MS, imsi: '001010000000002' })];
      const file = archives.write([ATTACHES_HEADER, ...events.map(attachLine), ''].join('\n'));
      await archive.import({ kind: 'attaches', file, mapping: ATTACHES });
      const [first] = filesOf(archive).sort();
      damage(first!);
      const { rows, damaged } = await searchRecords(archive, { kind: 'attaches', limit: 10 });
      assert.deepEqual(
        rows.map((row) => row['imsi']),
        ['001010000000001'],
      );
      const name = `attaches/${first!.split('/').slice(-2).join('/')}`;
      assert.deepEqual(damaged, [name]);
      await assert.rejects(
        findExposed(archive, [{ cell: CELL, ...ALL }]),
        refused({ code: 'RECORD_FILE_DAMAGED', file: name, files: 1 }),
      );
    });
  }

  it('finds everyone on a cell in its time, to the millisecond, and nobody else', async () => {
    const archive = await archives.open();
    const [fromMs, toMs] = [ARCHIVE_NOW_MS - 1_000, ARCHIVE_NOW_MS];
    const at = (atMs: number, imsi: string, more = {}) => attachEvent({ atMs, imsi, cell: CELL_WIDE, ...more });
    await archive.append([
      at(fromMs - 1, '001010000000001'),
      at(fromMs, '001010000000002', { msisdn: '', imei: '35209900176149' }),
      at(toMs - 1, '001010000000002', { msisdn: '821000000002', imei: '35209900176148' }),
      at(toMs, '001010000000003'),
      at(fromMs, '001010000000004', { cell: '001-01-nci-ffffffffe' }),
    ]);
    assert.deepEqual(await findExposed(archive, [{ cell: CELL_WIDE, fromMs, toMs }]), [
      {
        imsi: '001010000000002',
        msisdn: '821000000002',
        imeis: ['35209900176148', '35209900176149'],
        firstMs: fromMs,
        lastMs: toMs - 1,
        cells: [CELL_WIDE],
      },
    ]);
  });

  it('answers no more once it is closed', async () => {
    const archive = await archives.open();
    await archive.close();
    await assert.rejects(archive.append([attachEvent()]), refused({ code: 'ARCHIVE_CLOSED' }));
    await assert.rejects(searchRecords(archive, { kind: 'attaches', limit: 1 }), refused({ code: 'ARCHIVE_CLOSED' }));
  });
});

function overwrite(file: string, from: number, size: number): void {
  const octets = readFileSync(file);
  octets.fill(0xff, from, from + size);
  writeFileSync(file, octets);
}
