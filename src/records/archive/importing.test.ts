import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  archivesUnderTest,
  attachEvent,
  ATTACHES,
  ATTACHES_HEADER,
  attachLine,
  CELL_WIDE,
} from '../../../test/support/archive.ts';
import { refused } from '../../../test/support/desk.ts';
import { parseMapping } from './mapping.ts';
import { searchRecords } from './searching.ts';

const archives = archivesUnderTest();
const RIGHT = attachLine(attachEvent());

function csv(...lines: readonly string[]): string {
  return archives.write([ATTACHES_HEADER, ...lines, ''].join('\n'));
}

describe('an import', () => {
  it('keeps right rows by their day and says which rows it refused, where and why', async () => {
    const archive = await archives.open();
    const file = csv(
      RIGHT,
      '2026-11-20T10:00:00+09:00,12345,,,001-01-eci-00a1b2c,attach',
      'not,enough',
      '2026-11-20T10:00:00,001010000000001,,,001-01-eci-00a1b2c,attach',
      '2026-11-20T10:00:00+09:00,001010000000001,x,,001-01-eci-00a1b2c,attach',
      '2026-11-20T10:00:00+09:00,001010000000001,,,001-01-eci-0a1b2c,attach',
      '2026-11-20T10:00:00+09:00,001010000000001,,12,001-01-eci-00a1b2c,attach',
      '2026-11-20T10:00:00+09:00,001010000000001,,,001-01-eci-00a1b2c,dance',
      '2026-11-20T10:00:00+09:00,001010000000001,,,001-01-eci-00a1b2c,tau',
    );
    const refusedFile = archives.path();
    const answer = await archive.import({ kind: 'attaches', file, mapping: ATTACHES, refusedFile });
    assert.deepEqual([answer.rows, answer.accepted, answer.files], [9, 2, 2]);
    const expected = ['IMSI', 'LINE', 'AT', 'MSISDN', 'CELL', 'IMEI', 'EVENT'].map((name) => `${name}_MALFORMED`);
    assert.deepEqual(answer.refused, Object.fromEntries(expected.map((code) => [code, 1])));
    const lines = readFileSync(refusedFile, 'utf8').trim().split('\n').slice(1);
    assert.deepEqual(
      lines.map((line) => line.split(',').slice(0, 2)),
      expected.map((code, place) => [String(place + 3), code]),
    );
  });

  it('reads the file that is named, whatever its name means as a pattern', async () => {
    const archive = await archives.open();
    const folder = archives.path();
    mkdirSync(folder);
    const names = ['a1.csv', 'a[1].csv', 'b*.csv', 'b1.csv', 'c?.csv', 'c1.csv'];
    for (const [place, name] of names.entries()) {
      const line = attachLine(attachEvent({ imsi: `00101000000000${place}` }));
      writeFileSync(join(folder, name), `${ATTACHES_HEADER}\n${line}\n`);
    }
    for (const name of ['a[1].csv', 'b*.csv', 'c?.csv']) {
      await archive.import({ kind: 'attaches', file: join(folder, name), mapping: ATTACHES });
    }
    const { rows } = await searchRecords(archive, { kind: 'attaches', limit: 10 });
    assert.deepEqual(
      rows.map(({ imsi }) => imsi),
      ['001010000000001', '001010000000002', '001010000000004'],
    );
  });

  it('is done once: the same file is known by its hash', async () => {
    const archive = await archives.open();
    const file = csv(RIGHT);
    const first = await archive.import({ kind: 'attaches', file, mapping: ATTACHES });
    const second = await archive.import({ kind: 'attaches', file, mapping: ATTACHES });
    assert.deepEqual([first.already, second.already], [false, true]);
    assert.equal(second.sha256, first.sha256);
    assert.equal((await searchRecords(archive, { kind: 'attaches', limit: 10 })).rows.length, 1);
  });

  it('keeps every bit of a cell, however the file writes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 0n, max: 2n ** 36n - 1n }),
        fc.constantFrom(10 as const, 16 as const),
        async (number, base) => {
          const archive = await archives.open();
          const cell = { column: 'cell', cell: { mcc: '001', mnc: '01', radio: 'nci', base } };
          const fields = { at: 'at', imsi: 'imsi', event: 'event', cell };
          const line = `2026-11-20T10:00:00+09:00,001010000000001,,,${number.toString(base)},attach`;
          await archive.import({ kind: 'attaches', file: csv(line), mapping: parseMapping({ fields }, 'attaches') });
          const wanted = `001-01-nci-${number.toString(16).padStart(9, '0')}`;
          const { rows } = await searchRecords(archive, { kind: 'attaches', cell: wanted, limit: 2 });
          assert.deepEqual(
            rows.map((row) => row['cell']),
            [wanted],
          );
        },
      ),
      {
        numRuns: 8,
        examples: [
          [2n ** 36n - 1n, 10],
          [2n ** 32n, 16],
        ],
      },
    );
  });

  it('refuses a number that no cell of that radio has', async () => {
    const archive = await archives.open();
    const cell = { column: 'cell', cell: { mcc: '001', mnc: '01', radio: 'eci', base: 10 } };
    const mapping = parseMapping({ fields: { at: 'at', imsi: 'imsi', event: 'event', cell } }, 'attaches');
    const line = (number: number): string => `2026-11-20T10:00:00+09:00,001010000000001,,,${number},attach`;
    const { accepted, refused } = await archive.import({
      kind: 'attaches',
      file: csv(line(2 ** 28 - 1), line(2 ** 28)),
      mapping,
    });
    assert.deepEqual([accepted, refused], [1, { CELL_MALFORMED: 1 }]);
  });

  const HOSTILE: readonly (readonly [why: string, text: string | Uint8Array, code: string])[] = [
    ['nothing in it', '', 'RECORD_SOURCE_MALFORMED'],
    ['a header alone', `${ATTACHES_HEADER}\n`, 'RECORDS_NONE_ACCEPTED'],
    ['no line end at all', 'x'.repeat(100_000), 'RECORD_SOURCE_MALFORMED'],
    ['a header that says one name twice', 'at,at\n1,2\n', 'RECORD_SOURCE_MALFORMED'],
    ['a header without the column', `at,imsi,msisdn,imei,event\n`, 'RECORD_COLUMN_MISSING'],
    ['octets that are no text', Buffer.from([0, 255, 254, 10, 0, 1, 2, 3, 10]), 'RECORD_COLUMN_MISSING'],
    ['rows that are all wrong', `${ATTACHES_HEADER}\n,,,,,\n1,2,3,4,5,6\n`, 'RECORDS_NONE_ACCEPTED'],
    ['a quote that never ends', `${ATTACHES_HEADER}\n"${RIGHT}\n${RIGHT}\n`, 'RECORDS_NONE_ACCEPTED'],
    ['a spreadsheet’s numbers', `${ATTACHES_HEADER}\n45989.4,4.5E+14,8.2E+11,,x,attach\n`, 'RECORDS_NONE_ACCEPTED'],
  ];
  for (const [why, text, code] of HOSTILE) {
    it(`leaves nothing behind of a file with ${why}`, async () => {
      const archive = await archives.open();
      const file = archives.write(text);
      await assert.rejects(archive.import({ kind: 'attaches', file, mapping: ATTACHES }), (error) => {
        assert.equal((error as { facts?: { code: string } }).facts?.code, code, String(error));
        return true;
      });
      assert.deepEqual(readdirSync(archive.folder.work), []);
      const notes = existsSync(archive.folder.imports) ? readdirSync(archive.folder.imports) : [];
      assert.deepEqual(
        notes.filter((name) => name.endsWith('.json')),
        [],
      );
      assert.deepEqual((await searchRecords(archive, { kind: 'attaches', limit: 1 })).rows, []);
    });
  }

  it('takes SQL in names and values as names and values', async () => {
    const archive = await archives.open();
    const name = `a"; copy (select 1) to '/tmp/x'; --`;
    const quotedName = `"${name.replaceAll('"', '""')}"`;
    const file = archives.write(
      `${quotedName},at,imsi,event\n${CELL_WIDE},2026-11-20T10:00:00Z,001010000000001,it's\n`,
    );
    const event = { column: 'event', words: { [`it's`]: 'attach' } };
    const mapping = parseMapping({ fields: { at: 'at', imsi: 'imsi', cell: name, event } }, 'attaches');
    assert.equal((await archive.import({ kind: 'attaches', file, mapping })).accepted, 1);
    assert.deepEqual((await searchRecords(archive, { kind: 'attaches', imsi: `' or 1=1 --`, limit: 1 })).rows, []);
  });

  it('counts only once it is whole: files of an import without its note are not read', async () => {
    const archive = await archives.open();
    const { sha256 } = await archive.import({ kind: 'attaches', file: csv(RIGHT), mapping: ATTACHES });
    const note = join(archive.folder.imports, `attaches-${sha256}.json`);
    rmSync(note);
    assert.deepEqual((await searchRecords(archive, { kind: 'attaches', limit: 1 })).rows, []);
  });

  it('refuses a mapping that names no column, an unknown one, or two sources for one', () => {
    const right = { at: 'at', imsi: 'imsi', cell: 'cell', event: 'event' };
    const wrong = [
      [{ ...right, cell: undefined }, '/fields/cell'],
      [{ ...right, colour: 'x' }, '/fields/colour'],
      [{ ...right, event: { column: 'a', constant: 'attach' } }, '/fields/event'],
    ] as const;
    for (const [fields, field] of wrong) {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      assert.throws(
        () => parseMapping({ fields: given }, 'attaches'),
        (error) => (error as { facts: { field: string } }).facts.field === field,
      );
    }
    assert.throws(
      () => parseMapping({ fields: {}, tables: 1 }, 'attaches'),
      (error) => (error as { facts: { code: string } }).facts.code === 'RECORD_MAPPING_MALFORMED',
    );
  });

  it('says which file it cannot open', async () => {
    const archive = await archives.open();
    const file = archives.path();
    await assert.rejects(
      archive.import({ kind: 'attaches', file, mapping: ATTACHES }),
      refused({ code: 'RECORD_SOURCE_UNREADABLE', file }),
    );
  });
});
