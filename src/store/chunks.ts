import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows in one statement: both engines bound its parameters (SQLite 32,766, PostgreSQL 65,535), and no table has 20 columns. */
const CHUNK_ROWS = 1_000;

/** Does `work` for all rows, a chunk at a time, in order. */
export async function inChunks<T, R>(rows: readonly T[], work: (chunk: readonly T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    // SQLite answers within the turn: without a pause, a large file's rows would keep all others waiting.
    if (start > 0) await nextTurn();
    // A chunk may have many results to each row: as arguments of one call they would overflow the stack.
    for (const result of await work(rows.slice(start, start + CHUNK_ROWS))) results.push(result);
  }
  return results;
}
