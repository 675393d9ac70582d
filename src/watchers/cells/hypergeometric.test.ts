import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { log10Tail, logFactorial } from './hypergeometric.ts';

/** The smallest number of victims in one cell that is no chance, among 17 million and half a million cells × 1,440 hours. */
function victimsNeeded(marked: number, drawn: number): number {
  const threshold = Math.log10(0.01 / (500_000 * 1_440));
  for (let hits = 1; ; hits++) {
    if (log10Tail({ population: 17_000_000, marked, drawn }, hits) <= threshold) return hits;
  }
}

describe('the hypergeometric tail', () => {
  it('is the published table of victims needed in one cell', () => {
    const table = [5, 10, 20, 40, 80, 278].map((known) =>
      [200, 1_000, 3_000, 10_000, 50_000].map((exposed) => victimsNeeded(known, exposed)),
    );
    assert.deepEqual(table, [
      [3, 3, 4, 4, 5],
      [3, 4, 4, 5, 6],
      [3, 4, 4, 5, 7],
      [4, 4, 5, 6, 8],
      [4, 5, 5, 6, 9],
      [4, 5, 7, 8, 13],
    ]);
  });

  it('holds where a number would be nought: 3,000 exposed with 100 of 278 victims', () => {
    const log = log10Tail({ population: 17_000_000, marked: 278, drawn: 3_000 }, 100);
    assert.equal(log.toFixed(1), '-298.5');
  });

  it('is the sum over all draws, counted one by one', () => {
    const urn = fc
      .nat(12)
      .chain((population) =>
        fc.record({ population: fc.constant(population), marked: fc.nat(population), drawn: fc.nat(population) }),
      );
    fc.assert(
      fc.property(urn, fc.nat(13), (of, hits) => {
        const ways = countDraws(of, (found) => found >= hits) / countDraws(of, () => true);
        const tail = 10 ** log10Tail(of, hits);
        assert(Math.abs(tail - ways) < 1e-9, `${tail} ${ways}`);
      }),
      { numRuns: 200 },
    );
  });

  it('has a factorial without a step where the series takes over', () => {
    assert(Math.abs(logFactorial(64) - logFactorial(63) - Math.log(64)) < 1e-10);
    assert(Math.abs(logFactorial(17_000_000) - logFactorial(16_999_999) - Math.log(17_000_000)) < 1e-7);
  });
});

function countDraws(
  { population, marked, drawn }: { population: number; marked: number; drawn: number },
  counts: (hits: number) => boolean,
): number {
  let ways = 0;
  for (let set = 0; set < 2 ** population; set++) {
    const balls = [...Array(population).keys()].filter((ball) => (set >> ball) & 1);
    if (balls.length === drawn && counts(balls.filter((ball) => ball < marked).length)) ways++;
  }
  return ways;
}
