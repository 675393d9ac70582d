import { Fault, type Parsed } from '../base/fault.ts';

export type SenderFault =
  | { code: 'CERTIFICATE_CODE_MALFORMED' }
  | { code: 'ORIGINATOR_CODE_MALFORMED' }
  | { code: 'SENDER_NUMBER_MALFORMED' };

const CERTIFICATE_CODE = /^[A-Z]{2,8}-[0-9]{4}-[0-9]{6}$/;
const ORIGINATOR_CODE = /^[0-9]{9}$/;
/** From an emergency number to the longest that E.164 allows. */
const SENDER_NUMBER = /^[0-9]{3,15}$/;
const COUNTRY_CODE = '82';

/** The code of a certificate: who issues it, the year, and a number, as `KS-2026-000001`. */
export function parseCertificateCode(text: string): Parsed<string, SenderFault> {
  return CERTIFICATE_CODE.test(text) ? text : new Fault({ code: 'CERTIFICATE_CODE_MALFORMED' });
}

/** The originator code (식별코드): nine digits that the first sender of a text puts in. */
export function parseOriginatorCode(text: string): Parsed<string, SenderFault> {
  return ORIGINATOR_CODE.test(text) ? text : new Fault({ code: 'ORIGINATOR_CODE_MALFORMED' });
}

/**
 * A number that a text is sent under, in its national form: `010-1234-5678`, `+82 10 1234 5678` and `01012345678` are
 * one. A number of a service, as `1588-1234`, has no international form.
 */
export function parseSenderNumber(text: string): Parsed<string, SenderFault> {
  const bare = text.replaceAll(/[\s().-]/g, '');
  // `+82 (0)10` is how some write it.
  const digits = bare.replace(new RegExp(`^\\+${COUNTRY_CODE}0?`), '0');
  return SENDER_NUMBER.test(digits) ? digits : new Fault({ code: 'SENDER_NUMBER_MALFORMED' });
}
