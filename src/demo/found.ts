import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { writeDurably } from '../base/durable.ts';
import { orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Constitution, CONSTITUTION_KIND, newConstitution } from '../governance/constitution.ts';
import type { MemberFields } from '../governance/change.ts';
import type { Role, SharedPolicy } from '../governance/consortium.ts';
import { foundGovernance } from '../governance/founding.ts';
import { GovernanceKeeper } from '../governance/keeper.ts';
import { readGovernance } from '../governance/governance-reader.ts';
import { newProposal, PROPOSAL_KIND } from '../governance/proposal.ts';
import { parsePaper, withSignature } from '../governance/signed-paper.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { dataFolder } from '../node/data-folder.ts';
import {
  governanceSigningFolder,
  makeGovernanceLogKey,
  makeMemberKeys,
  type MemberKeys,
  readMemberKeys,
} from '../node/member-keys.ts';
import { ensureCertificate } from '../node/peer-identity.ts';
import { newSharedKey } from '../sealing/shared-key.ts';

/** Where a copy of the governance log lies for the members' first start. */
const SHARED_COPY = 'governance';
/** With so many members one witness may be faulty. */
const FAULTY_FROM_MEMBERS = 5;
const BUDGET_FLOOR = { perHour: 5_000, perDay: 20_000, perTac: 2_000 };
const ANCHOR_INTERVAL_SECONDS = 600;

export interface Founder {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Its data folder. */
  readonly root: string;
  readonly url: string;
}

interface Founding {
  readonly name: string;
  readonly members: readonly Founder[];
  readonly policy?: Partial<SharedPolicy>;
  readonly folder: string;
}

interface Dependencies {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Founds a consortium whose members all live on this machine: makes their keys, has every founder sign, and gives each
 * the genesis checkpoint. One that is founded already only hears of new addresses.
 */
export async function foundConsortium(founding: Founding, deps: Dependencies): Promise<void> {
  const { members, folder } = founding;
  const keeper = members.find(({ roles }) => roles.includes('register')) ?? members[0]!;
  const { genesis, governanceLog } = dataFolder(keeper.root);
  if (existsSync(genesis)) await tellAddresses(founding, keeper, deps);
  else await found(founding, keeper, deps);
  const note = await readFile(genesis);
  for (const { root } of members) await writeDurably(dataFolder(root).genesis, note);
  await cp(governanceLog, join(folder, SHARED_COPY), { recursive: true });
}

async function found(founding: Founding, keeper: Founder, { clock, log }: Dependencies): Promise<void> {
  const { name, members, policy } = founding;
  const keys = await Promise.all(members.map(({ root, name: member }) => makeMemberKeys(root, `${member}.example`)));
  const signingKey = await makeGovernanceLogKey(keeper.root, `governance.${name}.example/log`);
  const fields = await Promise.all(members.map((member, place) => fieldsOf(member, keys[place]!, clock)));
  const constitution: Constitution = {
    name,
    timeMs: clock.nowMs(),
    keeper: keeper.name as MemberName,
    logKey: signingKey.logKey.vkey,
    members: fields,
    policy: {
      threshold: Math.floor(members.length / 2) + 1,
      faultyWitnesses: members.length >= FAULTY_FROM_MEMBERS ? 1 : 0,
      anchorIntervalSeconds: ANCHOR_INTERVAL_SECONDS,
      budgetFloor: BUDGET_FLOOR,
      ...policy,
    },
    epoch: await newSharedKey(fields),
    tagKey: await newSharedKey(fields),
  };
  const signed = keys.reduce<Buffer>(
    (bytes, { governance }) => withSignature(orThrow(parsePaper(bytes, CONSTITUTION_KIND)), governance),
    newConstitution(constitution),
  );
  const { governanceLog, genesis } = dataFolder(keeper.root);
  const signingFolder = governanceSigningFolder(keeper.root, signingKey);
  const options = { folder: governanceLog, signingFolder, signingKey };
  await writeDurably(genesis, await foundGovernance(signed, options, { log }));
}

/** A port that somebody else has taken meanwhile makes a new address: all members sign it. */
async function tellAddresses({ members }: Founding, keeper: Founder, { clock, log }: Dependencies): Promise<void> {
  const { genesis, governanceLog } = dataFolder(keeper.root);
  const note = await readFile(genesis);
  const { fold } = await readGovernance({ source: new FolderSource(governanceLog), genesis: note });
  const moved = members.filter(
    ({ name, url }) => fold.consortium.members.find((one) => one.name === name)?.url !== url,
  );
  if (moved.length === 0) return;
  const { name } = fold.consortium;
  const signingKey = await makeGovernanceLogKey(keeper.root, `governance.${name}.example/log`);
  const signingFolder = governanceSigningFolder(keeper.root, signingKey);
  const pen = await GovernanceKeeper.open({ folder: governanceLog, signingFolder, signingKey, genesis: note }, { log });
  try {
    for (const { name: member, url } of moved) {
      const after = (await readGovernance({ source: new FolderSource(governanceLog), genesis: note })).fold.head;
      const change = { kind: 'member.url', member: member as MemberName, url } as const;
      let bytes: Buffer = newProposal({ after, proposedBy: keeper.name as MemberName, timeMs: clock.nowMs(), change });
      for (const { root } of members) {
        bytes = withSignature(orThrow(parsePaper(bytes, PROPOSAL_KIND)), (await readMemberKeys(root)).governance);
      }
      await pen.take(bytes);
    }
  } finally {
    await pen.close();
  }
}

async function fieldsOf({ name, roles, url, root }: Founder, keys: MemberKeys, clock: Clock): Promise<MemberFields> {
  const isOverTls = url.startsWith('https:');
  const certificate = isOverTls && (await ensureCertificate({ keys: dataFolder(root).keys, member: name }, { clock }));
  return {
    name: name as MemberName,
    roles,
    url,
    logKey: keys.log.logKey.vkey,
    ownLogKey: keys.ownLog.logKey.vkey,
    governanceKey: keys.governance.logKey.vkey,
    witnessKey: keys.witness.witnessKey.vkey,
    sealingKey: keys.sealing.publicText,
    certificates: certificate === false ? [] : [certificate.fingerprint],
  };
}
