import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../base/log.ts';
import { type ImeiKey, tacOf } from '../identifiers/imei.ts';
import { encodeEntry } from '../ledger/entry.ts';
import type { DeviceListed, Statement } from '../statements/statement.ts';
import {
  covers,
  DEVICES,
  entryOf,
  foldSettled,
  imei,
  type InForce,
  inForce,
  type Logs,
  logs,
  MEMBERS,
  TAGS,
  targetOf,
} from '../../test/support/standing.ts';
import { Findings, SCOPES } from './findings.ts';
import type { HashKey } from './hash.ts';
import { FRESH_SECONDS_MAX, LOG_SIZE_MAX } from './memory.ts';
import { RELEASES_AHEAD_MAX } from './releases-ahead.ts';
import { type FoldCounts, Standing } from './standing.ts';
import { PAIRINGS_PER_DEVICE_MAX, STATEMENTS_PER_PLACE_MAX } from './standing-index.ts';

const A = imei(35_209_900, 176_148);
const blocked: Statement = { kind: 'device.blocked', target: { kind: 'imei', imei: A }, reason: 'stolen' };
const ranged: DeviceListed = {
  kind: 'device.tracked',
  target: { kind: 'range', from: A, to: (A + 100) as ImeiKey },
  reason: 'counterfeit',
};
const paired: Statement = { kind: 'device.paired', imei: A, tag: TAGS[0]! };

function releaseOf(statement: Statement, member: string, index: number): Statement {
  return { kind: 'device.released', target: targetOf(statement)!, ends: { member, index }, reason: 'withdrawn' };
}

/** Standing with a way to state as a member, one entry after the other. */
function newStanding(hashKey?: HashKey): {
  standing: Standing;
  state: (member: string, ...statements: Statement[]) => FoldCounts;
} {
  const standing = new Standing({ members: MEMBERS, ...(hashKey !== undefined && { hashKey }) }, { log: silentLog });
  return {
    standing,
    state: (member, ...statements) =>
      foldSettled(
        standing,
        member,
        statements.map((statement) => entryOf(member, statement)),
      ),
  };
}

function found(standing: Standing, key: ImeiKey): string[] {
  const findings = new Findings(MEMBERS.length);
  const count = standing.openReader().find(key, findings);
  return Array.from({ length: count }, (_, at) => {
    const scope = SCOPES[findings.scope(at)]!;
    return `${scope} ${findings.member(at)} ${findings.index(at)} ${findings.kind(at)} ${findings.reason(at)}`;
  });
}

/** The same lines from the model. */
function expected(held: readonly InForce[], key: ImeiKey): string[] {
  const scopeOf = { imei: 'exact', range: 'range', tac: 'tac' } as const;
  return held
    .flatMap(({ member, index, statement }) => {
      if (statement.kind !== 'device.blocked' && statement.kind !== 'device.tracked') return [];
      if (!covers(statement.target, key)) return [];
      const scope = scopeOf[statement.target.kind];
      return [{ scope, member, index, line: `${scope} ${member} ${index} ${statement.kind} ${statement.reason}` }];
    })
    .sort((a, b) => SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope) || a.member - b.member || a.index - b.index)
    .map(({ line }) => line);
}

function assertStandsAsModel(standing: Standing, read: Logs): void {
  const held = inForce(read);
  const reader = standing.openReader();
  const restsOn = { member: 0, index: 0 };
  for (const key of DEVICES) {
    assert.deepEqual(found(standing, key), expected(held, key));
    for (const tag of TAGS) {
      const first = held.find(
        ({ statement }) => statement.kind === 'device.paired' && statement.imei === key && statement.tag === tag,
      );
      assert.equal(reader.isPaired(key, tag, restsOn), first !== undefined);
      if (first !== undefined) assert.deepEqual(restsOn, { member: first.member, index: first.index });
    }
    assert.equal(
      reader.hasPairing(key),
      held.some(({ statement }) => statement.kind === 'device.paired' && statement.imei === key),
    );
  }
  for (const number of MEMBERS.keys()) {
    const first = held.find(({ member, statement }) => member === number && statement.kind === 'gate.opened');
    assert.equal(reader.openedBy(number), first?.index ?? -1);
  }
}

