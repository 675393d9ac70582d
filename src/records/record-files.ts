import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const NAME = /^checks-(\d{4}-\d{2}-\d{2})-([0-9]+)\.jsonl$/;

/** A file of one day (UTC) and one writer. */
export interface RecordFile {
  readonly path: string;
  /** When its day begins, in ms since 1970. */
  readonly dayMs: number;
}

/** What is kept: checks of devices, and texts that the message gate refused. */
export type RecordName = 'checks' | 'texts';

export function recordFileName(timeMs: number, writer: number, name: RecordName = 'checks'): string {
  return `${name}-${new Date(timeMs).toISOString().slice(0, 10)}-${writer}.jsonl`;
}

/** The files whose day touches a time span (both ends inclusive), the latest day first. None where there is no folder. */
export async function listRecordFiles(folder: string, sinceMs: number, untilMs: number): Promise<RecordFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const day = NAME.exec(name)?.[1];
      return day === undefined ? [] : [{ path: join(folder, name), dayMs: Date.parse(day) }];
    })
    .filter(({ dayMs }) => dayMs <= untilMs && dayMs + DAY_MS > sinceMs)
    .sort((a, b) => b.dayMs - a.dayMs);
}
