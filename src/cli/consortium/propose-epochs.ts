import type { MemberName } from '../../identifiers/member-name.ts';
import { activeMembers, type GovernedConsortium, memberNamed, sharedKeyOf } from '../../governance/governed.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { openWrap, readSealingKeys } from '../../node/member-keys.ts';
import { generateEpochKey, keyDigest, wrapEpochKey } from '../../sealing/epoch-key.ts';
import { ConsortiumCommandError } from './place.ts';
import { checkEnd, droppedWith, refuseInUse, restatingSeen } from './epoch-use.ts';
import type { MakeChange } from './make-change.ts';

export const openEpoch: MakeChange<object> = async (_, __, { consortium }) => {
  const key = generateEpochKey();
  const names = activeMembers(consortium).map(({ name }) => name);
  const wraps = await wrapsFor(names, key, consortium);
  return { kind: 'epoch.opened', number: consortium.epochs.length + 1, keyDigest: keyDigest(key), wraps };
};

/** The key comes from what was wrapped for this member. */
export const grantEpoch: MakeChange<object> = async ([numberText, ...names], _, { consortium, self, root }) => {
  const number = Number(numberText);
  const shared = sharedKeyOf(consortium, number);
  if (shared === undefined) throw new GovernanceError({ code: 'GOVERNANCE_EPOCH_UNKNOWN', number });
  const wrapped = shared.wraps.get(self.name);
  if (wrapped === undefined) throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_MISSING', number });
  const key = await openWrap(wrapped, await readSealingKeys(root));
  if (keyDigest(key) !== shared.keyDigest) throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_OTHER_KEY', number });
  return { kind: 'epoch.granted', number, wraps: await wrapsFor(names, key, consortium) };
};

export interface EndEpochOptions {
  readonly restated?: readonly (readonly [string, number])[];
  /** Suspended or removed members whose statements may be lost with the epoch. */
  readonly drop?: readonly string[];
}

/** Up to where each log was found to be stated anew: as this member's node saw it, or as the command line has it. */
export const endEpoch: MakeChange<EndEpochOptions> = async ([numberText], options, { consortium, root }) => {
  const { restated = [], drop = [] } = options;
  const number = Number(numberText);
  const given = new Map(restated.map(([name, size]) => [name as MemberName, size]));
  const names = activeMembers(consortium).map(({ name }) => name);
  const seen = await restatingSeen(root, number);
  const sizes = names.map((name) => {
    const size = given.get(name);
    if (names.every((one) => given.has(one))) return [name, size!] as const;
    const use = seen?.get(name);
    if (use === undefined) throw new ConsortiumCommandError({ code: 'EPOCH_USE_UNKNOWN', number });
    refuseInUse(number, name, use);
    return [name, size ?? use.size] as const;
  });
  const change = { kind: 'epoch.ended', number, restated: new Map(sizes) } as const;
  // Who proposes is refused what it would refuse to sign, and says aloud what it gives up.
  await checkEnd(change, root);
  for (const { member, inForce } of droppedWith(change, seen)) {
    if (!drop.includes(member)) throw new ConsortiumCommandError({ code: 'EPOCH_DROPS', number, member, inForce });
  }
  return change;
};

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
