import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { orThrow } from '../../base/fault.ts';
import { makeFolderDurably, writeDurably } from '../../base/durable.ts';
import { createLog } from '../../base/log.ts';
import { memberFields } from '../../governance/change.ts';
import { type Constitution, complainOf, newConstitution, parseConstitution } from '../../governance/constitution.ts';
import { ROLES } from '../../governance/consortium.ts';
import { parsedBy } from '../../governance/fields.ts';
import { foundGovernance } from '../../governance/founding.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { newIntroduction, parseIntroduction } from '../../governance/introduction.ts';
import { vkeyName } from '../../governance/key-book.ts';
import { cosigner } from '../../ledger/cosignature.ts';
import { readSigningKey } from '../../ledger/note-key.ts';
import { dataFolder } from '../../node/data-folder.ts';
import {
  certificateDigest,
  governanceSigningFolder,
  makeGovernanceLogKey,
  makeMemberKeys,
  readGovernanceKeys,
} from '../../node/member-keys.ts';
import { ensureCertificate } from '../../node/peer-identity.ts';
import { newSharedKey } from '../../sealing/shared-key.ts';
import { writeOutput } from '../input.ts';
import { readWhole } from '../whole-number.ts';
import { joinFiles } from './papers.ts';
import { collect, dataOf, readBudget, readPaper, readUrl, type PlaceOptions, ConsortiumCommandError } from './place.ts';
import { constitutionWords } from './words.ts';

interface IntroduceOptions extends PlaceOptions {
  readonly name: string;
  readonly domain: string;
  readonly url: string;
  readonly roles: string;
  readonly certificate?: readonly string[];
  readonly out: string;
}

export function introduceCommand(): Command {
  return new Command('introduce')
    .description('Make this member’s keys where they are missing, and write the file that it hands the others.')
    .requiredOption('--data <folder>', 'this member’s data folder')
    .requiredOption('--name <name>', 'in the consortium: lower-case letters, digits, inner hyphens')
    .requiredOption('--domain <domain>', 'for the names of its keys, such as hanbit.example', readDomain)
    .requiredOption('--url <url>', 'where its node answers the others', readUrl)
    .requiredOption('--roles <roles>', `some of ${ROLES.join(',')}`)
    .option('--certificate <file>', 'a TLS certificate of its own, in PEM; one is made without it', collect)
    .option('--out <file>', 'where to write it', 'introduction.note')
    .action(async (options: IntroduceOptions & { data: string }, command: Command) => {
      const { data, name, domain, url, roles, certificate = [], out } = options;
      const { logKey } = dataFolder(data);
      const isOther = existsSync(logKey) && (await readSigningKey(logKey)).name !== `log.${domain}/shared`;
      if (isOther) command.error('error: the keys in this folder are of another --domain');
      const keys = await makeMemberKeys(data, domain);
      const given = {
        name,
        roles: roles.split(',').filter((role) => role !== ''),
        url,
        logKey: keys.log.logKey.vkey,
        ownLogKey: keys.ownLog.logKey.vkey,
        governanceKey: keys.governance.logKey.vkey,
        witnessKey: keys.witness.witnessKey.vkey,
        sealingKey: keys.sealing.publicText,
        certificates: await certificatesOf(data, name, certificate),
      };
      const member = orThrow(parsedBy(memberFields, given, 'introduction'));
      const signers = [keys.log, keys.ownLog, keys.governance, cosigner(keys.witness, systemClock)];
      await writeOutput(out, newIntroduction(member, signers).toString('utf8'));
      process.stdout.write(`${out}: hand it to the others, on a way on which they know that it is yours.\n`);
    });
}