describe('the fold', () => {
  it('gives what the rules say, and one digest, whatever the order between the logs and the size of batches', () => {
    const turns = fc.array(fc.record({ member: fc.nat(MEMBERS.length - 1), batch: fc.integer({ min: 1, max: 7 }) }), {
      maxLength: 60,
    });
    const keys = fc.record({
      low: fc.integer().map((drawn) => drawn | 1),
      high: fc.integer().map((drawn) => drawn | 1),
    });
    fc.assert(
      fc.property(logs, turns, turns, keys, (read, one, other, hashKey) => {
        const bytes = read.map((log, number) => log.map((statement) => entryOf(MEMBERS[number]!.name, statement)));
        const first = foldAll(newStanding().standing, bytes, one);
        const second = foldAll(newStanding(hashKey).standing, bytes, other);
        assert.equal(second.digest(), first.digest());
        assertStandsAsModel(first, read);
        assertStandsAsModel(second, read);
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with the rules after each entry', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat(MEMBERS.length - 1), { maxLength: 40 }), (read, turns) => {
        const { standing, state } = newStanding();
        for (const number of turns) {
          const { name } = MEMBERS[number]!;
          const next = read[number]![standing.foldedSize(name)];
          if (next === undefined) continue;
          state(name, next);
          assertStandsAsModel(
            standing,
            read.map((log, member) => log.slice(0, standing.foldedSize(MEMBERS[member]!.name))),
          );
        }
      }),
      { numRuns: 15 },
    );
  });

  it('ends a statement by a release of the same member that repeats its target', () => {
    const { standing, state } = newStanding();
    state('hanbit', blocked, ranged, paired);
    assert.deepEqual(found(standing, A), ['exact 0 0 device.blocked stolen', 'range 0 1 device.tracked counterfeit']);
    const counts = state(
      'hanbit',
      releaseOf(blocked, 'hanbit', 0),
      releaseOf(ranged, 'hanbit', 1),
      releaseOf(paired, 'hanbit', 2),
    );
    assert.equal(counts.ended, 3);
    assert.deepEqual(found(standing, A), []);
    assert.equal(standing.openReader().hasPairing(A), false);
  });

  it('counts a release that ends nothing: another target, another member, another entry, twice', () => {
    const { standing, state } = newStanding();
    state('hanbit', blocked);
    const other: Statement = { ...blocked, target: { kind: 'imei', imei: (A + 1) as ImeiKey } };
    assert.equal(state('hanbit', releaseOf(other, 'hanbit', 0)).ineffective, 1);
    assert.equal(state('saerom', releaseOf(blocked, 'hanbit', 0)).ineffective, 1);
    assert.equal(state('hanbit', releaseOf(blocked, 'hanbit', 1)).ineffective, 1);
    assert.equal(state('hanbit', releaseOf(blocked, 'hanbit', 9)).ineffective, 1);
    assert.equal(state('hanbit', releaseOf(blocked, 'nobody', 0)).ineffective, 1);
    assert.equal(state('gwan', releaseOf(blocked, 'saerom', LOG_SIZE_MAX)).ineffective, 1);
    assert.deepEqual(found(standing, A), ['exact 0 0 device.blocked stolen']);
    assert.equal(state('hanbit', releaseOf(blocked, 'hanbit', 0)).ended, 1);
    assert.equal(state('hanbit', releaseOf(blocked, 'hanbit', 0)).ineffective, 1);
  });

  it('ends a range by its own two ends only', () => {
    const { state } = newStanding();
    state('hanbit', ranged);
    for (const [first, last] of [
      [0, 99],
      [1, 100],
      [0, 101],
    ] as const) {
      const target = { kind: 'range', from: (A + first) as ImeiKey, to: (A + last) as ImeiKey } as const;
      assert.equal(state('hanbit', releaseOf({ ...ranged, target }, 'hanbit', 0)).ineffective, 1);
    }
    assert.equal(state('hanbit', releaseOf(ranged, 'hanbit', 0)).ended, 1);
  });

  it('lets a regulator overrule another member, before or after the entry is read, and its member end it', () => {
    const early = newStanding();
    assert.equal(early.state('gwan', releaseOf(blocked, 'hanbit', 0)).ahead, 1);
    assert.equal(early.standing.sizes().releasesAhead, 1);
    early.state('hanbit', blocked);
    const late = newStanding();
    late.state('hanbit', blocked);
    assert.equal(late.state('gwan', releaseOf(blocked, 'hanbit', 0)).ended, 1);
    for (const { standing, state } of [early, late]) {
      assert.deepEqual(found(standing, A), []);
      assert.equal(standing.sizes().releasesAhead, 0);
      assert.equal(standing.digest(), late.standing.digest());
      assert.equal(state('gwan', releaseOf(blocked, 'hanbit', 0)).ineffective, 1);
      assert.equal(state('hanbit', releaseOf(blocked, 'hanbit', 0)).ended, 1);
      assert.equal(standing.sizes().devices, 0);
    }
  });

  it('tells a member which of its entries a regulator has ended, and which are held no more', () => {
    const tac: Statement = { kind: 'device.blocked', target: { kind: 'tac', tac: tacOf(A) }, reason: 'fraud' };
    const statements = [blocked, ranged, paired, tac, blocked];
    const { standing, state } = newStanding();
    const past = (): string[] =>
      statements.map((statement, index) => {
        const { kind } = statement;
        return standing.held.past('hanbit', { kind, target: targetOf(statement), index }) ?? '';
      });
    const all = (word: string): string[] => statements.map(() => word);
    state('gwan', releaseOf(blocked, 'hanbit', 0));
    assert.deepEqual(past(), all(''), 'not before the entry is read');
    state('hanbit', ...statements);
    assert.deepEqual(past(), ['overruled', '', '', '', '']);
    state('gwan', ...[1, 2, 3].map((index) => releaseOf(statements[index]!, 'hanbit', index)));
    assert.deepEqual(past(), [...all('overruled').slice(1), '']);
    const index = standing.foldedSize('gwan');
    assert.equal(standing.held.past('gwan', { kind: ranged.kind, target: targetOf(ranged), index }), undefined);
    state('hanbit', ...[0, 1, 2, 3].map((index) => releaseOf(statements[index]!, 'hanbit', index)));
    assert.deepEqual(past(), [...all('lapsed').slice(1), ''], 'what its member has ended in the log is held no more');
  });

  it('forgets an overrule ahead whose entry turns out to be another, or none', () => {
    const { standing, state } = newStanding();
    state('gwan', releaseOf(blocked, 'hanbit', 0), releaseOf(blocked, 'hanbit', 1), releaseOf(blocked, 'hanbit', 2));
    state('hanbit', ranged);
    foldSettled(standing, 'hanbit', [Buffer.from('rubbish')]);
    assert.equal(standing.sizes().releasesAhead, 1);
    state('hanbit', { kind: 'gate.opened' });
    assert.equal(standing.sizes().releasesAhead, 0);
    assert.deepEqual(found(standing, A), ['range 0 0 device.tracked counterfeit']);
  });

  it('opens and restores the gates of the issuer only', () => {
    const { standing, state } = newStanding();
    const reader = standing.openReader();
    assert.equal(state('hanbit', { kind: 'gate.opened' }, { kind: 'gate.opened' }).stated, 2);
    assert.deepEqual([reader.openedBy(0), reader.openedBy(1)], [0, -1]);
    assert.equal(state('gwan', { kind: 'gate.restored', ends: { member: 'hanbit', index: 0 } }).ineffective, 1);
    state('hanbit', { kind: 'gate.restored', ends: { member: 'hanbit', index: 0 } });
    assert.equal(reader.openedBy(0), 1);
    state('hanbit', { kind: 'gate.restored', ends: { member: 'hanbit', index: 1 } });
    assert.equal(reader.openedBy(0), -1);
  });

  it('skips and counts what is no entry, of another issuer, of a kind or version it does not know', () => {
    const { standing } = newStanding();
    const envelope = { issuer: 'hanbit', timeMs: 0, id: new Uint8Array(16) };
    const counts = standing.fold('hanbit', 0, [
      Buffer.from('no CBOR'),
      new Uint8Array(0),
      encodeEntry({ ...envelope, kind: 'device.blocked', version: 1, body: { rubbish: 1 } }),
      entryOf('saerom', blocked),
      encodeEntry({ ...envelope, kind: 'device.blocked', version: 2, body: {} }),
      encodeEntry({ ...envelope, kind: 'weather.changed', version: 1, body: {} }),
      entryOf('hanbit', blocked),
    ]);
    assert.deepEqual(counts, {
      folded: 7,
      stated: 1,
      quarantined: 0,
      waiting: 0,
      ended: 0,
      ahead: 0,
      anchored: 0,
      broken: 0,
      ineffective: 0,
      overLimit: 0,
      unknown: 2,
      sealed: 0,
      malformed: 3,
      foreign: 1,
    });
    assert.deepEqual(found(standing, A), ['exact 0 6 device.blocked stolen']);
  });

  it('finds all statements at the limit of one member and place, and counts the one past it', () => {
    const { standing, state } = newStanding();
    for (const { name } of MEMBERS) {
      const counts = state(name, ...Array.from({ length: STATEMENTS_PER_PLACE_MAX + 1 }, () => blocked));
      assert.deepEqual([counts.stated, counts.overLimit], [STATEMENTS_PER_PLACE_MAX, 1]);
    }
    assert.equal(found(standing, A).length, MEMBERS.length * STATEMENTS_PER_PLACE_MAX);
    state('gwan', releaseOf(blocked, 'hanbit', 3));
    assert.equal(state('hanbit', blocked).overLimit, 1, 'what is overruled is held all the same');
    state('hanbit', releaseOf(blocked, 'hanbit', 3));
    assert.equal(state('hanbit', blocked).stated, 1);
  });

  it('holds pairings of a device up to the limit of one member', () => {
    const { standing, state } = newStanding();
    const tag = (number: number): Uint8Array => new Uint8Array(new Uint32Array([number, 0, 0, 0]).buffer);
    for (let number = 0; number < PAIRINGS_PER_DEVICE_MAX; number++) {
      assert.equal(state('hanbit', { ...paired, tag: tag(number) }).stated, 1);
    }
    assert.equal(state('hanbit', { ...paired, tag: tag(PAIRINGS_PER_DEVICE_MAX) }).overLimit, 1);
    const reader = standing.openReader();
    const restsOn = { member: -1, index: -1 };
    assert.equal(reader.isPaired(A, tag(77), restsOn), true);
    assert.deepEqual(restsOn, { member: 0, index: 77 });
    assert.equal(reader.isPaired(A, tag(77), restsOn, Uint8Array.of(0, 1, 1, 1)), false);
    assert.equal(reader.isPaired(A, tag(PAIRINGS_PER_DEVICE_MAX), restsOn), false);
  });

  it('lets a log settle no further when too many of its overrules wait, and goes on when the entries come', () => {
    const warned: object[] = [];
    const log = { ...silentLog, warn: (facts: object) => warned.push(facts) };
    const standing = new Standing({ members: MEMBERS }, { log });
    const ahead = Array.from({ length: RELEASES_AHEAD_MAX + 1 }, (_, index) =>
      entryOf('gwan', releaseOf(blocked, 'hanbit', index + 1)),
    );
    foldSettled(standing, 'gwan', ahead);
    assert.equal(standing.settledSize('gwan'), RELEASES_AHEAD_MAX);
    assert(warned.length > 0);
    assert.equal((warned[0] as { code: string }).code, 'STANDING_RELEASES_AHEAD_FULL');
    standing.settle('gwan', Infinity);
    assert.equal(standing.settledSize('gwan'), RELEASES_AHEAD_MAX);
    assert.equal(foldSettled(standing, 'maru', [entryOf('maru', releaseOf(blocked, 'hanbit', 1))]).ahead, 1);
    foldSettled(standing, 'hanbit', [entryOf('hanbit', ranged), entryOf('hanbit', blocked)]);
    standing.settle('gwan', Infinity);
    assert.equal(standing.settledSize('gwan'), RELEASES_AHEAD_MAX + 1);
    assert.deepEqual(found(standing, A), ['range 0 0 device.tracked counterfeit']);
  });

  it('takes entries that follow on what was folded, and no others', () => {
    const { standing, state } = newStanding();
    state('hanbit', blocked);
    assert.throws(() => standing.fold('hanbit', 0, []), { code: 'ERR_ASSERTION' });
    assert.throws(() => standing.fold('hanbit', 2, []), { code: 'ERR_ASSERTION' });
    assert.throws(() => standing.fold('nobody', 0, []), { code: 'ERR_ASSERTION' });
  });
});

