import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { POLICY, TestGovernance, testMember, WRAP } from '../../test/support/governance.ts';
import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { found, FOUNDERS_MAX, parseConstitution } from './constitution.ts';

const [hanbit, narae, duru, sakura] = ['hanbit', 'narae', 'duru', 'sakura'] as MemberName[] as [
  MemberName,
  MemberName,
  MemberName,
  MemberName,
];
const wraps = (...names: MemberName[]): Map<MemberName, string> => new Map(names.map((name) => [name, WRAP]));

describe('a constitution', () => {
  const log = new TestGovernance();
  const refused = (...change: Parameters<TestGovernance['foundingPaper']>): string | undefined => {
    const read = parseConstitution(log.foundingPaper(...change));
    const result = read instanceof Fault ? read : found(read);
    return result instanceof Fault ? result.facts.code : undefined;
  };

  it('founds the consortium once all founders have signed', () => {
    const { consortium } = log;
    assert.equal(consortium.size, 1);
    assert.deepEqual(
      consortium.members.map(({ name, number, status }) => [name, number, status]),
      [
        ['hanbit', 0, 'active'],
        ['narae', 1, 'active'],
        ['duru', 2, 'active'],
      ],
    );
    assert.equal(consortium.keys.size, 1 + 3 * 5);
  });

  it('is nothing as long as one founder has not signed', () => {
    assert.equal(refused({}, log.members.slice(1)), 'GOVERNANCE_FOUNDER_UNSIGNED');
    assert.equal(refused({}, [...log.members.slice(1), testMember('hanbit')]), 'GOVERNANCE_FOUNDER_UNSIGNED');
  });

  it('has so many founders, and not one more', () => {
    const founders = (count: number): string | undefined => {
      const members = Array.from({ length: count }, (_, i) => ({
        ...log.members[0]!.fields,
        url: `https://m${i}.example`,
      }));
      return refused({ members });
    };
    assert.equal(founders(FOUNDERS_MAX), 'GOVERNANCE_NAME_USED');
    assert.equal(founders(FOUNDERS_MAX + 1), 'GOVERNANCE_MALFORMED');
  });

  it('is refused: a stranger as keeper, k above n, a name twice, a key twice, an epoch for others, a time after 9999', () => {
    assert.equal(refused({ keeper: sakura }), 'GOVERNANCE_MEMBER_UNKNOWN');
    assert.equal(refused({ policy: { ...POLICY, threshold: 4 } }), 'GOVERNANCE_THRESHOLD');
    const [first, second] = log.members.map(({ fields }) => fields);
    assert.equal(refused({ members: [first!, second!, testMember('narae').fields] }), 'GOVERNANCE_NAME_USED');
    const twice = { ...testMember('duru').fields, governanceKey: second!.governanceKey };
    assert.equal(refused({ members: [first!, second!, twice] }), 'GOVERNANCE_KEY_USED');
    const epoch = { keyDigest: '0'.repeat(64), wraps: wraps(hanbit, narae) };
    assert.equal(refused({ epoch }), 'GOVERNANCE_MALFORMED');
    assert.equal(refused({ tagKey: epoch }), 'GOVERNANCE_MALFORMED');
    assert.equal(refused({ timeMs: TIME_MS_MAX + 1 }), 'GOVERNANCE_MALFORMED');
    assert.equal(
      refused({ epoch: { ...epoch, wraps: wraps(hanbit, narae, duru, sakura) } }),
      'GOVERNANCE_MEMBER_UNKNOWN',
    );
  });
});
