import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CELLS } from '../../test/support/books.ts';
import { imei } from '../../test/support/standing.ts';
import { silentLog } from '../base/log.ts';
import type { Budget } from '../governance/consortium.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import { cellText } from '../identifiers/cell.ts';
import type { DeviceReleased, Statement } from '../statements/statement.ts';
import { Findings } from './findings.ts';
import type { FoldOutcome } from './fold.ts';
import type { KeptStatement } from './held-statements.ts';
import { RANGES_STATED_MAX } from './marks.ts';
import type { Opened } from './opened.ts';
import { EARLIER_INDEXES_MAX } from './restated.ts';
import { Standing, type StandingDeps, type StandingMember } from './standing.ts';

const NOW = 20_000 * 86_400_000;
const BUDGET: Budget = { perHour: 2, perDay: 2, perTac: 2 };
const CROWD: readonly StandingMember[] = [
  { name: 'hanbit', roles: ['operator', 'certifier'], admittedAtMs: NOW },
  { name: 'saerom', roles: ['operator', 'register'], admittedAtMs: NOW },
  { name: 'gwan', roles: ['regulator'], admittedAtMs: NOW },
  { name: 'narae', roles: ['operator'], admittedAtMs: NOW },
];
const keys = Array.from({ length: 8 }, (_, serial) => imei(35_000_000 + serial, serial));

function blocked(key: ImeiKey): Statement {
  return { kind: 'device.blocked', target: { kind: 'imei', imei: key }, reason: 'stolen' };
}

function kept(key: ImeiKey, index: number): KeptStatement {
  return { kind: 'device.blocked', target: { kind: 'imei', imei: key }, index };
}

function released(key: ImeiKey, index: number, member = 'hanbit'): DeviceReleased {
  return { kind: 'device.released', target: { kind: 'imei', imei: key }, ends: { member, index }, reason: 'withdrawn' };
}

function newStanding(more: Partial<StandingDeps> = {}) {
  const deps = { log: silentLog, budgets: { floor: () => BUDGET, budgetOf: () => undefined }, ...more };
  const standing = new Standing({ members: CROWD }, deps);
  /** @returns what became of it, settled at once */
  const state = (member: string, statement: Statement | undefined, more: Partial<Opened> = {}): FoldOutcome => {
    const index = standing.foldedSize(member);
    const opened: Opened = { issuer: member, timeMs: NOW, id: new Uint8Array(16), statement, ...more };
    const folded = standing.foldOpened(member, index, [opened]);
    const settled = standing.settle(member, index + 1);
    return Object.keys(settled).find((outcome) => {
      return outcome !== 'waiting' && settled[outcome as FoldOutcome] + folded[outcome as FoldOutcome] > 0;
    }) as FoldOutcome;
  };
  const found = (key: ImeiKey): number[] => list(standing, key, 'find');
  const held = (key: ImeiKey): number[] => list(standing, key, 'findQuarantined');
  return { standing, state, found, held };
}

function list(standing: Standing, key: ImeiKey, how: 'find' | 'findQuarantined'): number[] {
  const findings = new Findings(CROWD.length);
  const count = standing.openReader()[how](key, findings);
  return Array.from({ length: count }, (_, at) => findings.index(at));
}

/** Five blocks of `hanbit`, of which the budget lets two into force. */
function flooded(deps: Partial<StandingDeps> = {}) {
  const test = newStanding(deps);
  const outcomes = keys.slice(0, 5).map((key) => test.state('hanbit', blocked(key)));
  assert.deepEqual(outcomes, ['stated', 'stated', 'quarantined', 'quarantined', 'quarantined']);
  return test;
}

