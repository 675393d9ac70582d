import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { monthStartMs } from './month.ts';
import { Velocity } from './velocity.ts';

const sight = fc.record({
  afterMs: fc.nat(300),
  msisdn: fc.constantFrom('821', '822', '823'),
  cell: fc.constantFrom(null, 'a', 'b'),
});

describe('velocity', () => {
  it('counts what a list counts, within its window', () => {
    fc.assert(
      fc.property(fc.array(sight, { maxLength: 60 }), fc.nat(1_000), (steps, backMs) => {
        const velocity = new Velocity({ windowMs: 1_000 });
        let nowMs = 10_000;
        const all = steps.map(({ afterMs, msisdn, cell }) => {
          nowMs += afterMs;
          velocity.add({ atMs: nowMs, msisdn, cell });
          return { atMs: nowMs, msisdn, cell };
        });
        const sinceMs = nowMs - backMs;
        const within = all.filter(({ atMs }) => atMs >= sinceMs);
        assert.equal(velocity.ofLine('821', sinceMs), within.filter(({ msisdn }) => msisdn === '821').length);
        const payers = new Set(['821', ...within.filter(({ cell }) => cell === 'a').map(({ msisdn }) => msisdn)]);
        assert.equal(velocity.payersOn('a', '821', sinceMs), payers.size);
      }),
    );
  });

  it('remembers as many as it may, and forgets the oldest at one more', () => {
    const velocity = new Velocity({ windowMs: 1_000, rememberedMax: 3 });
    for (const atMs of [1, 2, 3]) velocity.add({ atMs, msisdn: '821', cell: 'a' });
    assert.equal(velocity.ofLine('821', 0), 3);
    velocity.add({ atMs: 4, msisdn: '822', cell: 'a' });
    assert.deepEqual([velocity.size, velocity.ofLine('821', 0), velocity.ofLine('822', 0)], [3, 2, 1]);
  });
});

describe('the month of a limit', () => {
  it('begins by the local clock', () => {
    const korea = 540;
    assert.equal(monthStartMs(Date.UTC(2026, 10, 30, 14, 59), korea), Date.UTC(2026, 9, 31, 15));
    assert.equal(monthStartMs(Date.UTC(2026, 10, 30, 15), korea), Date.UTC(2026, 10, 30, 15));
    assert.equal(monthStartMs(Date.UTC(2026, 0, 1), 0), Date.UTC(2026, 0, 1));
  });
});
