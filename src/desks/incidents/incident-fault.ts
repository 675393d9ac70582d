import { Fault } from '../../base/fault.ts';

/** What the incident desk refuses, and why. No fact names a person or a line. */
export type IncidentFault =
  | { code: 'INCIDENT_UNKNOWN' }
  | { code: 'INCIDENT_CLOSED'; incident: string }
  | { code: 'EVIDENCE_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'EVIDENCE_EMPTY' }
  | { code: 'EVIDENCE_SEALED_ALREADY'; incident: string }
  | { code: 'EVIDENCE_UNKNOWN'; field: string }
  | { code: 'CLOCK_UNKNOWN'; incident: string; clock: number }
  | { code: 'CLOCK_FILED_ALREADY'; incident: string; clock: number }
  | { code: 'LIST_UNKNOWN'; list: string; version: number }
  | { code: 'LIST_ATTACHED_ALREADY'; list: string; version: number }
  | { code: 'LIST_VERSION_BEHIND'; list: string; version: number; attached: number }
  | { code: 'LIST_TOO_LONG'; lines: number; linesMax: number }
  | { code: 'COUNTS_UNRECONCILED'; exposed: number; victims: number; refunded: number }
  | { code: 'NOTICE_HOLDS_LINK' }
  | { code: 'NOTICE_LACKS_CODE' }
  | { code: 'NOTICE_FIELD_UNKNOWN' }
  | { code: 'NOTICE_TOO_LONG'; octets: number; octetsMax: number }
  | { code: 'NOTICE_NOBODY_LEFT'; incident: string }
  | { code: 'NOTICE_UNKNOWN' }
  | { code: 'NOTICE_STATE'; noticeState: string; event: string }
  | { code: 'TEXTS_NOT_SENT' }
  | { code: 'LINE_CODE_WRONG' }
  | { code: 'LINE_CHECKS_TOO_MANY'; retryAfterSeconds: number }
  | { code: 'LINE_NOT_EXPOSED'; incident: string }
  | { code: 'REQUEST_UNKNOWN' }
  | { code: 'REQUEST_STATE'; request: string; requestState: string; event: string }
  | { code: 'REQUEST_OF_OTHER_KIND'; request: string; kind: string }
  | { code: 'REQUEST_TWICE'; request: string }
  | { code: 'CONSENT_MISSING' }
  | { code: 'SHOP_UNKNOWN'; field: string }
  | DutiesFault;

/** What is wrong with the file of duties. */
export type DutiesFault =
  | { code: 'DUTIES_UNREADABLE'; file: string }
  | { code: 'DUTIES_MALFORMED'; file: string; field: string; expected: string };

export class IncidentError extends Fault<IncidentFault> {}