describe('what is beyond a budget', () => {
  it('is held, in force for nobody, and shown to people', () => {
    const { standing, found, held, state } = flooded();
    assert.deepEqual(keys.slice(0, 5).map(found), [[0], [1], [], [], []]);
    assert.deepEqual(keys.slice(0, 5).map(held), [[], [], [2], [3], [4]]);
    assert.equal(standing.progress('hanbit').quarantined, 3);
    assert.equal(state('hanbit', released(keys[3]!, 3)), 'ended');
    assert.deepEqual(held(keys[3]!), []);
    assert.equal(standing.progress('hanbit').quarantined, 2);
  });

  it('is alarmed once for a member and day', () => {
    const told: object[] = [];
    const { state } = flooded({ log: { ...silentLog, error: (facts: object) => told.push(facts) } });
    assert.deepEqual(told, [{ code: 'STANDING_QUARANTINED', of: 'hanbit', index: 2 }]);
    const nextDay = { witnessedAtMs: NOW + 86_400_000 };
    state('hanbit', { kind: 'log.anchored', own: 'o', shared: 's' }, nextDay);
    for (const key of keys.slice(5)) state('hanbit', blocked(key));
    assert.deepEqual(told.slice(1), [{ code: 'STANDING_QUARANTINED', of: 'hanbit', index: 8 }]);
  });

  it('comes into force when a register or regulator confirms it: before it is read, or after', () => {
    for (const by of ['saerom', 'gwan']) {
      const late = flooded();
      assert.equal(late.state(by, { kind: 'statements.confirmed', member: 'hanbit', from: 3, to: 5 }), 'stated');
      const early = newStanding();
      early.state(by, { kind: 'statements.confirmed', member: 'hanbit', from: 3, to: 5 });
      for (const key of keys.slice(0, 5)) early.state('hanbit', blocked(key));
      for (const { standing, found, held } of [late, early]) {
        assert.deepEqual(keys.slice(0, 5).map(found), [[0], [1], [], [3], [4]]);
        assert.deepEqual(held(keys[2]!), [2]);
        assert.equal(standing.progress('hanbit').quarantined, 1);
      }
      assert.equal(early.standing.digest(), late.standing.digest());
    }
  });

  it('is not confirmed by an operator, by the one who stated it, nor for a range of nothing', () => {
    const { state, found } = flooded();
    assert.equal(state('narae', { kind: 'statements.confirmed', member: 'hanbit', from: 0 }), 'ineffective');
    assert.equal(state('hanbit', { kind: 'statements.confirmed', member: 'hanbit', from: 0 }), 'ineffective');
    assert.equal(state('gwan', { kind: 'statements.confirmed', member: 'hanbit', from: 3, to: 3 }), 'ineffective');
    assert.deepEqual(found(keys[2]!), []);
    const own = newStanding();
    for (const key of keys.slice(0, 3)) own.state('saerom', blocked(key));
    assert.equal(own.state('saerom', { kind: 'statements.confirmed', member: 'saerom', from: 0 }), 'ineffective');
    assert.deepEqual(own.found(keys[2]!), []);
  });

  it('is not known in force by a confirmation of what a thief restates: what cannot be opened is held back', () => {
    const { state, found, held } = newStanding();
    assert.equal(state('hanbit', undefined, { isSealed: true }), 'sealed');
    assert.equal(state('hanbit', blocked(keys[0]!), { continues: 0 }), 'quarantined');
    assert.deepEqual([found(keys[0]!), held(keys[0]!)], [[], [1]]);
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 1, to: 2 });
    assert.deepEqual(found(keys[0]!), [1]);
    assert.equal(state('hanbit', blocked(keys[1]!)), 'stated', 'it has cost nothing');
    assert.equal(state('hanbit', released(keys[0]!, 0)), 'ended', 'a release of the old one follows it');
    assert.deepEqual(found(keys[0]!), []);
  });
});

