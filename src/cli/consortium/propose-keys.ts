import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { orThrow } from '../../base/fault.ts';
import type { MemberFields, NextKeys, NextLogKey } from '../../governance/change.ts';
import type { Member } from '../../governance/consortium.ts';
import { malformed, GovernanceError } from '../../governance/governance-fault.ts';
import { type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { parseIntroduction } from '../../governance/introduction.ts';
import {
  certificateDigest,
  makeGovernanceLogKey,
  makeNextKey,
  MEMBER_KEYS,
  type MemberKeyName,
} from '../../node/member-keys.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { makeNextCertificate } from '../../node/peer-identity.ts';
import type { TreeHead } from '../../ledger/verified-tiles.ts';
import { nameOf, readPaper } from './place.ts';
import type { Basis, MakeChange } from './make-change.ts';

interface SizeOptions {
  readonly fromSize?: number;
  readonly toSize?: number;
  readonly settle?: TreeHead;
}

interface RotateOptions extends SizeOptions {
  readonly finish?: true;
  readonly certificate?: readonly string[];
}

/** The new key is made beside the one in use, and takes its place once the consortium has it. */
export const rotate: MakeChange<RotateOptions> = async ([key], options, basis) => ({
  kind: 'member.keys',
  member: basis.self.name,
  keys: await rotated(key!, options, basis),
});

async function rotated(
  key: string,
  options: RotateOptions,
  { self, consortium, root, command }: Basis,
): Promise<NextKeys> {
  const { certificate = [], finish } = options;
  const bound = key === 'witness' ? self.witnessKeys : self.certificates;
  if (finish === true && bound.length < 2) command.error(`error: no exchange of ${key} is to be finished`);
  if (key === 'certificate') return { certificates: await rotatedCertificates(self, { root, finish }) };
  if (key === 'certificates') return { certificates: await Promise.all(certificate.map(certificateDigest)) };
  if (key === 'witness' && finish === true) return { witness: self.witnessKeys.slice(-1) };
  if (!MEMBER_KEYS.includes(key as MemberKeyName))
    throw malformed('key', `${MEMBER_KEYS.join(', ')}, certificate, certificates`);
  const name = key as MemberKeyName;
  const sizes = name === 'log' ? sizesOf(options, command) : undefined;
  const text = await makeNextKey(root, name);
  if (isGiven(text, self, consortium)) {
    command.error(`error: the ${name} key that was exchanged last is not in its place yet: start the node first`);
  }
  switch (name) {
    case 'log':
      return { log: { vkey: text, ...sizes! } };
    case 'own-log':
      return { ownLog: text };
    case 'witness':
      return { witness: [...self.witnessKeys, text] };
    case 'governance':
      return { governance: text };
    case 'sealing':
      return { sealing: text };
  }
}

function isGiven(key: string, { name, logKeys, ...self }: Member, { ownLogKeys }: GovernedConsortium): boolean {
  const { witnessKeys, governanceKey, sealingKey } = self;
  const given = [logKeys.at(-1)!.vkey, ownLogKeys.get(name), witnessKeys.at(-1), governanceKey, sealingKey];
  return given.includes(key);
}

/** The old certificate and the next are both bound until the exchange is finished: no member is ever turned away. */
async function rotatedCertificates(
  { name, certificates }: Member,
  { root, finish }: { root: string; finish: true | undefined },
): Promise<readonly string[]> {
  if (finish === true) return certificates.slice(-1);
  const place = { keys: dataFolder(root).keys, member: name, bound: certificates };
  const { fingerprint } = await makeNextCertificate(place, { clock: systemClock });
  return [...certificates.filter((bound) => bound !== fingerprint), fingerprint];
}

/** What differs between a member's introduction and what the consortium has of it is exchanged. */
export const recover: MakeChange<SizeOptions> = async ([file], options, { consortium, command }) => {
  const introduced = orThrow(parseIntroduction((await readPaper(file!)).bytes));
  const member = memberNamed(consortium, introduced.name);
  if (member === undefined) throw new GovernanceError({ code: 'GOVERNANCE_MEMBER_UNKNOWN', member: introduced.name });
  return {
    kind: 'member.keys',
    member: member.name,
    keys: differing(introduced, member, { consortium, options, command }),
  };
};

function differing(
  introduced: MemberFields,
  member: Member,
  { consortium, options, command }: { consortium: GovernedConsortium; options: SizeOptions; command: Command },
): NextKeys {
  const { logKey, ownLogKey, witnessKey, governanceKey, sealingKey, certificates } = introduced;
  const isSameList = certificates.toSorted().join() === member.certificates.toSorted().join();
  return {
    ...(logKey !== member.logKeys.at(-1)!.vkey && { log: { vkey: logKey, ...sizesOf(options, command) } }),
    ...(ownLogKey !== consortium.ownLogKeys.get(member.name) && { ownLog: ownLogKey }),
    ...(witnessKey !== member.witnessKeys.at(-1) && { witness: [witnessKey] }),
    ...(governanceKey !== member.governanceKey && { governance: governanceKey }),
    ...(sealingKey !== member.sealingKey && { sealing: sealingKey }),
    ...(!isSameList && { certificates }),
  };
}

interface KeeperOptions extends SizeOptions {
  readonly key?: string;
}

/** The old key ends before the entry of this change, which the new keeper writes: no other can stand in its place. */
export const changeKeeper: MakeChange<KeeperOptions> = async (
  [name],
  options,
  { consortium, head, self, root, command },
) => {
  const { key, fromSize = head.size + 1, toSize = fromSize } = options;
  if (key === undefined && name !== self.name) command.error('error: give the new keeper’s key: --key');
  const vkey = key ?? (await makeGovernanceLogKey(root, consortium.origin)).logKey.vkey;
  const log: NextLogKey = { vkey, fromSize, toSize };
  return { kind: 'keeper.changed', member: nameOf(name!), log };
};

/** Without `--to-size` what stands at `--from-size`, signed by the key before, stays signed. */
function sizesOf({ settle, fromSize, toSize }: SizeOptions, command: Command): Omit<NextLogKey, 'vkey'> {
  if (settle !== undefined) {
    return { fromSize: settle.size + 1, toSize: settle.size + 1, root: settle.root.toString('base64') };
  }
  if (fromSize === undefined) command.error('error: say from which size of the log on the new key signs: --from-size');
  return { fromSize, toSize: toSize ?? fromSize + 1 };
}
