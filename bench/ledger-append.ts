import { closeSync, fsync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLog } from '../src/base/log.ts';
import { encodeEntry } from '../src/ledger/entry.ts';
import { generateLogKey } from '../src/ledger/note-key.ts';
import { Sequencer } from '../src/ledger/sequencer.ts';
import type { Figure } from './figure.ts';

const ENTRY_SIZE = 230;
/** Callers that each wait for their own append before the next, as desks do. */
const CALLERS = 1000;
const RAW = 'write, fsync, rename, fsync of the folder';
const flush = promisify(fsync);

/** Appends to one log on this disk, beside what the disk itself takes for one durable file. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'));
  try {
    const pipelined = await measurePipelined(folder, quick ? 20_000 : 200_000);
    const rawRate = await measureRawRate(folder, quick ? 200 : 1000);
    const single = await measureSingle(folder, quick ? 500 : 3000);
    const baseline = { name: `${RAW}, one entry each`, value: rawRate };
    return [{ ...pipelined, baseline, ratio: pipelined.value / rawRate }, ...single];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePipelined(folder: string, count: number): Promise<Figure> {
  const log = await openLog(join(folder, 'pipelined'));
  const entries = Array.from({ length: count }, (_, number) => numberedEntry(number));
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await log.append([entries[next++]!]);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const cpu = process.cpuUsage(startCpu);
  const seconds = (performance.now() - startMs) / 1000;
  await log.close();
  return {
    name: `append, ${CALLERS} callers, ${ENTRY_SIZE}-octet entries`,
    value: Math.round(count / seconds),
    unit: 'entries/s',
    cpuMicrosPerOperation: (cpu.user + cpu.system) / count,
    note: 'each acknowledged only when durable and published',
  };
}

/** Durable files a second, one after the other. */
async function measureRawRate(folder: string, count: number): Promise<number> {
  const entry = numberedEntry(0);
  const ms = await timed(async () => {
    for (let file = 0; file < count; file++) await writeRaw(folder, entry);
  });
  return Math.round((count / ms) * 1000);
}

/** Turns of both, so that what else the disk does falls on both alike. */
async function measureSingle(folder: string, count: number): Promise<Figure[]> {
  const log = await openLog(join(folder, 'single'));
  const ours: number[] = [];
  const raw: number[] = [];
  for (let number = 0; number < count; number++) {
    const entry = numberedEntry(number);
    ours.push(await timed(() => log.append([entry])));
    raw.push(await timed(() => writeRaw(folder, entry)));
  }
  await log.close();
  return [0.5, 0.99].map((quantile) => {
    const [value, baseline] = [quantileOf(ours, quantile), quantileOf(raw, quantile)];
    return {
      name: `one durable append, p${quantile * 100}`,
      value,
      unit: 'ms',
      baseline: { name: RAW, value: baseline },
      ratio: value / baseline,
    };
  });
}

/** One file made durable with nothing around it. */
async function writeRaw(folder: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'raw');
  const file = openSync(`${path}.aside`, 'w');
  writeSync(file, bytes);
  await flush(file);
  closeSync(file);
  renameSync(`${path}.aside`, path);
  const parent = openSync(folder, 'r');
  await flush(parent);
  closeSync(parent);
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await step();
  return performance.now() - startMs;
}

function quantileOf(values: readonly number[], quantile: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * quantile)]!;
}

function openLog(base: string): Promise<Sequencer> {
  const signingKey = generateLogKey('log.bench.example/shared');
  const options = { folder: join(base, 'log'), signingFolder: join(base, 'signing'), signingKey };
  return Sequencer.open(options, { log: silentLog });
}

function numberedEntry(number: number): Uint8Array {
  const envelope = { kind: 'bench.numbered', version: 1, issuer: 'hanbit', timeMs: 1_700_000_000_000 };
  const id = Buffer.alloc(16);
  id.writeUInt32BE(number);
  const size = encodeEntry({ ...envelope, id, body: { filler: Buffer.alloc(100) } }).length;
  return encodeEntry({ ...envelope, id, body: { filler: Buffer.alloc(ENTRY_SIZE - size + 100) } });
}
