import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { HandClock } from '../../base/clock.ts';
import type { ImeiKey, Tac } from '../../identifiers/imei.ts';
import { parseImsi } from '../../identifiers/imsi.ts';
import { orThrow } from '../../base/fault.ts';
import { pairingTag } from '../../statements/pairing-tag.ts';
import type { DeviceReason, Statement } from '../../statements/statement.ts';
import { gateConfig, MEMBERS, PAIRING_KEY, type Stater, TestStanding } from '../../../test/support/equipment-gate.ts';
import { ANSWER_NAMES, type AnswerName, EQUIPMENT_ANSWER, type GateName } from './answer.ts';
import { EquipmentChecker, type Sighting } from './check.ts';
import { GateCounters, sumCounters } from './counters.ts';
import { CompiledPolicy } from './policy.ts';

const IMEI = 35_209_900_176_148 as ImeiKey;
const TAC = 35_209_900 as Tac;
const IMSI = '450970000000001';
const OTHER_IMSI = '450970000000002';
const NOW_MS = 1_700_000_000_000;

let test: TestStanding;
let clock: HandClock;
let counters: GateCounters;
let sightings: Sighting[];

beforeEach(() => {
  test = new TestStanding();
  clock = new HandClock(NOW_MS);
  counters = new GateCounters();
  sightings = [];
  test.markAllFresh(NOW_MS);
});

function checker(policy: object = {}): EquipmentChecker {
  return new EquipmentChecker(
    { policy: new CompiledPolicy(gateConfig({ policy }).policy, MEMBERS), ownMember: 0, pairingKey: PAIRING_KEY },
    { standing: test.standing.openReader(), clock, counters, onSighting: (sighting) => sightings.push(sighting) },
  );
}

function answer(
  policy: object = {},
  { imsi = '', gate = 's13', key = IMEI }: { imsi?: string; gate?: GateName; key?: ImeiKey | -1 } = {},
): AnswerName {
  const equipment = checker(policy);
  const answered = ANSWER_NAMES[equipment.check(gate, key, imsi, 'mme1')];
  assert.equal(equipment.explain(gate, key, imsi).answer, answered);
  return answered;
}

function block(member: Stater, reason: DeviceReason = 'stolen'): number {
  return test.state(member, { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason });
}

function track(member: Stater, reason: DeviceReason = 'lost'): number {
  return test.state(member, { kind: 'device.tracked', target: { kind: 'imei', imei: IMEI }, reason });
}

function blockTac(member: Stater): number {
  return test.state(member, { kind: 'device.blocked', target: { kind: 'tac', tac: TAC }, reason: 'counterfeit' });
}

function pair(member: Stater, imsi = IMSI): number {
  const tag = pairingTag(PAIRING_KEY, IMEI, orThrow(parseImsi(imsi)));
  return test.state(member, { kind: 'device.paired', imei: IMEI, tag });
}

describe('the default', () => {
  it('is the answer for a device that nothing is stated about, for each gate its own', () => {
    const policy = { defaults: { s13: 'allowed', n5gEir: 'tracked' } };
    assert.equal(answer(policy), 'allowed');
    assert.equal(answer(policy, { gate: 'n5g-eir' }), 'tracked');
    assert.equal(answer(), 'unknown');
  });

  it('gives way to what the caller is to be told', () => {
    const told = checker().check('s13', IMEI, '', 'mme1', EQUIPMENT_ANSWER.blocked);
    assert.equal(told, EQUIPMENT_ANSWER.blocked);
  });

  it('is the answer for what has no IMEI', () => {
    block('duru');
    assert.equal(answer({}, { key: -1 }), 'unknown');
  });
});

