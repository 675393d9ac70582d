import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { orThrow } from '../../src/base/fault.ts';
import { decodeBundle, encodeBundle } from '../../src/ledger/bundle.ts';
import { TILE_WIDTH } from '../../src/ledger/layout.ts';
import { Standing } from '../../src/standing/standing.ts';
import type { Figure } from '../figure.ts';
import { OpenerThreads } from './opener-threads.ts';
import { plainBlock } from './statements.ts';
import { startWatch, timed, type Timed } from './timing.ts';

const ISSUER = 'operator-1';
const THREADS = [1, 2];

/** A member's log as it lies on the disk, bundle by bundle, folded from plain entries and from sealed ones. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const bundles = Math.ceil((quick ? 20_000 : 1_000_000) / TILE_WIDTH);
  const count = bundles * TILE_WIDTH;
  const plain = Array.from({ length: bundles }, (_, at) => plainBundle(at * TILE_WIDTH));
  const sealed = await sealedBundles(bundles);
  const baseline = foldPlain(plain);
  const figures: Figure[] = [];
  for (const threads of THREADS) {
    const ours = await foldSealed(sealed, threads);
    figures.push(figureOf(threads, count, { ours, baseline }));
  }
  return figures;
}

function figureOf(threads: number, count: number, { ours, baseline }: { ours: Timed; baseline: Timed }): Figure {
  return {
    name: `${count.toLocaleString('en')} sealed entries folded, ${threads} ${threads === 1 ? 'thread' : 'threads'} opening`,
    value: Math.round((count / ours.ms) * 1000),
    unit: 'entries/s',
    cpuMicrosPerOperation: ours.cpuMicros / count,
    baseline: {
      name: 'the same entries plain, one thread',
      value: Math.round((count / baseline.ms) * 1000),
      cpuMicrosPerOperation: baseline.cpuMicros / count,
    },
    ratio: ours.cpuMicros / baseline.cpuMicros,
    note: `ratio of CPU; of the wall ${(ours.ms / baseline.ms).toFixed(2)}, which other work on the machine makes larger`,
  };
}

function foldPlain(bundles: readonly Buffer[]): Timed {
  const fold = newFold();
  return timed(() => bundles.forEach(fold));
}

async function foldSealed(bundles: readonly Buffer[], threads: number): Promise<Timed> {
  const fold = newFold();
  const openers = new OpenerThreads(threads);
  try {
    // The threads are there already when a node folds.
    await openers.run([{ open: Uint8Array.from(bundles[0]!) }], () => {});
    const watch = startWatch();
    await openers.run(
      bundles.map((bundle) => ({ open: bundle as Uint8Array<ArrayBuffer> })),
      fold,
    );
    return watch();
  } finally {
    await openers.close();
  }
}

/** @returns takes the next bundle of plain entries into a standing of its own */
function newFold(): (bundle: Buffer) => void {
  const standing = new Standing({ members: [{ name: ISSUER, roles: ['operator'] }] }, { log: silentLog });
  return (bundle) => {
    const entries = orThrow(decodeBundle(bundle));
    assert.equal(standing.fold(ISSUER, standing.foldedSize(ISSUER), entries).stated, entries.length);
  };
}

function plainBundle(from: number): Buffer {
  return encodeBundle(Array.from({ length: TILE_WIDTH }, (_, place) => plainBlock(ISSUER, from + place)));
}

async function sealedBundles(count: number): Promise<Buffer[]> {
  const sealed: Buffer[] = [];
  const threads = new OpenerThreads(Math.max(...THREADS));
  const tasks = Array.from({ length: count }, (_, at) => ({
    seal: { issuer: ISSUER, from: at * TILE_WIDTH, count: TILE_WIDTH },
  }));
  try {
    await threads.run(tasks, (bundle) => sealed.push(bundle));
  } finally {
    await threads.close();
  }
  return sealed;
}
