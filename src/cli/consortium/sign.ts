import { Command } from 'commander';
import { orThrow } from '../../base/fault.ts';
import type { Change } from '../../governance/change.ts';
import { firstFinding } from '../../base/named-checks.ts';
import { complainOf, CONSTITUTION_KIND, parseConstitution } from '../../governance/constitution.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { activeMembers, type GovernedConsortium, sharedKeyOf } from '../../governance/governed.ts';
import { keysOfMember } from '../../governance/key-book.ts';
import { parseProposal, PROPOSAL_KIND } from '../../governance/proposal.ts';
import { keysOfChange, RULES_OF_CHANGES } from '../../governance/rules.ts';
import { type SignedPaper, withSignature } from '../../governance/signed-paper.ts';
import { concernedBy } from '../../governance/signers.ts';
import type { SigningKey } from '../../ledger/note-key.ts';
import { openWrap, readOwnPublicKeys, readSealingKeys } from '../../node/member-keys.ts';
import { keyDigest } from '../../sealing/epoch-key.ts';
import type { SealingKey } from '../../sealing/sealing-key.ts';
import { writeOutput } from '../input.ts';
import { printable } from '../text.ts';
import {
  collect,
  ConsortiumCommandError,
  dataOf,
  type PlaceOptions,
  readPaper,
  readPlace,
  selfOf,
  withPlace,
} from './place.ts';
import { amongMembers, asExchanged, compareIntroductions, compareOwn, type IsAsIntroduced } from './compare.ts';
import { checkEnd } from './epoch-use.ts';
import { checkLogSizes } from './log-sizes.ts';
import { lostWitnessWords } from './lost-witness.ts';
import { hasSignedAnother } from './other-paper.ts';
import { refuseInactive, signedBefore } from './signed-before.ts';
import { changeWords, constitutionWords } from './words.ts';

interface SignOptions extends PlaceOptions {
  readonly look?: true;
  readonly introduction?: readonly string[];
  readonly out?: string;
}

/** A paper that may be signed, in words, with the key that signs it. */
interface Signable {
  readonly paper: SignedPaper;
  readonly words: readonly string[];
  readonly key: SigningKey;
  /** Whether this member has signed another paper for the same state. To be asked when it signs. */
  readonly hasSignedAnother?: () => Promise<boolean>;
  readonly isAsIntroduced: IsAsIntroduced;
  /** Those of whom the paper gives keys that nobody vouches for here, until their introduction is compared. */
  readonly unknown: readonly string[];
}

export function signCommand(): Command {
  return withPlace(new Command('sign'))
    .description('Say in plain words what a founding or a proposal does, check it, and sign it.')
    .argument('<file>', 'the paper; the signature goes into it')
    .option('--look', 'only say and check')
    .option('--introduction <file>', 'one that its member handed in: its keys must be those of the paper', collect)
    .option('--out <file>', 'write the signed paper there, and leave the file as it is')
    .action(async (file: string, options: SignOptions, command: Command) => {
      const signing = await signable(file, options, command);
      const { paper, words, key, isAsIntroduced, unknown } = signing;
      const compared = await compareIntroductions(options.introduction ?? [], isAsIntroduced);
      const notCompared = unknown
        .filter((name) => !compared.includes(name))
        .map((name) => `NOT COMPARED: the keys of ${name}. Give the introduction that it handed you: --introduction.`);
      process.stdout.write(`${[...words, ...notCompared].map(printable).join('\n')}\n`);
      if (options.look === true) return;
      if ((await signing.hasSignedAnother?.()) === true) {
        process.stderr.write(
          'warning: this member has signed another paper for this state of the governance log; only one can count\n',
        );
      }
      const out = options.out ?? file;
      await writeOutput(out, withSignature(paper, key).toString('utf8'));
      process.stdout.write(printable(`signed as ${key.name}: ${out}`) + '\n');
    });
}

async function signable(file: string, options: SignOptions, command: Command): Promise<Signable> {
  const { bytes, kind } = await readPaper(file);
  if (kind === CONSTITUTION_KIND) return signableFounding(bytes, options, command);
  if (kind === PROPOSAL_KIND) return signableProposal(bytes, options, command);
  throw new ConsortiumCommandError({ code: 'CONSORTIUM_PAPER_UNKNOWN', file });
}

