import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CELLS } from '../../test/support/books.ts';
import { imei } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import type { EntryName, Statement } from '../statements/statement.ts';
import type { Opened } from './opened.ts';
import { Standing } from './standing.ts';

const MEMBERS = [
  { name: 'hanbit', roles: ['operator', 'certifier'] },
  { name: 'gwan', roles: ['regulator'] },
] as const;
const BUDGET = { perHour: 2, perDay: 2, perTac: 2 };
const [ONE, OTHER, THIRD] = [1, 2, 3].map((serial) => imei(35_000_000 + serial, serial)) as [ImeiKey, ImeiKey, ImeiKey];
const FIRST_CELL: Statement = { kind: 'cell.distrusted', cell: CELLS[0]!, fromMs: 1, reason: 'cloned' };
const SUSPENDED: Statement = { kind: 'sender.suspended', certificate: 'KS-2026-000001', reason: 'spam' };

function blocked(key: ImeiKey): Statement {
  return { kind: 'device.blocked', target: { kind: 'imei', imei: key }, reason: 'stolen' };
}

function released(key: ImeiKey, ends: EntryName): Statement {
  return { kind: 'device.released', target: { kind: 'imei', imei: key }, ends, reason: 'withdrawn' };
}

function folded(budgeted = true) {
  const budgets = { floor: () => BUDGET, budgetOf: () => undefined };
  const standing = new Standing({ members: MEMBERS }, { log: silentLog, ...(budgeted && { budgets }) });
  const state = (member: string, statement: Statement, more: Partial<Opened> = {}): void => {
    const index = standing.foldedSize(member);
    standing.foldOpened(member, index, [{ issuer: member, timeMs: 1, id: new Uint8Array(16), statement, ...more }]);
    standing.settle(member, index + 1);
  };
  const force = (index: number, statement: Statement) =>
    standing.quarantine.restriction('hanbit', index, statement)?.force;
  return { standing, state, force };
}

it('a listing is in force, quarantined, struck, or stands no more', () => {
  const { standing, state, force } = folded();
  for (const key of [ONE, OTHER, THIRD]) state('hanbit', blocked(key));
  assert.deepEqual([force(0, blocked(ONE)), force(2, blocked(THIRD))], ['in force', 'quarantined']);
  assert.deepEqual([...standing.quarantine.ranges('hanbit')], [[2, 3]]);
  assert.equal(force(1, blocked(ONE)), undefined, 'another statement than the entry’s');
  state('gwan', { kind: 'statements.confirmed', member: 'hanbit', from: 2, to: 3 });
  assert.equal(force(2, blocked(THIRD)), 'in force');
  assert.deepEqual([...standing.quarantine.ranges('hanbit')], []);
  state('gwan', { kind: 'statements.struck', member: 'hanbit', from: 2, to: 3 });
  assert.equal(force(2, blocked(THIRD)), 'struck');
  state('hanbit', released(ONE, { member: 'hanbit', index: 0 }));
  assert.equal(force(0, blocked(ONE)), undefined);
  state('gwan', released(OTHER, { member: 'hanbit', index: 1 }));
  assert.equal(force(1, blocked(OTHER)), undefined, 'a regulator has overruled it');
});

it('counts the devices of a range, and nothing for what restricts nothing', () => {
  const { standing, state } = folded(false);
  const range: Statement = {
    kind: 'device.blocked',
    target: { kind: 'range', from: imei(35_000_001, 10), to: imei(35_000_001, 19) },
    reason: 'stolen',
  };
  state('hanbit', range);
  assert.deepEqual(standing.quarantine.restriction('hanbit', 0, range), { force: 'in force', devices: 10 });
  state('hanbit', { kind: 'gate.opened' });
  assert.equal(standing.quarantine.restriction('hanbit', 1, { kind: 'gate.opened' }), undefined);
});

it('one that was stated anew stands under its old index too', () => {
  const { state, force } = folded(false);
  state('hanbit', blocked(ONE));
  state('hanbit', blocked(ONE), { continues: 0 });
  assert.deepEqual([force(0, blocked(ONE)), force(1, blocked(ONE))], ['in force', 'in force']);
});

it('what is said of cells and senders stands until it is taken back', () => {
  const { state, force } = folded(false);
  state('hanbit', FIRST_CELL);
  state('hanbit', SUSPENDED);
  assert.deepEqual([force(0, FIRST_CELL), force(1, SUSPENDED)], ['in force', 'in force']);
  state('hanbit', { kind: 'cell.cleared', cell: CELLS[0]!, ends: { member: 'hanbit', index: 0 } });
  state('hanbit', { kind: 'sender.reinstated', certificate: 'KS-2026-000001', reason: 'remedied' });
  assert.deepEqual([force(0, FIRST_CELL), force(1, SUSPENDED)], [undefined, undefined]);
});
