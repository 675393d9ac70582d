import { type ImeiKey, imeiKeyText } from './imei.ts';

/** Why an IMEI names no single phone: what test equipment bears, and what phones and core networks make up. */
export type SharedImei = 'test' | 'one-digit' | 'pattern' | 'serial-zeros';

/** RBI 00, then test equipment: 10 with 01 to 17 after it, or the older 44, 86 and 91. */
const TEST = /^00(10(0[1-9]|1[0-7])|44|86|91)/;
const ONE_DIGIT = /^([0-9])\1*$/;
const PATTERNS = ['01010101010101', '11223344556677', '12345678901234'];
const SERIAL_ZEROS = /000000$/;

/**
 * Whether many phones may bear this IMEI, and why: one that is listed then hits phones of people who have nothing to do
 * with it. Undefined for one that can be told apart.
 */
export function sharedImei(key: ImeiKey): SharedImei | undefined {
  const digits = imeiKeyText(key);
  if (ONE_DIGIT.test(digits)) return 'one-digit';
  if (PATTERNS.includes(digits)) return 'pattern';
  if (TEST.test(digits)) return 'test';
  return SERIAL_ZEROS.test(digits) ? 'serial-zeros' : undefined;
}
