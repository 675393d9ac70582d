import { Command } from 'commander';
import { orThrow } from '../../base/fault.ts';
import { canonicalJson } from '../../governance/canonical-json.ts';
import type { MemberFields } from '../../governance/change.ts';
import { firstFinding } from '../../base/named-checks.ts';
import { complainOf, CONSTITUTION_KIND, parseConstitution } from '../../governance/constitution.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { sharedKeyOf } from '../../governance/governed.ts';
import { parseIntroduction } from '../../governance/introduction.ts';
import { parseProposal, PROPOSAL_KIND } from '../../governance/proposal.ts';
import { RULES_OF_CHANGES } from '../../governance/rules.ts';
import { type SignedPaper, withSignature } from '../../governance/signed-paper.ts';
import type { SigningKey } from '../../ledger/note-key.ts';
import { openWrap, readSealingKeys } from '../../node/member-keys.ts';
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
import { checkEnd } from './epoch-use.ts';
import { hasSignedAnother } from './signed-before.ts';
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
  /** Those whom the paper makes members. */
  readonly members: readonly MemberFields[];
  /** Whether this member has signed another paper for the same state. To be asked when it signs. */
  readonly hasSignedAnother?: () => Promise<boolean>;
}

export function signCommand(): Command {
  return withPlace(new Command('sign'))
    .description('Say in plain words what a founding or a proposal does, check it, and sign it.')
    .argument('<file>', 'the paper; the signature goes into it')
    .option('--look', 'only say and check')
    .option('--introduction <file>', 'one that its member handed in: its keys must be those of the paper', collect)
    .option('--out <file>', 'write the signed paper there, and leave the file as it is')
    .action(async (file: string, options: SignOptions, command: Command) => {
      const { paper, words, key, members, hasSignedAnother: isSecond } = await signable(file, options, command);
      await compareIntroductions(options.introduction ?? [], members);
      process.stdout.write(`${words.map(printable).join('\n')}\n`);
      if (options.look === true) return;
      if ((await isSecond?.()) === true) {
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
  return { paper: constitution.paper, words: constitutionWords(constitution), key, members: constitution.members };
}

async function signableProposal(bytes: Buffer, options: SignOptions, command: Command): Promise<Signable> {
  const proposal = orThrow(parseProposal(bytes));
  const { fold } = await readPlace(options, command);
  const { consortium: before, head } = fold;
  const finding = firstFinding(RULES_OF_CHANGES, { before, head, proposal }, undefined);
  if (finding !== undefined) throw new GovernanceError(finding.verdict);
  const root = dataOf(options, command);
  const { member, key } = await selfOf(root, before);
  const { change, proposedBy, paper } = proposal;
  if (change.kind === 'epoch.opened' || (change.kind === 'epoch.granted' && change.wraps.has(member.name))) {
    const { number } = change;
    const digest = change.kind === 'epoch.opened' ? change.keyDigest : sharedKeyOf(before, number)!.keyDigest;
    await checkWrap(change.wraps.get(member.name), { number, digest }, await readSealingKeys(root));
  }
  const members = change.kind === 'member.admitted' ? [change.member] : [];
  const unchecked = change.kind === 'epoch.ended' ? await checkEnd(change, root) : [];
  const said = [...changeWords(change), ...unchecked, `Proposed by ${proposedBy}.`];
  return { paper, words: said, key, members, hasSignedAnother: () => hasSignedAnother(root, proposal) };
}

/** Whoever wrote the paper may have put keys of its own under another's name: the introduction came from the member. */
async function compareIntroductions(files: readonly string[], members: readonly MemberFields[]): Promise<void> {
  for (const file of files) {
    const introduced = orThrow(parseIntroduction((await readPaper(file)).bytes));
    const member = members.find(({ name }) => name === introduced.name);
    if (member === undefined || canonicalJson({ ...member }) !== canonicalJson({ ...introduced })) {
      throw new ConsortiumCommandError({ code: 'CONSORTIUM_INTRODUCTION_OTHER', member: introduced.name });
    }
  }
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
