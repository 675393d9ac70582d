import assert from 'node:assert/strict';
import { it } from 'node:test';
import { imei } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { Statement } from '../statements/statement.ts';
import type { Opened } from './opened.ts';
import { Standing, type StandingDeps, type StandingMember } from './standing.ts';

const CROWD: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator'] },
  { name: 'c-eir', roles: ['register'] },
];
const BUDGET = { perHour: 1, perDay: 1, perTac: 1 };
const TARGETS = [1, 2].map((serial) => ({ kind: 'imei', imei: imei(35_000_000 + serial, serial) }) as const);

function folded(more: Partial<StandingDeps> = {}) {
  const budgets = { floor: () => BUDGET, budgetOf: () => undefined };
  const standing = new Standing({ members: CROWD }, { log: silentLog, budgets, ...more });
  const read = (member: string, statement: Statement | undefined, more: Partial<Opened> = {}): void => {
    const opened = { issuer: member, timeMs: 1, id: new Uint8Array(16), statement, ...more };
    standing.foldOpened(member, standing.foldedSize(member), [opened]);
  };
  const settle = (): void => CROWD.forEach(({ name }) => standing.settle(name, standing.foldedSize(name)));
  const of = (index: number) => standing.held.standingOf('hanbit', index);
  const past = (at: number, index: number, kind = 'device.blocked') =>
    standing.held.past('hanbit', { kind, target: kind === 'gate.opened' ? undefined : TARGETS[at], index });
  return { standing, read, settle, of, past };
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

it('what its log holds no more once it has settled is past, and nothing before that', () => {
  const { read, settle, past } = folded();
  assert.equal(past(0, 0), undefined, 'not read yet');
  read('hanbit', undefined, { isSealed: true });
  assert.equal(past(0, 0), undefined, 'read, and witnesses have not seen it');
  settle();
  assert.equal(past(0, 0), 'lapsed');
  assert.equal(past(0, 0, 'device.released'), undefined, 'a kind of which nothing is held');
  read('hanbit', blocked(0));
  read('hanbit', blocked(1));
  settle();
  assert.deepEqual([past(0, 1), past(1, 2)], [undefined, undefined], 'in force, and in quarantine');
  assert.equal(past(1, 1), 'lapsed', 'that entry is about another device');
});

it('a release that another than its desk has stated makes it past once it has settled', () => {
  const { read, settle, past } = folded();
  read('hanbit', blocked(0));
  const ends = { member: 'hanbit', index: 0 };
  read('hanbit', { kind: 'device.released', target: TARGETS[0]!, ends, reason: 'recovered' });
  assert.equal(past(0, 0), undefined);
  settle();
  assert.equal(past(0, 0), 'lapsed');
});

it('what is stated anew is not past, by its first index too, once the epoch of that has ended', () => {
  for (const restatedBelow of [4, 0]) {
    const { read, settle, past } = folded({ restatedBelow: () => restatedBelow });
    for (let index = 0; index < 2; index++) read('hanbit', undefined, { isSealed: true });
    read('hanbit', undefined, { isSealed: true, continues: 0 });
    read('hanbit', blocked(0), { continues: 2 });
    settle();
    assert.deepEqual([past(0, 0), past(0, 2), past(0, 3)], [undefined, undefined, undefined], 'in force or held back');
    assert.equal(past(1, 1), 'lapsed');
  }
});

it('a header that claims to go on for it, about another device, does not hide it', () => {
  const { read, settle, past } = folded();
  read('hanbit', blocked(0));
  read('hanbit', blocked(1), { continues: 0 });
  settle();
  assert.equal(past(0, 0), undefined);
});

it('a pairing waits for witnesses, also under its next index, and a strike does not end it', () => {
  const { read, settle, past } = folded();
  const paired: Statement = { kind: 'device.paired', imei: TARGETS[0]!.imei, tag: new Uint8Array(16) };
  read('hanbit', paired);
  assert.equal(past(0, 0, 'device.paired'), undefined);
  settle();
  read('hanbit', paired, { isSealed: true, continues: 0 });
  assert.equal(past(0, 0, 'device.paired'), undefined);
  read('c-eir', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 9 });
  settle();
  assert.deepEqual([past(0, 0, 'device.paired'), past(0, 1, 'device.paired')], [undefined, undefined]);
  assert.equal(past(1, 0, 'device.paired'), 'lapsed');
});

it('an emergency override is past once it is closed', () => {
  const { read, settle, past } = folded();
  read('hanbit', { kind: 'gate.opened' });
  read('hanbit', { kind: 'gate.opened' }, { isSealed: true, continues: 0 });
  settle();
  assert.equal(past(0, 0, 'gate.opened'), undefined);
  read('hanbit', { kind: 'gate.restored', ends: { member: 'hanbit', index: 0 } });
  settle();
  assert.equal(past(0, 0, 'gate.opened'), 'lapsed');
});
