import type { AnchorFault } from '../../desks/proofs/proof-fault.ts';
import type { ProofFault } from '../../ledger/proof.ts';
import type { ReceiptFault } from '../../sealing/receipt.ts';
import type { SealFault } from '../../sealing/seal.ts';

/** The faults of proofs that a caller can do something about. Any other says that this node's files are damaged. */
export type ProofAnsweredFault =
  | AnchorFault
  | Extract<ProofFault, { code: 'ENTRY_NOT_IN_LOG' }>
  | Extract<ReceiptFault, { code: 'RECEIPT_ENTRY_PUBLIC' | 'RECEIPT_ENTRY_FOREIGN' }>
  | Extract<SealFault, { code: 'SEAL_EPOCH_UNKNOWN' }>;

export const PROOF_PROBLEMS = {
  NOTHING_WITNESSED_YET: [
    409,
    'The shared log has entries that no quorum of witnesses has seen yet. Try again in a moment.',
  ],
  EVIDENCE_NOT_ANCHORED: [
    409,
    'The others were not told of this entry yet. It happens at the governed interval, or at once when a supervisor states an anchor.',
  ],
  ANCHOR_MEMBER_STATUS: [409, 'The consortium has this member as `memberStatus`: nobody counts what it states.'],
  ENTRY_NOT_IN_LOG: [404, 'The log has no entry `index`, or no checkpoint that covers it yet.'],
  RECEIPT_ENTRY_PUBLIC: [409, 'This entry is public: the log itself shows it, and there is nothing to open.'],
  RECEIPT_ENTRY_FOREIGN: [
    409,
    'This entry names `issuer`, and stands in the log of another member: it counts nowhere.',
  ],
  SEAL_EPOCH_UNKNOWN: [409, 'This member has no key for `epoch`, or has destroyed it: nobody here can open the entry.'],
} as const satisfies Record<ProofAnsweredFault['code'], readonly [status: number, detail: string]>;
