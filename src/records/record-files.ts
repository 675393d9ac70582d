import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const NAME = /^(checks|texts|payments)-(\d{4}-\d{2}-\d{2})-[0-9]+\.jsonl$/;

/** A file of one day (UTC) and one writer. */
export interface RecordFile {
  readonly path: string;
  /** When its day begins, in ms since 1970. */
  readonly dayMs: number;
  readonly name: RecordName;
}

/** What is kept: checks of devices, and texts and payments that a gate did not let pass. */
export const RECORD_NAMES = ['checks', 'texts', 'payments'] as const;
export type RecordName = (typeof RECORD_NAMES)[number];

export function recordFileName(timeMs: number, writer: number, name: RecordName = 'checks'): string {
  return `${name}-${new Date(timeMs).toISOString().slice(0, 10)}-${writer}.jsonl`;
}

/**
 * The files whose day touches a time span (both ends inclusive), the latest day first: those of checks, where `recordNames`
 * says nothing else. None where there is no folder.
 */
export async function listRecordFiles(
  folder: string,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
  recordNames: readonly RecordName[] = ['checks'],
): Promise<RecordFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isFIFO()) // opening one would wait for ever for somebody who writes
    .flatMap(({ name: fileName }) => {
      const [, name, day] = NAME.exec(fileName) ?? [];
      if (day === undefined) return [];
      return [{ path: join(folder, fileName), dayMs: Date.parse(day), name: name as RecordName }];
    })
    .filter(({ name }) => recordNames.includes(name))
    .filter(({ dayMs }) => dayMs <= untilMs && dayMs + DAY_MS > sinceMs)
    .sort((a, b) => b.dayMs - a.dayMs);
}
