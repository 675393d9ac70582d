import type { MemberName } from '../identifiers/member-name.ts';
import type { MemberFields } from './change.ts';
import { type Consortium, isActive, type Member } from './consortium.ts';
import type { KeyBook } from './key-book.ts';

/** Ours: what is wrapped for every member of every epoch is held in memory. */
export const EPOCHS_MAX = 1024;

/** The consortium with what only its next change needs to know. */
export interface GovernedConsortium extends Consortium {
  /** Every key ever given. */
  readonly keys: KeyBook;
  /** The key of each member's own log, by member. */
  readonly ownLogKeys: ReadonlyMap<MemberName, string>;
}

export function memberNamed({ members }: Pick<Consortium, 'members'>, name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

export function activeMembers({ members }: Pick<Consortium, 'members'>): readonly Member[] {
  return members.filter(isActive);
}

/** A member as it begins: its log's first key signs from size 0 on. */
export function newMember(fields: MemberFields, number: number, admittedAtMs: number): Member {
  const { name, roles, url, logKey, witnessKey, governanceKey, sealingKey, certificates } = fields;
  return {
    name,
    number,
    roles,
    status: 'active',
    url,
    logKeys: [{ vkey: logKey, fromSize: 0 }],
    witnessKeys: [witnessKey],
    governanceKey,
    sealingKey,
    certificates,
    admittedAtMs,
  };
}
