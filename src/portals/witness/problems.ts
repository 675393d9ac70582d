import type { EquivocationRefused } from '../../ledger/equivocation.ts';
import type { EvidenceFault } from '../../ledger/evidence.ts';
import type { NoteFault } from '../../ledger/note.ts';
import type { WitnessFault } from '../../ledger/witness-fault.ts';

/** How a witness refuses: the statuses are those of C2SP tlog-witness. */
export const WITNESS_PROBLEMS = {
  WITNESS_ORIGIN_UNKNOWN: [404, 'This witness does not know the checkpoint’s log.'],
  WITNESS_NOT_SIGNED: [403, 'No key that may sign this log has signed the checkpoint: `reason` says more.'],
  WITNESS_REQUEST_MALFORMED: [400, 'The request is not as tlog-witness writes it, in its `part`.'],
  WITNESS_REQUEST_TOO_LARGE: [413, 'The request is larger than `sizeMax` octets.'],
  WITNESS_OLD_SIZE_PAST_END: [400, 'The old size is larger than the checkpoint’s.'],
  WITNESS_OLD_SIZE_OTHER: [409, 'The old size is not that of the checkpoint that was cosigned last, which is `size`.'],
  WITNESS_ROOT_OTHER: [422, 'A checkpoint of this size was cosigned with another root. Both are kept, as a proof.'],
  WITNESS_NOT_CONSISTENT: [422, 'The proof does not show that this tree continues the one that was cosigned.'],
  WITNESS_LOG_CONVICTED: [
    403,
    'This log has signed two histories: nothing of it is cosigned until one was settled on.',
  ],
  WITNESS_NOT_READ: [
    503,
    'This witness has not read what this checkpoint covers. Serve it, and ask again in a moment.',
  ],
  WITNESS_BUSY: [429, 'More requests for this log wait than are taken. Ask again in a moment.'],
  WITNESS_STATE_UNREADABLE: [503, 'This witness cannot read what it cosigned, and signs nothing until it can.'],
  WITNESS_STORE_FAILED: [503, 'This witness could not store the checkpoint, so it did not cosign it.'],
  WITNESS_CLOSED: [503, 'The node is stopping.'],
} as const satisfies Record<WitnessFault['code'], readonly [status: number, detail: string]>;

/** Those of notes stand with governance. */
export type ProofOfTwoTreesFault = Exclude<EquivocationRefused, NoteFault> | EvidenceFault;

/** What is handed in as a proof of two histories, and proves none. */
export const EQUIVOCATION_PROBLEMS = {
  EQUIVOCATION_TOO_LARGE: [413, 'A proof has at most `sizeMax` octets.'],
  EQUIVOCATION_MALFORMED: [422, 'This is no proof of two histories, in its `part`. Send the file as it was made.'],
  EQUIVOCATION_NOT_SHOWN: [422, 'The two checkpoints do not contradict each other: nothing is proven.'],
  EQUIVOCATION_NOT_KEPT: [503, 'It is proven, and this node’s disk did not take it. Hand it in again.'],
  CHECKPOINT_TOO_LARGE: [422, 'A checkpoint in the proof has more than `octetsMax` octets of text.'],
  CHECKPOINT_MALFORMED: [422, 'A note in the proof is no checkpoint, in its `field`.'],
  CHECKPOINT_OF_OTHER_LOG: [422, 'A checkpoint in the proof is of another log than `expectedOrigin`.'],
  CHECKPOINT_OVERRULED: [422, 'The consortium has settled which of the two histories counts.'],
} as const satisfies Record<ProofOfTwoTreesFault['code'], readonly [status: number, detail: string]>;
