import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../base/fault.ts';
import {
  bundlePath,
  levelsOf,
  parseTilePath,
  TILE_LEVEL_MAX,
  TILE_WIDTH,
  tilePath,
  tilesOfSize,
  widthOf,
} from './layout.ts';

const index = fc.maxSafeNat();
const width = fc.integer({ min: 1, max: TILE_WIDTH });

describe('paths of tiles and bundles', () => {
  it('group the index by three digits', () => {
    assert.equal(tilePath(0, 0), 'tile/0/000');
    assert.equal(tilePath(0, 999), 'tile/0/999');
    assert.equal(tilePath(1, 1000), 'tile/1/x001/000');
    assert.equal(tilePath(2, 1_234_067, 17), 'tile/2/x001/x234/067.p/17');
    assert.equal(bundlePath(1_234_067), 'tile/entries/x001/x234/067');
    assert.equal(bundlePath(3, 1), 'tile/entries/003.p/1');
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), index, width, (level, index, width) => {
        assert.deepEqual(parseTilePath(tilePath(level, index, width)), { level, index, width });
        assert.deepEqual(parseTilePath(bundlePath(index, width)), { index, width });
      }),
    );
  });

  for (const [path, why] of [
    ['', 'nothing'],
    ['tile/00/000', 'a level with a leading zero'],
    ['tile/64/000', 'a level past 63'],
    ['tile/0/00', 'two digits'],
    ['tile/0/1000', 'four digits'],
    ['tile/0/001/000', 'a group without its x'],
    ['tile/0/x001', 'an x on the last group'],
    ['tile/0/x000/001', 'a leading group of zeros'],
    ['tile/0/x999/x999/x999/x999/x999/999', 'an index past 2^53-1'],
    ['tile/0/000.p/0', 'a width of nothing'],
    ['tile/0/000.p/01', 'a width with a leading zero'],
    ['tile/0/000.p/256', 'a full tile as a partial one'],
    ['tile/0/000.p/257', 'a width past a tile'],
    ['tile/entries/../checkpoint', 'a way out'],
    ['/tile/0/000', 'a leading slash'],
    ['tile/0/000\n', 'a line feed at the end'],
    ['checkpoint', 'no tile'],
  ] as const) {
    it(`refuse ${why}`, () => {
      const parsed = parseTilePath(path);
      assert.ok(parsed instanceof Fault);
      assert.equal(parsed.facts.code, 'TILE_PATH_MALFORMED');
    });
  }

  it('are one to a file, whatever the text', () => {
    const near = fc.stringMatching(/^tile\/([0-9]{1,2}|entries)\/(x?[0-9]{3}\/?){1,3}(\.p\/[0-9]{1,3})?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (path) => {
        const parsed = parseTilePath(path);
        if (parsed instanceof Fault) return;
        const written = 'level' in parsed ? tilePath(parsed.level, parsed.index, parsed.width) : undefined;
        assert.equal(written ?? bundlePath(parsed.index, parsed.width), path);
      }),
    );
  });
});

describe('the tiles of a size', () => {
  const extents = (size: number): unknown => levelsOf(size).map((level) => [level.fullTiles, level.partialWidth]);

  it('are those of tlog-tiles', () => {
    assert.deepEqual(extents(0), []);
    assert.deepEqual(extents(1), [[0, 1]]);
    assert.deepEqual(extents(255), [[0, 255]]);
    assert.deepEqual(extents(256), [
      [1, 0],
      [0, 1],
    ]);
    assert.deepEqual(extents(70_000), [
      [273, 112],
      [1, 17],
      [0, 1],
    ]);
    assert.deepEqual(extents(100_000_000), [
      [390_625, 0],
      [1525, 225],
      [5, 245],
      [0, 5],
    ]);
  });

  it('are not cut to 32 bits', () => {
    const size = 2 ** 40 + 5;
    assert.equal(widthOf(size, 0, 2 ** 32), 5);
    assert.equal(levelsOf(Number.MAX_SAFE_INTEGER).at(-1)?.level, TILE_LEVEL_MAX);
  });

  it('have the widths that their level says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000 }), (size) => {
        const tiles = [...tilesOfSize(size)];
        for (const { level, index, width } of tiles) assert.equal(widthOf(size, level, index), width);
        const leaves = tiles.filter(({ level }) => level === 0).reduce((sum, { width }) => sum + width, 0);
        assert.equal(leaves, size);
        for (const { level, fullTiles, partialWidth } of levelsOf(size)) {
          assert.equal(widthOf(size, level, fullTiles), partialWidth);
          assert.equal(widthOf(size, level, fullTiles + 1), 0);
        }
      }),
      { numRuns: 30 },
    );
  });
});
