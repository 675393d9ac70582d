import { Fault } from '../base/fault.ts';

/** Why a paper of governance is not what it should be, or a change is not to be made. See docs/governance.md. */
export type GovernanceFault =
  | { code: 'GOVERNANCE_MALFORMED'; field: string; expected: string }
  | { code: 'GOVERNANCE_NOT_CANONICAL' }
  | { code: 'GOVERNANCE_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'GOVERNANCE_ENTRY_UNKNOWN' }
  | { code: 'GOVERNANCE_FOUNDED_ALREADY' }
  | { code: 'GOVERNANCE_STALE'; afterSize: number; size: number }
  | { code: 'GOVERNANCE_OTHER_HISTORY'; size: number }
  | { code: 'GOVERNANCE_OTHER_PROPOSAL' }
  | { code: 'GOVERNANCE_KEPT_ELSEWHERE'; keeper: string }
  | { code: 'GOVERNANCE_SIGNATURE_WRONG'; member: string }
  | { code: 'GOVERNANCE_SIGNER_NOT_ACTIVE'; member: string; memberStatus: string }
  | { code: 'GOVERNANCE_SIGNATURES_MISSING'; signed: number; required: number; missing: number }
  | { code: 'GOVERNANCE_FOUNDER_UNSIGNED'; member: string; missing: number }
  | { code: 'GOVERNANCE_MEMBER_UNKNOWN'; member: string }
  | { code: 'GOVERNANCE_MEMBER_STATUS'; member: string; memberStatus: string; expected: string }
  | { code: 'GOVERNANCE_NAME_USED'; name: string }
  | { code: 'GOVERNANCE_KEY_USED'; field: string; member: string; role: string }
  | { code: 'GOVERNANCE_KEY_NAME'; field: string; expected: string }
  | { code: 'GOVERNANCE_SIZES'; field: string; least: number }
  | { code: 'GOVERNANCE_KEEPER_NEEDED'; member: string }
  | { code: 'GOVERNANCE_THRESHOLD'; threshold: number; active: number }
  | { code: 'GOVERNANCE_WITNESSES_FEW'; witnesses: number; least: number }
  | { code: 'GOVERNANCE_WITNESSES_FAULTY'; faulty: number; faultyMax: number }
  | { code: 'GOVERNANCE_WITNESSES_MANY'; quorum: number; quorumMax: number }
  | { code: 'GOVERNANCE_EPOCH_NUMBER'; number: number; expected: number }
  | { code: 'GOVERNANCE_EPOCH_UNKNOWN'; number: number }
  | { code: 'GOVERNANCE_EPOCH_ENDED'; number: number }
  | { code: 'GOVERNANCE_EPOCH_NEEDED'; number: number }
  | { code: 'GOVERNANCE_TOO_MANY'; what: string; countMax: number };
export class GovernanceError extends Fault<GovernanceFault> {}

/** A field that is not as it must be. `field` is its place, such as `change.member`. */
export function malformed(field: string, expected: string): GovernanceError {
  return new GovernanceError({ code: 'GOVERNANCE_MALFORMED', field, expected });
}
