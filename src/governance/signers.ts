import { Fault } from '../base/fault.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { type LogKey, parseLogKey } from '../ledger/note-key.ts';
import type { Change } from './change.ts';
import { type Consortium, isActive, type Member } from './consortium.ts';
import type { SignedProposal } from './proposal.ts';

/** A signature of a proposal that is by a member's governance key. */
export interface Signature {
  readonly member: Member;
  readonly isRight: boolean;
  /** Whether it is one of the k. */
  readonly counts: boolean;
}

/** The member whom a change suspends or removes: it has no voice in that. */
export function concernedBy(change: Change): MemberName | undefined {
  return change.kind === 'member.suspended' || change.kind === 'member.removed' ? change.member : undefined;
}

/**
 * Who signed a proposal, each member once. Lines by other keys say nothing: a key that a member gave up, or one that
 * nobody knows.
 */
export function signaturesOf({ change, paper }: SignedProposal, { members }: Pick<Consortium, 'members'>): Signature[] {
  const concerned = concernedBy(change);
  const found = new Map<MemberName, Signature>();
  for (const line of paper.signatures) {
    const known = signerNamed(members, line);
    if (known === undefined || found.get(known.member.name)?.isRight === false) continue;
    const { member, key } = known;
    const isRight = key.verifies(paper.text, line.signature);
    found.set(member.name, { member, isRight, counts: isRight && isActive(member) && member.name !== concerned });
  }
  return [...found.values()];
}

function signerNamed(
  members: readonly Member[],
  { name, keyId }: { readonly name: string; readonly keyId: number },
): { member: Member; key: LogKey } | undefined {
  const member = members.find(({ governanceKey }) => governanceKey.startsWith(`${name}+`));
  const key = member && parseLogKey(member.governanceKey);
  return member === undefined || key === undefined || key instanceof Fault || key.keyId !== keyId
    ? undefined
    : { member, key };
}
