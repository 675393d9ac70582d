import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFindings, firstFinding, type NamedCheck } from './named-checks.ts';

const CHECKS: NamedCheck<number, string>[] = [
  { name: 'even', check: (subject) => (subject % 2 === 0 ? 'two divides it' : undefined) },
  { name: 'large', check: (subject) => (subject > 9 ? 'more than one digit' : undefined) },
];

test('the first check of a table that has something to say decides', () => {
  assert.deepEqual(firstFinding(CHECKS, 12, undefined), { name: 'even', verdict: 'two divides it' });
  assert.equal(firstFinding(CHECKS, 7, undefined), undefined);
});

test('all that a table has to say is in its order', () => {
  assert.deepEqual(
    allFindings(CHECKS, 12, undefined).map(({ name }) => name),
    ['even', 'large'],
  );
});
