import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RequestRate } from './request-rate.ts';

it('admits as many as the limit in a second, and none more', () => {
  const rate = new RequestRate({ perSecondMax: 3, nowMs: 0 });
  assert.deepEqual([rate.admit(), rate.admit(), rate.admit(), rate.admit()], [true, true, true, false]);
  rate.tick(999);
  assert.equal(rate.admit(), false);
  rate.tick(1_000);
  assert.equal(rate.admit(), true);
});
