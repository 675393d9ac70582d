import { malformed, readOccurred, timeOf } from '../decisions/form-fields.ts';

const MINUTE_MS = 60_000;
const OFFSET = /^([+-])([0-9]{2}):([0-9]{2})$/;

/** A time as the law counts it: to the second, with its offset, `2025-04-18T23:20:00+09:00`. */
export function momentText(timeMs: number, offset: string): string {
  const [, sign, hours, minutes] = OFFSET.exec(offset)!;
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return `${new Date(timeMs + ahead).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}${offset}`;
}

/** The day of a moment where the member is. */
export function dayText(timeMs: number, offset: string): string {
  return momentText(timeMs, offset).slice(0, 'YYYY-MM-DD'.length);
}

/**
 * A moment from which hours are counted: RFC 3339 with its offset, never a day alone, and not in the future.
 * @throws FormError FIELD_MALFORMED
 */
export function readMoment(text: string, field: string, nowMs: number): number {
  // A day has no hour: 24 hours from it would be due at whatever hour the reader thinks of.
  if (!text.includes(':') || timeOf(text.trim()) === undefined) {
    throw malformed(field, 'a time with its offset, such as 2025-04-18T23:20:00+09:00');
  }
  return readOccurred(text, field, nowMs)!;
}

/** As `readMoment`, of what may be left out. */
export function readMomentGiven(text: string | undefined, field: string, nowMs: number): number | undefined {
  return text === undefined || text === '' ? undefined : readMoment(text, field, nowMs);
}