describe('what is struck', () => {
  it('is in force for nobody, at once and for what is read later, and counts as overruled for its member', () => {
    const { standing, state, found, held } = flooded();
    assert.equal(state('narae', { kind: 'statements.struck', member: 'hanbit', from: 0 }), 'ineffective');
    assert.equal(state('gwan', { kind: 'statements.struck', member: 'hanbit', from: 1 }), 'stated');
    state('hanbit', blocked(keys[5]!));
    assert.deepEqual(keys.slice(0, 6).map(found), [[0], [], [], [], [], []]);
    assert.deepEqual(keys.slice(0, 6).flatMap(held), []);
    assert.equal(standing.progress('hanbit').quarantined, 0);
    const past = (at: number) => standing.held.past('hanbit', kept(keys[at]!, at));
    assert.deepEqual([0, 1, 2].map(past), [undefined, 'overruled', 'overruled']);
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 0 });
    assert.deepEqual(found(keys[3]!), [], 'confirming it does not bring it back');
  });

  it('by its own member too, and only once witnesses have seen that', () => {
    const { standing, found } = flooded();
    const statement: Statement = { kind: 'statements.struck', member: 'hanbit', from: 0, to: 2 };
    const opened = { issuer: 'hanbit', timeMs: NOW, id: new Uint8Array(16), statement };
    assert.equal(standing.foldOpened('hanbit', 5, [opened]).waiting, 1);
    assert.deepEqual(found(keys[0]!), [0]);
    standing.settle('hanbit', 6);
    assert.deepEqual(found(keys[0]!), []);
  });

  it('stays struck when it is stated anew', () => {
    for (const isEarly of [true, false]) {
      const { standing, state, found } = flooded();
      const strike = (): FoldOutcome => state('gwan', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 5 });
      if (isEarly) strike();
      for (const [index, key] of keys.slice(0, 5).entries()) state('hanbit', blocked(key), { continues: index });
      if (!isEarly) strike();
      assert.deepEqual(keys.slice(0, 5).flatMap(found), []);
      for (const index of [0, 5]) {
        assert.equal(standing.held.past('hanbit', kept(keys[0]!, index)), 'overruled');
      }
    }
  });

  it(`is stated ${RANGES_STATED_MAX} times by one member at most`, () => {
    const { standing, state } = newStanding();
    const statement: Statement = { kind: 'statements.struck', member: 'hanbit', from: 1, to: 2 };
    const opened = { issuer: 'hanbit', timeMs: NOW, id: new Uint8Array(16), statement };
    standing.foldOpened(
      'hanbit',
      0,
      Array.from({ length: RANGES_STATED_MAX }, () => opened),
    );
    assert.equal(standing.settle('hanbit', RANGES_STATED_MAX).stated, RANGES_STATED_MAX);
    assert.equal(state('hanbit', statement), 'overLimit');
    assert.equal(state('gwan', statement), 'stated', 'another has its own');
  });
});

describe('a statement made anew', () => {
  it('takes the place of the old one at no cost, with all that was said about it', () => {
    const { standing, state, found, held } = flooded();
    state('gwan', released(keys[1]!, 1));
    const outcomes = keys.slice(0, 3).map((key, index) => state('hanbit', blocked(key), { continues: index }));
    assert.deepEqual(outcomes, ['stated', 'stated', 'quarantined']);
    assert.deepEqual(keys.slice(0, 3).map(found), [[5], [], []]);
    assert.deepEqual(held(keys[2]!), [7]);
    assert.equal(standing.sizes().devices, 5);
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 2, to: 3 });
    assert.deepEqual(found(keys[2]!), [7], 'a confirmation of the old one holds for the new one');
    assert.equal(state('hanbit', released(keys[0]!, 0)), 'ended');
    assert.equal(state('hanbit', released(keys[2]!, 7)), 'ended');
    assert.equal(state('gwan', released(keys[3]!, 3)), 'ended', 'a regulator overrules what is quarantined');
    assert.deepEqual(keys.slice(0, 3).flatMap(found), []);
  });

  it('follows over many steps, and counts as new beyond a limit', () => {
    const { state, found } = newStanding();
    state('hanbit', blocked(keys[0]!));
    for (let index = 0; index < EARLIER_INDEXES_MAX; index++) {
      assert.equal(state('hanbit', blocked(keys[0]!), { continues: index }), 'stated');
    }
    assert.equal(state('hanbit', blocked(keys[1]!)), 'stated');
    assert.equal(state('hanbit', blocked(keys[0]!), { continues: EARLIER_INDEXES_MAX }), 'quarantined');
    assert.deepEqual(found(keys[0]!), []);
  });

  it('with another target or code, or of a later entry, is held back', () => {
    const { state, held } = newStanding();
    state('hanbit', blocked(keys[0]!));
    assert.equal(state('hanbit', blocked(keys[1]!), { continues: 0 }), 'quarantined');
    const tracked = { ...blocked(keys[0]!), kind: 'device.tracked' } as Statement;
    assert.equal(state('hanbit', tracked, { continues: 0 }), 'quarantined');
    assert.equal(state('hanbit', blocked(keys[0]!), { continues: 3 }), 'quarantined');
    assert.deepEqual(held(keys[0]!), [2, 3]);
    assert.equal(state('hanbit', released(keys[0]!, 0)), 'ended', 'the old one is released by its own index');
  });

  it('waits for a release of the old one', () => {
    const { standing, found } = newStanding();
    const opened = (statement: Statement, more: Partial<Opened> = {}): Opened => {
      return { issuer: 'hanbit', timeMs: NOW, id: new Uint8Array(16), statement, ...more };
    };
    const log = [opened(blocked(keys[0]!)), opened(released(keys[0]!, 0)), opened(blocked(keys[0]!), { continues: 0 })];
    assert.equal(standing.foldOpened('hanbit', 0, log).folded, 2);
    standing.settle('hanbit', 2);
    assert.equal(standing.foldOpened('hanbit', 2, log.slice(2)).quarantined, 1);
    assert.deepEqual(found(keys[0]!), []);
  });
});