async function signableFounding(bytes: Buffer, options: SignOptions, command: Command): Promise<Signable> {
  const constitution = orThrow(parseConstitution(bytes));
  const fault = complainOf(constitution);
  if (fault !== undefined) throw new GovernanceError(fault);
  const root = dataOf(options, command);
  const { member, key } = await selfOf(root, constitution);
  const sealingKeys = await readSealingKeys(root);
  for (const [number, { keyDigest: digest, wraps }] of [constitution.tagKey, constitution.epoch].entries()) {
    await checkWrap(wraps.get(member.name), { number, digest }, sealingKeys);
  }
  const { paper, members, keeper, logKey } = constitution;
  const ours = await readOwnPublicKeys(root);
  const given = keysOfMember(member, 'member');
  if (member.name === keeper) given.push({ member: keeper, role: 'governance-log', field: 'logKey', text: logKey });
  const notCompared = compareOwn(given, ours);
  const { warnings } = signedBefore(paper, members);
  return {
    paper,
    words: [
      ...constitutionWords(constitution),
      `You sign as ${member.name}, at ${member.url}.`,
      ...notCompared,
      ...warnings,
    ],
    key,
    isAsIntroduced: amongMembers(members),
    unknown: members.map(({ name }) => name).filter((name) => name !== member.name),
  };
}

async function signableProposal(bytes: Buffer, options: SignOptions, command: Command): Promise<Signable> {
  const proposal = orThrow(parseProposal(bytes));
  const { fold } = await readPlace(options, command);
  const { consortium: before, head } = fold;
  const finding = firstFinding(RULES_OF_CHANGES, { before, head, proposal }, undefined);
  if (finding !== undefined) throw new GovernanceError(finding.verdict);
  const root = dataOf(options, command);
  const { member, key } = await selfOf(root, before);
  refuseInactive(member);
  const { change, proposedBy, paper } = proposal;
  const { names, warnings } = signedBefore(paper, before.members);
  if (change.kind === 'epoch.opened' || (change.kind === 'epoch.granted' && change.wraps.has(member.name))) {
    const { number } = change;
    const digest = change.kind === 'epoch.opened' ? change.keyDigest : sharedKeyOf(before, number)!.keyDigest;
    await checkWrap(change.wraps.get(member.name), { number, digest }, await readSealingKeys(root));
  }
  const unchecked = change.kind === 'epoch.ended' ? await checkEnd(change, root) : [];
  const held = [...member.witnessKeys, ...member.certificates];
  const own = keysOfChange(change).filter((given) => given.member === member.name);
  const notCompared = own.length === 0 ? [] : compareOwn(own, await readOwnPublicKeys(root), held);
  const words = [
    ...changeWords(change),
    ...unchecked,
    ...(await checkLogSizes(change, before, { root, self: member.name, proposedBy })),
    ...lostWitnessWords(change, before, proposedBy),
    ...leftOut(change, before),
    ...notCompared,
    ...warnings,
    ...(concernedBy(change) === member.name ? ['WARNING: this is about you: your signature does not count.'] : []),
    `Proposed by ${proposedBy}.`,
  ];
  const unknown = [keysSubject(change)].filter((name) => name !== undefined);
  const vouched = [member.name, ...names];
  return {
    paper,
    words,
    key,
    hasSignedAnother: () => hasSignedAnother(root, proposal),
    isAsIntroduced: asIntroducedBy(change, before),
    unknown: unknown.filter((name) => !vouched.includes(name)),
  };
}

/** The member of which a change says what keys are its own. A member that signed the paper itself has said so. */
function keysSubject(change: Change): string | undefined {
  if (change.kind === 'member.admitted') return change.member.name;
  return change.kind === 'member.keys' ? change.member : undefined;
}

function asIntroducedBy(change: Change, before: GovernedConsortium): IsAsIntroduced {
  if (change.kind === 'member.keys') return asExchanged(change, before);
  return amongMembers(change.kind === 'member.admitted' ? [change.member] : []);
}

/** Who is not given the key of a new epoch cannot seal under it, nor read it. */
function leftOut(change: Change, before: GovernedConsortium): string[] {
  if (change.kind !== 'epoch.opened') return [];
  return activeMembers(before)
    .filter(({ name }) => !change.wraps.has(name))
    .map(({ name }) => `LEFT OUT: ${name} is not given the key; it reads nothing of this epoch until it is granted.`);
}

/** Whoever signs for an epoch has opened its key and seen that it is the one that the digest names. */
async function checkWrap(
  wrapped: string | undefined,
  { number, digest }: { number: number; digest: string },
  keys: readonly SealingKey[],
): Promise<void> {
  if (wrapped === undefined) throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_MISSING', number });
  if (keyDigest(await openWrap(wrapped, keys)) !== digest) {
    throw new ConsortiumCommandError({ code: 'EPOCH_WRAP_OTHER_KEY', number });
  }
}
