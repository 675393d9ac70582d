import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDurably } from '../src/base/durable.ts';
import { silentLog } from '../src/base/log.ts';
import { type ImeiKey, SERIALS_PER_TAC } from '../src/identifiers/imei.ts';
import { Findings } from '../src/standing/findings.ts';
import { lowWord } from '../src/standing/hash.ts';
import { StandingReader } from '../src/standing/reader.ts';
import { ReleasesAhead } from '../src/standing/releases-ahead.ts';
import { devicePlace, ownerWord } from '../src/standing/slots.ts';
import { readSnapshot } from '../src/standing/snapshot-reader.ts';
import { snapshotChunks } from '../src/standing/snapshot.ts';
import { Standing } from '../src/standing/standing.ts';
import { StandingIndex } from '../src/standing/standing-index.ts';
import { decodeStatement, encodeStatement } from '../src/statements/codec.ts';
import type { Figure } from './figure.ts';

const MEMBERS = Array.from({ length: 10 }, (_, number) => ({
  name: `operator-${number}`,
  roles: ['operator' as const],
}));
const TACS = 20_000;
const LOOK_UPS = 2_000_000;
const MAP_SIZE = 1_000_000;

/** Standing: how fast it is made from logs and from a snapshot, how fast it answers, how much room it takes. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const map = measureMap();
  const figures = measureRebuild(quick ? 100_000 : 1_000_000);
  for (const devices of quick ? [1_000_000] : [10_000_000, 50_000_000]) {
    const { figures: sized, standing } = measureIndex(devices, map);
    figures.push(...sized, ...(await measureSnapshot(standing, devices)));
  }
  return figures;
}

interface Timed {
  readonly ms: number;
  readonly cpuMicros: number;
}

/** Device number `at`, each in turn of another model. */
function device(at: number): ImeiKey {
  const tac = 35_000_000 + (at % TACS) * 37;
  return (tac * SERIALS_PER_TAC + ((Math.floor(at / TACS) * 7_919) % SERIALS_PER_TAC)) as ImeiKey;
}

/** Devices `from` to `from + count` in an order that no cache foresees. */
function drawDevices(from: number, count: number): Float64Array {
  const drawn = new Float64Array(LOOK_UPS);
  let state = 12_345;
  for (let at = 0; at < LOOK_UPS; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    drawn[at] = device(from + Math.floor((state / 2 ** 32) * count));
  }
  return drawn;
}

function measure(work: () => void): Timed {
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  return since(start, cpu);
}

function since(start: number, cpu: NodeJS.CpuUsage): Timed {
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMicros: user + system };
}

/** The best of three, the first having warmed the code. */
function measureLookUps(keys: Float64Array, lookUp: (key: number) => number, expected?: number): Timed {
  const times = [1, 2, 3].map(() =>
    measure(() => {
      let found = 0;
      for (const key of keys) found += lookUp(key);
      if (expected !== undefined) assert.equal(found, expected);
    }),
  );
  return times.reduce((best, time) => (time.ms < best.ms ? time : best));
}

function perSecond(operations: number, { ms }: Timed): number {
  return Math.round((operations / ms) * 1000);
}

interface MapMeasured {
  readonly lookUps: Timed;
  readonly bytes: number;
}

function measureMap(): MapMeasured {
  const before = process.memoryUsage().heapUsed;
  const map = new Map<number, number>();
  for (let at = 0; at < MAP_SIZE; at++) map.set(device(at), at);
  const bytes = (process.memoryUsage().heapUsed - before) / MAP_SIZE;
  const lookUps = measureLookUps(drawDevices(0, MAP_SIZE), (key) => (map.has(key) ? 1 : 0), LOOK_UPS);
  return { lookUps, bytes };
}

