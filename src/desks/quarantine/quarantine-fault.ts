import { Fault } from '../../base/fault.ts';

export type QuarantineFault =
  | { code: 'QUARANTINE_MEMBER_UNKNOWN'; member: string }
  | { code: 'QUARANTINE_NOT_OURS'; act: 'confirm' | 'strike'; member: string }
  | { code: 'QUARANTINE_RANGE_EMPTY'; from: number; to: number }
  | { code: 'QUARANTINE_RANGE_AHEAD'; to: number; size: number }
  | { code: 'QUARANTINE_SINCE_TOO_EARLY'; entriesMax: number }
  | { code: 'QUARANTINE_NOTHING_THERE'; from: number; to: number };
export class QuarantineError extends Fault<QuarantineFault> {}
