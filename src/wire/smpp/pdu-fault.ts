import type { Fault } from '../../base/fault.ts';

/** Why the parameters of a PDU cannot be read. `at` counts octets from the PDU's beginning. */
export type PduFault =
  | { code: 'SMPP_BODY_TRUNCATED'; at: number }
  | { code: 'SMPP_FIELD_UNTERMINATED'; at: number; sizeMax: number }
  | { code: 'SMPP_SHORT_MESSAGE_TOO_LONG'; at: number; size: number; sizeMax: number }
  | { code: 'SMPP_TLV_LENGTH'; at: number; tag: number }
  | { code: 'SMPP_TLVS_TOO_MANY'; at: number; tlvsMax: number }
  | { code: 'SMPP_BODY_TRAILING'; at: number };
export type PduError = Fault<PduFault>;
