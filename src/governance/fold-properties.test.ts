import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { POLICY, TestGovernance, testMember, testSealingKey, WRAP } from '../../test/support/governance.ts';
import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import type { Change } from './change.ts';
import { foldGovernance } from './fold.ts';
import { activeMembers, type GovernedConsortium, memberNamed } from './governed.ts';
import { vkeyName } from './key-book.ts';
import { concernedBy } from './signers.ts';

const NAMES = ['hanbit', 'narae', 'duru', 'sakura', 'tanpopo'] as MemberName[];
const RUNS = { numRuns: 60 } as const;

const name = fc.constantFrom(...NAMES);
const size = fc.nat(6);
const wraps = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3 })
  .map((names) => new Map(names.map((one) => [one, WRAP])));
const number = fc.integer({ min: 1, max: 4 });
/** Few members and small numbers, so that changes meet; many of them may not be made. */
const changes: fc.Arbitrary<(next: TestGovernance) => Change> = fc.oneof(
  name.map((one) => () => ({ kind: 'member.admitted' as const, member: testMember(one).fields })),
  fc.record({ member: name, logSize: size }).map((rest) => () => ({ kind: 'member.suspended' as const, ...rest })),
  fc.record({ member: name, logSize: size }).map((rest) => () => ({ kind: 'member.removed' as const, ...rest })),
  name.map((member) => () => ({ kind: 'member.reinstated' as const, member })),
  name.map((member) => () => ({ kind: 'member.keys' as const, member, keys: { sealing: testSealingKey() } })),
  fc.record({ member: name, fromSize: size, toSize: size }).map(({ member, ...sizes }) => () => {
    const { vkey } = generateLogKey(`log.${member}.example/shared`).logKey;
    return { kind: 'member.keys' as const, member, keys: { log: { vkey, ...sizes } } };
  }),
  name.map((member) => (log: TestGovernance) => {
    const { vkey } = generateLogKey(log.consortium.origin).logKey;
    const at = log.fold.head.size;
    return { kind: 'keeper.changed' as const, member, log: { vkey, fromSize: at + 1, toSize: at + 2 } };
  }),
  fc
    .record({ number, wraps })
    .map((rest) => () => ({ kind: 'epoch.opened' as const, keyDigest: 'a'.repeat(64), ...rest })),
  wraps.map((given) => (log: TestGovernance) => ({
    kind: 'epoch.opened' as const,
    number: log.consortium.epochs.length + 1,
    keyDigest: 'b'.repeat(64),
    wraps: given,
  })),
  fc.record({ number, wraps }).map((rest) => () => ({ kind: 'epoch.granted' as const, ...rest })),
  number.map((ended) => ({ consortium }: TestGovernance) => ({
    kind: 'epoch.ended' as const,
    number: ended,
    restated: new Map(consortium.members.map((member) => [member.name, ended])),
  })),
  fc
    .integer({ min: 1, max: 5 })
    .map((threshold) => () => ({ kind: 'policy.set' as const, policy: { ...POLICY, threshold } })),
);
const step = fc.record({ change: changes, signers: fc.subarray(NAMES, { minLength: 0 }), eager: fc.boolean() });

/** Everybody's keys, whether admitted or not: an admitted member signs with the keys that it brought. */
function signersOf(log: TestGovernance, names: readonly MemberName[]): MemberName[] {
  return names.filter((one) => log.member(one) !== undefined);
}

describe('any sequence of changes, by any signers', () => {
  it('never breaks what must always hold, and changes nothing without k voices that count', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const log = new TestGovernance(NAMES.slice(0, 4));
        for (const { change: make, signers, eager } of steps) {
          const before = log.consortium;
          const change = make(log);
          const active = activeMembers(before).map((member) => member.name);
          const chosen = eager ? signersOf(log, active) : signersOf(log, signers);
          const code = log.take(log.proposal(change, chosen, { proposedBy: before.keeper }));
          holds(log.consortium, log.entries.length);
          const voices = chosen.filter((one) => active.includes(one) && one !== concernedBy(change));
          if (voices.length < before.policy.threshold) assert.notEqual(code, undefined);
          if (code !== undefined) assert.deepEqual({ ...log.consortium, size: before.size }, before);
        }
        const again = foldGovernance(log.entries);
        assert.ok(!(again instanceof Fault));
        assert.deepEqual(again.consortium, log.consortium);
      }),
      RUNS,
    );
  });

  it('replayed and reordered behind itself, changes nothing', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (makers, order) => {
        const log = new TestGovernance(NAMES.slice(0, 4));
        for (const make of makers) {
          log.take(log.proposal(make(log), NAMES.slice(0, 4), { proposedBy: log.consortium.keeper }));
        }
        const before = log.consortium;
        const again = log.entries.map((entry) => ({ entry, place: order.next().value as number }));
        for (const { entry } of again.toSorted((a, b) => a.place - b.place)) assert.ok(log.takeEntry(entry));
        assert.deepEqual({ ...log.consortium, size: before.size }, before);
      }),
      RUNS,
    );
  });

  it('changes nothing in the hands of a thief of fewer than k voices who also writes the log', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 15 }), fc.constantFrom(1, 2), (makers, stolen) => {
        const log = new TestGovernance(NAMES.slice(0, 4), { threshold: 3 });
        const before = log.consortium;
        // Whatever it steals, and whatever keys it makes for names that are there or not.
        const thief = [...log.members.slice(1, 1 + stolen), ...NAMES.map((one) => testMember(one))];
        const keys = thief.map(({ governance }) => governance);
        for (const make of makers) log.take(log.proposalBy(make(log), keys, { proposedBy: 'narae' }));
        assert.deepEqual({ ...log.consortium, size: before.size }, before);
      }),
      RUNS,
    );
  });
});

function holds(consortium: GovernedConsortium, entries: number): void {
  const { members, epochs, policy, keeper, logKeys } = consortium;
  assert.equal(consortium.size, entries);
  assert.ok(activeMembers(consortium).length >= policy.threshold && policy.threshold >= 1);
  assert.equal(memberNamed(consortium, keeper)?.status, 'active');
  assert.deepEqual(
    members.map((member) => member.number),
    members.map((_, place) => place),
  );
  assert.deepEqual(
    epochs.map((epoch) => epoch.number),
    epochs.map((_, place) => place + 1),
  );
  assert.ok(epochs.some(({ isEnded }) => !isEnded));
  for (const spans of [logKeys, ...members.map((member) => member.logKeys)]) {
    for (const [place, span] of spans.entries()) {
      const next = spans[place + 1];
      assert.ok(
        next === undefined ? span.toSize === undefined : next.fromSize > span.fromSize && span.toSize !== undefined,
      );
    }
    assert.equal(new Set(spans.map(({ vkey }) => vkeyName(vkey))).size, 1);
  }
  const texts = members.flatMap((member) => [
    ...member.logKeys.map(({ vkey }) => vkey),
    ...member.witnessKeys,
    member.governanceKey,
    member.sealingKey,
    consortium.ownLogKeys.get(member.name)!,
  ]);
  assert.equal(new Set(texts).size, texts.length);
  assert.equal(new Set(members.map((member) => member.name)).size, members.length);
}
