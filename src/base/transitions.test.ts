import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextState, type Transitions } from './transitions.ts';

const DOOR: Transitions<'open' | 'shut', 'push' | 'pull'> = { open: { pull: 'shut' }, shut: { push: 'open' } };

test('an event leads to the state that the table says, and nowhere else', () => {
  assert.equal(nextState(DOOR, 'open', 'pull'), 'shut');
  assert.equal(nextState(DOOR, 'open', 'push'), undefined);
  assert.equal(nextState(DOOR, 'shut', 'toString' as 'push'), undefined, 'what every object has is no event');
});
