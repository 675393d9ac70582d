import { Fault } from '../../base/fault.ts';

/** What stops a decision at any desk, whatever it decides. */
export type DecisionFault =
  | { code: 'STATEMENT_PENDING'; case?: string }
  | { code: 'DESK_BUSY'; decisionsMax: number }
  | { code: 'IDEMPOTENCY_KEY_REUSED' }
  | { code: 'LOOK_UPS_TOO_MANY'; lookUpsMax: number; withoutCase: boolean; retryAfterSeconds: number }
  | { code: 'LOOK_UP_CASE_UNKNOWN'; field: string };
export class DecisionError extends Fault<DecisionFault> {}
