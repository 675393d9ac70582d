import { Fault } from '../../base/fault.ts';
import type { ImsiFault } from '../../identifiers/imsi.ts';
import type { FormFault } from '../decisions/form-fields.ts';

/** What the line desk refuses, and why. */
export type LineFault =
  | (ImsiFault & { field: string })
  | FormFault
  | { code: 'LINE_BOUND_ALREADY' }
  | { code: 'LINE_NOT_PROTECTED' }
  | { code: 'LINE_IMSI_TAKEN' }
  | { code: 'LINE_NOT_BLOCKED' }
  | { code: 'UNBLOCK_NEEDS_ANOTHER' }
  | { code: 'UNBLOCK_NEEDS_SUPERVISOR' }
  | { code: 'LINES_TOO_MANY'; linesMax: number }
  | { code: 'PAYMENT_NUMBER_UNKNOWN' }
  | { code: 'PAYMENT_NOT_OPEN'; state: string }
  | { code: 'PAYMENT_JUDGED_ALREADY'; judgement: string }
  | { code: 'PAYMENT_LINE_BLOCKED' }
  | { code: 'PAYMENT_NOT_FRAUDULENT' }
  | { code: 'PAYMENT_NOT_CHARGED'; state: string };
export class LineError extends Fault<LineFault> {}
