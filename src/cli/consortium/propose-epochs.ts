import type { MemberName } from '../../identifiers/member-name.ts';
import { activeMembers, type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { openWrap, readSealingKeys } from '../../node/member-keys.ts';
import { generateEpochKey, keyDigest, wrapEpochKey } from '../../sealing/epoch-key.ts';
import { ConsortiumCommandError } from './place.ts';
import type { MakeChange } from './propose.ts';

export const openEpoch: MakeChange<object> = async (_, __, { consortium }) => {
  const key = generateEpochKey();
  const names = activeMembers(consortium).map(({ name }) => name);
  const wraps = await wrapsFor(names, key, consortium);
  return { kind: 'epoch.opened', number: consortium.epochs.length + 1, keyDigest: keyDigest(key), wraps };
};

/** The key comes from what was wrapped for this member. */
export const grantEpoch: MakeChange<object> = async ([numberText, ...names], _, { consortium, self, root }) => {
  const number = Number(numberText);
  const epoch = consortium.epochs[number - 1];
  if (epoch === undefined) throw new GovernanceError({ code: 'GOVERNANCE_EPOCH_UNKNOWN', number });
  const wrapped = epoch.wraps.get(self.name);
  if (wrapped === undefined) throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_MISSING', number });
  const key = await openWrap(wrapped, await readSealingKeys(root));
  if (keyDigest(key) !== epoch.keyDigest) throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_OTHER_KEY', number });
  return { kind: 'epoch.granted', number, wraps: await wrapsFor(names, key, consortium) };
};

export const endEpoch: MakeChange<object> = ([number]) => ({ kind: 'epoch.ended', number: Number(number) });

async function wrapsFor(
  names: readonly string[],
  key: Uint8Array,
  consortium: GovernedConsortium,
): Promise<ReadonlyMap<MemberName, string>> {
  const wraps = new Map<MemberName, string>();
  for (const name of names) {
    const member = memberNamed(consortium, name);
    if (member === undefined) throw new GovernanceError({ code: 'GOVERNANCE_MEMBER_UNKNOWN', member: name });
    wraps.set(member.name, await wrapEpochKey(key, member.sealingKey));
  }
  return wraps;
}
