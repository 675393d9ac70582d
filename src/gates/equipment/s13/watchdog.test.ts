import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Watchdog, WATCHDOG_MS_MIN } from './watchdog.ts';

const still = { random: () => 0.5 };

describe('Watchdog (RFC 3539 clause 3.4.1)', () => {
  it('asks once after silence, then suspects, then closes', () => {
    const watchdog = new Watchdog({ intervalMs: 30_000, nowMs: 0 }, still);
    assert.equal(watchdog.step(29_999), 'wait');
    assert.equal(watchdog.step(30_000), 'ask');
    assert.equal(watchdog.step(59_999), 'wait');
    assert.equal(watchdog.step(60_000), 'suspect');
    assert.equal(watchdog.step(90_000), 'close');
  });

  it('is put off by any message', () => {
    const watchdog = new Watchdog({ intervalMs: 30_000, nowMs: 0 }, still);
    watchdog.heard(20_000);
    assert.equal(watchdog.step(49_999), 'wait');
    assert.equal(watchdog.step(50_000), 'ask');
  });

  it('asks again after an answer', () => {
    const watchdog = new Watchdog({ intervalMs: 30_000, nowMs: 0 }, still);
    assert.equal(watchdog.step(30_000), 'ask');
    watchdog.heard(31_000);
    watchdog.answered();
    assert.equal(watchdog.step(61_000), 'ask');
  });

  it('does not repeat a request while its answer is owed, though other messages come', () => {
    const watchdog = new Watchdog({ intervalMs: 30_000, nowMs: 0 }, still);
    assert.equal(watchdog.step(30_000), 'ask');
    watchdog.heard(31_000);
    assert.equal(watchdog.step(61_000), 'suspect');
    watchdog.heard(62_000);
    assert.equal(watchdog.step(92_000), 'suspect');
    assert.equal(watchdog.step(122_000), 'close');
  });

  it('never waits less than six seconds, and moves each expiry by two at most', () => {
    for (const [random, dueAtMs] of [
      [0, WATCHDOG_MS_MIN - 2_000],
      [0.5, WATCHDOG_MS_MIN],
      [1, WATCHDOG_MS_MIN + 2_000],
    ] as const) {
      assert.equal(new Watchdog({ intervalMs: 1, nowMs: 0 }, { random: () => random }).dueAtMs, dueAtMs);
    }
  });
});
