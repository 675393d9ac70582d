import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { silentLog } from '../base/log.ts';
import { readRecords, RECORDS_READ_MAX } from './record-reader.ts';
import { RECORDS_WAITING_MAX, RecordWriter } from './record-writer.ts';
import { type CheckRecord, parseRecord } from './record.ts';

const NOON_MS = Date.parse('2026-11-22T12:00:00Z');
const DAY_MS = 86_400_000;
const ALWAYS = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bongsu-records-'));
  folder = join(root, 'records');
});
afterEach(() => rm(root, { recursive: true }));

function record(timeMs: number, imei = '35209900176148'): CheckRecord {
  const entries = [['hub', 3]] as const;
  return {
    timeMs,
    gate: 's13',
    imei,
    imsi: '450970000000001',
    answer: 'blocked',
    shadow: false,
    entries,
    caller: 'mme1',
  };
}

function writer(number = 0, parts: object = {}): RecordWriter {
  return new RecordWriter({ folder, writer: number }, { log: silentLog, ...parts });
}

async function write(records: readonly CheckRecord[], number = 0): Promise<void> {
  const records0 = writer(number);
  for (const one of records) records0.add(one);
  await records0.close();
}

describe('writing records', () => {
  it('makes a file for each day and writer, readable by its owner only', async () => {
    await write([record(NOON_MS), record(NOON_MS + DAY_MS)], 0);
    await write([record(NOON_MS)], 1);
    const names = (await readdir(folder)).sort();
    assert.deepEqual(names, ['checks-2026-11-22-0.jsonl', 'checks-2026-11-22-1.jsonl', 'checks-2026-11-23-0.jsonl']);
    assert.equal((await stat(join(folder, names[0]!))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  it('appends to what an earlier run wrote', async () => {
    await write([record(NOON_MS)]);
    await write([record(NOON_MS + 1)]);
    const found = await readRecords({ folder, ...ALWAYS, limit: 10 });
    assert.deepEqual(found, [record(NOON_MS + 1), record(NOON_MS)]);
  });

  it('ends a line that a power cut broke, and loses that line alone', async () => {
    await write([record(NOON_MS)]);
    await appendFile(join(folder, 'checks-2026-11-22-0.jsonl'), '{"timeMs":17');
    await write([record(NOON_MS + 1)]);
    assert.equal((await readRecords({ folder, ...ALWAYS, limit: 10 })).length, 2);
  });

  it('drops and counts what comes beyond the limit, and nothing before it', async () => {
    let dropped = 0;
    let written = 0;
    const full = writer(0, { onDropped: (n: number) => (dropped += n), onWritten: (n: number) => (written += n) });
    for (let at = 0; at < RECORDS_WAITING_MAX; at++) full.add(record(NOON_MS));
    assert.deepEqual([full.waiting, dropped], [RECORDS_WAITING_MAX, 0]);
    full.add(record(NOON_MS));
    assert.equal(dropped, 1);
    await full.close();
    assert.deepEqual([written, dropped], [RECORDS_WAITING_MAX, 1]);
    full.add(record(NOON_MS));
    assert.equal(dropped, 2);
  });

  it('keeps what the disk refuses, says so once, and writes it when the disk takes it', async () => {
    const said: string[] = [];
    const log = {
      ...silentLog,
      error: (facts: object) => said.push((facts as { code: string }).code),
      info: (_: object, message: string) => said.push(message),
    };
    await writeFile(folder, 'a file where the folder should be');
    const records = writer(0, { log });
    records.add(record(NOON_MS));
    await records.flush();
    await records.flush();
    assert.deepEqual([records.waiting, said], [1, ['RECORDS_NOT_WRITTEN']]);
    await rm(folder);
    await records.close();
    assert.deepEqual(said, ['RECORDS_NOT_WRITTEN', 'records are written again']);
    assert.deepEqual(await readRecords({ folder, ...ALWAYS, limit: 10 }), [record(NOON_MS)]);
  });

  it('begins a file anew when it was deleted under it', async () => {
    const records = writer();
    records.add(record(NOON_MS));
    await records.flush();
    await rm(join(folder, 'checks-2026-11-22-0.jsonl'));
    records.add(record(NOON_MS + 1));
    await records.flush();
    assert.deepEqual(await readRecords({ folder, ...ALWAYS, limit: 10 }), [record(NOON_MS + 1)]);
    await records.close();
  });

  it('counts as dropped what the disk still refuses at the end', async () => {
    let dropped = 0;
    await writeFile(folder, '');
    const records = writer(0, { onDropped: (n: number) => (dropped += n) });
    records.add(record(NOON_MS));
    await records.close();
    assert.equal(dropped, 1);
  });
});

describe('reading records', () => {
  it('gives the latest first, over days and writers, up to the limit', async () => {
    await write([record(NOON_MS), record(NOON_MS + 2), record(NOON_MS + DAY_MS)], 0);
    await write([record(NOON_MS + 1), record(NOON_MS + 3)], 1);
    const found = await readRecords({ folder, ...ALWAYS, limit: 3 });
    assert.deepEqual(
      found.map(({ timeMs }) => timeMs - NOON_MS),
      [DAY_MS, 3, 2],
    );
  });

  it('keeps to the time span, both ends inclusive, and to one device', async () => {
    await write([0, 1, 2, 3].map((ms) => record(NOON_MS + ms, ms % 2 === 0 ? '35209900176148' : '49015420323751')));
    const span = { sinceMs: NOON_MS + 1, untilMs: NOON_MS + 2, limit: 10 };
    assert.deepEqual(
      (await readRecords({ folder, ...span })).map(({ timeMs }) => timeMs - NOON_MS),
      [2, 1],
    );
    const one = await readRecords({ folder, ...span, imei: '49015420323751' });
    assert.deepEqual(
      one.map(({ timeMs }) => timeMs - NOON_MS),
      [1],
    );
    assert.deepEqual(
      await readRecords({ folder, sinceMs: NOON_MS + DAY_MS, untilMs: NOON_MS + 2 * DAY_MS, limit: 10 }),
      [],
    );
  });

  it('finds nothing where nothing was written', async () => {
    assert.deepEqual(await readRecords({ folder, ...ALWAYS, limit: 10 }), []);
  });

  it('gives RECORDS_READ_MAX at most', async () => {
    await write(Array.from({ length: RECORDS_READ_MAX + 1 }, (_, at) => record(NOON_MS + at)));
    const found = await readRecords({ folder, ...ALWAYS, limit: RECORDS_READ_MAX + 1 });
    assert.equal(found.length, RECORDS_READ_MAX);
    assert.equal(found[0]!.timeMs, NOON_MS + RECORDS_READ_MAX);
  });

  it('leaves out lines and files that are none of ours', async () => {
    await write([record(NOON_MS)]);
    const lines = [
      '',
      'null',
      '[]',
      '{}',
      '{"timeMs":"1"}',
      JSON.stringify({ ...record(1), entries: [['hub']] }),
      '\u0000\uffff',
    ];
    await appendFile(join(folder, 'checks-2026-11-22-0.jsonl'), `${lines.join('\n')}\n`);
    await writeFile(join(folder, 'notes.txt'), await readFile(join(folder, 'checks-2026-11-22-0.jsonl')));
    assert.equal((await readRecords({ folder, ...ALWAYS, limit: 10 })).length, 1);
  });

  it('gives back any record as it was written', () => {
    const fields = {
      timeMs: fc.nat(),
      gate: fc.string(),
      imei: fc.string(),
      imsi: fc.string(),
      answer: fc.string(),
      shadow: fc.boolean(),
      entries: fc.array(fc.tuple(fc.string(), fc.nat())),
      caller: fc.string(),
    };
    const any = fc.record(fields, { noNullPrototype: true });
    fc.assert(fc.property(any, (one) => assert.deepEqual(parseRecord(JSON.stringify(one)), one)));
  });

  it('reads no part of a record as a record', () => {
    const line = JSON.stringify(record(NOON_MS));
    for (let cut = 0; cut < line.length; cut++) assert.equal(parseRecord(line.slice(0, cut)), undefined);
  });
});
