import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RecordTail, TAIL_SIZE_MAX } from './record-tail.ts';

const NOON_MS = Date.UTC(2026, 10, 22, 12);

describe('the tail of the records', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-tail-'));
    file = join(folder, 'checks-2026-11-22-0.jsonl');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const line = (imei: string): string =>
    `${JSON.stringify({ timeMs: NOON_MS, gate: 's13', imei, imsi: '', answer: 'blocked', shadow: false, entries: [], caller: 'mme' })}\n`;
  const imeis = async (tail: RecordTail): Promise<string[]> => (await tail.look(NOON_MS)).map(({ imei }) => imei);

  it('gives what was written since the look before, a line cut in two once it is whole, and no line that is no record', async () => {
    await appendFile(file, line('1'));
    const tail = new RecordTail(folder);
    assert.deepEqual(await imeis(tail), []);
    await appendFile(file, line('2') + line('3').slice(0, 20));
    assert.deepEqual(await imeis(tail), ['2']);
    await appendFile(file, `${line('3').slice(20)}nonsense\n${line('4')}`);
    assert.deepEqual(await imeis(tail), ['3', '4']);
    assert.deepEqual(await imeis(tail), []);
  });

  it('reads a file that comes later from its beginning, and one that was cut short too', async () => {
    const tail = new RecordTail(folder);
    await tail.look(NOON_MS);
    const other = join(folder, 'checks-2026-11-22-1.jsonl');
    await appendFile(other, line('5'));
    assert.deepEqual(await imeis(tail), ['5']);
    await truncate(other);
    await appendFile(other, line('6').replace('"mme"', '"m"'));
    assert.deepEqual(await imeis(tail), ['6']);
  });

  it('reads TAIL_SIZE_MAX of a file at once, the rest in the next looks, and gets past a line that has no end', async () => {
    const tail = new RecordTail(folder);
    await tail.look(NOON_MS);
    const lines = Math.ceil(TAIL_SIZE_MAX / line('7').length) + 1;
    await appendFile(file, line('7').repeat(lines));
    const first = (await imeis(tail)).length;
    assert.ok(first < lines);
    assert.equal(first + (await imeis(tail)).length, lines);
    await appendFile(file, `${'x'.repeat(TAIL_SIZE_MAX)}\n${line('8')}`);
    assert.deepEqual([...(await imeis(tail)), ...(await imeis(tail))], ['8']);
  });

  it('finds nothing where nothing was written', async () => {
    assert.deepEqual(await imeis(new RecordTail(join(folder, 'nowhere'))), []);
  });
});
