import type { MemberName } from '../identifiers/member-name.ts';
import { type Change, type NextKeys, type NextLogKey, TAG_KEY_NUMBER } from './change.ts';
import type { Epoch, LogKeySpan, Member, SharedPolicy } from './consortium.ts';
import { type GovernedConsortium, newMember } from './governed.ts';
import type { Proposal } from './proposal.ts';
import { keysOfChange } from './rules.ts';

/** The consortium after a proposal that no rule speaks against. */
export function afterProposal(before: GovernedConsortium, { change, timeMs }: Proposal): GovernedConsortium {
  const keys = keysOfChange(change);
  const next = withFormer(before, afterChange(before, change, timeMs), timeMs);
  return { ...next, size: before.size + 1, keys: keys.length === 0 ? before.keys : before.keys.with(keys) };
}

/** What witnesses cosigned, and what fitted a budget, is judged later by what was in force then. */
function withFormer(before: GovernedConsortium, next: GovernedConsortium, timeMs: number): GovernedConsortium {
  if (next.policy === before.policy && judging(next) === judging(before)) return next;
  const untilMs = Math.max(timeMs, before.former.at(-1)?.untilMs ?? 0);
  return { ...next, former: [...before.former, { members: before.members, policy: before.policy, untilMs }] };
}

function judging({ members }: GovernedConsortium): string {
  return JSON.stringify(members.map(({ name, status, witnessKeys, budget }) => [name, status, witnessKeys, budget]));
}

function afterChange(before: GovernedConsortium, change: Change, timeMs: number): GovernedConsortium {
  switch (change.kind) {
    case 'member.admitted': {
      const { member } = change;
      const members = [...before.members, newMember(member, before.members.length, timeMs)];
      return { ...before, members, ownLogKeys: new Map([...before.ownLogKeys, [member.name, member.ownLogKey]]) };
    }
    case 'member.suspended':
      return withMember(before, change.member, { status: 'suspended', endsAtSize: change.logSize });
    case 'member.removed': {
      const policy = withoutWitness(before.policy, change.member);
      return { ...withMember(before, change.member, { status: 'removed', endsAtSize: change.logSize }), policy };
    }
    case 'member.reinstated':
      return replaceMember(before, change.member, (member) => ({ ...without(member, 'endsAtSize'), status: 'active' }));
    case 'member.roles':
      return withMember(before, change.member, { roles: change.roles });
    case 'member.url':
      return withMember(before, change.member, { url: change.url });
    case 'member.keys':
      return withKeys(before, change.member, change.keys);
    case 'keeper.changed':
      return { ...before, keeper: change.member, logKeys: withLogKey(before.logKeys, change.log) };
    case 'epoch.opened': {
      const { number, keyDigest, wraps } = change;
      return { ...before, epochs: [...before.epochs, { number, keyDigest, wraps, isEnded: false }] };
    }
    case 'epoch.granted':
      if (change.number === TAG_KEY_NUMBER) {
        const { keyDigest, wraps } = before.tagKey;
        return { ...before, tagKey: { keyDigest, wraps: new Map([...wraps, ...change.wraps]) } };
      }
      return withEpoch(before, change.number, ({ wraps }) => ({ wraps: new Map([...wraps, ...change.wraps]) }));
    case 'epoch.ended':
      return withEpoch(before, change.number, () => ({ isEnded: true, restated: change.restated }));
    case 'budget.set':
      return replaceMember(before, change.member, (member) =>
        change.budget === undefined ? without(member, 'budget') : { ...member, budget: change.budget },
      );
    case 'policy.set':
      return { ...before, policy: change.policy };
  }
}

function withKeys(before: GovernedConsortium, name: MemberName, keys: NextKeys): GovernedConsortium {
  const next = replaceMember(before, name, (member) => ({
    ...member,
    logKeys: keys.log === undefined ? member.logKeys : withLogKey(member.logKeys, keys.log),
    witnessKeys: keys.witness ?? member.witnessKeys,
    governanceKey: keys.governance ?? member.governanceKey,
    sealingKey: keys.sealing ?? member.sealingKey,
    certificates: keys.certificates ?? member.certificates,
  }));
  if (keys.ownLog === undefined) return next;
  return { ...next, ownLogKeys: new Map([...before.ownLogKeys, [name, keys.ownLog]]) };
}

/** Whatever overlap an earlier key had left ends with the newest word. */
function withLogKey(spans: readonly LogKeySpan[], { toSize, ...next }: NextLogKey): readonly LogKeySpan[] {
  const ended = spans.map((span) => ({ ...span, toSize: Math.min(span.toSize ?? toSize, toSize) }));
  return [...ended, next];
}

function withEpoch(
  before: GovernedConsortium,
  number: number,
  change: (epoch: Epoch) => Partial<Epoch>,
): GovernedConsortium {
  const epochs = before.epochs.map((epoch) => (epoch.number === number ? { ...epoch, ...change(epoch) } : epoch));
  return { ...before, epochs };
}

function withoutWitness(policy: SharedPolicy, removed: MemberName): SharedPolicy {
  if (policy.witnesses?.includes(removed) !== true) return policy;
  return { ...policy, witnesses: policy.witnesses.filter((name) => name !== removed) };
}

function withMember(before: GovernedConsortium, name: MemberName, change: Partial<Member>): GovernedConsortium {
  return replaceMember(before, name, (member) => ({ ...member, ...change }));
}

function replaceMember(
  before: GovernedConsortium,
  name: MemberName,
  next: (member: Member) => Member,
): GovernedConsortium {
  return { ...before, members: before.members.map((member) => (member.name === name ? next(member) : member)) };
}

function without(member: Member, field: 'budget' | 'endsAtSize'): Member {
  const rest = { ...member };
  delete (rest as { budget?: unknown; endsAtSize?: unknown })[field];
  return rest;
}
