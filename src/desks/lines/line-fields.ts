import { createHmac } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { hasWrongCheckDigit, type ImeiKey, parseImei } from '../../identifiers/imei.ts';
import { parseImsi } from '../../identifiers/imsi.ts';
import { malformed } from '../decisions/form-fields.ts';
import { LineError } from './line-fault.ts';

const IMEI_TEXT_LENGTH_MAX = 64;
const SEPARATORS = /[\s\-./()]/g;
const TAG_LENGTH = 16;

/** @throws LineError IMSI_LENGTH, IMSI_NOT_DIGITS */
export function readImsi(text: string, field: string): string {
  const imsi = parseImsi(text.replaceAll(SEPARATORS, ''));
  if (imsi instanceof Fault) throw new LineError({ ...imsi.facts, field });
  return imsi.digits;
}

/** The device that a line is bound to: a mistyped one would lock its holder out. @throws FormError FIELD_MALFORMED */
export function readBoundImei(text: string, field: string): ImeiKey {
  const imei = parseImei(text.slice(0, IMEI_TEXT_LENGTH_MAX).replaceAll(SEPARATORS, ''));
  if (imei instanceof Fault || hasWrongCheckDigit(imei)) {
    throw malformed(field, 'an IMEI of 14 to 16 digits whose check digit fits');
  }
  return imei.key;
}

/** What stands for a line in the journal: the same for the same line, and no number. */
export function lineTag(key: Uint8Array, msisdn: string): string {
  return createHmac('sha256', key).update(`line ${msisdn}`).digest('hex').slice(0, TAG_LENGTH);
}
