import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RateLimit } from './rate-limit.ts';

describe('RateLimit', () => {
  it('lets the rate pass in a second, and not one more', () => {
    const rate = new RateLimit(10);
    const admitted = Array.from({ length: 11 }, () => rate.admit(0));
    assert.deepEqual(admitted, [...Array.from({ length: 10 }, () => true), false]);
    assert.equal(rate.admit(999), false);
    assert.equal(rate.admit(1_000), true);
  });

  it('holds in every second, wherever it begins, and lets the whole rate be used', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 20, maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1_000, 500, 100, 1),
        gaps,
        (perSecond, permille, gaps) => {
          const rate = new RateLimit(perSecond);
          const texts = Math.max(1, Math.floor((perSecond * permille) / 1_000));
          const windowMs = (texts * 1_000_000) / (perSecond * permille);
          const passedMs: number[] = [];
          let nowMs = 0;
          for (const gapMs of gaps) {
            nowMs += gapMs;
            const inWindow = passedMs.filter((atMs) => nowMs - atMs < windowMs).length;
            assert.equal(rate.admit(nowMs, permille), inWindow < texts);
            if (inWindow < texts) passedMs.push(nowMs);
          }
        },
      ),
    );
  });

  it('a share of less than one text a second lets one pass in so many', () => {
    const rate = new RateLimit(1);
    assert.equal(rate.admit(0, 250), true);
    assert.equal(rate.admit(3_999, 250), false);
    assert.equal(rate.admit(4_000, 250), true);
  });
});
