import { Fault } from '../../base/fault.ts';
import type { SenderFault } from '../../identifiers/sender.ts';

/** What the certification desk refuses, and why. */
export type SenderDeskFault =
  | (SenderFault & { field: string })
  | { code: 'FIRM_KNOWN' }
  | { code: 'FIRM_UNKNOWN' }
  | { code: 'FIRMS_TOO_MANY'; firmsMax: number }
  | { code: 'APPLICATION_UNKNOWN' }
  | { code: 'APPLICATION_OPEN'; application: string }
  | { code: 'STEP_ILLEGAL'; of: string; state: string; step: string }
  | { code: 'CERTIFICATE_IN_FORCE'; certificate: string }
  | { code: 'CERTIFICATE_NONE' }
  | { code: 'CERTIFICATE_UNKNOWN' }
  | { code: 'CERTIFICATE_NOT_BY_ENTRY'; index: number }
  | { code: 'CERTIFICATE_NOT_IN_FORCE'; certificate: string; state: string }
  | { code: 'RENEWAL_TOO_EARLY'; certificate: string; from: string }
  | { code: 'APPLICATION_TOO_EARLY'; from: string }
  | { code: 'ITEM_NOT_DEMANDED'; item: string; service: string }
  | { code: 'ITEMS_WITHOUT_FINDING'; items: string }
  | { code: 'ITEMS_UNMET'; items: string }
  | { code: 'CODES_EXHAUSTED'; what: 'certificates' | 'originators' }
  | { code: 'SANCTION_TOO_HARD'; state: string; reason: string }
  | { code: 'NUMBER_REGISTERED_ALREADY' }
  | { code: 'NUMBER_UNKNOWN' }
  | { code: 'NUMBER_NOT_HELD'; state: string }
  | { code: 'NUMBER_PROOF_WRONG'; kind: string; proof: string }
  | { code: 'PROPOSAL_UNKNOWN' }
  | { code: 'PROPOSAL_DECIDED'; proposal: string; state: string }
  | { code: 'PROPOSAL_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'SENDER_RULES_MISSING'; rule: string }
  | { code: 'SENDER_RULES_MALFORMED'; rule: string; expected: string }
  | { code: 'SENDER_DESK_NOT_CERTIFIER'; member: string }
  | EvidenceFault;

export type EvidenceFault =
  | { code: 'EVIDENCE_FILE_TOO_LARGE'; sizeMax: number }
  | { code: 'EVIDENCE_FILE_EMPTY' }
  | { code: 'EVIDENCE_CUT' }
  | { code: 'EVIDENCE_TYPE_WRONG'; expected: string }
  | { code: 'EVIDENCE_TOO_MANY'; filesMax: number }
  | { code: 'EVIDENCE_BUSY'; uploadsMax: number }
  | { code: 'EVIDENCE_NO_ROOM' }
  | { code: 'EVIDENCE_NOT_NOW'; state: string }
  | { code: 'EVIDENCE_EXPIRED'; item: string }
  | { code: 'EVIDENCE_MISSING'; item: string }
  | { code: 'EVIDENCE_DAMAGED' }
  | { code: 'EVIDENCE_FILE_UNKNOWN' };

export class SenderDeskError extends Fault<SenderDeskFault> {}
