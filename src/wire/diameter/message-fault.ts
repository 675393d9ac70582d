import type { Fault } from '../../base/fault.ts';
import { RESULT_CODE, type ResultCode } from './dictionary.ts';

/** Why a request cannot be read. `at` is the offset of the offending AVP in the message. */
export type MessageFault =
  | { code: 'DIAMETER_AVP_UNSUPPORTED'; at: number; avpCode: number; vendorId: number }
  | { code: 'DIAMETER_AVP_VALUE'; at: number; avpCode: number; vendorId: number }
  | { code: 'DIAMETER_AVP_MISSING'; avpCode: number; vendorId: number }
  | { code: 'DIAMETER_AVP_TOO_MANY'; at: number; avpCode: number; vendorId: number }
  | { code: 'DIAMETER_AVP_BITS'; at: number; avpCode: number; vendorId: number }
  | { code: 'DIAMETER_AVP_LENGTH'; at: number; avpCode: number; vendorId: number };
export type MessageError = Fault<MessageFault>;

/** What each fault is to a peer (RFC 6733 clause 7.1). */
export const RESULT_CODE_OF = {
  DIAMETER_AVP_UNSUPPORTED: RESULT_CODE.avpUnsupported,
  DIAMETER_AVP_VALUE: RESULT_CODE.invalidAvpValue,
  DIAMETER_AVP_MISSING: RESULT_CODE.missingAvp,
  DIAMETER_AVP_TOO_MANY: RESULT_CODE.avpOccursTooManyTimes,
  DIAMETER_AVP_BITS: RESULT_CODE.invalidAvpBits,
  DIAMETER_AVP_LENGTH: RESULT_CODE.invalidAvpLength,
} as const satisfies Record<MessageFault['code'], ResultCode>;
