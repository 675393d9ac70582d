import type { NamedCheck } from '../base/named-checks.ts';
import { type Consortium, MEMBERS_MAX, type LogKeySpan, type Member } from './consortium.ts';
import { type Change, type ChangeKind, type NextLogKey, TAG_KEY_NUMBER } from './change.ts';
import type { GovernanceFault } from './governance-fault.ts';
import { activeMembers, EPOCHS_MAX, type GovernedConsortium, memberNamed } from './governed.ts';
import { type GivenKey, keysOfMember, keysOfRotation, vkeyName } from './key-book.ts';
import type { SignedProposal } from './proposal.ts';
import { complainOfGroup } from './quorum.ts';
import { concernedBy, type Signature, signaturesOf } from './signers.ts';
import type { TreeHead } from '../ledger/verified-tiles.ts';

/** A proposal before its judges: the consortium, and the governance log, as they were before it. */
export interface Case {
  readonly before: GovernedConsortium;
  readonly head: TreeHead;
  readonly proposal: SignedProposal;
}
type Rule = NamedCheck<Case, GovernanceFault>;

/** Which members a change may be about. */
const STATUS: { readonly [Kind in ChangeKind]?: readonly Member['status'][] } = {
  'member.suspended': ['active'],
  'member.removed': ['active', 'suspended'],
  'member.reinstated': ['suspended'],
  'member.roles': ['active', 'suspended'],
  'member.url': ['active', 'suspended'],
  'member.keys': ['active', 'suspended'],
  'keeper.changed': ['active'],
  'budget.set': ['active', 'suspended'],
};

/** What may be done at all: asked before anybody signs. */
export const RULES_OF_CHANGES: readonly Rule[] = [
  { name: 'it was made for this very tree', check: complainOfPlace },
  { name: 'an active member proposes it', check: (it) => complainOfMember(it, it.proposal.proposedBy, ['active']) },
  { name: 'its member is there, and stands as the change needs it', check: complainOfSubject },
  { name: 'the keeper stays a member', check: complainOfKeeper },
  { name: 'a name belongs to one member for ever', check: complainOfName },
  { name: 'there is room', check: complainOfRoom },
  {
    name: 'a key has one role, with one member, for ever',
    check: ({ before, proposal }) => complainOfKeys(before, proposal.change),
  },
  { name: 'a log keeps its name, and so do the others that sign', check: complainOfKeyNames },
  { name: 'keys of a log follow each other', check: complainOfSizes },
  { name: 'epochs are numbered without a gap', check: complainOfNumber },
  { name: 'there is an epoch to seal under', check: complainOfEnd },
  { name: 'an epoch ends with the word for every log', check: complainOfRestated },
  { name: 'epoch keys are wrapped for active members', check: complainOfWraps },
  { name: 'as many as have to sign can sign', check: complainOfThreshold },
  {
    name: 'there are witnesses, enough for those that may be faulty, and a quorum of them fits a note',
    check: complainOfWitnesses,
  },
];

/** Who must have signed. */
const RULES_OF_SIGNATURES: readonly Rule[] = [
  { name: 'no signature is wrong', check: (it) => firstOf(it, complainOfSignature) },
  { name: 'active members sign', check: (it) => firstOf(it, complainOfSigner) },
  { name: 'k members have signed', check: complainOfCount },
];

/** Everything that makes an entry of the governance log valid, in the order of the answers. */
export const RULES: readonly Rule[] = [...RULES_OF_CHANGES, ...RULES_OF_SIGNATURES];

function complainOfPlace({ head, proposal: { after } }: Case): GovernanceFault | undefined {
  if (after.size !== head.size) return { code: 'GOVERNANCE_STALE', afterSize: after.size, size: head.size };
  if (!after.root.equals(head.root)) return { code: 'GOVERNANCE_OTHER_HISTORY', size: head.size };
  return undefined;
}

