import { Fault } from '../../base/fault.ts';

export type PledgeFault =
  | { code: 'PLEDGES_UNREADABLE'; file: string }
  | { code: 'PLEDGES_MALFORMED'; field: string; expected: string }
  | { code: 'QUARTER_MALFORMED' }
  | { code: 'QUARTER_AHEAD' };
export class PledgeError extends Fault<PledgeFault> {}
