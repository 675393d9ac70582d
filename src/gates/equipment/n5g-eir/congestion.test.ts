import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HandClock } from '../../../base/clock.ts';
import { BEAT_INTERVAL_MS, Congestion, LATENESS_MS_MAX } from './congestion.ts';

it('a thread is congested while its timer comes too late, and not at the limit', () => {
  const clock = new HandClock();
  const congestion = new Congestion({ clock });
  const beatAfter = (ms: number) => {
    clock.advance(ms);
    congestion.beat();
    return congestion.isCongested;
  };
  assert.equal(beatAfter(BEAT_INTERVAL_MS), false);
  assert.equal(beatAfter(BEAT_INTERVAL_MS + LATENESS_MS_MAX), false);
  assert.equal(beatAfter(BEAT_INTERVAL_MS + LATENESS_MS_MAX + 1), true);
  assert.equal(beatAfter(BEAT_INTERVAL_MS), false);
});

it('a wall clock that is set has nothing to do with it', () => {
  const clock = new HandClock();
  const congestion = new Congestion({ clock });
  clock.jump(86_400_000);
  congestion.beat();
  assert.equal(congestion.isCongested, false);
});