function measureRebuild(count: number): Figure[] {
  const logs = MEMBERS.map(({ name }, member) => entries(name, member, count / MEMBERS.length));
  const naive = measure(() => {
    const held = new Map<number, object[]>();
    for (const log of logs) {
      for (const bytes of log) {
        const { issuer, statement } = decodeStatement(bytes);
        assert(statement?.kind === 'device.blocked' && statement.target.kind === 'imei');
        const { imei } = statement.target;
        held.set(imei, [...(held.get(imei) ?? []), { issuer, statement }]);
      }
    }
  });
  const standing = new Standing({ members: MEMBERS }, { log: silentLog });
  const ours = measure(() => {
    for (const [member, log] of logs.entries())
      assert.equal(standing.fold(MEMBERS[member]!.name, 0, log).stated, log.length);
  });
  return [
    {
      name: `standing made from ${count.toLocaleString('en')} entries`,
      value: perSecond(count, ours),
      unit: 'entries/s',
      cpuMicrosPerOperation: ours.cpuMicros / count,
      baseline: {
        name: 'the same entries decoded into a Map of objects',
        value: perSecond(count, naive),
        cpuMicrosPerOperation: naive.cpuMicros / count,
      },
      ratio: naive.ms / ours.ms,
    },
  ];
}

function entries(issuer: string, member: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const id = Buffer.alloc(16);
    id.writeUInt32BE(index);
    const target = { kind: 'imei', imei: device(index * MEMBERS.length + member) } as const;
    return encodeStatement(
      { issuer, timeMs: 1_700_000_000_000, id },
      { kind: 'device.blocked', target, reason: 'stolen' },
    );
  });
}

function measureIndex(devices: number, map: MapMeasured): { figures: Figure[]; standing: StandingIndex } {
  const standing = newIndex();
  const of = `${devices / 1_000_000} million devices`;
  const filled = fill(standing, devices, of);
  const { find } = openFinder(standing);
  const hits = measureLookUps(drawDevices(0, devices), find, LOOK_UPS);
  const misses = measureLookUps(drawDevices(devices, devices), find, 0);
  const alone = memoryFigure(`memory for ${of}`, standing, devices, map);
  const ranges = addRanges(standing, devices / 10);
  const among = measureLookUps(drawDevices(devices, devices), openFinder(standing).find);
  return {
    standing,
    figures: [
      lookUpFigure(`look-up of a listed device among ${of}`, hits, map),
      lookUpFigure(`look-up of an unlisted device among ${of}`, misses, map),
      lookUpFigure(`the same, with ${ranges / 1_000_000} million ranges in half of the models`, among, map),
      alone,
      memoryFigure(`memory for both`, standing, devices + ranges, map),
      filled,
    ],
  };
}

/** Puts devices in one by one, so that the table grows as it would. */
function fill({ tables }: StandingIndex, devices: number, of: string): Figure {
  let pauseMs = 0;
  const filled = measure(() => {
    for (let at = 0; at < devices; at++) {
      const place = devicePlace(device(at));
      const owner = ownerWord(place, at % MEMBERS.length, 0, false);
      const start = performance.now();
      tables.devices.insert(place, lowWord(place), owner, Math.floor(at / MEMBERS.length), 0);
      pauseMs = Math.max(pauseMs, performance.now() - start);
    }
  });
  return {
    name: `longest pause of the writer while ${of} came`,
    value: pauseMs,
    unit: 'ms',
    cpuMicrosPerOperation: filled.cpuMicros / devices,
    note: 'one shard growing, or whatever else the machine did meanwhile; CPU is that of one insertion',
  };
}

/** Ranges of up to a thousand devices in every second model. */
function addRanges(standing: StandingIndex, count: number): number {
  for (let at = 0; at < count; at++) {
    const tacStart = (35_000_000 + ((at * 2) % TACS) * 37) * SERIALS_PER_TAC;
    const from = (tacStart + ((at * 7_919) % (SERIALS_PER_TAC - 1_000))) as ImeiKey;
    const to = (from + ((at * 31) % 1_000)) as ImeiKey;
    const entry = { member: at % MEMBERS.length, index: at };
    standing.hold({ kind: 'device.blocked', target: { kind: 'range', from, to }, reason: 'stolen' }, entry, NO_MARKS);
  }
  return standing.tables.ranges.used;
}

