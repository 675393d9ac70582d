import type { GovernanceFault } from '../../governance/governance-fault.ts';
import type { NoteFault } from '../../ledger/note.ts';
import type { EpochKeyNotHeldFault } from '../../sealing/seal.ts';

/** Why the log could not be written for the moment. */
type LogFault = { code: 'LEDGER_BUSY' } | { code: 'LEDGER_WRITE_FAILED' } | { code: 'LEDGER_OUTCOME_UNKNOWN' };
export type GovernanceAnsweredFault = GovernanceFault | NoteFault | LogFault | EpochKeyNotHeldFault;

/** How faults of governance are answered, and what to do. */
export const GOVERNANCE_PROBLEMS = {
  GOVERNANCE_MALFORMED: [422, 'The place named by `field` is not as `expected` says. Make the proposal anew.'],
  GOVERNANCE_NOT_CANONICAL: [422, 'The second line is not in its one canonical form. Send the file as it was made.'],
  GOVERNANCE_TOO_LARGE: [413, 'A paper has at most `sizeMax` octets: grant epochs to fewer members at once.'],
  GOVERNANCE_ENTRY_UNKNOWN: [422, 'This is no entry of a governance log.'],
  GOVERNANCE_FOUNDED_ALREADY: [409, 'The consortium is founded. Propose a change.'],
  GOVERNANCE_STALE: [409, 'The governance log has grown since. Make the proposal anew, and have it signed again.'],
  GOVERNANCE_OTHER_HISTORY: [409, 'The proposal was made for another history of this log. Compare the genesis.'],
  GOVERNANCE_OTHER_PROPOSAL: [422, 'Signatures of different papers cannot be put together.'],
  GOVERNANCE_KEPT_ELSEWHERE: [409, 'The member `keeper` keeps the governance log. Send the proposal to its node.'],
  GOVERNANCE_SIGNATURE_WRONG: [422, 'The signature of `member` does not fit. Have it signed again.'],
  GOVERNANCE_SIGNER_NOT_ACTIVE: [422, 'The member `member` is `memberStatus` and has no voice. Leave its line out.'],
  GOVERNANCE_SIGNATURES_MISSING: [422, '`missing` more members have to sign this. Send it again when they have.'],
  GOVERNANCE_FOUNDER_UNSIGNED: [422, 'All founders sign; `missing` have not, `member` among them.'],
  GOVERNANCE_MEMBER_UNKNOWN: [422, 'There is no member `member`. Look at `bongsu consortium show`.'],
  GOVERNANCE_MEMBER_STATUS: [409, 'The member is `memberStatus`; this needs one that is `expected`.'],
  GOVERNANCE_NAME_USED: [409, 'The name `name` belongs to another, for ever. Choose another one.'],
  GOVERNANCE_KEY_USED: [409, 'This key is, or was, the `role` key of `member`. Make a new one: a key has one role.'],
  GOVERNANCE_KEY_NAME: [422, 'The new key must bear the name `expected`.'],
  GOVERNANCE_SIZES: [422, 'The size in `field` is below `least`.'],
  GOVERNANCE_KEEPER_NEEDED: [409, 'This member keeps the governance log. Let another member keep it first.'],
  GOVERNANCE_THRESHOLD: [409, '`threshold` members would have to sign, and only `active` could.'],
  GOVERNANCE_WITNESSES_FEW: [
    409,
    'Fewer active members than `least` would witness: somebody’s log would have no witness. Name more of them.',
  ],
  GOVERNANCE_WITNESSES_FAULTY: [
    409,
    'With `faulty` faulty witnesses two quorums of one log could share no other: at most `faultyMax` are possible here.',
  ],
  GOVERNANCE_WITNESSES_MANY: [
    409,
    'A quorum would be of `quorum` witnesses, and a note holds `quorumMax` of them. Name a smaller group first.',
  ],
  GOVERNANCE_EPOCH_NUMBER: [409, 'The next epoch is `expected`.'],
  GOVERNANCE_EPOCH_UNKNOWN: [422, 'There is no epoch of this number.'],
  GOVERNANCE_EPOCH_ENDED: [409, 'The epoch has ended.'],
  GOVERNANCE_EPOCH_NEEDED: [409, 'Members seal under this epoch. Open the next one first.'],
  GOVERNANCE_TOO_MANY: [409, 'There is room for `countMax`, and no more.'],
  NOTE_TOO_LARGE: [413, 'The note is larger than `sizeMax` octets.'],
  NOTE_MALFORMED: [422, 'This is no signed note. Send the file as it was made.'],
  NOTE_TOO_MANY_SIGNATURES: [422, 'More than `countMax` signatures. Those of k members are enough.'],
  NOTE_SIGNATURE_WRONG: [422, 'A signature does not fit the text. Have it signed again.'],
  NOTE_UNSIGNED: [422, 'No key that counts has signed this.'],
  EPOCH_KEY_NOT_HELD: [
    503,
    'This member holds the key of no open epoch, so it cannot state anything; `epoch` is the newest. Nothing was done: the others have to grant it.',
  ],
  LEDGER_BUSY: [503, 'Too much is on its way into the log. Nothing was done; try again in a moment.'],
  LEDGER_WRITE_FAILED: [503, 'The log cannot be written at the moment. Nothing was done; try again later.'],
  LEDGER_OUTCOME_UNKNOWN: [503, 'It is not known whether the log has it. Send it again: it is appended once.'],
} as const satisfies Record<GovernanceAnsweredFault['code'], readonly [status: number, detail: string]>;
