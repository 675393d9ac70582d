import { Fault } from '../../base/fault.ts';

/** What stops a decision at any desk, whatever it decides. */
export type DecisionFault =
  | { code: 'STATEMENT_PENDING'; case?: string }
  | { code: 'DESK_BUSY'; decisionsMax: number }
  | { code: 'IDEMPOTENCY_KEY_REUSED' };
export class DecisionError extends Fault<DecisionFault> {}
