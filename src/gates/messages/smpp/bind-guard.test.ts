import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BindGuard } from './bind-guard.ts';
import { REFUSAL_HELD_MS_MAX, REFUSAL_HELD_MS_MIN, REFUSALS_FORGOTTEN_MS } from './limits.ts';

describe('BindGuard', () => {
  it('holds each refusal back twice as long as the one before, up to the most', () => {
    const guard = new BindGuard();
    const held = Array.from({ length: 9 }, () => guard.refused('firm', 0).heldMs);
    const expected = [0, ...[1, 2, 4, 8, 16, 32, 32, 32].map((times) => times * REFUSAL_HELD_MS_MIN)];
    assert.deepEqual(held, expected);
    assert.equal(held.at(-1), REFUSAL_HELD_MS_MAX);
  });

  it('forgets who kept away, and who was let in', () => {
    const guard = new BindGuard();
    guard.refused('firm', 0);
    assert.equal(guard.refused('firm', REFUSALS_FORGOTTEN_MS).heldMs, REFUSAL_HELD_MS_MIN);
    assert.equal(guard.refused('firm', 2 * REFUSALS_FORGOTTEN_MS + 1).heldMs, 0);
    guard.bound('firm');
    assert.deepEqual(guard.refused('firm', 2 * REFUSALS_FORGOTTEN_MS + 2), { heldMs: 0, isFirst: true });
  });

  it('counts all names that no account has as one', () => {
    const guard = new BindGuard();
    guard.refused(undefined, 0);
    assert.equal(guard.refused(undefined, 1).isFirst, false);
    assert.equal(guard.refused('firm', 1).isFirst, true);
  });
});
