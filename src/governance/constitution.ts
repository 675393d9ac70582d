import { Fault, type Parsed } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import type { NoteFault } from '../ledger/note.ts';
import { memberFields, type MemberFields } from './change.ts';
import type { SharedKey, SharedPolicy } from './consortium.ts';
import * as fields from './fields.ts';
import { Fields, parsedBy, type Read } from './fields.ts';
import { type GovernanceFault, GovernanceError } from './governance-fault.ts';
import { type GovernedConsortium, newMember } from './governed.ts';
import { type GivenKey, KeyBook, keysOfMember, vkeyName } from './key-book.ts';
import { complainOfGroup } from './quorum.ts';
import { parsePaper, type SignedPaper, unsignedPaper } from './signed-paper.ts';

/** The first line of what founders sign. */
export const CONSTITUTION_KIND = 'bongsu/constitution@v1';
/** A note holds no more signatures, and all founders sign. */
export const FOUNDERS_MAX = 64;

/** What a consortium begins with. */
export interface Constitution {
  readonly name: string;
  readonly timeMs: number;
  readonly keeper: MemberName;
  /** The governance log's first key; its name is that log's origin. */
  readonly logKey: string;
  readonly members: readonly MemberFields[];
  readonly policy: SharedPolicy;
  /** Epoch 1, wrapped for every founder. */
  readonly epoch: SharedKey;
  /** Wrapped for every founder too. */
  readonly tagKey: SharedKey;
}

export interface SignedConstitution extends Constitution {
  readonly paper: SignedPaper;
}

/** The file of a constitution that nobody has signed yet. */
export function newConstitution({ epoch, tagKey, ...rest }: Constitution): Buffer {
  const members = rest.members.map((member) => ({ ...member }));
  const policy = { ...rest.policy, budgetFloor: { ...rest.policy.budgetFloor } };
  return unsignedPaper(CONSTITUTION_KIND, {
    ...rest,
    members,
    policy,
    epoch: sharedKeyJson(epoch),
    tagKey: sharedKeyJson(tagKey),
  });
}

function sharedKeyJson({ keyDigest, wraps }: SharedKey): { keyDigest: string; wraps: Record<string, string> } {
  return { keyDigest, wraps: Object.fromEntries(wraps) };
}

/** Reads a constitution, signed or not. */
export function parseConstitution(bytes: Uint8Array): Parsed<SignedConstitution, GovernanceFault | NoteFault> {
  const paper = parsePaper(bytes, CONSTITUTION_KIND);
  if (paper instanceof Fault) return paper;
  const constitution = parsedBy(readConstitution, paper.json, '');
  return constitution instanceof Fault ? constitution : { ...constitution, paper };
}

/** The consortium that a constitution founds, once every founder has signed it. */
export function found(constitution: SignedConstitution): Parsed<GovernedConsortium, GovernanceFault> {
  const fault = complainOf(constitution) ?? complainOfSignatures(constitution);
  return fault === undefined ? consortiumOf(constitution) : new GovernanceError(fault);
}

/** What speaks against a constitution before anybody signs it. */
export function complainOf(constitution: Constitution): GovernanceFault | undefined {
  const { keeper, members, policy, epoch, tagKey } = constitution;
  const names = members.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice !== undefined) return { code: 'GOVERNANCE_NAME_USED', name: twice };
  if (!names.includes(keeper)) return { code: 'GOVERNANCE_MEMBER_UNKNOWN', member: keeper };
  if (policy.threshold > members.length) {
    return { code: 'GOVERNANCE_THRESHOLD', threshold: policy.threshold, active: members.length };
  }
  const stranger = policy.witnesses?.find((name) => !names.includes(name));
  if (stranger !== undefined) return { code: 'GOVERNANCE_MEMBER_UNKNOWN', member: stranger };
  return (
    complainOfGroup(policy, members) ??
    complainOfSharedKey('epoch', epoch, names) ??
    complainOfSharedKey('tagKey', tagKey, names) ??
    new KeyBook().complain(keysOf(constitution))
  );
}

/** It is for every founder, and for nobody else. */
function complainOfSharedKey(
  field: string,
  { wraps }: SharedKey,
  names: readonly MemberName[],
): GovernanceFault | undefined {
  const stranger = [...wraps.keys()].find((name) => !names.includes(name as MemberName));
  if (stranger !== undefined) return { code: 'GOVERNANCE_MEMBER_UNKNOWN', member: stranger };
  const without = names.find((name) => !wraps.has(name));
  if (without === undefined) return undefined;
  return { code: 'GOVERNANCE_MALFORMED', field: `${field}.wraps.${without}`, expected: 'to be given' };
}

/** The founders that have not signed. A signature that is wrong counts as none. */
function unsignedFounders({ members, paper }: SignedConstitution): MemberName[] {
  return members.filter(({ governanceKey }) => !hasSigned(paper, governanceKey)).map(({ name }) => name);
}

function complainOfSignatures(constitution: SignedConstitution): GovernanceFault | undefined {
  const [member, ...others] = unsignedFounders(constitution);
  if (member === undefined) return undefined;
  return { code: 'GOVERNANCE_FOUNDER_UNSIGNED', member, missing: 1 + others.length };
}

function hasSigned({ text, signatures }: SignedPaper, vkey: string): boolean {
  const key = parseLogKey(vkey);
  if (key instanceof Fault) return false;
  const line = signatures.find(({ name, keyId }) => name === key.name && keyId === key.keyId);
  return line !== undefined && key.verifies(text, line.signature);
}

function consortiumOf(constitution: SignedConstitution): GovernedConsortium {
  const { name, timeMs, keeper, logKey, members, policy, epoch, tagKey } = constitution;
  return {
    name,
    size: 1,
    origin: vkeyName(logKey),
    logKeys: [{ vkey: logKey, fromSize: 0 }],
    keeper,
    members: members.map((member, number) => newMember(member, number, timeMs)),
    epochs: [{ number: 1, ...epoch, isEnded: false }],
    tagKey,
    policy,
    keys: new KeyBook().with(keysOf(constitution)),
    ownLogKeys: new Map(members.map((member) => [member.name, member.ownLogKey])),
    former: [],
  };
}

function keysOf({ keeper, logKey, members }: Constitution): GivenKey[] {
  const governanceLog: GivenKey = { member: keeper, role: 'governance-log', field: 'logKey', text: logKey };
  return [governanceLog, ...members.flatMap((member, place) => keysOfMember(member, `members[${place}]`))];
}

const readConstitution: Read<Constitution> = (value, place) => {
  const from = new Fields(value, place);
  const constitution: Constitution = {
    name: from.read('name', fields.plainName),
    timeMs: from.read('timeMs', fields.time),
    keeper: from.read('keeper', fields.memberName),
    logKey: from.read('logKey', fields.logKey),
    members: from.read('members', fields.listOf(memberFields, { min: 1, max: FOUNDERS_MAX })),
    policy: from.read('policy', fields.policy),
    epoch: from.read('epoch', sharedKey),
    tagKey: from.read('tagKey', sharedKey),
  };
  from.end();
  return constitution;
};

const sharedKey: Read<SharedKey> = (value, place) => {
  const from = new Fields(value, place);
  const key = { keyDigest: from.read('keyDigest', fields.digest), wraps: from.read('wraps', fields.wraps) };
  from.end();
  return key;
};