function complainOfSubject({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  const statuses = STATUS[change.kind];
  if (statuses === undefined || !('member' in change) || change.kind === 'member.admitted') return undefined;
  return complainOfMember({ before }, change.member, statuses);
}

function complainOfMember(
  { before }: Pick<Case, 'before'>,
  name: string,
  statuses: readonly Member['status'][],
): GovernanceFault | undefined {
  const member = memberNamed(before, name);
  if (member === undefined) return { code: 'GOVERNANCE_MEMBER_UNKNOWN', member: name };
  if (statuses.includes(member.status)) return undefined;
  const expected = statuses.join(' or ');
  return { code: 'GOVERNANCE_MEMBER_STATUS', member: name, memberStatus: member.status, expected };
}

/** Who writes the log goes only after somebody else writes it. As the keeper is active, so is always somebody. */
function complainOfKeeper({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  return concernedBy(change) === before.keeper
    ? { code: 'GOVERNANCE_KEEPER_NEEDED', member: before.keeper }
    : undefined;
}

function complainOfName({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind !== 'member.admitted' || memberNamed(before, change.member.name) === undefined) return undefined;
  return { code: 'GOVERNANCE_NAME_USED', name: change.member.name };
}

function complainOfRoom({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind === 'member.admitted' && before.members.length >= MEMBERS_MAX) {
    return { code: 'GOVERNANCE_TOO_MANY', what: 'members', countMax: MEMBERS_MAX };
  }
  if (change.kind === 'epoch.opened' && before.epochs.length >= EPOCHS_MAX) {
    return { code: 'GOVERNANCE_TOO_MANY', what: 'epochs', countMax: EPOCHS_MAX };
  }
  return undefined;
}

function complainOfKeys(before: GovernedConsortium, change: Change): GovernanceFault | undefined {
  const subject =
    'member' in change && change.kind !== 'member.admitted' ? memberNamed(before, change.member) : undefined;
  const held = subject === undefined ? [] : [...subject.witnessKeys, ...subject.certificates];
  return before.keys.complain(keysOfChange(change), held);
}

/** The keys that a change gives. */
export function keysOfChange(change: Change): GivenKey[] {
  const { kind } = change;
  if (kind === 'member.admitted') return keysOfMember(change.member, 'change.member');
  if (kind === 'member.keys') return keysOfRotation(change.member, change.keys, 'change.keys');
  if (kind !== 'keeper.changed') return [];
  return [{ member: change.member, role: 'governance-log', field: 'change.log', text: change.log.vkey }];
}

function complainOfKeyNames({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  const must = (field: string, vkey: string | undefined, expected: string): GovernanceFault | undefined =>
    vkey === undefined || vkeyName(vkey) === expected ? undefined : { code: 'GOVERNANCE_KEY_NAME', field, expected };
  if (change.kind === 'keeper.changed') return must('change.log', change.log.vkey, before.origin);
  if (change.kind !== 'member.keys') return undefined;
  const { log, ownLog, witness = [], governance } = change.keys;
  const member = memberNamed(before, change.member)!;
  const witnessName = vkeyName(member.witnessKeys[0]!);
  const wrongWitness = witness.find((vkey) => vkeyName(vkey) !== witnessName);
  return (
    must('change.keys.log', log?.vkey, vkeyName(member.logKeys[0]!.vkey)) ??
    must('change.keys.ownLog', ownLog, vkeyName(before.ownLogKeys.get(change.member)!)) ??
    must('change.keys.witness', wrongWitness, witnessName) ??
    must('change.keys.governance', governance, vkeyName(member.governanceKey))
  );
}

function complainOfSizes({ before, head, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind === 'keeper.changed') {
    // The log as it stands stays signed by the key that signed it.
    return complainOfSpan(before.logKeys, change.log, {
      field: 'change.log',
      fromLeast: head.size,
      toLeast: (from) => Math.max(head.size + 1, from),
    });
  }
  if (change.kind !== 'member.keys' || change.keys.log === undefined) return undefined;
  const { logKeys } = memberNamed(before, change.member)!;
  // Whoever gives the log's size leaves what stands at that size signed.
  return complainOfSpan(logKeys, change.keys.log, {
    field: 'change.keys.log',
    fromLeast: 0,
    toLeast: (from) => from + 1,
  });
}

function complainOfSpan(
  spans: readonly LogKeySpan[],
  next: NextLogKey,
  { field, fromLeast, toLeast }: { field: string; fromLeast: number; toLeast: (fromSize: number) => number },
): GovernanceFault | undefined {
  if (next.root !== undefined) {
    // The history that counts may be shorter than what was signed; and no key before has a word after it.
    if (next.fromSize < 2) return { code: 'GOVERNANCE_SIZES', field: `${field}.fromSize`, least: 2 };
    if (next.toSize === next.fromSize) return undefined;
    return { code: 'GOVERNANCE_MALFORMED', field: `${field}.toSize`, expected: 'the same as fromSize' };
  }
  const from = Math.max(fromLeast, spans.at(-1)!.fromSize + 1);
  if (next.fromSize < from) return { code: 'GOVERNANCE_SIZES', field: `${field}.fromSize`, least: from };
  const to = toLeast(next.fromSize);
  return next.toSize < to ? { code: 'GOVERNANCE_SIZES', field: `${field}.toSize`, least: to } : undefined;
}

function complainOfNumber({ before: { epochs }, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind === 'epoch.opened') {
    const expected = epochs.length + 1;
    return change.number === expected
      ? undefined
      : { code: 'GOVERNANCE_EPOCH_NUMBER', number: change.number, expected };
  }
  if (change.kind !== 'epoch.granted' && change.kind !== 'epoch.ended') return undefined;
  if (change.kind === 'epoch.granted' && change.number === TAG_KEY_NUMBER) return undefined;
  const isThere = epochs[change.number - 1] !== undefined;
  return isThere ? undefined : { code: 'GOVERNANCE_EPOCH_UNKNOWN', number: change.number };
}

function complainOfEnd({ before: { epochs }, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind !== 'epoch.ended') return undefined;
  if (epochs[change.number - 1]!.isEnded) return { code: 'GOVERNANCE_EPOCH_ENDED', number: change.number };
  const newest = epochs.findLast(({ isEnded }) => !isEnded);
  return newest!.number === change.number ? { code: 'GOVERNANCE_EPOCH_NEEDED', number: change.number } : undefined;
}

/** A member that is suspended or removed states nothing anew: its size may be given all the same. */
function complainOfRestated({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  if (change.kind !== 'epoch.ended') return undefined;
  const stranger = [...change.restated.keys()].find((name) => memberNamed(before, name) === undefined);
  if (stranger !== undefined) return { code: 'GOVERNANCE_MEMBER_UNKNOWN', member: stranger };
  const without = activeMembers(before).find(({ name }) => !change.restated.has(name));
  if (without === undefined) return undefined;
  return { code: 'GOVERNANCE_MALFORMED', field: `change.restated.${without.name}`, expected: 'to be given' };
}

function complainOfWraps({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  if (!('wraps' in change)) return undefined;
  for (const name of change.wraps.keys()) {
    const fault = complainOfMember({ before }, name, ['active']);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function complainOfThreshold({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  const active = activeMembers(before).filter(({ name }) => name !== concernedBy(change)).length;
  const { threshold } = change.kind === 'policy.set' ? change.policy : before.policy;
  return threshold > active ? { code: 'GOVERNANCE_THRESHOLD', threshold, active } : undefined;
}

function complainOfWitnesses({ before, proposal: { change } }: Case): GovernanceFault | undefined {
  const policy = change.kind === 'policy.set' ? change.policy : before.policy;
  for (const name of change.kind === 'policy.set' ? (policy.witnesses ?? []) : []) {
    const fault = complainOfMember({ before }, name, ['active', 'suspended']);
    if (fault !== undefined) return fault;
  }
  const active: Pick<Member, 'name'>[] = activeMembers(before).filter(({ name }) => name !== concernedBy(change));
  if (change.kind === 'member.admitted') active.push(change.member);
  if (change.kind === 'member.reinstated') active.push({ name: change.member });
  return complainOfGroup(policy, active);
}

function firstOf(
  it: Case,
  complain: (signature: Signature) => GovernanceFault | undefined,
): GovernanceFault | undefined {
  return signaturesOf(it.proposal, it.before)
    .map(complain)
    .find((fault) => fault !== undefined);
}

function complainOfSignature({ member, isRight }: Signature): GovernanceFault | undefined {
  return isRight ? undefined : { code: 'GOVERNANCE_SIGNATURE_WRONG', member: member.name };
}

function complainOfSigner({ member: { name, status } }: Signature): GovernanceFault | undefined {
  return status === 'active' ? undefined : { code: 'GOVERNANCE_SIGNER_NOT_ACTIVE', member: name, memberStatus: status };
}

function complainOfCount({ before, proposal }: Case): GovernanceFault | undefined {
  const signed = signaturesOf(proposal, before).filter(({ counts }) => counts).length;
  const required = before.policy.threshold;
  if (signed >= required) return undefined;
  return { code: 'GOVERNANCE_SIGNATURES_MISSING', signed, required, missing: required - signed };
}

/** The keys that may sign a log at this size. */
export function logKeysAt({ logKeys }: Pick<Consortium, 'logKeys'>, size: number): readonly string[] {
  return logKeys
    .filter(({ fromSize, toSize }) => size >= fromSize && (toSize === undefined || size < toSize))
    .map(({ vkey }) => vkey);
}
