import { Command, Option } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { Fault, orThrow } from '../../base/fault.ts';
import { firstFinding } from '../../base/named-checks.ts';
import { canonicalJson } from '../../governance/canonical-json.ts';
import { changeJson, parseChange } from '../../governance/change.ts';
import type { Member, SharedPolicy } from '../../governance/consortium.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { newProposal, parseProposal } from '../../governance/proposal.ts';
import { RULES_OF_CHANGES } from '../../governance/rules.ts';
import { isFile, writeOutput } from '../input.ts';
import { counted, printable } from '../text.ts';
import { readWhole } from '../whole-number.ts';
import {
  collectSize,
  nameOf,
  readBudget,
  readTreeHead,
  readUrl,
  ConsortiumCommandError,
  dataOf,
  type PlaceOptions,
  readPaper,
  readPlace,
  selfOf,
  withPlace,
} from './place.ts';
import { checkLogSizes } from './log-sizes.ts';
import { lostWitnessWords } from './lost-witness.ts';
import type { MakeChange } from './make-change.ts';
import { endEpoch, grantEpoch, openEpoch } from './propose-epochs.ts';
import { changeKeeper, recover, rotate } from './propose-keys.ts';
import { admit } from './propose-members.ts';
import { changeWords } from './words.ts';

interface ProposeOptions extends PlaceOptions {
  readonly out: string;
  readonly force?: true;
}

export function proposeCommand(): Command {
  const command = new Command('propose').description('Write a proposal: one change of the consortium, to be signed.');
  const add = <Options>(sub: Command, make: MakeChange<Options>): void => {
    command.addCommand(proposing(sub, make));
  };
  add(named('admit', 'Admit a member.').argument('<introduction>', 'the file that it handed in'), admit);
  add<{ logSize: number }>(
    withLogSize(aboutMember('suspend', 'Suspend a member: it has no voice, and what it states does not count.')),
    ([member], { logSize }) => ({ kind: 'member.suspended', member: nameOf(member!), logSize }),
  );
  add<{ logSize: number }>(
    withLogSize(aboutMember('remove', 'Remove a member for ever.')),
    ([member], { logSize }) => ({ kind: 'member.removed', member: nameOf(member!), logSize }),
  );
  add(aboutMember('reinstate', 'Let a suspended member take part again.'), ([member]) => ({
    kind: 'member.reinstated',
    member: nameOf(member!),
  }));
  add(aboutMember('roles', 'Give a member its roles, all of them.').argument('<role...>'), ([member, ...roles]) => ({
    kind: 'member.roles',
    member: nameOf(member!),
    roles: roles as Member['roles'],
  }));
  add(
    aboutMember('url', 'Say where a member’s node answers.').argument('<url>', 'of its node', readUrl),
    ([member, url]) => ({
      kind: 'member.url',
      member: nameOf(member!),
      url: url!,
    }),
  );
  add(
    withSettle(
      named('rotate', 'Exchange one of this member’s own keys for a new one.').argument(
        '<key>',
        'log, own-log, witness, governance, sealing, certificate; or certificates, which others made',
      ),
    )
      .option('--finish', 'of witness and certificate: keep only the newest')
      .option('--certificate <file>', 'of certificates: one that holds from then on; may come several times', collect),
    rotate,
  );
  add(
    withSettle(named('recover', 'Give a member that lost its keys others.').argument('<introduction>', 'its new one')),
    recover,
  );
  add(
    withSizes(aboutMember('keeper', 'Let another member keep the governance log.')).option(
      '--key <vkey>',
      'the key that signs the log; made here where this member is to be the keeper',
    ),
    changeKeeper,
  );
  add(named('open-epoch', 'Open the next epoch: make its key, and wrap it for every active member.'), openEpoch);
  add(
    named('grant-epoch', 'Give members the key of an epoch; number 0 is the tag key.')
      .argument('<number>', 'the epoch', readWhole)
      .argument('<member...>'),
    grantEpoch,
  );
  add(
    named('end-epoch', 'End an epoch, once this member’s node sees that nothing in force rests on it.')
      .argument('<number>', 'the epoch', readWhole)
      .option(
        '--restated <member=size>',
        'up to where the log of a member was checked by other means; may come several times',
        collectSize,
      )
      .option('--drop <member...>', 'suspended or removed members whose statements may be lost with the epoch'),
    endEpoch,
  );
  add<{ limit?: ReturnType<typeof readBudget> }>(
    aboutMember('budget', 'Set what a member may put in force; without --limit the learned budget holds.').option(
      '--limit <hour,day,tac>',
      'such as 1000,10000,1000',
      readBudget,
    ),
    ([member], { limit }) => ({ kind: 'budget.set', member: nameOf(member!), ...(limit && { budget: limit }) }),
  );
  add<PolicyOptions>(
    named('policy', 'Change what all share; what is not named stays.')
      .option('--threshold <k>', 'how many members sign a change', readWhole)
      .option('--faulty <f>', 'how many witnesses may be faulty', readWhole)
      .option('--witness <member>', 'whose cosignatures count; comes once for each of the group', collect)
      .option('--all-witness', 'let every active member’s cosignature count again')
      .option('--anchor-interval <seconds>', 'a member states its anchors at least so often', readWhole)
      .option('--floor <hour,day,tac>', 'the least that a learned budget gives', readBudget),
    (_, options, { consortium: { policy }, command }) => ({
      kind: 'policy.set',
      policy: {
        threshold: options.threshold ?? policy.threshold,
        faultyWitnesses: options.faulty ?? policy.faultyWitnesses,
        ...witnessesOf(options, policy, command),
        anchorIntervalSeconds: options.anchorInterval ?? policy.anchorIntervalSeconds,
        budgetFloor: options.floor ?? policy.budgetFloor,
      },
    }),
  );
  return command;
}

