import { Fault } from '../base/fault.ts';

export type PortalFault =
  | { code: 'REQUEST_MALFORMED'; field: string; expected: string }
  | { code: 'REQUEST_NOT_JSON' }
  | { code: 'REQUEST_NOT_UTF8' }
  | { code: 'REQUEST_TOO_LARGE'; sizeMax?: number }
  | { code: 'MEDIA_TYPE_UNKNOWN'; expected: string }
  | { code: 'ROUTE_UNKNOWN' }
  | { code: 'RANGE_NOT_THERE' }
  | { code: 'SYSTEM_OFF'; system: string; configuration: string }
  | { code: 'METHOD_UNKNOWN'; allowed: string }
  | { code: 'TOKEN_MISSING' }
  | { code: 'TOKEN_UNKNOWN' }
  | { code: 'PERMISSION_MISSING'; role: string; action: string }
  | { code: 'PEER_UNKNOWN' }
  | { code: 'TOO_MANY_REQUESTS'; retryAfterSeconds: number }
  | { code: 'TOO_MANY_LISTENERS'; listenersMax: number }
  | { code: 'TOO_MANY_LISTENERS_HERE'; listenersMax: number }
  | { code: 'TOKEN_NAME_TAKEN'; name: string }
  | { code: 'TOKEN_NAME_UNKNOWN' }
  | { code: 'TOKENS_TOO_MANY'; tokensMax: number }
  | { code: 'TOKEN_LAST_SUPERVISOR' }
  | { code: 'TOKEN_GIVEN_ALREADY'; name: string }
  | { code: 'INTERNAL' };
export class PortalError extends Fault<PortalFault> {}
