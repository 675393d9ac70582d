import { TIME_MS_MAX } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { type Msisdn, type MsisdnFault, parseMsisdn } from '../../identifiers/msisdn.ts';

/** What is wrong with a field of any desk's form. `field` names the place, such as `devices[1]`. */
export type FormFault =
  | { code: 'FIELD_MALFORMED'; field: string; expected: string }
  | (MsisdnFault & { field: string });
export class FormError extends Fault<FormFault> {}

/** Characters of a short text: a name, a place, a reference. */
export const TEXT_LENGTH_MAX = 200;
/** Characters of a free remark. */
export const NOTE_LENGTH_MAX = 2_000;
/** How far a reported time may lie ahead of our clock: clocks differ. */
const AHEAD_MS_MAX = 5 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** A day alone begins first at UTC+14. */
const DAY_AHEAD_MS_MAX = 14 * 60 * 60 * 1_000;
const LINE_TEXT_LENGTH_MAX = 64;
const LINE_SEPARATORS = /[\s\-./()]/g;
const OCCURRED_MS_MIN = Date.UTC(1990, 0, 1);
const DAY = /^([0-9]{4})-?([0-9]{2})-?([0-9]{2})$/;
/** RFC 3339 with an offset; seconds may be left out, as people do. */
const TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$/;
// Line breaks and tabs apart, control characters and what turns the direction of a text have no place in a record.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const UNPRINTABLE_IN_NOTE = /(?![\n\r\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A short text, trimmed; undefined where it is empty. @throws FormError FIELD_MALFORMED */
export function readText(text: string | undefined, field: string): string | undefined {
  return readPrintable(text, field, TEXT_LENGTH_MAX, UNPRINTABLE);
}

/** A remark, which may have several lines. @throws FormError FIELD_MALFORMED */
export function readNote(text: string | undefined, field: string): string | undefined {
  return readPrintable(text, field, NOTE_LENGTH_MAX, UNPRINTABLE_IN_NOTE);
}

function readPrintable(
  text: string | undefined,
  field: string,
  lengthMax: number,
  unprintable: RegExp,
): string | undefined {
  // One spelling of each letter: Hangul typed on one system is found when searched from another.
  const trimmed = text?.normalize('NFC').trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  if (trimmed.length > lengthMax) throw malformed(field, `at most ${lengthMax} characters`);
  if (!trimmed.isWellFormed() || unprintable.test(trimmed)) throw malformed(field, 'printable characters');
  return trimmed;
}

/**
 * A line's number as people type it: `+82 10-1234-5678`, or `010-1234-5678` where the country code is 82.
 * @throws FormError MSISDN_LENGTH, MSISDN_NOT_E164
 */
export function readLine(text: string, field: string, countryCode: string): Msisdn {
  const bare = text.slice(0, LINE_TEXT_LENGTH_MAX + 1).replaceAll(LINE_SEPARATORS, '');
  const msisdn = parseMsisdn(bare.replace(/^0(?=[1-9])/, countryCode));
  if (msisdn instanceof Fault) throw new FormError({ ...msisdn.facts, field });
  return msisdn;
}

/** One of these words. @throws FormError FIELD_MALFORMED */
export function readWord<T extends string>(words: readonly T[], text: string, field: string): T {
  const word = words.find((known) => known === text);
  if (word === undefined) throw malformed(field, `one of: ${words.join(', ')}`);
  return word;
}

/**
 * When something happened, in ms since 1970: a time with its offset (RFC 3339), or a day alone (`2026-11-22`,
 * `20261122`), which is taken as its beginning in UTC, or as now where that is still to come.
 * @throws FormError FIELD_MALFORMED
 */
export function readOccurred(text: string | undefined, field: string, nowMs: number): number | undefined {
  const trimmed = text?.trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  const isDay = DAY.test(trimmed);
  const timeMs = timeOf(trimmed);
  if (timeMs === undefined) throw malformed(field, 'a time such as 2026-11-22T18:30:00+09:00, or a day');
  const latestMs = nowMs + (isDay ? DAY_AHEAD_MS_MAX : AHEAD_MS_MAX);
  if (timeMs > latestMs) throw malformed(field, 'a time that is not in the future');
  if (timeMs < OCCURRED_MS_MIN) throw malformed(field, 'a time after 1990');
  return Math.min(timeMs, nowMs);
}

/** When a span begins: a time with its offset, or a day, from its beginning in UTC. @throws FormError FIELD_MALFORMED */
export function readSince(text: string, field: string): number {
  const timeMs = timeOf(text.trim());
  if (timeMs === undefined || timeMs < 0) throw malformed(field, 'a time such as 2026-11-22T18:30:00+09:00, or a day');
  return timeMs;
}

/** The last moment of a span: a time with its offset, or a day, all of it in UTC. @throws FormError FIELD_MALFORMED */
export function readUntil(text: string, field: string): number {
  const sinceMs = readSince(text, field);
  return DAY.test(text.trim()) ? sinceMs + DAY_MS - 1 : sinceMs;
}

/** A time with its offset, or the beginning of a day in UTC, in ms since 1970; undefined for anything else. */
export function timeOf(text: string): number | undefined {
  return DAY.test(text) ? readDay(text) : readTime(text);
}

function readDay(text: string): number | undefined {
  const [, year, month, day] = DAY.exec(text)!;
  const timeMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // A day that the calendar lacks rolls over into the next month.
  return new Date(timeMs).toISOString().startsWith(`${year}-${month}-${day}`) ? timeMs : undefined;
}

function readTime(text: string): number | undefined {
  const parts = TIME.exec(text);
  if (parts === null || readDay(parts[1]!) === undefined) return undefined;
  const timeMs = Date.parse(text.toUpperCase().replace(' ', 'T'));
  return timeMs <= TIME_MS_MAX ? timeMs : undefined;
}

export function malformed(field: string, expected: string): FormError {
  return new FormError({ code: 'FIELD_MALFORMED', field, expected });
}