describe('senders and cells', () => {
  const distrusted = (at: number): Statement => ({
    kind: 'cell.distrusted',
    cell: CELLS[0]!,
    fromMs: at,
    reason: 'cloned',
  });
  const cells = ({ books }: Standing): number[] =>
    books.cells.find(cellText(CELLS[0]!)).map(({ entry }) => entry.index);

  it('follow the same rules: beyond the budget, confirmed, struck, stated anew', () => {
    const { standing, state } = newStanding();
    const outcomes = [1, 2, 3, 4].map((at) => state('hanbit', distrusted(at)));
    assert.deepEqual(outcomes, ['stated', 'stated', 'quarantined', 'quarantined']);
    assert.deepEqual(cells(standing), [0, 1]);
    assert.equal(standing.progress('hanbit').quarantined, 2);
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 3, to: 4 });
    assert.deepEqual(cells(standing), [0, 1, 3]);
    assert.equal(state('hanbit', distrusted(1), { continues: 0 }), 'stated');
    assert.equal(state('hanbit', distrusted(3), { continues: 2 }), 'quarantined');
    assert.equal(state('hanbit', distrusted(9), { continues: 99 }), 'quarantined', 'of what nobody can see');
    assert.deepEqual(cells(standing), [1, 3, 4]);
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 2, to: 3 });
    assert.deepEqual(cells(standing), [1, 3, 4, 5], 'a confirmation of the old one holds for the new one');
    const ends = { member: 'hanbit', index: 0 };
    assert.equal(state('hanbit', { kind: 'cell.cleared', cell: CELLS[0]!, ends }), 'stated');
    assert.deepEqual(cells(standing), [1, 3, 5], 'a clearance of the old one follows it');
    state('gwan', { kind: 'statements.struck', member: 'hanbit', from: 1, to: 4 });
    assert.deepEqual(cells(standing), []);
  });

  it('a suspension that was struck lets the firm send again', () => {
    const { standing, state } = newStanding();
    const certificate = 'KS-2026-000001';
    const certified: Statement = {
      kind: 'sender.certified',
      certificate,
      firm: 'x',
      originator: '301200001',
      priority: 'normal',
    };
    state('hanbit', certified);
    state('hanbit', { kind: 'sender.suspended', certificate, reason: 'spam' });
    assert.equal(standing.books.senders.find(certificate)?.state, 'suspended');
    state('hanbit', { kind: 'sender.suspended', certificate, reason: 'spam' }, { continues: 1 });
    assert.deepEqual(
      standing.books.senders.find(certificate)?.entries.map(({ index }) => index),
      [0, 2],
    );
    state('hanbit', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 2 });
    assert.equal(standing.books.senders.find(certificate)?.state, 'certified');
  });
});

