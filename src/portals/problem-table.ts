import type { CsvFileFault, RowsRefusedFault } from '../base/csv-file.ts';
import type { DecisionFault } from '../desks/decisions/decision-fault.ts';
import type { DeskFault } from '../desks/devices/desk-fault.ts';
import type { SenderDeskFault } from '../desks/senders/sender-fault.ts';
import type { IncidentFault } from '../desks/incidents/incident-fault.ts';
import type { StoreFault } from '../store/store-fault.ts';
import { CELL_PROBLEMS, type CellAnsweredFault } from './cells/problems.ts';
import { GOVERNANCE_PROBLEMS, type GovernanceAnsweredFault } from './governance/problems.ts';
import type { LineFault } from '../desks/lines/line-fault.ts';
import { LINE_PROBLEMS } from './lines/problems.ts';
import { INCIDENT_PROBLEMS } from './incidents/problems.ts';
import { PAGE_PROBLEMS } from './pages/problems.ts';
import type { PageFault } from './pages/page-fault.ts';
import type { SpamFault } from '../watchers/spam/spam-fault.ts';
import { SPAM_PROBLEMS } from './spam/problems.ts';
import type { ExchangeFault } from '../exchange/exchange-fault.ts';
import { EXCHANGE_PROBLEMS } from './exchange/problems.ts';
import type { PledgeFault } from '../desks/pledges/pledge-fault.ts';
import { PLEDGE_PROBLEMS } from './pledges/problems.ts';
import { PROOF_PROBLEMS, type ProofAnsweredFault } from './proofs/problems.ts';
import type { QuarantineFault } from '../desks/quarantine/quarantine-fault.ts';
import { QUARANTINE_PROBLEMS } from './quarantine/problems.ts';
import type { PortalFault } from './portal-fault.ts';
import { SENDER_PROBLEMS } from './senders/problems.ts';
import { SESSION_PROBLEMS } from './sessions/problems.ts';
import type { SessionFault } from './sessions/session-fault.ts';
import type { WitnessFault } from '../ledger/witness-fault.ts';
import { EQUIVOCATION_PROBLEMS, type ProofOfTwoTreesFault, WITNESS_PROBLEMS } from './witness/problems.ts';

type AnsweredFault =
  | LineFault
  | IncidentFault
  | CsvFileFault
  | RowsRefusedFault
  | DecisionFault
  | DeskFault
  | StoreFault
  | PortalFault
  | PageFault
  | SessionFault
  | SenderDeskFault
  | CellAnsweredFault
  | GovernanceAnsweredFault
  | SpamFault
  | ExchangeFault
  | PledgeFault
  | ProofAnsweredFault
  | QuarantineFault
  | WitnessFault
  | ProofOfTwoTreesFault;
type FactOf<T> = T extends unknown ? keyof T : never;
/** Facts are members of the problem document, so none may bear a name of RFC 9457: a `status` of ours would be its own. */
type FactsClash = Extract<FactOf<AnsweredFault>, 'type' | 'title' | 'status' | 'detail' | 'instance'>;
type ProblemRow = [FactsClash] extends [never] ? readonly [status: number, detail: string] : FactsClash;

