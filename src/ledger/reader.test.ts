import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeBundle } from './bundle.ts';
import { bundlePath, HASH_SIZE, parseTilePath, TILE_SIZE, tilePath, widthOf } from './layout.ts';
import { READ_AHEAD_MAX, readAhead, readBundle, readEntries, readTile, TILES_HELD_MAX, TreeReader } from './reader.ts';
import type { TileSource } from './tile-source.ts';
import { Fault } from '../base/fault.ts';

const SIZE = 700;
const entry = (index: number): Buffer => Buffer.from(`entry ${index}`);

/** A log whose bundles hold `entry 0`, `entry 1`, … and whose partial files are gone where `fullOnly` says so. */
function logOf(size: number, { fullOnly = false } = {}): TileSource & { readonly asked: string[] } {
  const asked: string[] = [];
  const stands = fullOnly ? Math.ceil(size / 256) * 256 : size;
  return {
    place: 'memory',
    asked,
    read: async (path) => {
      asked.push(path);
      const name = parseTilePath(path);
      assert.ok(!(name instanceof Fault) && !('level' in name));
      if (widthOf(stands, 0, name.index) !== name.width) return undefined;
      return encodeBundle(Array.from({ length: name.width }, (_, place) => entry(name.index * 256 + place)));
    },
  };
}

describe('reading entries', () => {
  it('gives each entry of the range once, in order', async () => {
    const ranges = fc.tuple(fc.nat(SIZE), fc.nat(SIZE)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
    await fc.assert(
      fc.asyncProperty(ranges, fc.boolean(), async ({ from, to }, fullOnly) => {
        let next = from;
        for await (const { firstIndex, entries } of readEntries(logOf(SIZE, { fullOnly }), { size: SIZE, from, to })) {
          assert.equal(firstIndex, next);
          assert.notEqual(entries.length, 0);
          entries.forEach((bytes, place) => assert.deepEqual(bytes, entry(firstIndex + place)));
          next += entries.length;
        }
        assert.equal(next, to);
      }),
    );
  });

  it('asks for a full file only where the partial one is gone', async () => {
    const both = logOf(SIZE);
    await readBundle(both, SIZE, 2);
    assert.deepEqual(both.asked, [bundlePath(2, 188)]);
    const fullOnly = logOf(SIZE, { fullOnly: true });
    assert.equal((await readBundle(fullOnly, SIZE, 2)).length, 188);
    assert.deepEqual(fullOnly.asked, [bundlePath(2, 188), bundlePath(2)]);
  });

  it('tells a bundle that has not what its name says', async () => {
    const source = { place: 'memory', read: async () => encodeBundle([entry(0), entry(1)]) };
    const countOf = async (size: number): Promise<number> => (await readBundle(source, size, 0)).length;
    assert.equal(await countOf(2), 2);
    for (const size of [1, 3, 256]) await assert.rejects(countOf(size), isFault('LOG_BUNDLE_WRONG_COUNT'));
  });

  it('tells a tile that has not what its name says', async () => {
    const source = { place: 'memory', read: async () => Buffer.alloc(2 * HASH_SIZE) };
    assert.equal((await readTile(source, 2, 0, 0)).length, 2 * HASH_SIZE);
    for (const size of [1, 3, 256]) await assert.rejects(readTile(source, size, 0, 0), isFault('LOG_FILE_WRONG_SIZE'));
  });
});

describe('reading ahead', () => {
  it('has no more than the limit under way, and keeps the order', async () => {
    let underWay = 0;
    let most = 0;
    const read = async (index: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return index;
    };
    const seen: number[] = [];
    for await (const { index, value } of readAhead(3, 50, read)) {
      assert.equal(index, value);
      seen.push(index);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 47 }, (_, place) => place + 3),
    );
    assert.equal(most, READ_AHEAD_MAX);
  });

  it('fails once, with the first failure in order', async () => {
    const read = async (index: number): Promise<number> => {
      if (index >= 5) throw new Error(`no ${index}`);
      return index;
    };
    const walk = async (): Promise<void> => {
      for await (const { value } of readAhead(0, 20, read)) assert.ok(value < 5);
    };
    await assert.rejects(walk(), { message: 'no 5' });
  });
});

describe('a tree reader', () => {
  it('asks for each tile once', async () => {
    const asked: string[] = [];
    const source = {
      place: 'memory',
      read: async (path: string) => {
        asked.push(path);
        const name = parseTilePath(path);
        return name instanceof Fault ? undefined : Buffer.alloc(name.width * HASH_SIZE);
      },
    };
    const tree = new TreeReader(source, 65_536);
    await Promise.all([tree.leafHash(0), tree.leafHash(1), tree.leafHash(255), tree.root(), tree.root(300)]);
    assert.deepEqual(asked.sort(), [tilePath(0, 0), tilePath(0, 1), tilePath(1, 0), tilePath(2, 0, 1)].sort());
  });

  it('keeps as many tiles as its limit says, and lets the oldest go', async () => {
    let asked = 0;
    const source = {
      place: 'memory',
      read: async () => {
        asked++;
        return Buffer.alloc(TILE_SIZE);
      },
    };
    const tree = new TreeReader(source, 256 * (TILES_HELD_MAX + 1));
    for (let tile = 0; tile < TILES_HELD_MAX; tile++) await tree.leafHash(256 * tile);
    await tree.leafHash(0);
    assert.equal(asked, TILES_HELD_MAX);
    await tree.leafHash(256 * TILES_HELD_MAX);
    await tree.leafHash(256);
    assert.equal(asked, TILES_HELD_MAX + 1);
    await tree.leafHash(0);
    assert.equal(asked, TILES_HELD_MAX + 2);
  });
});

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
