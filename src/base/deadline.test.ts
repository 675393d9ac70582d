import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeadlineState, deadlineState } from './deadline.ts';

describe('a deadline of ten milliseconds', () => {
  const stands: [nowMs: number, doneMs: number | undefined, state: DeadlineState][] = [
    [0, undefined, 'running'],
    [7, undefined, 'running'],
    [8, undefined, 'warned'],
    [10, undefined, 'warned'],
    [11, undefined, 'missed'],
    [99, 10, 'kept'],
    [99, 11, 'late'],
  ];
  for (const [nowMs, doneMs, state] of stands) {
    it(`at ${nowMs}, ${doneMs === undefined ? 'not done' : `done at ${doneMs}`}, is ${state}`, () => {
      const done = doneMs === undefined ? {} : { doneMs };
      assert.equal(deadlineState({ startMs: 0, dueMs: 10, ...done }, nowMs), state);
    });
  }
});
