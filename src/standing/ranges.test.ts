import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ImeiKey, SERIALS_PER_TAC } from '../identifiers/imei.ts';
import { blockStart, RANGE_LEVELS, rangeLevel } from './ranges.ts';

const TAC_START = 35_209_900 * SERIALS_PER_TAC;
const key = (serial: number): ImeiKey => (TAC_START + serial) as ImeiKey;
const serial = fc.integer({ min: 0, max: SERIALS_PER_TAC - 1 });

describe('the place of a range', () => {
  it('is the smallest block of leading digits that holds both ends', () => {
    assert.equal(rangeLevel(key(0), key(999_999)), 0);
    assert.equal(rangeLevel(key(499_999), key(500_000)), 0);
    assert.equal(rangeLevel(key(500_000), key(599_999)), 1);
    assert.equal(rangeLevel(key(123_450), key(123_459)), 5);
    assert.equal(rangeLevel(key(123_456), key(123_456)), 6);
  });

  it('is among the seven blocks around each device that the range covers', () => {
    fc.assert(
      fc.property(serial, serial, serial, (a, b, c) => {
        const [from, inside, to] = [a, b, c].sort((x, y) => x - y).map(key) as [ImeiKey, ImeiKey, ImeiKey];
        const level = rangeLevel(from, to);
        assert(level >= 0 && level < RANGE_LEVELS);
        assert.equal(blockStart(inside, level), blockStart(from, level));
        assert.equal(blockStart(inside, level), blockStart(to, level));
      }),
    );
  });

  it('holds ten ranges at most that do not overlap, however a TAC is cut up', () => {
    fc.assert(
      fc.property(fc.uniqueArray(serial, { maxLength: 500 }), (cuts) => {
        const starts = [0, ...cuts.filter((cut) => cut > 0).sort((x, y) => x - y)];
        const counts = new Map<number, number>();
        for (const [at, start] of starts.entries()) {
          const [from, to] = [key(start), key((starts[at + 1] ?? SERIALS_PER_TAC) - 1)];
          const block = blockStart(from, rangeLevel(from, to)) * 10 + rangeLevel(from, to);
          counts.set(block, (counts.get(block) ?? 0) + 1);
        }
        assert(Math.max(...counts.values()) <= 10);
      }),
    );
  });
});