/** Labels of letters, digits and inner hyphens (RFC 1123 clause 2.1). */
function readDomain(text: string): string {
  if (/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('a domain is written as hanbit.example');
}

/** What it shows on connections: certificates that somebody else has made, or the one in the data folder. */
async function certificatesOf(data: string, member: string, files: readonly string[]): Promise<string[]> {
  if (files.length > 0) return Promise.all(files.map(certificateDigest));
  const made = await ensureCertificate({ keys: dataFolder(data).keys, member }, { clock: systemClock });
  return [made.fingerprint];
}

interface InitOptions extends PlaceOptions {
  readonly data: string;
  readonly apply?: true;
  readonly name?: string;
  readonly origin?: string;
  readonly threshold?: number;
  readonly faulty: number;
  readonly anchorInterval: number;
  readonly floor: Constitution['policy']['budgetFloor'];
  readonly out?: string;
}

export function initCommand(): Command {
  return new Command('init')
    .description('Found a consortium: write what the founders sign; and with --apply begin its governance log.')
    .argument('<file...>', 'the founders’ introductions; with --apply the founding, as each has signed it')
    .requiredOption('--data <folder>', 'the data folder of the member that keeps the governance log')
    .option('--name <name>', 'the consortium’s')
    .option('--origin <name>', 'the governance log’s name for ever, such as governance.kr.example/log')
    .option('--threshold <k>', 'how many members sign a change; more than half without it', readWhole)
    .option('--faulty <f>', 'how many witnesses may be faulty', readWhole, 0)
    .option('--anchor-interval <seconds>', 'a member states its anchors at least so often', readWhole, 3_600)
    .option('--floor <hour,day,tac>', 'the least that a learned budget gives', readBudget, {
      perHour: 500,
      perDay: 2_000,
      perTac: 200,
    })
    .option('--apply', 'all founders have signed: begin the log, and write the genesis checkpoint')
    .option('--out <file>', 'the founding to sign (founding.note), or the genesis checkpoint (<data>/genesis)')
    .action((files: string[], options: InitOptions, command: Command) =>
      options.apply === true ? applyFounding(files, options) : writeFounding(files, options, command),
    );
}

async function writeFounding(files: readonly string[], options: InitOptions, command: Command): Promise<void> {
  const { name, origin, out = 'founding.note' } = options;
  if (name === undefined || origin === undefined) command.error('error: give --name and --origin');
  const papers = await Promise.all(files.map(readPaper));
  const members = papers.map(({ bytes }) => orThrow(parseIntroduction(bytes)));
  const root = dataOf(options, command);
  const ours = (await readGovernanceKeys(root)).map(({ logKey }) => logKey.vkey);
  const keeper = members.find(({ governanceKey }) => ours.includes(governanceKey));
  if (keeper === undefined) throw new ConsortiumCommandError({ code: 'CONSORTIUM_KEY_NOT_OURS', folder: root });
  const constitution: Constitution = {
    name,
    timeMs: systemClock.nowMs(),
    keeper: keeper.name,
    logKey: (await makeGovernanceLogKey(root, origin)).logKey.vkey,
    members,
    policy: {
      threshold: options.threshold ?? Math.floor(members.length / 2) + 1,
      faultyWitnesses: options.faulty,
      anchorIntervalSeconds: options.anchorInterval,
      budgetFloor: options.floor,
    },
    epoch: await newSharedKey(members),
    tagKey: await newSharedKey(members),
  };
  const bytes = newConstitution(constitution);
  orThrow(parseConstitution(bytes));
  const fault = complainOf(constitution);
  if (fault !== undefined) throw new GovernanceError(fault);
  if (vkeyName(constitution.logKey) !== origin)
    command.error(`error: the governance log’s key here is of ${vkeyName(constitution.logKey)}`);
  await writeOutput(out, bytes.toString('utf8'));
  process.stdout.write(`${constitutionWords(constitution).join('\n')}\n${out}: each founder signs it.\n`);
}

async function applyFounding(files: readonly string[], { data, out }: InitOptions): Promise<void> {
  const bytes = await joinFiles(files);
  const { name, logKey } = orThrow(parseConstitution(bytes));
  const folder = dataFolder(data);
  const signingKey = await makeGovernanceLogKey(data, vkeyName(logKey));
  const signingFolder = governanceSigningFolder(data, signingKey);
  await makeFolderDurably(folder.governanceSigning, 0o700);
  const log = createLog({ member: name, level: 'warn' });
  const genesis = await foundGovernance(bytes, { folder: folder.governanceLog, signingFolder, signingKey }, { log });
  await writeDurably(folder.genesis, genesis);
  if (out !== undefined) await writeOutput(out, genesis.toString('utf8'));
  process.stdout.write(
    `${name} is founded. ${out ?? folder.genesis}: give it to every member; nothing else is trusted.\n`,
  );
}
