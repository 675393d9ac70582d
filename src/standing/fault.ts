import { Fault } from '../base/fault.ts';

export type StandingFault =
  | { code: 'STANDING_FULL'; table: string; slots: number; bucketsMax: number }
  | { code: 'STANDING_LOG_TOO_LONG'; member: number; sizeMax: number };
export class StandingError extends Fault<StandingFault> {}
