import { Fault, type Parsed } from '../base/fault.ts';

/** A subscriber's number in E.164: country code first, 7 to 15 digits, no plus. */
export type Msisdn = string & { readonly brand: 'Msisdn' };

export type MsisdnFault = { code: 'MSISDN_LENGTH'; length: number } | { code: 'MSISDN_NOT_E164' };

export const MSISDN_DIGITS_MIN = 7;
export const MSISDN_DIGITS_MAX = 15;

/** Reads an international number, with or without the leading plus. A country code never begins with 0. */
export function parseMsisdn(text: string): Parsed<Msisdn, MsisdnFault> {
  const digits = text.startsWith('+') ? text.slice(1) : text;
  if (!/^[1-9][0-9]*$/.test(digits)) return new Fault({ code: 'MSISDN_NOT_E164' });
  if (digits.length < MSISDN_DIGITS_MIN || digits.length > MSISDN_DIGITS_MAX) {
    return new Fault({ code: 'MSISDN_LENGTH', length: digits.length });
  }
  return digits as Msisdn;
}
