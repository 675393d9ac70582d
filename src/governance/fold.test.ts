import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  entryOfPaper,
  FOUNDED_MS,
  POLICY,
  TestGovernance,
  testMember,
  testSealingKey,
  WRAP,
} from '../../test/support/governance.ts';
import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateWitnessKey, witnessSigningKey } from '../ledger/cosignature.ts';
import { ENTRY_SIZE_MAX } from '../ledger/entry.ts';
import { generateLogKey, signingKey } from '../ledger/note-key.ts';
import type { Change } from './change.ts';
import { applyEntry, applyProposal, foldGovernance, GovernanceFold, IGNORED_SHOWN_MAX } from './fold.ts';
import { MEMBERS_MAX } from './consortium.ts';
import { EPOCHS_MAX, stateAt } from './governed.ts';
import { parseProposal } from './proposal.ts';
import { PAPER_SIZE_MAX } from './signed-paper.ts';

const [hanbit, narae, duru, sakura] = ['hanbit', 'narae', 'duru', 'sakura'] as MemberName[] as [
  MemberName,
  MemberName,
  MemberName,
  MemberName,
];
const restated = new Map([hanbit, narae, duru].map((name) => [name, 0] as const));
const wraps = (...names: MemberName[]): Map<MemberName, string> => new Map(names.map((name) => [name, WRAP]));
const statusOf = (log: TestGovernance, name: string): string | undefined =>
  log.consortium.members.find((member) => member.name === name)?.status;

