import assert from 'node:assert/strict';
import { it } from 'node:test';
import { imei } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import type { Opened } from './opened.ts';
import { Standing, type StandingMember } from './standing.ts';

const CROWD: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator'] },
  { name: 'c-eir', roles: ['register'] },
];
const BUDGET = { perHour: 1, perDay: 1, perTac: 1 };
const TARGETS = [1, 2].map((serial) => ({ kind: 'imei', imei: imei(35_000_000 + serial, serial) }) as const);

function folded() {
  const budgets = { floor: () => BUDGET, budgetOf: () => undefined };
  const standing = new Standing({ members: CROWD }, { log: silentLog, budgets });
  const read = (member: string, statement: Statement, more: Partial<Opened> = {}): void => {
    const opened = { issuer: member, timeMs: 1, id: new Uint8Array(16), statement, ...more };
    standing.foldOpened(member, standing.foldedSize(member), [opened]);
  };
  const settle = (): void => CROWD.forEach(({ name }) => standing.settle(name, standing.foldedSize(name)));
  return { standing, read, settle, of: (index: number) => standing.held.standingOf('hanbit', index) };
}

function blocked(at: number): Statement {
  return { kind: 'device.blocked', target: TARGETS[at]!, reason: 'stolen' };
}

it('an entry is found under its present index, and is in quarantine until somebody decides', () => {
  const { read, settle, of } = folded();
  read('hanbit', blocked(0));
  read('hanbit', blocked(1));
  assert.deepEqual(of(0), { index: 0, isQuarantined: false, isReleaseWaiting: false, struckBy: [] });
  assert.deepEqual(of(1), { index: 1, isQuarantined: true, isReleaseWaiting: false, struckBy: [] });
  read('hanbit', blocked(1), { continues: 1 });
  assert.partialDeepStrictEqual(of(1), { index: 2, isQuarantined: true });
  read('c-eir', { kind: 'statements.confirmed', member: 'hanbit', from: 2, to: 3 });
  settle();
  assert.partialDeepStrictEqual(of(1), { index: 2, isQuarantined: false });
});

it('a release that waits for witnesses is known by every index', () => {
  const { read, settle, of } = folded();
  read('hanbit', blocked(0));
  read('hanbit', blocked(0), { continues: 0 });
  const ends = { member: 'hanbit', index: 1 };
  read('hanbit', { kind: 'device.released', target: TARGETS[0]!, ends, reason: 'recovered' });
  assert.deepEqual([of(0).isReleaseWaiting, of(1).isReleaseWaiting], [true, true]);
  settle();
  assert.deepEqual([of(0).isReleaseWaiting, of(1).isReleaseWaiting], [false, false]);
});

it('who has struck it is told by name, though it is stated anew', () => {
  const { read, settle, of } = folded();
  read('hanbit', blocked(0));
  read('hanbit', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 1 });
  assert.deepEqual(of(0).struckBy, [], 'not before witnesses have seen it');
  read('c-eir', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 9 });
  settle();
  read('hanbit', blocked(0), { continues: 0 });
  assert.deepEqual(of(0).struckBy, ['c-eir', 'hanbit']);
  assert.deepEqual(of(8).struckBy, ['c-eir']);
  assert.deepEqual(of(9).struckBy, []);
});
