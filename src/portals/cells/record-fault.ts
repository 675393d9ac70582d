import { Fault } from '../../base/fault.ts';

export type RecordRequestFault = { code: 'RECORD_EVENT_MALFORMED'; field: string; expected: string };
export class RecordRequestError extends Fault<RecordRequestFault> {}
