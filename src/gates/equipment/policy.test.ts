import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gateConfig, MEMBERS } from '../../../test/support/equipment-gate.ts';
import { listedCode } from '../../standing/slots.ts';
import { IMSI_RANGES_MAX, RULES_MAX } from './config.ts';
import { COUNTS_AS, CompiledPolicy, PolicyError } from './policy.ts';

const [HANBIT, , HUB, KCC] = [0, 1, 2, 3];
const STOLEN = listedCode('device.blocked', 'stolen');
const FAULTY = listedCode('device.blocked', 'faulty');
const TRACKED_LOST = listedCode('device.tracked', 'lost');

function compile(policy: object): CompiledPolicy {
  return new CompiledPolicy(gateConfig({ policy }).policy, MEMBERS);
}

function fault(policy: object): object {
  try {
    compile(policy);
  } catch (error) {
    assert(error instanceof PolicyError);
    return error.facts;
  }
  return {};
}

describe('rules', () => {
  it('left out count everything as stated', () => {
    const policy = compile({});
    assert.equal(policy.countsAs(0, HUB, STOLEN), COUNTS_AS.blocked);
    assert.equal(policy.countsAs(1, KCC, TRACKED_LOST), COUNTS_AS.tracked);
  });

  it('decide in their order, and what none fits counts as stated', () => {
    const policy = compile({
      rules: [
        { members: ['hub'], reasons: ['faulty'], answer: 'ignored' },
        { members: ['role:hub'], reasons: ['*'], answer: 'tracked' },
        { members: ['hub'], reasons: ['stolen'], answer: 'blocked' },
      ],
    });
    assert.equal(policy.countsAs(0, HUB, FAULTY), COUNTS_AS.ignored);
    assert.equal(policy.countsAs(0, HUB, STOLEN), COUNTS_AS.tracked);
    assert.equal(policy.countsAs(0, HANBIT, FAULTY), COUNTS_AS.blocked);
  });

  it('take one more member without a restart', () => {
    const policy = compile({
      rules: [{ members: ['role:register'], reasons: ['stolen'], answer: 'tracked' }],
      pairingMembers: ['role:register'],
    });
    policy.admit({ name: 'saerom', roles: ['register'] });
    assert.equal(policy.countsAs(0, MEMBERS.length, STOLEN), COUNTS_AS.tracked);
    assert.equal(policy.countsAs(1, MEMBERS.length, FAULTY), COUNTS_AS.blocked);
    assert.equal(policy.pairingMembers[MEMBERS.length], 1);
    assert.equal(policy.countsAs(0, HANBIT, STOLEN), COUNTS_AS.blocked);
  });

  it('may be for one gate, and for one kind of statement', () => {
    const policy = compile({
      rules: [{ gates: ['s13'], members: ['*'], reasons: ['*'], kinds: ['tracked'], answer: 'blocked' }],
    });
    assert.equal(policy.countsAs(0, HANBIT, TRACKED_LOST), COUNTS_AS.blocked);
    assert.equal(policy.countsAs(1, HANBIT, TRACKED_LOST), COUNTS_AS.tracked);
    assert.equal(policy.countsAs(0, HANBIT, STOLEN), COUNTS_AS.blocked);
  });

  it('name members and roles that exist', () => {
    const rule = { reasons: ['*'], answer: 'ignored' };
    const code = 'POLICY_MEMBER_UNKNOWN';
    assert.deepEqual(fault({ rules: [{ ...rule, members: ['*', 'hanbbit'] }] }), {
      code,
      place: 'rules[0].members',
      member: 'hanbbit',
    });
    assert.deepEqual(fault({ pairingMembers: ['role:king'] }), { code, place: 'pairingMembers', member: 'role:king' });
    assert.deepEqual(fault({ pairingMembers: ['role:certifier'] }), {});
  });
});

describe('IMSI ranges', () => {
  const range = (from: string, to: string, answer = 'allowed') => ({ from, to, answer });

  it('hold both their ends, and only IMSIs of their length', () => {
    const { imsiRanges } = compile({
      imsiRanges: [range('450050000000010', '450050000000020'), range('450060', '450069', 'blocked')],
    });
    assert.equal(imsiRanges.find('450050000000009'), -1);
    assert.equal(imsiRanges.find('450050000000010'), 0);
    assert.equal(imsiRanges.find('450050000000020'), 0);
    assert.equal(imsiRanges.find('450050000000021'), -1);
    assert.equal(imsiRanges.find('450060'), 1);
    assert.equal(imsiRanges.find('4500600'), -1);
    assert.equal(imsiRanges.find(''), -1);
  });

  it('are refused when they are reversed, of two lengths, or overlap', () => {
    const good = range('450050000000010', '450050000000020');
    assert.deepEqual(fault({ imsiRanges: [good, range('450060', '450050')] }), {
      code: 'POLICY_IMSI_RANGE_REVERSED',
      place: 1,
    });
    assert.deepEqual(fault({ imsiRanges: [range('450060', '4500609')] }), {
      code: 'POLICY_IMSI_RANGE_LENGTHS',
      place: 0,
    });
    assert.deepEqual(fault({ imsiRanges: [good, range('450050000000020', '450050000000030')] }), {
      code: 'POLICY_IMSI_RANGES_OVERLAP',
      place: 1,
      other: 0,
    });
    assert.deepEqual(fault({ imsiRanges: [good, range('450050000000021', '450050000000030')] }), {});
  });

  it('may be as many as the limit, and rules too, and no more', () => {
    const ranges = Array.from({ length: IMSI_RANGES_MAX + 1 }, (_, at) =>
      range(`${450_000_000 + at}`, `${450_000_000 + at}`),
    );
    const { imsiRanges } = compile({ imsiRanges: ranges.slice(1) });
    assert.equal(imsiRanges.find('450000500'), 0);
    assert.throws(() => compile({ imsiRanges: ranges }));
    const rules = Array.from({ length: RULES_MAX + 1 }, () => ({ members: ['*'], reasons: ['*'], answer: 'ignored' }));
    assert.equal(compile({ rules: rules.slice(1) }).countsAs(0, HANBIT, STOLEN), COUNTS_AS.ignored);
    assert.throws(() => compile({ rules }));
  });
});
