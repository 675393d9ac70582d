import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Family, FAMILIES, variant } from '../../../test/support/spam-texts.ts';
import { comparisonKey } from '../../texts/comparison-key.ts';
import { distance } from '../../texts/fingerprint.ts';
import { alignedShare, ALIGNED_LENGTH_MAX } from './alignment.ts';
import { COUNTED_MAX, PassingTexts } from './passing-texts.ts';
import { ShapeIndex, SHAPES_MAX } from './shape-index.ts';
import { seededRandom } from '../../base/seeded-random.ts';

describe('texts laid side by side', () => {
  it('share all with themselves, nothing with what has no letter in common, and as much either way', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (one, other) => {
        const share = alignedShare(one, other);
        assert.equal(alignedShare(one, one), 1);
        assert.equal(alignedShare(other, one), share);
        assert(share >= 0 && share <= 1);
      }),
    );
    assert.equal(alignedShare('abc', 'xyz'), 0);
    assert.equal(alignedShare('abcd', 'axcd'), 0.75);
    assert.equal(alignedShare('', 'a'), 0);
  });

  it('are of one template above the threshold, of two below it', (context) => {
    const random = seededRandom(9);
    const families = Object.keys(FAMILIES) as Family[];
    const keys = families.map((family) => Array.from({ length: 8 }, () => comparisonKey(variant(family, random))));
    const same = keys.flatMap((of) => of.slice(1).map((key) => alignedShare(of[0]!, key)));
    const different = keys.flatMap((of, place) =>
      keys.slice(place + 1).map((others) => alignedShare(of[0]!, others[0]!)),
    );
    const figures = { sameLeast: Math.min(...same), differentMost: Math.max(...different) };
    context.diagnostic(JSON.stringify(figures));
    assert(figures.sameLeast > 0.8 && figures.differentMost < 0.7, JSON.stringify(figures));
  });

  it('are compared up to a length', () => {
    const key = 'a'.repeat(ALIGNED_LENGTH_MAX);
    assert.equal(alignedShare(`${key}x`, `${key}y`), 1);
    assert.equal(alignedShare(`x${key}`, `y${key}`) < 1, true);
  });
});

describe('the index of shapes', () => {
  const print = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'));

  it('finds exactly what is near, the nearest first', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(print, { maxLength: 50 }),
        print,
        fc.integer({ min: 0, max: 40 }),
        (held, asked, bitsMax) => {
          const index = new ShapeIndex();
          held.forEach((fingerprint, campaignId) => index.add({ fingerprint, campaignId }));
          const found = index.near(asked, bitsMax);
          const expected = held.filter((fingerprint) => distance(fingerprint, asked) <= bitsMax);
          assert.deepEqual(new Set(found.map(({ fingerprint }) => fingerprint)), new Set(expected));
          assert.deepEqual(
            found.map(({ bits }) => bits),
            found.map(({ bits }) => bits).toSorted((one, other) => one - other),
          );
          for (const { fingerprint, campaignId } of found) assert.equal(held[campaignId], fingerprint);
        },
      ),
    );
  });

  it('moves a campaign’s shapes, holds each once, and has a limit', (context) => {
    const index = new ShapeIndex();
    for (let place = 0; place < SHAPES_MAX; place++) {
      assert(index.add({ fingerprint: (place * 2654435761).toString(16).padStart(16, '0'), campaignId: place % 7 }));
    }
    assert.equal(index.add({ fingerprint: '0000000000000000', campaignId: 1 }), false);
    assert.equal(index.add({ fingerprint: 'ffffffffffffffff', campaignId: 1 }), false);
    assert.deepEqual([index.size, index.isFull, index.find('ffffffffffffffff')], [SHAPES_MAX, true, undefined]);
    const start = performance.now();
    for (let turn = 0; turn < 20; turn++) index.near('ffffffffffffffff', 12);
    context.diagnostic(`${Math.round(((performance.now() - start) / 20) * 1_000)} µs to look at ${SHAPES_MAX}`);
    index.move(0, 9);
    assert.equal(index.find('0000000000000000'), 9);
  });
});

describe('passing texts', () => {
  const text = {
    certificate: 'KS-2026-000001',
    originator: '301200001',
    fingerprint: 'aaaaaaaaaaaaaaaa',
    verdict: 'passed',
  };

  it('are counted by fingerprint, firm and hour, and taken once', () => {
    const passing = new PassingTexts();
    passing.count([3_600_000, 3_600_001, 7_199_999, 7_200_000].map((atMs) => ({ ...text, atMs })));
    passing.count([{ ...text, certificate: 'KS-2026-000002', atMs: 7_200_001 }]);
    const { sightings, dropped } = passing.take();
    assert.deepEqual(
      sightings.map(({ certificate, hourMs, texts }) => [certificate, hourMs, texts]),
      [
        ['KS-2026-000001', 3_600_000, 3],
        ['KS-2026-000001', 7_200_000, 1],
        ['KS-2026-000002', 7_200_000, 1],
      ],
    );
    assert.equal(dropped, 0);
    assert.deepEqual(passing.take(), { sightings: [], dropped: 0 });
  });

  it('without a fingerprint or of no firm are not counted: one of them would spoil the request for all', () => {
    const passing = new PassingTexts();
    const wrong = [{ fingerprint: '' }, { fingerprint: '0'.repeat(16) }, { certificate: '' }, { certificate: 'none' }];
    passing.count(wrong.map((part) => ({ ...text, atMs: 0, ...part })));
    assert.deepEqual(passing.take(), { sightings: [], dropped: 0 });
  });

  it('are counted up to so many different ones; what is known goes on being counted', () => {
    const passing = new PassingTexts();
    const different = (place: number) => ({
      ...text,
      atMs: 0,
      fingerprint: (place + 1).toString(16).padStart(16, '0'),
    });
    for (let place = 0; place < COUNTED_MAX; place++) passing.count([different(place)]);
    passing.count([different(COUNTED_MAX), different(0)]);
    const { sightings, dropped } = passing.take();
    assert.deepEqual([sightings.length, sightings[0]?.texts, dropped], [COUNTED_MAX, 2, 1]);
  });
});
