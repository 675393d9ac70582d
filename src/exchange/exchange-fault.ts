import { Fault } from '../base/fault.ts';

/** Why a list is refused whole: nothing of it has taken effect. */
export type ListFileFault =
  | { code: 'EXCHANGE_FILE_UNREADABLE' }
  | { code: 'EXCHANGE_FILE_TOO_LARGE'; sizeMax: number }
  | { code: 'EXCHANGE_RECORDS_TOO_MANY'; recordsMax: number; line: number }
  | { code: 'EXCHANGE_HEADER_MISSING'; line: number }
  | { code: 'EXCHANGE_HEADER_WRONG'; field: string; line: number }
  | { code: 'EXCHANGE_TRAILER_MISSING'; line: number }
  | { code: 'EXCHANGE_TRAILER_WRONG'; field: string; line: number }
  | { code: 'EXCHANGE_ORGANISATION_UNKNOWN'; line: number }
  | { code: 'EXCHANGE_LINES_WRONG'; lines: number; line: number }
  | { code: 'EXCHANGE_LINES_CONTRADICT'; line: number; earlier: number }
  | { code: 'EXCHANGE_LIST_OLD'; number: number; last: number }
  | { code: 'EXCHANGE_LIST_GAP'; number: number; last: number }
  | { code: 'EXCHANGE_LIST_SHRUNK'; records: number; recordsMin: number };

/** What the exchange's desk refuses. */
export type ExchangeFault =
  | ListFileFault
  | { code: 'EXCHANGE_REGISTER_UNKNOWN' }
  | { code: 'EXCHANGE_FILE_UNKNOWN' }
  | { code: 'EXCHANGE_CONFLICT_UNKNOWN' }
  | { code: 'EXCHANGE_CONFLICT_RESOLVED'; resolution: string }
  | { code: 'EXCHANGE_RESOLUTION_UNFIT'; kind: string; expected: string }
  | { code: 'EXCHANGE_BUSY'; filesMax: number }
  | { code: 'EXCHANGE_NOT_CONNECTED' }
  | { code: 'EXCHANGE_NO_ANSWERS' }
  | { code: 'EXCHANGE_ROLE_MISSING'; member: string }
  | { code: 'EXCHANGE_FORMAT_MALFORMED'; register: string; field: string; expected: string }
  | { code: 'EXCHANGE_SECRET_UNREADABLE'; register: string; field: string }
  | TransferFault;

/** What goes wrong between this node and a register's server. */
export type TransferFault =
  | { code: 'EXCHANGE_HOST_KEY_WRONG'; register: string }
  | { code: 'EXCHANGE_SIGN_IN_REFUSED'; register: string }
  | { code: 'EXCHANGE_UNREACHABLE'; register: string; attempts: number }
  | { code: 'EXCHANGE_SERVER_REFUSED'; register: string; attempts: number }
  | { code: 'EXCHANGE_TRANSFER_FAILED'; register: string; attempts: number };

export class ExchangeError extends Fault<ExchangeFault> {}

/** What is wrong with one line. `field` is its name in the format's table. */
export interface LineFault {
  readonly code:
    | 'LIST_RANGE_WRONG'
    | 'LIST_RANGE_TOO_WIDE'
    | 'LIST_REASON_UNKNOWN'
    | 'LIST_CHARACTERS'
    | 'LIST_VALUE_WRONG'
    | 'LIST_VALUE_MISSING'
    | 'LIST_CHECK_DIGIT'
    | 'LIST_IMEI_SHARED'
    | 'LIST_TWICE'
    | 'LIST_NOT_OWNER'
    | 'LIST_NOT_LISTED'
    | 'LIST_IMEI_MALFORMED'
    | 'LIST_NO_EFFECT'
    | 'LIST_ORGANISATION_IGNORED'
    | 'LIST_OWN';
  readonly field?: string;
}

/** Why a line that is right has no effect here: the register hears nothing of it. */
const SKIPS = ['LIST_IMEI_MALFORMED', 'LIST_NO_EFFECT', 'LIST_ORGANISATION_IGNORED', 'LIST_OWN'];

/** Whether a line is refused, and the register is to hear of it. */
export function isRefusal({ code }: { readonly code: string }): boolean {
  return !SKIPS.includes(code);
}
