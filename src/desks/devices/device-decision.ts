import type { CaseStatementRow } from '../../store/schema.ts';
import type { Decision } from '../decisions/decision.ts';

/** A decision about devices. */
export interface DeviceDecision extends Decision {
  /** Whether a regulator has ended this statement: the member may then make it again. */
  isPast(row: CaseStatementRow): boolean;
}