interface PolicyOptions {
  readonly threshold?: number;
  readonly faulty?: number;
  readonly witness?: readonly string[];
  readonly allWitness?: true;
  readonly anchorInterval?: number;
  readonly floor?: ReturnType<typeof readBudget>;
}

function witnessesOf(
  { witness, allWitness }: PolicyOptions,
  { witnesses: before }: SharedPolicy,
  command: Command,
): Pick<SharedPolicy, 'witnesses'> {
  if (allWitness === true && witness !== undefined) command.error('error: give either --witness or --all-witness');
  const witnesses = allWitness === true ? undefined : (witness?.map(nameOf) ?? before);
  return witnesses === undefined ? {} : { witnesses };
}

function proposing<Options>(command: Command, make: MakeChange<Options>): Command {
  return withPlace(command)
    .option('--out <file>', 'where to write it', 'proposal.note')
    .option('--force', 'also over a paper that members are signing')
    .action(async () => {
      const options = command.opts<Options & ProposeOptions>();
      const { fold } = await readPlace(options, command);
      const { consortium, head } = fold;
      const root = dataOf(options, command);
      const { member: self } = await selfOf(root, consortium);
      const words = command.processedArgs
        .flat()
        .filter((word) => word !== undefined)
        .map(String);
      if (options.force !== true) await refuseOverSigned(options.out, head.size);
      const made = await make(words, options, { consortium, head, self, root, command });
      const change = orThrow(parseChange(changeJson(made)));
      if (change.kind === 'policy.set' && isSamePolicy(change.policy, consortium.policy)) {
        command.error('error: say what of the policy is to change');
      }
      const bytes = newProposal({ after: head, proposedBy: self.name, timeMs: systemClock.nowMs(), change });
      const proposal = orThrow(parseProposal(bytes));
      const finding = firstFinding(RULES_OF_CHANGES, { before: consortium, head, proposal }, undefined);
      if (finding !== undefined) throw new GovernanceError(finding.verdict);
      const looking = { root, self: self.name, proposedBy: self.name };
      const unchecked = await checkLogSizes(change, consortium, looking);
      const lost = lostWitnessWords(change, consortium, self.name);
      await writeOutput(options.out, bytes.toString('utf8'));
      const needed = `${options.out}: ${counted(consortium.policy.threshold, 'member has', 'members have')} to sign it.`;
      process.stdout.write(`${[...changeWords(change), ...unchecked, ...lost, needed].map(printable).join('\n')}\n`);
    });
}

function isSamePolicy(one: SharedPolicy, other: SharedPolicy): boolean {
  const [before, after] = [one, other].map((policy) => canonicalJson(changeJson({ kind: 'policy.set', policy })));
  return before === after;
}

/** A paper that members have signed and that may still be applied is not lost to the next one. */
async function refuseOverSigned(file: string, size: number): Promise<void> {
  if (!(await isFile(file))) return;
  const there = parseProposal((await readPaper(file)).bytes);
  if (there instanceof Fault || there.after.size !== size) return;
  const signatures = there.paper.signatures.length;
  if (signatures > 0) throw new ConsortiumCommandError({ code: 'CONSORTIUM_PAPER_SIGNED', file, signatures });
}

function named(name: string, description: string): Command {
  return new Command(name).description(description);
}

function aboutMember(name: string, description: string): Command {
  return named(name, description).argument('<member>');
}

function withLogSize(command: Command): Command {
  return command.requiredOption('--log-size <size>', 'entries of its log that count; later ones do not', readWhole);
}

function withSizes(command: Command): Command {
  return command
    .addOption(
      new Option('--from-size <size>', 'of a log’s key: the first size that it signs; 1 of an empty log').argParser(
        readWhole,
      ),
    )
    .addOption(
      new Option('--to-size <size>', 'of the key before it: the first size that it signs no more').argParser(readWhole),
    );
}

function withSettle(command: Command): Command {
  return withSizes(command).option(
    '--settle <size:root>',
    'of a log that has two histories: the one that counts, its root in hex or base64; the new key signs from there on',
    readTreeHead,
  );
}

function collect(word: string, before: readonly string[] = []): string[] {
  return [...before, word];
}
