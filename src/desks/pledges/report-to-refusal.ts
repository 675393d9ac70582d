import type { CheckRecord } from '../../records/record.ts';
import { RECORDS_READ_MAX } from '../../records/record-reader.ts';
import type { Tables } from '../../store/store.ts';
import { type Measured, percentile, type Span } from './measures.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Rows of the journal that are read at a time. */
const PAGE_ROWS = 1_000;
/** Reports of one quarter that are followed. */
export const REPORTS_MAX = 1_000_000;
const IMEI_SUBJECT = /^imei:([0-9]{14})$/;
const MEANS =
  'seconds from a report at the desk to the first refusal of that phone at this member’s gates, the median of those ' +
  'that were refused in the quarter. A phone that nobody switched on is refused by nobody: it is counted as not seen.';

export interface ReportToRefusalSources {
  readonly read: <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;
  /** Latest first, within both times inclusive. */
  readonly readRecords: (query: { sinceMs: number; untilMs: number; limit: number }) => Promise<readonly CheckRecord[]>;
}

/** How long it took from a report to the first refusal: the desk's journal against the gates' records. */
export async function reportToRefusal(span: Span, sources: ReportToRefusalSources): Promise<Measured> {
  const reported = await reportedIn(span, sources);
  if (reported.size === 0) return { state: 'nothing to measure', why: 'no phone was reported in the quarter' };
  const { first, cutDays } = await firstRefusals(span, sources, reported);
  const waitsMs = [...first].map(([imei, atMs]) => atMs - reported.get(imei)!).sort((a, b) => a - b);
  const counts = {
    reported: reported.size,
    refused: waitsMs.length,
    notSeen: reported.size - waitsMs.length,
    daysReadInPart: cutDays,
  };
  if (waitsMs.length === 0) {
    return { state: 'nothing to measure', why: `of ${reported.size} reported phones none tried to attach here` };
  }
  return {
    state: 'measured',
    value: percentile(waitsMs, 0.5) / 1_000,
    unit: 's',
    counts: { ...counts, p95Seconds: percentile(waitsMs, 0.95) / 1_000, longestSeconds: waitsMs.at(-1)! / 1_000 },
    means: MEANS,
  };
}

/** When each phone was reported first in the span, by its 14 digits. */
async function reportedIn({ fromMs, toMs }: Span, { read }: ReportToRefusalSources): Promise<Map<string, number>> {
  const reported = new Map<string, number>();
  for (let after = 0; ;) {
    const rows = await read(({ journal }) => journal.list({ after, limit: PAGE_ROWS, sinceMs: fromMs }));
    for (const { atMs, action, detail } of rows) {
      if (action !== 'case.reported' || atMs >= toMs) continue;
      const { listing, targets = [] } = JSON.parse(detail) as { listing?: string; targets?: string[] };
      if (listing !== 'blocked') continue;
      for (const target of targets) {
        const imei = IMEI_SUBJECT.exec(target)?.[1];
        if (imei !== undefined && !reported.has(imei) && reported.size < REPORTS_MAX) reported.set(imei, atMs);
      }
    }
    if (rows.length < PAGE_ROWS) return reported;
    after = rows.at(-1)!.sequence;
  }
}

/** The first refusal of each after its report, day by day. Of a day with more records than are read, the latest count. */
async function firstRefusals(
  { fromMs, toMs }: Span,
  { readRecords }: ReportToRefusalSources,
  reported: ReadonlyMap<string, number>,
): Promise<{ first: Map<string, number>; cutDays: number }> {
  const first = new Map<string, number>();
  let cutDays = 0;
  for (let sinceMs = fromMs; sinceMs < toMs; sinceMs += DAY_MS) {
    const untilMs = Math.min(sinceMs + DAY_MS, toMs) - 1;
    const records = await readRecords({ sinceMs, untilMs, limit: RECORDS_READ_MAX });
    if (records.length >= RECORDS_READ_MAX) cutDays++;
    for (const { imei, timeMs, answer, shadow } of records.toReversed()) {
      const reportedMs = reported.get(imei);
      if (answer !== 'blocked' || shadow || reportedMs === undefined || timeMs < reportedMs) continue;
      if (!first.has(imei)) first.set(imei, timeMs);
    }
  }
  return { first, cutDays };
}
