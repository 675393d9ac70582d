import type { AttachEvent } from '../attach.ts';
import type { Archive } from './archive.ts';
import type { Row } from './engine.ts';

/** Events that are brought back after a start: the newest ones. */
export const RECALLED_MAX = 500_000;

/**
 * The events since a time that name a number, oldest first: at most so many, the newest. Files that cannot be read are
 * left out, and the archive's log line says so.
 */
export async function recallAttaches(
  archive: Archive,
  { sinceMs, limit = RECALLED_MAX }: { sinceMs: number; limit?: number },
): Promise<AttachEvent[]> {
  return archive.search({ kind: 'attaches', sinceMs }, async (session, { table }) => {
    const rows = await session.rows<AttachRow>(
      `select distinct * from ${table} where at_ms >= $sinceMs and msisdn <> ''
        order by at_ms desc, imsi, cell, event limit ${limit}`,
      { sinceMs },
    );
    return rows.toReversed().map(({ at_ms, ...event }) => ({ ...event, atMs: Number(at_ms) }));
  });
}

interface AttachRow extends Row, Omit<AttachEvent, 'atMs'> {
  readonly at_ms: bigint;
}
