import type { MeIdentityCheckResult } from '../wire/diameter/me-identity-check-answer.ts';
import type { N5gEirAnswer } from './n5g-eir.ts';

/** Equipment-Status by number (TS 29.272 clause 7.3.51), and 5422 after it. */
const OUTCOMES = ['allowed', 'blocked', 'tracked', 'unknown'] as const;
const STATUSES: Readonly<Record<string, string>> = {
  WHITELISTED: 'allowed',
  BLACKLISTED: 'blocked',
  GREYLISTED: 'tracked',
};

/** What an MME makes of an answer: one of the four outcomes, or the result code that it got instead. */
export function answerOfS13({ outcome, resultCode }: MeIdentityCheckResult): string {
  return outcome === undefined ? `result ${resultCode ?? 'missing'}` : OUTCOMES[outcome];
}

/** What an AMF makes of an answer: only a 404 with this cause says that the equipment is unknown. */
export function answerOfN5gEir({ httpStatus, status, cause }: N5gEirAnswer): string {
  if (httpStatus === 200 && status !== undefined) return STATUSES[status] ?? status;
  return httpStatus === 404 && cause === 'ERROR_EQUIPMENT_UNKNOWN' ? 'unknown' : `HTTP ${httpStatus} ${cause ?? ''}`;
}