describe('statements', () => {
  it('block the one device, at both gates, whoever of the members says so', () => {
    block('duru');
    assert.equal(answer(), 'blocked');
    assert.equal(answer({}, { gate: 'n5g-eir' }), 'blocked');
    assert.equal(answer({}, { key: (IMEI + 1) as ImeiKey }), 'unknown');
  });

  it('block more strongly than they track', () => {
    track('hanbit');
    assert.equal(answer(), 'tracked');
    block('hub');
    assert.equal(answer(), 'blocked');
  });

  it('about a TAC and a range reach every device in it', () => {
    blockTac('kcc');
    assert.equal(answer(), 'blocked');
    const range = { kind: 'range', from: 86_000_000_000_010 as ImeiKey, to: 86_000_000_000_020 as ImeiKey } as const;
    test.state('hub', { kind: 'device.tracked', target: range, reason: 'faulty' });
    assert.equal(answer({}, { key: range.from }), 'tracked');
    assert.equal(answer({}, { key: range.to }), 'tracked');
    assert.equal(answer({}, { key: (range.to + 1) as ImeiKey }), 'unknown');
  });

  it('about the device itself decide before those about its TAC', () => {
    blockTac('kcc');
    track('hanbit');
    assert.equal(answer(), 'tracked');
  });

  it('that policy ignores leave the decision to the TAC', () => {
    blockTac('kcc');
    track('duru');
    assert.equal(answer({ rules: [{ members: ['duru'], reasons: ['*'], answer: 'ignored' }] }), 'blocked');
  });

  it('end with their release', () => {
    const index = block('duru');
    const released: Statement = {
      kind: 'device.released',
      target: { kind: 'imei', imei: IMEI },
      ends: { member: 'duru', index },
      reason: 'recovered',
    };
    test.state('duru', released);
    assert.equal(answer(), 'unknown');
  });
});

describe('IMSI ranges', () => {
  const imsiRanges = [{ from: '450970000000000', to: '450970000000001', answer: 'allowed' }];

  it('decide before what is stated about the device', () => {
    block('duru');
    assert.equal(answer({ imsiRanges }, { imsi: IMSI }), 'allowed');
    assert.equal(answer({ imsiRanges }, { imsi: OTHER_IMSI }), 'blocked');
    assert.equal(answer({ imsiRanges }), 'blocked');
  });

  it('decide for equipment without an IMEI too', () => {
    assert.equal(answer({ imsiRanges }, { imsi: IMSI, key: -1 }), 'allowed');
  });
});

describe('a pairing', () => {
  it('lifts a refusal for its subscriber and for no other', () => {
    block('duru');
    pair('hanbit');
    assert.equal(answer({}, { imsi: IMSI }), 'allowed');
    assert.equal(answer({}, { imsi: OTHER_IMSI }), 'blocked');
    assert.equal(answer({}, { imsi: '' }), 'blocked');
    assert.equal(answer({}, { imsi: '45097' }), 'blocked');
  });

  it('lifts what a TAC, an IMSI range or the default would refuse', () => {
    pair('hanbit');
    const imsiRanges = [{ from: IMSI, to: IMSI, answer: 'blocked' }];
    assert.equal(answer({ imsiRanges }, { imsi: IMSI }), 'allowed');
    assert.equal(answer({ defaults: { s13: 'blocked' } }, { imsi: IMSI }), 'allowed');
    blockTac('kcc');
    assert.equal(answer({}, { imsi: IMSI }), 'allowed');
  });

  it('does not make a device known that nothing is stated about', () => {
    pair('hanbit');
    assert.equal(answer({}, { imsi: IMSI }), 'unknown');
  });

  it('counts only where policy trusts its member, even when another states the same', () => {
    block('duru');
    pair('hanbit');
    assert.equal(answer({ pairingMembers: ['role:hub'] }, { imsi: IMSI }), 'blocked');
    pair('hub');
    assert.equal(answer({ pairingMembers: ['role:hub'] }, { imsi: IMSI }), 'allowed');
  });
});

describe('the emergency override', () => {
  it('of the own member allows every device, and of another does nothing', () => {
    block('hanbit');
    test.state('duru', { kind: 'gate.opened' });
    assert.equal(answer(), 'blocked');
    const index = test.state('hanbit', { kind: 'gate.opened' });
    assert.equal(answer(), 'allowed');
    assert.equal(answer({ shadow: true, defaults: { s13: 'blocked' } }), 'allowed');
    test.state('hanbit', { kind: 'gate.restored', ends: { member: 'hanbit', index } });
    assert.equal(answer(), 'blocked');
  });
});

