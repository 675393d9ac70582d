import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { listRecordFiles } from './record-files.ts';
import { type CheckRecord, parseRecord } from './record.ts';

export const RECORDS_READ_MAX = 10_000;

export interface RecordQuery {
  readonly folder: string;
  /** Both ends inclusive, in ms since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The 14 digits of one device; all devices when left out. */
  readonly imei?: string;
  /** 1 to RECORDS_READ_MAX. */
  readonly limit: number;
}

/**
 * The latest records of a time span, the latest first. It reads the files of a day at a time, and holds no more than a
 * few times `limit`. Lines that are no records are left out.
 */
export async function readRecords(query: RecordQuery): Promise<CheckRecord[]> {
  const { folder } = query;
  const limit = Math.min(query.limit, RECORDS_READ_MAX);
  const files = await listRecordFiles(folder, query);
  const found: CheckRecord[] = [];
  for (const dayMs of new Set(files.map((file) => file.dayMs))) {
    const ofDay = files.filter((file) => file.dayMs === dayMs).map((file) => file.path);
    found.push(...(await latestOfDay(ofDay, query, limit - found.length)));
    if (found.length >= limit) break;
  }
  return found;
}

async function latestOfDay(paths: readonly string[], query: RecordQuery, limit: number): Promise<CheckRecord[]> {
  let latest: CheckRecord[] = [];
  for (const path of paths) {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const line of lines) {
      const record = parseRecord(line);
      if (record === undefined || !isAskedFor(record, query)) continue;
      latest.push(record);
      if (latest.length >= 2 * limit + 1_000) latest = latestFirst(latest).slice(0, limit);
    }
  }
  return latestFirst(latest).slice(0, limit);
}

function isAskedFor(record: CheckRecord, { sinceMs, untilMs, imei }: RecordQuery): boolean {
  return record.timeMs >= sinceMs && record.timeMs <= untilMs && (imei === undefined || record.imei === imei);
}

function latestFirst(records: CheckRecord[]): CheckRecord[] {
  return records.sort((a, b) => b.timeMs - a.timeMs);
}
