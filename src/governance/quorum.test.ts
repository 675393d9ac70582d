import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FOUNDED_MS, POLICY, TestGovernance, testMember } from '../../test/support/governance.ts';
import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import type { Change } from './change.ts';
import type { Quorum } from '../ledger/quorum.ts';
import { complainOf, newConstitution, parseConstitution } from './constitution.ts';
import type { SharedPolicy } from './consortium.ts';
import { applyProposal } from './fold.ts';
import { newMember } from './governed.ts';
import { parseProposal } from './proposal.ts';
import { governanceQuorums, quorumFor } from './quorum.ts';

const NAMES = ['hanbit', 'narae', 'duru', 'sakura'] as MemberName[];
const group = (...witnesses: string[]): Change => ({
  kind: 'policy.set',
  policy: { ...POLICY, witnesses: witnesses as MemberName[] },
});
const namesOf = (log: TestGovernance, owner: string): string[] =>
  quorumFor(log.consortium, owner).witnesses.map(({ name }) => name);

describe('who cosigns a member’s log', () => {
  it('is every other active member, while no group is named', () => {
    const log = new TestGovernance(NAMES);
    assert.deepEqual(namesOf(log, 'narae'), ['hanbit', 'duru', 'sakura']);
  });

  it('is the group but the owner: of a log outside it, the whole group', () => {
    const log = new TestGovernance(NAMES);
    log.must(group('narae', 'sakura', 'hanbit'));
    assert.deepEqual(namesOf(log, 'duru'), ['hanbit', 'narae', 'sakura']);
    assert.deepEqual(namesOf(log, 'narae'), ['hanbit', 'sakura']);
    assert.equal(quorumFor(log.consortium, 'duru').threshold, 2);
    log.must({ kind: 'policy.set', policy: POLICY });
    assert.deepEqual(namesOf(log, 'duru'), ['hanbit', 'narae', 'sakura']);
    assert.deepEqual(namesOf(log, 'hanbit'), ['narae', 'duru', 'sakura']);
  });

  it('does not grow by a newcomer, and shrinks by who is suspended or removed', () => {
    const log = new TestGovernance(NAMES);
    log.must(group('hanbit', 'narae', 'duru'));
    log.must({ kind: 'member.admitted', member: testMember('injeung').fields });
    assert.deepEqual(namesOf(log, 'injeung'), ['hanbit', 'narae', 'duru']);
    log.must({ kind: 'member.suspended', member: NAMES[2]!, logSize: 0 });
    assert.deepEqual(namesOf(log, 'injeung'), ['hanbit', 'narae']);
    log.must({ kind: 'member.reinstated', member: NAMES[2]! });
    log.must({ kind: 'member.removed', member: NAMES[2]!, logSize: 0 });
    assert.deepEqual(log.consortium.policy.witnesses, ['hanbit', 'narae']);
  });

  it('of the governance log is by the newest entries, or before the last change of that', () => {
    const log = new TestGovernance(['hanbit', 'narae']);
    log.must({ kind: 'member.admitted', member: testMember('duru').fields });
    const namesAndCount = ({ witnesses, threshold }: Quorum): unknown => [witnesses.map(({ name }) => name), threshold];
    const [newest, before, effective] = governanceQuorums(log.consortium).map(namesAndCount);
    assert.deepEqual([newest, before, effective], [[['narae', 'duru'], 2], [['narae'], 1], newest]);
  });

  it('of the governance log is by what is in force too, however much has been decided since', () => {
    const log = new TestGovernance(NAMES);
    const effective = log.consortium;
    log.must(group('hanbit', 'narae', 'duru'));
    log.must({ kind: 'member.removed', member: NAMES[2]!, logSize: 0 });
    assert.deepEqual(
      governanceQuorums(log.consortium, effective).map(({ witnesses }) => witnesses.map(({ name }) => name)),
      [['narae'], ['narae', 'duru'], ['narae', 'duru', 'sakura']],
    );
  });
});

