import type { MemberName } from '../identifiers/member-name.ts';
import { type MemberFields, TAG_KEY_NUMBER } from './change.ts';
import { type Consortium, isActive, type Member, type SharedKey } from './consortium.ts';
import type { KeyBook } from './key-book.ts';

/** Ours: what is wrapped for every member of every epoch is held in memory. */
export const EPOCHS_MAX = 1024;

/** What members and policy were before a change: who judges what was stated then needs them. */
export interface FormerState extends Pick<Consortium, 'members' | 'policy'> {
  /** By the time that stands in the change, and never before the one before it, in ms since 1970. */
  readonly untilMs: number;
}

/** The consortium with what its next change, and the past, need to know. */
export interface GovernedConsortium extends Consortium {
  /** Every key ever given. */
  readonly keys: KeyBook;
  /** The key of each member's own log, by member. */
  readonly ownLogKeys: ReadonlyMap<MemberName, string>;
  /** One for each change of witnesses, budgets or policy, the oldest first. */
  readonly former: readonly FormerState[];
}

/** Members and policy as they were at a time, in ms since 1970. */
export function stateAt(
  consortium: Pick<GovernedConsortium, 'former' | 'members' | 'policy'>,
  atMs: number,
): Pick<Consortium, 'members' | 'policy'> {
  return consortium.former.find(({ untilMs }) => atMs < untilMs) ?? consortium;
}

export function memberNamed({ members }: Pick<Consortium, 'members'>, name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

/** The key that is granted under a number: an epoch's, or the tag key. */
export function sharedKeyOf(
  { epochs, tagKey }: Pick<Consortium, 'epochs' | 'tagKey'>,
  number: number,
): SharedKey | undefined {
  return number === TAG_KEY_NUMBER ? tagKey : epochs[number - 1];
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
