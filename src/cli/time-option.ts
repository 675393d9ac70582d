import { InvalidArgumentError, Option } from 'commander';
import { timeOf } from '../desks/decisions/form-fields.ts';

/** A time on a command line, in ms since 1970: RFC 3339 with an offset, or a day. */
export function readTimeOption(text: string): number {
  const timeMs = timeOf(text);
  if (timeMs === undefined) throw new InvalidArgumentError('a time is written as 2026-11-22T18:30:00+09:00, or a day');
  return timeMs;
}

/** What every `--since` and `--until` takes. */
const TIME_OR_DAY = 'RFC 3339 with an offset, or a day in UTC';

/** `--since`, of a span: a day begins it at its beginning. */
export function sinceOption(about: string): Option {
  return new Option('--since <time>', `${about}: ${TIME_OR_DAY}, from its beginning`);
}

/** `--until`, of a span, which it is still in: a day is in it as a whole. */
export function untilOption(about: string): Option {
  return new Option('--until <time>', `${about}: ${TIME_OR_DAY}, all of it`);
}