describe('a stale log', () => {
  const staleAfterSeconds = 3_600;

  it('is enforced, tracked or ignored as policy says, from one moment past the limit', () => {
    block('duru');
    clock.advance(staleAfterSeconds * 1_000);
    assert.equal(answer({ staleAfterSeconds, whenStale: 'ignore' }), 'blocked');
    clock.advance(1);
    assert.equal(answer({ staleAfterSeconds, whenStale: 'ignore' }), 'unknown');
    assert.equal(answer({ staleAfterSeconds, whenStale: 'track' }), 'tracked');
    assert.equal(answer({ staleAfterSeconds, whenStale: 'enforce' }), 'blocked');
    test.standing.markFresh('duru', clock.nowMs());
    assert.equal(answer({ staleAfterSeconds, whenStale: 'ignore' }), 'blocked');
  });

  it('is never the own one', () => {
    block('hanbit');
    clock.advance(1_000 * staleAfterSeconds * 1_000);
    assert.equal(answer({ staleAfterSeconds, whenStale: 'ignore' }), 'blocked');
  });

  it('is any that was never known to be current', () => {
    block('hub');
    test.standing.markFresh('hub', 0);
    assert.equal(answer({ whenStale: 'ignore' }), 'unknown');
  });

  it('does not come of a clock that jumps back', () => {
    block('duru');
    clock.jump(-86_400_000);
    assert.equal(answer({ whenStale: 'ignore', staleAfterSeconds: 1 }), 'blocked');
  });

  it('costs one look at the clock for a check, and none for a device that nothing is stated about', () => {
    let looks = 0;
    const counting = { nowMs: () => (looks += 1) && NOW_MS, steadyMs: () => 0 };
    const policy = new CompiledPolicy(gateConfig({ policy: { whenStale: 'ignore' } }).policy, MEMBERS);
    const equipment = new EquipmentChecker(
      { policy, ownMember: 0, pairingKey: PAIRING_KEY },
      { standing: test.standing.openReader(), clock: counting, counters, onSighting() {} },
    );
    block('duru', 'other');
    block('hub');
    track('kcc');
    equipment.check('s13', (IMEI + 1) as ImeiKey, '', 'mme1');
    assert.equal(looks, 0);
    equipment.check('s13', IMEI, '', 'mme1');
    assert.equal(looks, 1);
  });
});

describe('shadow mode', () => {
  it('answers as if nothing were listed, counts and reports what it would have answered', () => {
    const index = block('duru');
    assert.equal(answer({ shadow: true, defaults: { s13: 'allowed' } }), 'allowed');
    const { shadow, answer: noted, entries } = sightings[0]!;
    assert.deepEqual({ shadow, noted, entries }, { shadow: true, noted: 1, entries: [{ member: 'duru', index }] });
    assert.deepEqual(counted(), { 'checks s13 allowed': 1, 'verdicts s13 blocked': 1 });
  });

  it('reports what it refuses itself', () => {
    pair('hanbit');
    assert.equal(answer({ shadow: true, defaults: { s13: 'blocked' } }, { imsi: IMSI }), 'blocked');
    assert.equal(sightings[0]!.shadow, false);
  });
});

describe('a sighting', () => {
  it('names caller, subscriber and the entries that decided', () => {
    const first = block('duru');
    const second = block('hub');
    track('kcc');
    blockTac('kcc');
    assert.equal(answer({}, { imsi: IMSI, gate: 'n5g-eir' }), 'blocked');
    assert.deepEqual(sightings, [
      {
        gate: 'n5g-eir',
        key: IMEI,
        imsi: IMSI,
        caller: 'mme1',
        answer: EQUIPMENT_ANSWER.blocked,
        shadow: false,
        entries: [
          { member: 'duru', index: first },
          { member: 'hub', index: second },
        ],
      },
    ]);
    assert.deepEqual(counted(), { 'checks n5g-eir blocked': 1 });
  });

  it('is reported for a tracked device, and for a refusal that rests on the default alone', () => {
    track('kcc');
    answer();
    assert.equal(answer({ defaults: { s13: 'blocked' } }, { key: -1 }), 'blocked');
    assert.deepEqual(
      sightings.map(({ key, entries }) => [key, entries.length]),
      [
        [IMEI, 1],
        [-1, 0],
      ],
    );
  });

  it('is not reported for devices that are allowed or unknown', () => {
    answer();
    answer({ defaults: { s13: 'allowed' } });
    assert.deepEqual(sightings, []);
  });
});

