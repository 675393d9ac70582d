import { Fault } from '../../base/fault.ts';
import type { Member } from '../../governance/consortium.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import type { SignedPaper } from '../../governance/signed-paper.ts';
import { parseLogKey } from '../../ledger/note-key.ts';

/** Whose signature may stand on a paper; a founder is active. */
type Signer = Pick<Member, 'name' | 'governanceKey'> & Partial<Pick<Member, 'status'>>;

export interface SignedBefore {
  readonly names: readonly string[];
  /** What is odd about the lines on the paper, in words for the next signer. */
  readonly warnings: readonly string[];
}

/**
 * Who has signed a paper so far. A line that does not fit its text was made for another paper: it was altered since.
 * @throws GovernanceError GOVERNANCE_SIGNATURE_WRONG, GOVERNANCE_SIGNER_NOT_ACTIVE
 */
export function signedBefore({ text, signatures }: SignedPaper, signers: readonly Signer[]): SignedBefore {
  const names: string[] = [];
  const warnings: string[] = [];
  for (const { name, keyId, signature } of signatures) {
    const known = signers
      .map((signer) => ({ signer, key: parseLogKey(signer.governanceKey) }))
      .find(({ key }) => !(key instanceof Fault) && key.name === name && key.keyId === keyId);
    if (known === undefined || known.key instanceof Fault) {
      warnings.push(`WARNING: a signature by ${name}, which is no member’s voice now; it counts for nothing.`);
      continue;
    }
    const { signer, key } = known;
    if (!key.verifies(text, signature)) {
      throw new GovernanceError({ code: 'GOVERNANCE_SIGNATURE_WRONG', member: signer.name });
    }
    refuseInactive(signer);
    names.push(signer.name);
  }
  return { names, warnings };
}

/** Who is suspended or removed has no voice, and its line would make the paper one that is not taken. */
export function refuseInactive({ name, status = 'active' }: Signer): void {
  if (status === 'active') return;
  throw new GovernanceError({ code: 'GOVERNANCE_SIGNER_NOT_ACTIVE', member: name, memberStatus: status });
}
