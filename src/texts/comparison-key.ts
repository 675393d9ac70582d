import { addressEnd, endOfWord, isWordUnit } from './address.ts';
import { stripInvisible } from './invisible.ts';
import { LETTERS_MAX, lettersOf } from './jamo.ts';

/** Code units of a text that are looked at: what follows is not compared. An SMPP message_payload has no more octets. */
export const TEXT_LENGTH_MAX = 65_535;
/** Letters of a key: about 1,500 syllables, more than the longest text message. What follows is not compared. */
export const KEY_LENGTH_MAX = 4_096;
/** Digits in a row that are taken for a number that varies: of a telephone, a code, an amount, a date. */
export const NUMBER_DIGITS_MIN = 4;

/** Placeholders. Other letters of a key are in lower case, so nothing else is written so. */
const ADDRESS = 0x55; // U
const NUMBER = 0x4e; // N

/** The letters of a key, reused by every text: the caller reads them before the next text comes. */
const key = new Uint32Array(KEY_LENGTH_MAX + LETTERS_MAX);

/**
 * The text as its key is read from it. The order of the steps is the point: composing before the separators are gone
 * would leave split and half-width letters apart. Here NFKC only makes one spelling of what looks alike; the letters are
 * split after it, and separators fall away while the letters are read.
 */
export function foldText(text: string): string {
  const seen = stripInvisible(text.slice(0, TEXT_LENGTH_MAX));
  // NFKC makes new fillers of old ones. Lower case leaves Hangul alone, so it may come before the splitting.
  return stripInvisible(seen.normalize('NFKC')).toLowerCase();
}

/** What of a folded text is compared, in `letters[0…length)`: valid until the next call. */
export function readKey(folded: string): { letters: Uint32Array; length: number } {
  const length = fillKey(folded);
  return { letters: key, length: foldNumbers(length) };
}

/** The key of a text as a string, for looking at and for comparing exactly. */
export function comparisonKey(text: string): string {
  const { letters, length } = readKey(foldText(text));
  return Array.from(letters.subarray(0, length), (letter) => String.fromCodePoint(letter)).join('');
}

/** Splits Hangul, puts a placeholder for each address, and leaves out all that is neither letter nor digit. */
function fillKey(text: string): number {
  let length = 0;
  let place = 0;
  while (place < text.length && length < KEY_LENGTH_MAX) {
    const unit = text.charCodeAt(place);
    const hangul = lettersOf(unit);
    if (hangul !== undefined) {
      for (const letter of hangul) key[length++] = letter;
      place++;
    } else if (isWordUnit(unit)) {
      const end = addressEnd(text, place);
      const wordEnd = end > place ? end : endOfWord(text, place);
      length = end > place ? addLetter(length, ADDRESS) : addWord(length, text, place, wordEnd);
      place = wordEnd;
    } else {
      const point = text.codePointAt(place)!;
      if (isLetter(point)) key[length++] = point;
      place += point > 0xffff ? 2 : 1;
    }
  }
  return Math.min(length, KEY_LENGTH_MAX);
}

function addLetter(length: number, letter: number): number {
  key[length] = letter;
  return length + 1;
}

/** The letters and digits of a word, without its dots and hyphens. */
function addWord(length: number, text: string, start: number, end: number): number {
  for (let place = start; place < end && length < KEY_LENGTH_MAX; place++) {
    const unit = text.charCodeAt(place);
    if (isDigit(unit) || unit >= 0x61) key[length++] = unit;
  }
  return length;
}

/** Puts a placeholder for each run of digits that is long, wherever separators stood in it. @returns the new length */
function foldNumbers(length: number): number {
  let to = 0;
  for (let from = 0; from < length;) {
    let end = from;
    while (end < length && isDigit(key[end]!)) end++;
    if (end - from >= NUMBER_DIGITS_MIN) {
      key[to++] = NUMBER;
      from = end;
    } else {
      do key[to++] = key[from++]!;
      while (from < end);
    }
  }
  return to;
}

function isDigit(letter: number): boolean {
  return letter >= 0x30 && letter <= 0x39;
}

const LETTER = /[\p{L}\p{N}]/u;
/** What `LETTER` says of a code unit, once it was asked: 1 yes, 2 no. */
const known = new Uint8Array(0x1_0000);

function isLetter(point: number): boolean {
  if (point > 0xffff) return LETTER.test(String.fromCodePoint(point));
  known[point] ||= LETTER.test(String.fromCharCode(point)) ? 1 : 2;
  return known[point] === 1;
}
