import type { MemberName } from '../identifiers/member-name.ts';
import type { Change, NextKeys, NextLogKey } from './change.ts';
import type { Epoch, LogKeySpan, Member } from './consortium.ts';
import { type GovernedConsortium, newMember } from './governed.ts';
import type { Proposal } from './proposal.ts';
import { keysOfChange } from './rules.ts';

/** The consortium after a proposal that no rule speaks against. */
export function afterProposal(before: GovernedConsortium, { change, timeMs }: Proposal): GovernedConsortium {
  const keys = keysOfChange(change);
  const next = afterChange(before, change, timeMs);
  return { ...next, size: before.size + 1, keys: keys.length === 0 ? before.keys : before.keys.with(keys) };
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
    case 'member.removed':
      return withMember(before, change.member, { status: 'removed', endsAtSize: change.logSize });
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
      return withEpoch(before, change.number, ({ wraps }) => ({ wraps: new Map([...wraps, ...change.wraps]) }));
    case 'epoch.ended':
      return withEpoch(before, change.number, () => ({ isEnded: true }));
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
function withLogKey(spans: readonly LogKeySpan[], { vkey, fromSize, toSize }: NextLogKey): readonly LogKeySpan[] {
  const ended = spans.map((span) => ({ ...span, toSize: Math.min(span.toSize ?? toSize, toSize) }));
  return [...ended, { vkey, fromSize }];
}

function withEpoch(
  before: GovernedConsortium,
  number: number,
  change: (epoch: Epoch) => Partial<Epoch>,
): GovernedConsortium {
  const epochs = before.epochs.map((epoch) => (epoch.number === number ? { ...epoch, ...change(epoch) } : epoch));
  return { ...before, epochs };
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