describe('an explanation', () => {
  it('tells every step, who decided, and every statement with the age of its log', () => {
    const index = block('duru');
    const tac = blockTac('kcc');
    clock.advance(5_000);
    const policy = { rules: [{ members: ['role:regulator'], reasons: ['*'], answer: 'ignored' }] };
    const explained = checker(policy).explain('s13', IMEI, IMSI);
    assert.equal(explained.decidedBy, 'exact IMEI');
    assert.deepEqual(explained.steps, [
      { name: 'emergency override', decides: false, says: 'nothing', entries: [] },
      { name: 'protected line', decides: false, says: 'nothing', entries: [] },
      { name: 'pairing exception', decides: false, says: 'nothing', entries: [] },
      { name: 'priority line', decides: false, says: 'nothing', entries: [] },
      { name: 'IMSI ranges', decides: false, says: 'nothing', entries: [] },
      { name: 'exact IMEI', decides: true, says: 'blocked', entries: [{ member: 'duru', index }] },
      { name: 'TAC and ranges', decides: false, says: 'nothing', entries: [] },
      { name: 'default', decides: false, says: 'unknown', entries: [] },
    ]);
    const fresh = { quarantined: false, stale: false, logAgeMs: 5_000, kind: 'blocked' };
    assert.deepEqual(explained.statements, [
      { member: 'duru', index, scope: 'exact', reason: 'stolen', countsAs: 'blocked', ...fresh },
      { member: 'kcc', index: tac, scope: 'tac', reason: 'counterfeit', countsAs: 'ignored', ...fresh },
    ]);
    assert.deepEqual([counted(), sightings], [{}, []]);
  });

  it('names the pairing and the override that decide', () => {
    block('duru');
    const index = pair('hub');
    const { decidedBy, steps } = checker().explain('s13', IMEI, IMSI);
    assert.equal(decidedBy, 'pairing exception');
    assert.deepEqual(steps[2]!.entries, [{ member: 'hub', index }]);
    const opened = test.state('hanbit', { kind: 'gate.opened' });
    const now = checker().explain('s13', IMEI, IMSI);
    assert.equal(now.decidedBy, 'emergency override');
    assert.deepEqual(now.steps[0]!.entries, [{ member: 'hanbit', index: opened }]);
  });
});

describe('the order of the steps', () => {
  const stated = fc.record({
    member: fc.constantFrom<Stater>('hanbit', 'duru', 'hub', 'kcc'),
    what: fc.constantFrom('block', 'track', 'blockTac', 'pair', 'open'),
  });
  const ruled = fc.record({
    answer: fc.constantFrom('as-stated', 'blocked', 'tracked', 'ignored'),
    members: fc.constantFrom(['*'], ['duru'], ['role:operator']),
    reasons: fc.constantFrom(['*'], ['stolen'], ['counterfeit', 'lost']),
  });

  it('holds whatever is stated and ruled: the first step that says something decides', () => {
    const property = fc.property(
      fc.array(stated, { maxLength: 6 }),
      fc.array(ruled, { maxLength: 3 }),
      fc.constantFrom('unknown', 'allowed', 'tracked', 'blocked'),
      fc.constantFrom('', IMSI),
      (statements, rules, unknown, imsi) => {
        test = new TestStanding();
        test.markAllFresh(NOW_MS);
        for (const { member, what } of statements) state(member, what);
        const explained = checker({ rules, defaults: { s13: unknown } }).explain('s13', IMEI, imsi);
        const deciding = explained.steps.find(({ says }) => says !== 'nothing')!;
        assert.equal(deciding.name, explained.decidedBy);
        assert.equal(answer({ rules, defaults: { s13: unknown } }, { imsi }), deciding.says);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  function state(member: Stater, what: string): void {
    if (what === 'block') block(member);
    else if (what === 'track') track(member);
    else if (what === 'blockTac') blockTac(member);
    else if (what === 'pair') pair(member);
    else test.state(member, { kind: 'gate.opened' });
  }
});

function counted(): Record<string, number> {
  const entries = sumOf(counters).map(({ family, labels, value }) => [
    `${family} ${Object.values(labels).join(' ')}`,
    value,
  ]);
  return Object.fromEntries(entries) as Record<string, number>;
}

function sumOf(of: GateCounters) {
  return sumCounters([of]).filter(({ value }) => value > 0);
}
