import { InvalidArgumentError } from 'commander';
import { timeOf } from '../desks/decisions/form-fields.ts';

/** A time on a command line, in ms since 1970: RFC 3339 with an offset, or a day. */
export function readTimeOption(text: string): number {
  const timeMs = timeOf(text);
  if (timeMs === undefined) throw new InvalidArgumentError('a time is written as 2026-11-22T18:30:00+09:00, or a day');
  return timeMs;
}