/** How a fault is answered over HTTP: the status, and what the caller can do. A new code does not compile without it. */
export const PROBLEMS = {
  FIELD_MALFORMED: [422, 'The field named by `field` is not as `expected` says. Mend it and send the request again.'],
  IMEI_LENGTH: [422, 'An IMEI has 14 or 15 digits, an IMEISV 16. Dial *#06# on the phone, or read it off the box.'],
  IMEI_NOT_DIGITS: [422, 'Something other than a digit is in the IMEI. Look at the number again.'],
  IMEI_CHECK_DIGIT: [
    422,
    'The 15th digit does not fit the others: most likely the number was typed wrongly. Look again; if it is what the device says, repeat with `acceptCheckDigit`.',
  ],
  IMEI_SHARED: [
    422,
    'Many phones may bear this IMEI (`why`): listing it would hit them all. Read the number off the phone again; if it is meant, a supervisor repeats the request with `acceptShared`.',
  ],
  TAC_NOT_8_DIGITS: [422, 'A Type Allocation Code has 8 digits: the first 8 of an IMEI.'],
  RANGE_REVERSED: [422, 'The range ends before it begins. Exchange the ends.'],
  RANGE_SPANS_TACS: [422, 'The range covers several TACs. State one range for each TAC.'],
  TARGET_MISSING: [422, 'Give either `tac`, or both `from` and `to`.'],
  MSISDN_LENGTH: [422, 'A phone number has 7 to 15 digits with its country code.'],
  MSISDN_NOT_E164: [
    422,
    'Write the number as +82 10-1234-5678, or as people of this member’s country do: 010-1234-5678.',
  ],
  IMSI_LENGTH: [422, 'An IMSI has 6 to 15 digits.'],
  IMSI_NOT_DIGITS: [422, 'Something other than a digit is in the IMSI.'],
  DEVICES_TOO_MANY: [422, 'More devices than `devicesMax` at once. Divide them over several requests.'],
  DEVICE_TWICE: [422, 'The same device stands in two places, `field` and `earlier`. Leave one out.'],
  ALREADY_STATED: [409, 'This member has stated this already, in the case that `case` names. Look at that case first.'],
  CASE_UNKNOWN: [404, 'There is no such case. A case number looks like C-2026-000123.'],
  CASE_CLOSED: [409, 'The case is closed; of a closed case only private fields change. Report the device anew.'],
  CASE_OF_OTHER_KIND: [409, 'The case is of another kind, so this cannot be done with it.'],
  DEVICE_NOT_IN_CASE: [422, 'The device named by `field` does not stand in this case, or no longer.'],
  CORRECTION_EMPTY: [422, 'The request changes nothing. Name what is to be other than it is.'],
  OVERRIDE_NOT_OPEN: [409, 'The emergency override is not open, so there is nothing to restore.'],
  NOT_A_REGULATOR: [403, 'Only a member with the role `regulator` may overrule another member.'],
  ROLE_INSUFFICIENT: [403, 'Only a supervisor may do this. Ask one.'],
  STATEMENT_UNKNOWN: [422, 'This node has no such entry. Look at the member’s log and its size.'],
  STATEMENT_NOT_A_LISTING: [422, 'This entry lists no device, so it cannot be overruled.'],
  STATEMENT_PENDING: [
    503,
    'The decision is recorded, and its statement is not in the log yet; it is appended as soon as the log can be written. Do not report again: ask again in a moment with the same Idempotency-Key, or look at the case.',
  ],
  DESK_BUSY: [503, 'Too many decisions are on their way. Nothing was done; try again in a moment.'],
  LOOK_UPS_TOO_MANY: [
    429,
    'As many look-ups of people as an hour allows (`lookUpsMax`). Where `withoutCase` is true, name the case for which you look; otherwise wait as the Retry-After header says. The privacy officer sees this.',
  ],
  LOOK_UP_CASE_UNKNOWN: [
    422,
    'No case has the number that you look for. Name a device case (C-), an incident (I-) or a request (R-) about that person, or leave the case out.',
  ],
  IDEMPOTENCY_KEY_REUSED: [422, 'This Idempotency-Key stood for another request. Use a new key for a new request.'],
  IMPORT_TOO_LARGE: [413, 'The file is larger than `sizeMax` octets. Divide it.'],
  IMPORT_TOO_MANY_ROWS: [422, 'The file has more rows than `rowsMax`. Divide it.'],
  IMPORT_EMPTY: [422, 'The file has no row below its header.'],
  IMPORT_NOT_UTF8: [422, 'Line `line` is not UTF-8. Save the file again as CSV in UTF-8.'],
  IMPORT_NOT_CSV: [422, 'The file cannot be read at line `line`: most likely a quote is missing there.'],
  IMPORT_COLUMN_UNKNOWN: [
    422,
    'Column `column` (counted from 1) has no name that we know. docs/desk.md and docs/spam.md list them.',
  ],
  IMPORT_COLUMN_TWICE: [422, 'Column `column` (counted from 1) has a name that stood before.'],
  IMPORT_COLUMN_MISSING: [422, 'The column `name` is missing.'],
  IMPORT_REFUSED: [
    422,
    'Nothing was done, because some rows are wrong: `results` says which and why. Mend them, or send the file with `partial=true` to report the others.',
  ],
  ...EXCHANGE_PROBLEMS,
  ...PLEDGE_PROBLEMS,
  ...PROOF_PROBLEMS,
  ...QUARANTINE_PROBLEMS,
  ...WITNESS_PROBLEMS,
  ...EQUIVOCATION_PROBLEMS,
  STORE_UNAVAILABLE: [
    503,
    'The database does not answer. Whether the request was done is not known: repeat it with the same Idempotency-Key.',
  ],
  STORE_FULL: [503, 'The database has no room. Nothing was done; tell the operator of this node.'],
  STORE_DAMAGED: [503, 'The database is damaged. Nothing was done; tell the operator of this node.'],
  STORE_IN_USE: [503, 'Another node uses this database. Nothing was done; tell the operator of this node.'],
  STORE_NEWER: [503, 'The database belongs to a newer version. Tell the operator of this node.'],
  STORE_OF_ANOTHER_MEMBER: [503, 'The database belongs to another member. Tell the operator of this node.'],
  STORE_URL_UNKNOWN: [503, 'The database’s address is wrong. Tell the operator of this node.'],
  REQUEST_MALFORMED: [
    400,
    'The place named by `field` is not as `expected` says. /openapi.json describes the request.',
  ],
  REQUEST_NOT_JSON: [400, 'The body is no JSON.'],
  REQUEST_NOT_UTF8: [400, 'The body is not UTF-8.'],
  REQUEST_TOO_LARGE: [413, 'The body is larger than this route takes.'],
  MEDIA_TYPE_UNKNOWN: [415, 'Send the body as the media type that `expected` names, with a Content-Type header.'],
  ROUTE_UNKNOWN: [404, 'There is nothing at this path. /openapi.json lists what there is.'],
  SYSTEM_OFF: [
    404,
    'This node does not run the system that answers here (`system`). Whoever runs the node turns it on with `configuration`: docs/operating/install.md.',
  ],
  METHOD_UNKNOWN: [405, 'This path has other methods: those of the Allow header.'],
  TOKEN_MISSING: [
    401,
    'Send a token: `Authorization: Bearer …`. A supervisor makes tokens with `bongsu token create`.',
  ],
  TOKEN_UNKNOWN: [401, 'The token is unknown or revoked. Ask a supervisor for a new one.'],
  PERMISSION_MISSING: [403, 'The role of this token may not do this. Ask a supervisor.'],
  PEER_UNKNOWN: [
    403,
    'This address answers members alone, and the certificate that was shown is bound to none that is active. `bongsu consortium propose rotate certificate` binds one.',
  ],
  RANGE_NOT_THERE: [416, 'The file has no octets there. Ask for the whole of it.'],
  TOO_MANY_REQUESTS: [429, 'Too many requests from this address. Wait as the Retry-After header says.'],
  TOO_MANY_LISTENERS_HERE: [
    429,
    'As many listeners as one address may have (`listenersMax`) are connected from yours. Close some, or poll the checkpoint.',
  ],
  TOO_MANY_LISTENERS: [503, 'Too many listeners. Poll the checkpoint, and try again later.'],
  TOKEN_NAME_TAKEN: [
    409,
    'A token of this name was made before. Names are given once, so that the journal stays clear.',
  ],
  TOKEN_NAME_UNKNOWN: [404, 'There is no token of this name.'],
  TOKENS_TOO_MANY: [409, 'As many tokens as a desk may have are in force. Revoke those not in use.'],
  TOKEN_LAST_SUPERVISOR: [409, 'This is the last supervisor’s token. Make another one before you revoke it.'],
  TOKEN_GIVEN_ALREADY: [
    409,
    'This request was carried out before; the token was shown then and is kept nowhere. Revoke it and make another.',
  ],
  ...SENDER_PROBLEMS,
  ...LINE_PROBLEMS,
  ...CELL_PROBLEMS,
  ...GOVERNANCE_PROBLEMS,
  ...PAGE_PROBLEMS,
  ...INCIDENT_PROBLEMS,
  ...SESSION_PROBLEMS,
  ...SPAM_PROBLEMS,
  INTERNAL: [500, 'A mistake in this program. Nothing of it is told here; the node’s own log has it.'],
} as const satisfies Record<AnsweredFault['code'], ProblemRow>;
export type ProblemCode = keyof typeof PROBLEMS;