describe('the fold of a governance log', () => {
  it('admits, suspends, reinstates and removes a member', () => {
    const log = new TestGovernance();
    const member = testMember('sakura', ['register']);
    log.must({ kind: 'member.admitted', member: member.fields });
    assert.deepEqual([log.consortium.members[3]!.number, statusOf(log, 'sakura')], [3, 'active']);
    log.must({ kind: 'member.suspended', member: sakura, logSize: 7 });
    assert.deepEqual([statusOf(log, 'sakura'), log.consortium.members[3]!.endsAtSize], ['suspended', 7]);
    log.must({ kind: 'member.reinstated', member: sakura });
    assert.deepEqual([statusOf(log, 'sakura'), log.consortium.members[3]!.endsAtSize], ['active', undefined]);
    log.must({ kind: 'member.removed', member: sakura, logSize: 9 });
    assert.deepEqual([statusOf(log, 'sakura'), log.consortium.members[3]!.endsAtSize], ['removed', 9]);
    assert.equal(log.consortium.size, 5);
  });

  it('changes roles, address, budget and policy', () => {
    const log = new TestGovernance();
    log.must({ kind: 'member.roles', member: duru, roles: ['regulator'] });
    log.must({ kind: 'member.url', member: duru, url: 'https://other.example' });
    log.must({ kind: 'budget.set', member: duru, budget: { perHour: 1, perDay: 2, perTac: 3 } });
    const { roles, url, budget } = log.consortium.members[2]!;
    assert.deepEqual(
      [roles, url, budget],
      [['regulator'], 'https://other.example', { perHour: 1, perDay: 2, perTac: 3 }],
    );
    log.must({ kind: 'budget.set', member: duru });
    assert.equal(log.consortium.members[2]!.budget, undefined);
    log.must({ kind: 'policy.set', policy: { ...POLICY, threshold: 3 } });
    assert.equal(log.change({ kind: 'policy.set', policy: POLICY }), 'GOVERNANCE_SIGNATURES_MISSING');
    log.must({ kind: 'policy.set', policy: POLICY }, 'hanbit', 'narae', 'duru');
  });

  it('exchanges keys with overlap, and a lost voice for another with the signatures of the others', () => {
    const log = new TestGovernance();
    const [next, after] = [1, 2].map(() => generateLogKey('log.duru.example/shared').logKey.vkey) as [string, string];
    const rotate = (vkey: string, fromSize: number, toSize: number): Change => ({
      kind: 'member.keys',
      member: duru,
      keys: { log: { vkey, fromSize, toSize } },
    });
    log.must(rotate(next, 10, 20));
    log.must(rotate(after, 15, 16));
    const first = log.member('duru').log.logKey.vkey;
    assert.deepEqual(log.consortium.members[2]!.logKeys, [
      { vkey: first, fromSize: 0, toSize: 16 },
      { vkey: next, fromSize: 10, toSize: 16 },
      { vkey: after, fromSize: 15 },
    ]);
    const voice = generateLogKey('governance.duru.example');
    log.must({ kind: 'member.keys', member: duru, keys: { governance: voice.logKey.vkey } });
    const change: Change = { kind: 'member.roles', member: hanbit, roles: [] };
    const lost = log.member('duru').governance;
    const old = log.proposalBy(change, [log.member('narae').governance, lost]);
    assert.equal(log.take(old), 'GOVERNANCE_SIGNATURES_MISSING', 'a voice given up says nothing');
    assert.equal(log.take(log.proposalBy(change, [log.member('narae').governance, voice])), undefined);
  });

  it('keeps an old witness key beside the new one until it is dropped, and never takes it back', () => {
    const log = new TestGovernance();
    const old = log.member('duru').witness.witnessKey.vkey;
    const next = generateWitnessKey('witness.duru.example').witnessKey.vkey;
    const set = (...witness: string[]): Change => ({ kind: 'member.keys', member: duru, keys: { witness } });
    log.must(set(old, next));
    log.must(set(next));
    assert.deepEqual(log.consortium.members[2]!.witnessKeys, [next]);
    assert.equal(log.change(set(next, old)), 'GOVERNANCE_KEY_USED');
  });

  it('opens, grants and ends epochs', () => {
    const log = new TestGovernance();
    const keyDigest = '1'.repeat(64);
    log.must({ kind: 'epoch.opened', number: 2, keyDigest, wraps: wraps(hanbit, narae) });
    log.must({ kind: 'epoch.granted', number: 2, wraps: wraps(duru) });
    log.must({ kind: 'epoch.granted', number: 0, wraps: new Map([[duru, `${WRAP}A`]]) });
    assert.equal(log.consortium.tagKey.wraps.get(duru), `${WRAP}A`);
    assert.equal(log.consortium.tagKey.wraps.get(hanbit), WRAP);
    log.must({ kind: 'epoch.ended', number: 1, restated });
    assert.deepEqual(
      log.consortium.epochs.map(({ number, isEnded, wraps }) => [number, isEnded, [...wraps.keys()]]),
      [
        [1, true, ['duru', 'hanbit', 'narae']],
        [2, false, ['hanbit', 'narae', 'duru']],
      ],
    );
  });

  it('counts rubbish of the keeper, shows it, and goes on', () => {
    const log = new TestGovernance();
    for (let i = 0; i < IGNORED_SHOWN_MAX + 1; i++) log.takeEntry(Buffer.from(`rubbish ${i}`));
    assert.equal(log.takeEntry(log.entries[0]!), 'GOVERNANCE_FOUNDED_ALREADY');
    log.must({ kind: 'member.roles', member: duru, roles: [] });
    assert.equal(log.fold.ignoredCount, IGNORED_SHOWN_MAX + 2);
    assert.equal(log.fold.ignored.length, IGNORED_SHOWN_MAX);
    assert.equal(log.consortium.size, log.entries.length);
    const again = foldGovernance(log.entries);
    assert.ok(!(again instanceof Fault));
    assert.deepEqual(again.consortium, log.consortium);
    assert.deepEqual(again.head, log.fold.head);
  });

  it('begins with nothing but a founding', () => {
    const log = new TestGovernance();
    const proposal = entryOfPaper(log.proposal({ kind: 'member.roles', member: duru, roles: [] }, ['hanbit', 'narae']));
    for (const entry of [proposal, Buffer.from('rubbish'), Buffer.alloc(ENTRY_SIZE_MAX + 1)]) {
      assert.ok(GovernanceFold.begin(entry) instanceof Fault);
    }
    assert.ok(foldGovernance([]) instanceof Fault);
  });
});

