import { Fault } from '../../base/fault.ts';

export type SessionFault =
  | { code: 'SIGN_IN_REFUSED'; reason: string }
  | { code: 'SECOND_FACTOR_MISSING' }
  | { code: 'ORIGIN_FOREIGN' }
  | { code: 'USER_NAME_TAKEN'; name: string }
  | { code: 'USER_EMAIL_TAKEN' }
  | { code: 'USER_PASSWORD_SHORT'; lengthMin: number }
  | { code: 'USER_UNKNOWN' }
  | { code: 'USERS_TOO_MANY'; usersMax: number };
export class SessionError extends Fault<SessionFault> {}
