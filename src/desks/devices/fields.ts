import { Fault } from '../../base/fault.ts';
import { type Imei, hasWrongCheckDigit, parseImei } from '../../identifiers/imei.ts';
import { sharedImei } from '../../identifiers/shared-imei.ts';
import { DeskError } from './desk-fault.ts';

export {
  malformed,
  NOTE_LENGTH_MAX,
  readNote,
  readOccurred,
  readSince,
  readText,
  readWord,
  TEXT_LENGTH_MAX,
} from '../decisions/form-fields.ts';

const IMEI_TEXT_LENGTH_MAX = 64;
/** An IMEI as a desk takes it: what was typed, read, and what to warn of. */
export interface ImeiField {
  readonly imei: Imei;
  readonly field: string;
  readonly checkDigitAccepted: boolean;
  readonly sharedAccepted?: true;
}

/** What somebody has looked at again, and means. */
export interface Acceptance {
  /** An IMEI whose check digit does not fit. */
  readonly acceptCheckDigit?: boolean;
  /** An IMEI that many phones may bear; a supervisor's to accept. */
  readonly acceptShared?: boolean;
}

/**
 * Reads an IMEI as people type it, with spaces, dashes, dots or slashes between its digits.
 * @throws DeskError IMEI_LENGTH, IMEI_NOT_DIGITS; IMEI_CHECK_DIGIT unless a wrong check digit was accepted
 */
export function readImei(text: string, field: string, acceptCheckDigit: boolean): ImeiField {
  if (text.length > IMEI_TEXT_LENGTH_MAX) throw new DeskError({ code: 'IMEI_LENGTH', length: text.length, field });
  const imei = parseImei(text.replaceAll(/[\s\-./]/g, ''));
  if (imei instanceof Fault) throw new DeskError({ ...imei.facts, field });
  const { statedCheckDigit, checkDigit } = imei;
  const wrong = hasWrongCheckDigit(imei);
  if (wrong && !acceptCheckDigit) {
    throw new DeskError({ code: 'IMEI_CHECK_DIGIT', field, stated: statedCheckDigit!, computed: checkDigit });
  }
  return { imei, field, checkDigitAccepted: wrong };
}

/**
 * Reads an IMEI that is to be listed.
 * @throws DeskError as `readImei`; IMEI_SHARED where many phones may bear it, unless that was accepted
 */
export function readListedImei(text: string, field: string, accepted: Acceptance): ImeiField {
  const { acceptCheckDigit = false, acceptShared = false } = accepted;
  const read = readImei(text, field, acceptCheckDigit);
  const why = sharedImei(read.imei.key);
  if (why === undefined) return read;
  if (!acceptShared) throw new DeskError({ code: 'IMEI_SHARED', field, why });
  return { ...read, sharedAccepted: true };
}
