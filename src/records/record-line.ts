import { TIME_MS_MAX } from '../base/clock.ts';

/** Characters of a line. What is longer is no record of ours. */
export const RECORD_LENGTH_MAX = 8 * 1024;

export type EntryPair = readonly [member: string, index: number];

export type RecordFields = Readonly<Record<string, unknown>>;

/** Reads a line of a record file. @returns undefined for what is no record, such as a line that a power cut broke */
export function parseFields(line: string): RecordFields | undefined {
  if (line.length > RECORD_LENGTH_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as RecordFields) : undefined;
  } catch {
    return undefined;
  }
}

export function isTimeMs(value: unknown): boolean {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= TIME_MS_MAX;
}

export function isText(value: unknown): boolean {
  return typeof value === 'string';
}

export function areEntries(value: unknown): boolean {
  return Array.isArray(value) && value.every(isEntryPair);
}

function isEntryPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isSafeInteger(value[1]);
}
