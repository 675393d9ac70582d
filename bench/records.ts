import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { Archive } from '../src/records/archive/archive.ts';
import { findUnknownCells } from '../src/records/archive/cell-evidence.ts';
import { type CellWindow, findExposed } from '../src/records/archive/exposure.ts';
import { parseMapping } from '../src/records/archive/mapping.ts';
import type { Figure } from './figure.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const END_MS = Date.UTC(2026, 10, 22);
const START_MS = END_MS - DAYS * DAY_MS;
const THREADS = 2;
/** Cells of which one event in 20,000 is: the illegal ones, each for three nights. */
const ILLEGAL = Array.from({ length: 20 }, (_, at) => `001-01-nci-${(2 ** 36 - 1 - at).toString(16)}`);
const FIELDS = {
  at: { column: 'at_ms', time: 'epoch-ms' },
  imsi: 'imsi',
  msisdn: 'msisdn',
  imei: 'imei',
  cell: 'cell',
};

/** Records: everyone who was on distrusted cells, beside a plain scan of the same rows by the same engine. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const rows = quick ? 1_000_000 : 10_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-bench-'));
  const config = { threads: THREADS, memoryMbMax: 2_048, feedFilesMax: 24 };
  const archive = await Archive.open(join(folder, 'archive'), config, { clock: systemClock, log: silentLog });
  try {
    const sources = await writeSources(folder, rows);
    const imported = await importFigure(archive, sources, rows);
    return [imported, await exposedFigure(archive, rows), await unknownFigure(archive, rows)];
  } finally {
    await archive.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeSources(folder: string, rows: number): Promise<{ attaches: string; inventory: string }> {
  const attaches = join(folder, 'attaches.csv');
  const inventory = join(folder, 'inventory.csv');
  const illegal = ILLEGAL.map((cell) => `'${cell}'`).join(', ');
  await scan(`select setseed(0.5)`);
  await scan(`copy (select at_ms, '00101' || printf('%010d', line) as imsi, '8210' || printf('%08d', line) as msisdn,
        '35209900' || printf('%06d', line % 1000000) as imei,
        case when at_ms % 20000 = 0 and line % 30 < 3 then [${illegal}][1 + (line % 20)]
          else '001-01-eci-' || printf('%07x', (line * 7 + at_ms % 8) % 400000) end as cell, 'tau' as event
      from (select ${START_MS} + cast(range * ${(DAYS * DAY_MS) / rows} as bigint) as at_ms,
        cast(floor(random() * 1700000) as bigint) as line from range(${rows})))
      to '${attaches}' (format csv, header true)`);
  await scan(`copy (select '001-01-eci-' || printf('%07x', range) as cell, 'macro' as form, '' as area
      from range(400000)) to '${inventory}' (format csv, header true)`);
  return { attaches, inventory };
}

async function importFigure(
  archive: Archive,
  { attaches, inventory }: { attaches: string; inventory: string },
  rows: number,
): Promise<Figure> {
  const cells = parseMapping({ fields: { cell: 'cell', form: 'form', area: 'area' } }, 'inventory');
  await archive.import({ kind: 'inventory', file: inventory, mapping: cells, asOfMs: END_MS });
  const mapping = parseMapping({ fields: { ...FIELDS, event: 'event' } }, 'attaches');
  const ours = await timed(() => archive.import({ kind: 'attaches', file: attaches, mapping }));
  assert.equal(ours.result.accepted, rows);
  const plain = await timed(() =>
    scan(`copy (select * from read_csv('${attaches}') order by at_ms) to '${attaches}.parquet'
      (format parquet, compression zstd)`),
  );
  return {
    name: `import of ${rows / 1_000_000} million attach events, checked, by day`,
    value: rows / ours.seconds,
    unit: 'rows/s',
    baseline: { name: 'DuckDB: the same CSV, unchecked, to one Parquet file in order', value: rows / plain.seconds },
    ratio: plain.seconds / ours.seconds,
    note: `${ours.result.files} files`,
  };
}

async function exposedFigure(archive: Archive, rows: number): Promise<Figure> {
  const windows: CellWindow[] = ILLEGAL.map((cell) => ({ cell, fromMs: END_MS - 3 * DAY_MS, toMs: END_MS }));
  const ours = await best(() => findExposed(archive, windows));
  const glob = join(archive.folder.root, 'attaches', '*', '*.parquet');
  const cells = ILLEGAL.map((cell) => `'${cell}'`).join(', ');
  const plain = await best(() =>
    scan(`select imsi, max(msisdn), list(distinct imei), min(at_ms), max(at_ms), list(distinct cell)
        from (select * from read_parquet('${glob}')) where cell in (${cells})
          and at_ms >= ${END_MS - 3 * DAY_MS} and at_ms < ${END_MS} group by imsi`),
  );
  assert.equal(ours.result.length, plain.result);
  return {
    name: `everyone on 20 cells in 3 of ${DAYS} days, of ${rows / 1_000_000} million events`,
    value: ours.seconds * 1_000,
    unit: 'ms',
    baseline: { name: 'DuckDB: a plain scan of the same files, the same people', value: plain.seconds * 1_000 },
    ratio: plain.seconds / ours.seconds,
    target: 'no slower than the scan',
    met: ours.seconds <= plain.seconds * 1.1,
    note: `${ours.result.length} people; ${THREADS} threads`,
  };
}

async function unknownFigure(archive: Archive, rows: number): Promise<Figure> {
  const span = { sinceMs: START_MS, untilMs: END_MS };
  const ours = await best(() => findUnknownCells(archive, span));
  const glob = (kind: string): string => `read_parquet('${join(archive.folder.root, kind, '*', '*.parquet')}')`;
  const plain = await best(() =>
    scan(`select cell, count(*) from ${glob('attaches')} where cell not in
      (select cell from ${glob('inventory')}) group by cell`),
  );
  assert.equal(ours.result.cells.length, plain.result);
  return {
    name: `cells in no inventory, of ${rows / 1_000_000} million events and 400,000 cells`,
    value: rows / ours.seconds,
    unit: 'rows/s',
    baseline: { name: 'DuckDB: the anti-join alone', value: rows / plain.seconds },
    ratio: plain.seconds / ours.seconds,
    note: 'ours also counts events once, and subscribers of what it finds',
  };
}

const plainEngine = { threads: String(THREADS), memory_limit: '2048MB' };
let plainConnection: Promise<DuckDBConnection> | undefined;

/** Asks another DuckDB, with nothing of ours around it. @returns how many rows */
async function scan(statement: string): Promise<number> {
  plainConnection ??= DuckDBInstance.create(':memory:', plainEngine).then((instance) => instance.connect());
  return (await (await plainConnection).runAndReadAll(statement)).getRowObjectsJS().length;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1_000 };
}

/** The best of three: the first reads the disk. */
async function best<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const runs = [await timed(work), await timed(work), await timed(work)];
  return runs.reduce((one, other) => (other.seconds < one.seconds ? other : one));
}