describe('an entry has no effect', () => {
  const roles: Change = { kind: 'member.roles', member: duru, roles: [] };
  const admitted = (member = testMember('sakura')): Change => ({ kind: 'member.admitted', member: member.fields });

  it('when fewer than k active members have signed', () => {
    const log = new TestGovernance();
    assert.equal(log.change(roles, []), 'GOVERNANCE_SIGNATURES_MISSING');
    assert.equal(log.change(roles, ['hanbit']), 'GOVERNANCE_SIGNATURES_MISSING');
    const { governance } = log.member('hanbit');
    const stranger = generateLogKey('governance.stranger.example');
    assert.equal(log.take(log.proposalBy(roles, [governance, stranger])), 'GOVERNANCE_SIGNATURES_MISSING');
    const twice = log.proposalBy(roles, [governance]).toString('utf8');
    const doubled = twice + twice.slice(twice.indexOf('\u2014'));
    assert.equal(log.take(Buffer.from(doubled)), 'GOVERNANCE_SIGNATURES_MISSING');
  });

  it('when a signature is wrong, or by a member that is suspended or removed', () => {
    const log = new TestGovernance(['hanbit', 'narae', 'duru', 'sakura']);
    const impostor = generateLogKey('governance.narae.example');
    const { logKey } = log.member('narae').governance;
    const forged = { name: logKey.name, keyId: logKey.keyId, sign: (text: Buffer) => impostor.sign(text) };
    assert.equal(
      log.take(log.proposalBy(roles, [log.member('hanbit').governance, log.member('duru').governance, forged])),
      'GOVERNANCE_SIGNATURE_WRONG',
    );
    log.must({ kind: 'member.suspended', member: sakura, logSize: 0 });
    assert.equal(log.change(roles, ['hanbit', 'sakura']), 'GOVERNANCE_SIGNER_NOT_ACTIVE');
    log.must({ kind: 'member.removed', member: sakura, logSize: 0 });
    assert.equal(log.change(roles, ['hanbit', 'narae', 'sakura']), 'GOVERNANCE_SIGNER_NOT_ACTIVE');
    assert.equal(
      log.take(log.proposal(roles, ['hanbit', 'narae'], { proposedBy: 'sakura' })),
      'GOVERNANCE_MEMBER_STATUS',
    );
  });

  it('when the member that it removes is needed for the count', () => {
    const log = new TestGovernance();
    const removed: Change = { kind: 'member.removed', member: duru, logSize: 0 };
    assert.equal(log.change(removed, ['hanbit', 'duru']), 'GOVERNANCE_SIGNATURES_MISSING');
    log.must(removed, 'hanbit', 'narae', 'duru');
    // Two are left, and both have to sign: neither can be put out by the other alone.
    assert.equal(
      log.change({ kind: 'member.removed', member: narae, logSize: 0 }, ['hanbit', 'narae']),
      'GOVERNANCE_THRESHOLD',
    );
  });

  it('when it is replayed, comes late, early, or was made for another history', () => {
    const log = new TestGovernance();
    const before = log.fold.head;
    const first = log.proposal(roles, ['hanbit', 'narae']);
    assert.equal(log.take(first), undefined);
    assert.equal(log.take(first), 'GOVERNANCE_STALE', 'replayed');
    assert.equal(log.take(log.proposal(roles, ['hanbit', 'narae'], { after: before })), 'GOVERNANCE_STALE', 'late');
    const ahead = { size: log.fold.head.size + 1, root: before.root };
    assert.equal(log.take(log.proposal(roles, ['hanbit', 'narae'], { after: ahead })), 'GOVERNANCE_STALE', 'early');
    const other = { size: log.fold.head.size, root: before.root };
    assert.equal(log.take(log.proposal(roles, ['hanbit', 'narae'], { after: other })), 'GOVERNANCE_OTHER_HISTORY');
  });

  it('when a key has two roles, or two members, or had', () => {
    const log = new TestGovernance();
    const old = log.member('duru');
    const secondRole = (more: Parameters<typeof testMember>[2]): Change => admitted(testMember('sakura', [], more));
    const sameKey = signingKey('governance.sakura.example', old.log.privateKey).logKey.vkey;
    const asWitness = witnessSigningKey('witness.sakura.example', old.governance.privateKey).witnessKey.vkey;
    assert.equal(log.change(secondRole({ governanceKey: sameKey })), 'GOVERNANCE_KEY_USED', 'another’s log key');
    assert.equal(log.change(secondRole({ witnessKey: asWitness })), 'GOVERNANCE_KEY_USED', 'a voice as witness');
    assert.equal(log.change(secondRole({ sealingKey: old.fields.sealingKey })), 'GOVERNANCE_KEY_USED');
    const own = generateLogKey('log.sakura.example/shared');
    const twoRoles = {
      logKey: own.logKey.vkey,
      governanceKey: signingKey('governance.sakura.example', own.privateKey).logKey.vkey,
    };
    assert.equal(log.change(secondRole(twoRoles)), 'GOVERNANCE_KEY_USED', 'two roles of its own');
    log.must({
      kind: 'member.keys',
      member: duru,
      keys: { governance: generateLogKey('governance.duru.example').logKey.vkey },
    });
    const given: Change = { kind: 'member.keys', member: duru, keys: { governance: old.governance.logKey.vkey } };
    assert.equal(log.change(given), 'GOVERNANCE_KEY_USED', 'one that was given up');
    log.must({ kind: 'member.removed', member: duru, logSize: 0 });
    assert.equal(log.change(secondRole({ governanceKey: sameKey })), 'GOVERNANCE_KEY_USED', 'a removed member’s');
    assert.equal(log.change(secondRole({ logKey: log.logKey.logKey.vkey })), 'GOVERNANCE_KEY_USED', 'the log’s own');
  });

  it('when a name is another’s, or was', () => {
    const log = new TestGovernance(['hanbit', 'narae', 'duru', 'sakura']);
    log.must({ kind: 'member.removed', member: sakura, logSize: 0 });
    assert.equal(log.change(admitted()), 'GOVERNANCE_NAME_USED', 'a removed member’s name');
    const origin = generateLogKey('log.sakura.example/shared').logKey.vkey;
    const borrowed = testMember('tanpopo', [], { logKey: origin });
    assert.equal(log.change(admitted(borrowed)), 'GOVERNANCE_NAME_USED', 'a removed member’s origin');
    const rotated: Change = {
      kind: 'member.keys',
      member: duru,
      keys: { log: { vkey: origin, fromSize: 1, toSize: 1 } },
    };
    assert.equal(log.change(rotated), 'GOVERNANCE_NAME_USED');
    const renamed = generateLogKey('log.new.example/shared').logKey.vkey;
    const change: Change = {
      kind: 'member.keys',
      member: duru,
      keys: { log: { vkey: renamed, fromSize: 1, toSize: 1 } },
    };
    assert.equal(log.change(change), 'GOVERNANCE_KEY_NAME');
  });

  it('when sizes go back, or leave a gap', () => {
    const log = new TestGovernance();
    const rotate = (fromSize: number, toSize: number): string | undefined => {
      const { vkey } = generateLogKey('log.duru.example/shared').logKey;
      return log.change({ kind: 'member.keys', member: duru, keys: { log: { vkey, fromSize, toSize } } });
    };
    assert.equal(rotate(0, 5), 'GOVERNANCE_SIZES');
    assert.equal(rotate(5, 4), 'GOVERNANCE_SIZES');
    // What stands at the size that is given would be signed by nobody.
    assert.equal(rotate(5, 5), 'GOVERNANCE_SIZES');
    assert.equal(rotate(5, 6), undefined);
    assert.equal(rotate(5, 9), 'GOVERNANCE_SIZES');
    assert.equal(rotate(6, 7), undefined);
  });

  it('when it puts out the keeper, or somebody who is not as it needs', () => {
    const log = new TestGovernance();
    assert.equal(
      log.change({ kind: 'member.removed', member: hanbit, logSize: 0 }, ['narae', 'duru']),
      'GOVERNANCE_KEEPER_NEEDED',
    );
    assert.equal(
      log.change({ kind: 'member.suspended', member: hanbit, logSize: 0 }, ['narae', 'duru']),
      'GOVERNANCE_KEEPER_NEEDED',
    );
    assert.equal(log.change({ kind: 'member.reinstated', member: duru }), 'GOVERNANCE_MEMBER_STATUS');
    assert.equal(
      log.change({ kind: 'member.url', member: sakura, url: 'https://a.example' }),
      'GOVERNANCE_MEMBER_UNKNOWN',
    );
    const { vkey } = generateLogKey('other.example/log').logKey;
    const { size } = log.fold.head;
    const keeper: Change = {
      kind: 'keeper.changed',
      member: duru,
      log: { vkey, fromSize: size + 2, toSize: size + 2 },
    };
    assert.equal(log.change(keeper), 'GOVERNANCE_KEY_NAME');
  });

  it('when an epoch leaves a gap, is sealed under, or is given to somebody who is not active', () => {
    const log = new TestGovernance();
    const opened = (number: number, ...names: MemberName[]): string | undefined =>
      log.change({ kind: 'epoch.opened', number, keyDigest: '2'.repeat(64), wraps: wraps(...names) });
    assert.equal(opened(3, hanbit), 'GOVERNANCE_EPOCH_NUMBER');
    assert.equal(opened(1, hanbit), 'GOVERNANCE_EPOCH_NUMBER');
    assert.equal(opened(2, sakura), 'GOVERNANCE_MEMBER_UNKNOWN');
    assert.equal(log.change({ kind: 'epoch.ended', number: 1, restated }), 'GOVERNANCE_EPOCH_NEEDED');
    assert.equal(log.change({ kind: 'epoch.ended', number: 2, restated }), 'GOVERNANCE_EPOCH_UNKNOWN');
    assert.equal(log.change({ kind: 'epoch.granted', number: 2, wraps: wraps(hanbit) }), 'GOVERNANCE_EPOCH_UNKNOWN');
    assert.equal(opened(2, hanbit), undefined);
    log.must({ kind: 'epoch.ended', number: 1, restated });
    assert.equal(log.change({ kind: 'epoch.ended', number: 1, restated }), 'GOVERNANCE_EPOCH_ENDED');
    log.must({ kind: 'member.suspended', member: duru, logSize: 0 });
    assert.equal(log.change({ kind: 'epoch.granted', number: 2, wraps: wraps(duru) }), 'GOVERNANCE_MEMBER_STATUS');
  });

  it('when there is no room: for a member, or an epoch, past the limit', () => {
    const log = new TestGovernance();
    const { consortium, head } = log.fold;
    const judge = (before: typeof consortium, change: Change): string | undefined => {
      const proposal = parseProposal(log.proposal(change, ['hanbit', 'narae']));
      assert.ok(!(proposal instanceof Fault));
      const after = applyProposal(before, proposal, head);
      return after instanceof Fault ? after.facts.code : undefined;
    };
    const [first, ...others] = consortium.members;
    const crowd = (count: number) => ({
      ...consortium,
      members: [
        first!,
        ...others,
        ...Array.from({ length: count - 3 }, () => ({
          ...first!,
          name: 'removed' as MemberName,
          status: 'removed' as const,
        })),
      ],
    });
    assert.equal(judge(crowd(MEMBERS_MAX - 1), admitted()), undefined);
    assert.equal(judge(crowd(MEMBERS_MAX), admitted()), 'GOVERNANCE_TOO_MANY');
    const epochs = (count: number) => ({
      ...consortium,
      epochs: Array.from({ length: count }, () => consortium.epochs[0]!),
    });
    const opened = (number: number): Change => ({
      kind: 'epoch.opened',
      number,
      keyDigest: '2'.repeat(64),
      wraps: wraps(hanbit),
    });
    assert.equal(judge(epochs(EPOCHS_MAX - 1), opened(EPOCHS_MAX)), undefined);
    assert.equal(judge(epochs(EPOCHS_MAX), opened(EPOCHS_MAX + 1)), 'GOVERNANCE_TOO_MANY');
  });

  it('when more would have to sign than there are', () => {
    const log = new TestGovernance();
    assert.equal(log.change({ kind: 'policy.set', policy: { ...POLICY, threshold: 4 } }), 'GOVERNANCE_THRESHOLD');
    log.must({ kind: 'policy.set', policy: { ...POLICY, threshold: 3 } });
  });

  it('when it is cut anywhere, changed anywhere, or too large', () => {
    const log = new TestGovernance(['hanbit', 'narae']);
    const keys: Change = { kind: 'member.keys', member: narae, keys: { sealing: testSealingKey() } };
    const entry = entryOfPaper(log.proposal(keys, ['hanbit', 'narae']));
    const { consortium, head } = log.fold;
    for (let length = 0; length < entry.length; length++) {
      assert.ok(applyEntry(consortium, entry.subarray(0, length), head) instanceof Fault, `cut at ${length}`);
    }
    const paper = log.proposal(keys, ['hanbit', 'narae']);
    for (let at = 0; at < paper.length; at++) {
      const changed = Buffer.from(paper);
      changed[at]! ^= 1;
      assert.ok(applyEntry(consortium, entryOfPaper(changed), head) instanceof Fault, `octet ${at}`);
    }
    const padded = Buffer.concat([paper, Buffer.alloc(PAPER_SIZE_MAX, 0x2d)]).subarray(0, PAPER_SIZE_MAX + 1);
    assert.equal(log.take(padded), 'GOVERNANCE_TOO_LARGE');
    assert.equal(log.take(padded.subarray(0, PAPER_SIZE_MAX)), 'NOTE_MALFORMED');
  });
});

describe('the past of a consortium', () => {
  it('is kept where witnesses, budgets or policy change, and nowhere else', () => {
    const log = new TestGovernance();
    log.must({ kind: 'member.url', member: duru, url: 'https://other.example' });
    assert.equal(log.consortium.former.length, 0);
    const limit = { perHour: 1, perDay: 2, perTac: 1 };
    log.must({ kind: 'budget.set', member: duru, budget: limit });
    log.must({ kind: 'policy.set', policy: { ...POLICY, faultyWitnesses: 1 } });
    assert.equal(log.consortium.former.length, 2);
    const budgetAt = (atMs: number) => stateAt(log.consortium, atMs).members.find(({ name }) => name === duru)!.budget;
    assert.equal(budgetAt(FOUNDED_MS - 1), undefined);
    assert.deepEqual(budgetAt(FOUNDED_MS), limit);
    assert.equal(stateAt(log.consortium, FOUNDED_MS - 1).policy.faultyWitnesses, 0);
    assert.equal(stateAt(log.consortium, FOUNDED_MS).policy.faultyWitnesses, 1);
  });
});