describe('the header', () => {
  it('tells readers how far each log was folded, and when it was current', () => {
    const { standing, state } = newStanding();
    const reader = standing.openReader();
    assert.equal(reader.freshAtMs(1), 0);
    standing.markFresh('saerom', 1_700_000_000_999);
    state('saerom', blocked, blocked);
    assert.equal(reader.freshAtMs(1), 1_700_000_000_000);
    assert.deepEqual([reader.foldedSize(0), reader.foldedSize(1)], [0, 2]);
    standing.markFresh('saerom', -1);
    assert.equal(reader.freshAtMs(1), 0);
    standing.markFresh('saerom', Number.MAX_SAFE_INTEGER);
    assert.equal(reader.freshAtMs(1), FRESH_SECONDS_MAX * 1000);
    assert.deepEqual(reader.memberNames, ['hanbit', 'saerom', 'gwan', 'maru']);
  });
});

/** Folds in turns until all logs are read; a log that has to wait gets another turn. */
function foldAll(
  standing: Standing,
  logs: readonly (readonly Uint8Array[])[],
  turns: readonly { member: number; batch: number }[],
): Standing {
  const rest = MEMBERS.map((_, member) => ({ member, batch: Infinity }));
  for (const { member, batch } of [...turns, ...rest]) {
    const { name } = MEMBERS[member]!;
    const from = standing.foldedSize(name);
    foldSettled(standing, name, logs[member]!.slice(from, from + batch));
  }
  return standing;
}
