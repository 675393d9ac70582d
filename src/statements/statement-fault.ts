import { Fault } from '../base/fault.ts';
import type { SealFault } from '../sealing/seal.ts';

export type StatementFault =
  | { code: 'STATEMENT_MALFORMED'; kind: string; field: string }
  | { code: 'STATEMENT_NOT_SEALED'; kind: string }
  | { code: 'STATEMENT_NOT_PUBLIC'; kind: string }
  | SealFault;
export class StatementError extends Fault<StatementFault> {}
