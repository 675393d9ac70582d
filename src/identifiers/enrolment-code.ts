import { createHash } from 'node:crypto';

/** SHA-256 of an enrolment code, hexadecimal. Codes are compared as people read them: case, spaces and dashes do not count. */
export function hashOfCode(code: string): string {
  return createHash('sha256').update(code.toUpperCase().replaceAll(/[\s-]/g, '')).digest('hex');
}
