import { Fault } from '../../base/fault.ts';

export type PageFault =
  | { code: 'PHONE_REQUEST_UNKNOWN' }
  | { code: 'PHONE_REQUEST_DECIDED'; state: string }
  | { code: 'PHONE_REQUESTS_TOO_MANY'; requestsMax: number }
  | { code: 'WATCHERS_TOO_MANY'; watchersMax: number };
export class PageError extends Fault<PageFault> {}