function openFinder(standing: StandingIndex): { find: (key: number) => number } {
  const reader = new StandingReader(standing.memory(MEMBERS.map(({ name }) => name)));
  const findings = new Findings(MEMBERS.length);
  return { find: (key) => reader.find(key as ImeiKey, findings) };
}

function memoryFigure(name: string, { tables }: StandingIndex, statements: number, map: MapMeasured): Figure {
  const value = (tables.devices.bytes + tables.ranges.bytes) / statements;
  return {
    name,
    value,
    unit: 'bytes each',
    baseline: { name: 'Map<number, number> of 1 million', value: map.bytes },
    ratio: value / map.bytes,
    target: '<= 16',
    met: value <= 16,
  };
}

function lookUpFigure(name: string, ours: Timed, map: MapMeasured): Figure {
  const nanoseconds = (ours.ms * 1e6) / LOOK_UPS;
  return {
    name,
    value: perSecond(LOOK_UPS, ours),
    unit: 'look-ups/s',
    cpuMicrosPerOperation: ours.cpuMicros / LOOK_UPS,
    baseline: {
      name: 'Map<number, number> of 1 million',
      value: perSecond(LOOK_UPS, map.lookUps),
      cpuMicrosPerOperation: map.lookUps.cpuMicros / LOOK_UPS,
    },
    ratio: map.lookUps.ms / ours.ms,
    target: 'under 1 microsecond',
    met: nanoseconds < 1000,
    note: `${Math.round(nanoseconds)} ns; it asks for the device, its TAC and ranges, and who says so`,
  };
}

async function measureSnapshot(standing: StandingIndex, devices: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-bench-'));
  const path = join(folder, 'snapshot');
  try {
    const written = await measureLater(() => writeSnapshot(standing, path));
    const loaded = await measureLater(() => loadSnapshot(path, standing));
    const hashed = await measureLater(() => hashFile(path));
    const of = `${devices / 1_000_000} million devices`;
    return [
      {
        name: `snapshot of ${of}: loading`,
        value: loaded.ms / 1000,
        unit: 's',
        cpuMicrosPerOperation: loaded.cpuMicros / devices,
        baseline: {
          name: 'reading the file and its SHA-256',
          value: hashed.ms / 1000,
          cpuMicrosPerOperation: hashed.cpuMicros / devices,
        },
        ratio: loaded.ms / hashed.ms,
      },
      {
        name: `snapshot of ${of}: writing`,
        value: written.ms / 1000,
        unit: 's',
        cpuMicrosPerOperation: written.cpuMicros / devices,
        note: 'in the background, shard by shard',
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureLater(work: () => Promise<void>): Promise<Timed> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  return since(start, cpu);
}

const NO_MARKS = { overruled: false, quarantined: false };
const ROOT = '00'.repeat(32);

function writeSnapshot({ tables }: StandingIndex, path: string): Promise<void> {
  const members = MEMBERS.map(({ name, roles }) => ({ name, roles, foldedSize: 1, settledSize: 1, root: ROOT }));
  const views = [tables.devices.view(), tables.ranges.view(), tables.pairings.view()];
  return writeDurably(path, snapshotChunks({ members, tables: views, ahead: [], rest: new Uint8Array(0) }));
}

async function loadSnapshot(path: string, { tables }: StandingIndex): Promise<void> {
  const index = newIndex();
  const expected = { members: MEMBERS, rootAt: () => Promise.resolve(ROOT) };
  await readSnapshot(path, expected, { index, ahead: new ReleasesAhead(), quarantined() {}, finish() {} });
  assert.equal(index.tables.devices.used, tables.devices.used);
  assert.equal(index.tables.ranges.used, tables.ranges.used);
}

async function hashFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  assert.equal(hash.digest().length, 32);
}

function newIndex(): StandingIndex {
  const hashKey = { low: 0x2545f491, high: 0x6c8e9cf5 };
  return new StandingIndex({ hashKey }, { onGrown() {} });
}
