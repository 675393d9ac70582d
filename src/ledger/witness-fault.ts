import { Fault } from '../base/fault.ts';

/** Why a witness does not cosign. */
export type WitnessFault =
  | { code: 'WITNESS_REQUEST_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'WITNESS_REQUEST_MALFORMED'; part: 'old' | 'proof' | 'checkpoint' }
  | { code: 'WITNESS_ORIGIN_UNKNOWN' }
  | { code: 'WITNESS_NOT_SIGNED'; reason: string }
  | { code: 'WITNESS_OLD_SIZE_PAST_END'; oldSize: number; size: number }
  /** Not what was cosigned last: `size` is. */
  | { code: 'WITNESS_OLD_SIZE_OTHER'; size: number }
  | { code: 'WITNESS_ROOT_OTHER'; size: number }
  | { code: 'WITNESS_NOT_CONSISTENT'; oldSize: number; size: number }
  /** Its owner was proven to have signed two histories: nothing of it is cosigned until others settled on one. */
  | { code: 'WITNESS_LOG_CONVICTED' }
  /** Its entries were not read and judged here yet. */
  | { code: 'WITNESS_NOT_READ'; size: number }
  | { code: 'WITNESS_BUSY'; waitingMax: number }
  | { code: 'WITNESS_STATE_UNREADABLE'; file: string; reason: string }
  | { code: 'WITNESS_STORE_FAILED'; reason: string }
  | { code: 'WITNESS_CLOSED' };
export class WitnessError extends Fault<WitnessFault> {}