describe('a witness group is refused', () => {
  it('when it names nobody, a stranger, a removed member, or one twice', () => {
    const log = new TestGovernance(NAMES);
    assert.equal(log.change(group()), 'GOVERNANCE_MALFORMED');
    assert.equal(log.change(group('hanbit', 'hanbit')), 'GOVERNANCE_MALFORMED');
    assert.equal(log.change(group('hanbit', 'injeung')), 'GOVERNANCE_MEMBER_UNKNOWN');
    log.must({ kind: 'member.removed', member: NAMES[3]!, logSize: 0 });
    assert.equal(log.change(group('hanbit', 'sakura')), 'GOVERNANCE_MEMBER_STATUS');
  });

  it('when somebody’s log would have no witness, now or once a member is gone', () => {
    const log = new TestGovernance(NAMES);
    assert.equal(log.change(group('narae')), 'GOVERNANCE_WITNESSES_FEW');
    log.must(group('narae', 'sakura'));
    const gone = { member: NAMES[3]!, logSize: 0 };
    const voices = ['hanbit', 'narae', 'duru'];
    assert.equal(log.change({ kind: 'member.suspended', ...gone }, voices), 'GOVERNANCE_WITNESSES_FEW');
    assert.equal(log.change({ kind: 'member.removed', ...gone }, voices), 'GOVERNANCE_WITNESSES_FEW');
    log.must(group('narae', 'duru', 'sakura'));
    log.must({ kind: 'member.removed', ...gone });
  });

  it('when more may be faulty than can be where two quorums share one that is not, now or once a member is gone', () => {
    const log = new TestGovernance(NAMES);
    const faulty = (faultyWitnesses: number): Change => ({
      kind: 'policy.set',
      policy: { ...POLICY, faultyWitnesses },
    });
    // Of four, each log has three witnesses.
    assert.equal(log.change(faulty(3)), 'GOVERNANCE_WITNESSES_FAULTY');
    log.must(faulty(2));
    const gone: Change = { kind: 'member.removed', member: NAMES[3]!, logSize: 0 };
    assert.equal(log.change(gone, NAMES.slice(0, 3)), 'GOVERNANCE_WITNESSES_FAULTY');
    log.must(faulty(1));
    log.must(gone);
    for (const name of NAMES.slice(0, 3)) {
      const { witnesses, threshold } = quorumFor(log.consortium, name);
      assert.ok(2 * threshold > witnesses.length + 1);
    }
  });

  it('by a founding too', () => {
    const log = new TestGovernance(NAMES);
    const faultOf = (policy: Partial<SharedPolicy>): string | undefined => {
      const parsed = parseConstitution(log.foundingPaper({ policy: { ...POLICY, ...policy } }));
      assert.ok(!(parsed instanceof Fault));
      assert.ok(newConstitution(parsed).length > 0);
      return complainOf(parsed)?.code;
    };
    assert.equal(faultOf({ witnesses: NAMES.slice(0, 2) }), undefined);
    assert.equal(faultOf({ witnesses: NAMES.slice(0, 1) }), 'GOVERNANCE_WITNESSES_FEW');
    assert.equal(faultOf({ faultyWitnesses: 2 }), undefined);
    assert.equal(faultOf({ faultyWitnesses: 3 }), 'GOVERNANCE_WITNESSES_FAULTY');
    assert.equal(faultOf({ witnesses: ['injeung' as MemberName] }), 'GOVERNANCE_MEMBER_UNKNOWN');
  });

  it('when a quorum does not fit a note; and without a group nobody more is admitted then', () => {
    const log = new TestGovernance();
    const newcomer = testMember('sakura').fields;
    const judge = (members: number, change: Change, policy: Partial<SharedPolicy> = {}): string | undefined => {
      const { consortium } = log.fold;
      const more = Array.from({ length: members - 3 }, (_, number) =>
        newMember({ ...log.members[0]!.fields, name: `m${number}` as MemberName }, number + 3, FOUNDED_MS),
      );
      const before = { ...consortium, members: [...consortium.members, ...more], policy: { ...POLICY, ...policy } };
      const proposal = parseProposal(log.proposal(change, ['hanbit', 'narae']));
      assert.ok(!(proposal instanceof Fault));
      const after = applyProposal(before, proposal, log.fold.head);
      return after instanceof Fault ? after.facts.code : undefined;
    };
    const admitted: Change = { kind: 'member.admitted', member: newcomer };
    // Of 126 each log has 125 witnesses, and a quorum is 63; with 127 it would be 64.
    assert.equal(judge(125, admitted), undefined);
    assert.equal(judge(126, admitted), 'GOVERNANCE_WITNESSES_MANY');
    assert.equal(judge(126, admitted, { witnesses: NAMES.slice(0, 3) }), undefined);
    assert.equal(judge(750, group('hanbit', 'narae', 'duru')), undefined);
    // With faulty ones among them it is full before.
    const faulty: Change = { kind: 'policy.set', policy: { ...POLICY, faultyWitnesses: 31 } };
    assert.equal(judge(94, faulty), undefined);
    assert.equal(judge(96, faulty), 'GOVERNANCE_WITNESSES_MANY');
  });
});
