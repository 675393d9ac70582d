import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { parseWitnessKey } from '../ledger/cosignature.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import type { NoteFault, NoteSigner, NoteVerifier } from '../ledger/note.ts';
import { memberFields, type MemberFields } from './change.ts';
import { parsedBy } from './fields.ts';
import { GovernanceError, type GovernanceFault } from './governance-fault.ts';
import { KeyBook, keysOfMember } from './key-book.ts';
import { parsePaper, type SignedPaper, unsignedPaper, withSignature } from './signed-paper.ts';

/** The first line of a member's introduction. */
const INTRODUCTION_KIND = 'bongsu/introduction@v1';

export type IntroductionFault = { code: 'INTRODUCTION_KEY_NOT_PROVEN'; field: string };
export class IntroductionError extends Fault<IntroductionFault> {}

/** What a member hands the others: all its public keys, signed by each of those that sign. */
export function newIntroduction(member: MemberFields, signers: readonly NoteSigner[]): Buffer {
  return signers.reduce<Buffer>(
    (bytes, signer) => withSignature(orThrow(parsePaper(bytes, INTRODUCTION_KIND)), signer),
    unsignedPaper(INTRODUCTION_KIND, { ...member }),
  );
}

/**
 * Reads an introduction. That it is the member's own is for people to find out: whoever hands it in has the private
 * halves of the keys that it names, and no more is proven.
 */
export function parseIntroduction(
  bytes: Uint8Array,
): Parsed<MemberFields, GovernanceFault | NoteFault | IntroductionFault> {
  const paper = parsePaper(bytes, INTRODUCTION_KIND);
  if (paper instanceof Fault) return paper;
  const member = parsedBy(memberFields, paper.json, '');
  if (member instanceof Fault) return member;
  const fault = new KeyBook().complain(keysOfMember(member, 'member'));
  if (fault !== undefined) return new GovernanceError(fault);
  const unproven = Object.entries(verifiersOf(member)).find(([, verifier]) => !isSignedBy(paper, verifier));
  if (unproven !== undefined) return new IntroductionError({ code: 'INTRODUCTION_KEY_NOT_PROVEN', field: unproven[0] });
  return member;
}

/** The sealing key signs nothing: who cannot open what is wrapped for it harms only itself. */
function verifiersOf({ logKey, ownLogKey, governanceKey, witnessKey }: MemberFields): Record<string, NoteVerifier> {
  return {
    logKey: orThrow(parseLogKey(logKey)),
    ownLogKey: orThrow(parseLogKey(ownLogKey)),
    governanceKey: orThrow(parseLogKey(governanceKey)),
    witnessKey: orThrow(parseWitnessKey(witnessKey)),
  };
}

function isSignedBy({ text, signatures }: SignedPaper, verifier: NoteVerifier): boolean {
  const line = signatures.find(({ name, keyId }) => name === verifier.name && keyId === verifier.keyId);
  return line !== undefined && verifier.verifies(text, line.signature);
}
