import { Fault } from '../base/fault.ts';

export type StatementFault = { code: 'STATEMENT_MALFORMED'; kind: string; field: string };
export class StatementError extends Fault<StatementFault> {}
