import { Fault } from '../base/fault.ts';

/**
 * What an expected failure says of itself in one word: a fault's code, or the system's, such as ENOSPC. Anything else is
 * a programmer's error and is thrown on.
 */
export function failureReason(error: unknown): string {
  if (error instanceof Fault) return (error as Fault).facts.code;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return code;
  throw error;
}
