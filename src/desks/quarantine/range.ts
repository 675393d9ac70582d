import { malformed, timeOf } from '../decisions/form-fields.ts';
import type { LogsSeen } from './logged.ts';
import { QuarantineError } from './quarantine-fault.ts';

/** How many entries at the end of a log are searched for a time: what is further back has to be named by its index. */
export const TIMES_READ_MAX = 200_000;

/** Whose statements, and which: from an index on, or from a time on. */
export interface RangeForm {
  readonly member: string;
  /** The first index. */
  readonly from?: number;
  /** The first index that it is no more about; the end of the log as it is known now without it. */
  readonly to?: number;
  /** Instead of `from`: the first statement of this time or later, by its issuer's clock. */
  readonly since?: string;
}

export interface Range {
  readonly member: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The range that a form names. Without an end it goes up to what is known now, and never into the future: a thief would
 * only have to wait for what is confirmed, and a member that has a new key states again, or states anew what it holds.
 * @throws FormError, QuarantineError
 */
export async function readRange({ member, from, to, since }: RangeForm, logs: LogsSeen): Promise<Range> {
  if ((from === undefined) === (since === undefined)) throw malformed('from', 'an index, or a time in `since`');
  const size = logs.size(member);
  const end = to ?? size;
  if (end > size) throw new QuarantineError({ code: 'QUARANTINE_RANGE_AHEAD', to: end, size });
  const start = from ?? (await firstSince(member, readSince(since!), logs));
  if (start >= end) throw new QuarantineError({ code: 'QUARANTINE_RANGE_EMPTY', from: start, to: end });
  return { member, from: start, to: end };
}

function readSince(since: string): number {
  const timeMs = timeOf(since.trim());
  if (timeMs === undefined) throw malformed('since', 'a time such as 2026-11-22T18:30:00+09:00, or a day');
  return timeMs;
}

/** The first entry of this time or later. A thief writes what times he likes: all after the first one are meant too. */
async function firstSince(member: string, sinceMs: number, logs: LogsSeen): Promise<number> {
  const size = logs.size(member);
  const first = Math.max(0, size - TIMES_READ_MAX);
  for await (const { index, timeMs = 0 } of logs.times(member, first, size)) {
    if (timeMs < sinceMs) continue;
    if (index === first && first > 0) {
      throw new QuarantineError({ code: 'QUARANTINE_SINCE_TOO_EARLY', entriesMax: TIMES_READ_MAX });
    }
    return index;
  }
  return size;
}
