import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('everybody has its turn, and nobody twice in one', () => {
  const turns = new Turns();
  const all = ['a', 'b', 'c'];
  assert.deepEqual(turns.next(all, 2), ['a', 'b']);
  assert.deepEqual(turns.next(all, 2), ['c', 'a']);
  assert.deepEqual(turns.next(all, 9), ['b', 'c', 'a']);
  assert.deepEqual(turns.next([], 2), []);
  // It has become shorter: there is always somebody.
  assert.deepEqual(turns.next(['d'], 2), ['d']);
});
