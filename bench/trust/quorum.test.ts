import assert from 'node:assert/strict';
import { it } from 'node:test';
import { quorumThreshold } from '../../src/ledger/quorum.ts';
import { faultyOf } from './faulty.ts';

it('a quorum has as many as two quorums need to share one that is not faulty', () => {
  for (const [witnesses, faulty, threshold] of [
    [0, 0, 0],
    [1, 0, 1],
    [3, 0, 2],
    [4, 1, 3],
    [7, 2, 5],
    [9, 2, 6],
    [49, 16, 33],
    [749, 249, 500],
  ] as const) {
    assert.equal(faultyOf(witnesses), faulty);
    assert.equal(quorumThreshold(witnesses, faulty), threshold);
    assert.ok(2 * threshold - witnesses >= Math.min(faulty + 1, witnesses));
  }
});
