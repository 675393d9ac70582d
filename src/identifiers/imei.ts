import { Fault, type Parsed } from '../base/fault.ts';

/**
 * The identity of one device: the first 14 digits of its IMEI (TS 23.003 clause 6.2.1: TAC of 8, serial number of 6) as
 * an integer 0..99_999_999_999_999. Check digit and software version are not part of it.
 */
export type ImeiKey = number & { readonly brand: 'ImeiKey' };

/** The Type Allocation Code: the first 8 digits, as an integer 0..99_999_999. */
export type Tac = number & { readonly brand: 'Tac' };

export const IMEI_KEY_DIGITS = 14;
export const TAC_DIGITS = 8;
/** Serial numbers per TAC: 6 digits. */
export const SERIALS_PER_TAC = 1_000_000;
export const IMEI_KEYS = 100_000_000_000_000;

/** An IMEI as written down or sent, in any of its lengths. */
export interface Imei {
  readonly key: ImeiKey;
  readonly tac: Tac;
  /** Computed over the 14 digits by Luhn (TS 23.003 annex B), 0..9. */
  readonly checkDigit: number;
  /** The 15th digit as given, when 15 were. Over the air it is a spare, sent as 0: it proves nothing there. */
  readonly statedCheckDigit?: number;
  /** The two digits of the software version, when 16 were given (IMEISV). */
  readonly softwareVersion?: string;
}

export type ImeiFault = { code: 'IMEI_LENGTH'; length: number } | { code: 'IMEI_NOT_DIGITS'; at: number };
export type TacFault = { code: 'TAC_NOT_8_DIGITS'; length: number };

/**
 * Reads an IMEI of 14 or 15 digits or an IMEISV of 16. White space around it is not forgiven: trim where people type.
 * A wrong 15th digit is no fault: see `hasWrongCheckDigit`.
 */
export function parseImei(text: string): Parsed<Imei, ImeiFault> {
  if (text.length < 14 || text.length > 16) return new Fault({ code: 'IMEI_LENGTH', length: text.length });
  const at = firstNonDigit(text);
  if (at !== -1) return new Fault({ code: 'IMEI_NOT_DIGITS', at });
  const key = Number(text.slice(0, IMEI_KEY_DIGITS)) as ImeiKey;
  return {
    key,
    tac: tacOf(key),
    checkDigit: luhnCheckDigit(key),
    ...(text.length === 15 && { statedCheckDigit: Number(text[14]) }),
    ...(text.length === 16 && { softwareVersion: text.slice(14) }),
  };
}

export function parseTac(text: string): Parsed<Tac, TacFault> {
  if (text.length !== TAC_DIGITS || firstNonDigit(text) !== -1) {
    return new Fault({ code: 'TAC_NOT_8_DIGITS', length: text.length });
  }
  return Number(text) as Tac;
}

/** True where a person stated a check digit that does not fit: a typing error, to be warned about at a desk. */
export function hasWrongCheckDigit(imei: Imei): boolean {
  return imei.statedCheckDigit !== undefined && imei.statedCheckDigit !== imei.checkDigit;
}

/**
 * The key from the ASCII digits of an IMEI (14 or 15) or IMEISV (16) inside a message, without making a string.
 * @returns the key, or -1 when the length is another or an octet of the first 14 is no digit
 */
export function imeiKeyFromAscii(bytes: Uint8Array, start: number, length: number): ImeiKey | -1 {
  if (length < 14 || length > 16) return -1;
  // Past the end there is no octet, and NaN compares as false: so a digit is what is between 0 and 9.
  let key = 0;
  for (let i = start; i < start + IMEI_KEY_DIGITS; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    key = key * 10 + digit;
  }
  for (let i = start + IMEI_KEY_DIGITS; i < start + length; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
  }
  return key as ImeiKey;
}

export function tacOf(key: ImeiKey): Tac {
  return Math.floor(key / SERIALS_PER_TAC) as Tac;
}

/** 14 digits with leading zeros. */
export function imeiKeyText(key: ImeiKey): string {
  return key.toString().padStart(IMEI_KEY_DIGITS, '0');
}

/** 15 digits as printed on a box: the key and its check digit. */
export function imeiText(key: ImeiKey): string {
  return imeiKeyText(key) + luhnCheckDigit(key).toString();
}

export function tacText(tac: Tac): string {
  return tac.toString().padStart(TAC_DIGITS, '0');
}

/** Luhn over the 14 digits: from the right, every second digit doubled, beginning with the last. */
function luhnCheckDigit(key: ImeiKey): number {
  let sum = 0;
  let rest: number = key;
  for (let position = 0; position < IMEI_KEY_DIGITS; position++) {
    const digit = rest % 10;
    rest = Math.floor(rest / 10);
    const weighed = position % 2 === 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return (10 - (sum % 10)) % 10;
}

function firstNonDigit(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const octet = text.charCodeAt(i);
    if (octet < 0x30 || octet > 0x39) return i;
  }
  return -1;
}