describe('a snapshot of all this', () => {
  it('gives back the same standing, which goes on as the original does', async () => {
    const { standing, state } = flooded();
    state('saerom', { kind: 'statements.confirmed', member: 'hanbit', from: 2, to: 3 });
    state('hanbit', blocked(keys[0]!), { continues: 0 });
    state('hanbit', { kind: 'cell.distrusted', cell: CELLS[0]!, fromMs: 1, reason: 'cloned' });
    const waits = { issuer: 'hanbit', timeMs: NOW, id: new Uint8Array(16), statement: released(keys[0]!, 0) };
    standing.foldOpened('hanbit', standing.foldedSize('hanbit'), [waits]);
    const folder = await mkdtemp(join(tmpdir(), 'quarantine-'));
    try {
      const root = '1'.repeat(64);
      const roots = new Map(CROWD.map(({ name }) => [name, root]));
      await standing.writeSnapshot(join(folder, 'snapshot'), roots);
      const deps = { log: silentLog, budgets: { floor: () => BUDGET, budgetOf: () => undefined } };
      const options = { members: CROWD, rootAt: () => Promise.resolve(root) };
      const loaded = await Standing.fromSnapshot(join(folder, 'snapshot'), options, deps);
      assert.equal(loaded.digest(), standing.digest());
      assert.deepEqual(loaded.progress('hanbit'), standing.progress('hanbit'));
      for (const one of [standing, loaded]) {
        one.settle('hanbit', 99);
        const opened = { ...waits, statement: blocked(keys[7]!) };
        assert.equal(
          one.foldOpened('hanbit', one.foldedSize('hanbit'), [opened]).quarantined,
          1,
          'the budget is used up',
        );
        assert.deepEqual([list(one, keys[0]!, 'find'), list(one, keys[2]!, 'find')], [[], [2]]);
      }
      assert.equal(loaded.digest(), standing.digest());
      const ended = CROWD.map((member) => ({ ...member, endsAtSize: 3 }));
      await assert.rejects(Standing.fromSnapshot(join(folder, 'snapshot'), { ...options, members: ended }, deps), {
        message: 'SNAPSHOT_STALE',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what is stated anew after its epoch ended', () => {
  const sealed = { isSealed: true } as const;

  it('is in force where governance says that it was compared, answers to its earlier index, and costs nothing', () => {
    const { standing, state, found, held } = newStanding({ restatedBelow: (member) => (member === 'hanbit' ? 7 : 0) });
    for (const _ of [0, 1, 2]) state('hanbit', undefined, sealed);
    for (const [index, key] of keys.slice(0, 3).entries()) {
      assert.equal(state('hanbit', blocked(key), { continues: index }), 'stated');
    }
    assert.equal(standing.held.presentIndex('hanbit', 1), 4);
    assert.equal(state('hanbit', released(keys[1]!, 1)), 'ended');
    assert.deepEqual(keys.slice(0, 3).map(found), [[3], [], [5]]);
    // The first size that nobody vouched for.
    state('hanbit', blocked(keys[3]!), { continues: 2 });
    assert.deepEqual([found(keys[3]!), held(keys[3]!)], [[], [7]]);
  });

  it('is struck where what it continues was, before it or after', () => {
    for (const isBefore of [true, false]) {
      const { state, found } = newStanding({ restatedBelow: () => 2 });
      const strike = (): unknown => state('gwan', { kind: 'statements.struck', member: 'hanbit', from: 0, to: 1 });
      state('hanbit', undefined, sealed);
      if (isBefore) strike();
      state('hanbit', blocked(keys[0]!), { continues: 0 });
      if (!isBefore) strike();
      assert.deepEqual(found(keys[0]!), []);
    }
  });

  it('waits, as all that comes after, for a key that is on its way', () => {
    const { standing } = newStanding();
    const entry: Opened = { issuer: 'hanbit', timeMs: NOW, id: new Uint8Array(16), statement: undefined };
    const counts = standing.foldOpened('hanbit', 0, [{ ...entry, isSealed: true, isKeyExpected: true }, entry]);
    assert.equal(counts.folded, 0);
    assert.equal(standing.foldOpened('hanbit', 0, [{ ...entry, isSealed: true }]).folded, 1);
  });
});
