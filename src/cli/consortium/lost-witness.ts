import type { Change } from '../../governance/change.ts';
import { activeMembers, type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { quorumFor } from '../../governance/quorum.ts';

/**
 * Says where a member that lost its keys would have to cosign that it is given others: its node does not start before
 * they are in force, so nothing would come into force any more.
 */
export function lostWitnessWords(change: Change, before: GovernedConsortium, proposedBy: string): string[] {
  if (change.kind !== 'member.keys' || change.keys.witness === undefined || change.member === proposedBy) return [];
  const { member, keys } = change;
  if (memberNamed(before, member)!.witnessKeys.some((key) => keys.witness!.includes(key))) return [];
  const { witnesses, threshold } = quorumFor(before, before.keeper);
  const others = witnesses.filter(({ name }) => name !== member);
  if (others.length === witnesses.length || others.length >= threshold) return [];
  const group = before.policy.witnesses ?? activeMembers(before).map(({ name }) => name);
  const named = group.filter((name) => name !== member).map((name) => `--witness ${name}`);
  return [
    `WARNING: no quorum is complete without ${member}, whose node cannot start before this is in force.`,
    `  Take it out of the witness group, before this or after it: bongsu consortium propose policy ${named.join(' ')}`,
    '  Once it cosigns again, put it back.',
  ];
}
