import type { Database, JournalRow, NewJournalRow } from './schema.ts';
import { inChunks } from './chunks.ts';

/** Who did what, when: added to in the same transaction as what it tells of, and never changed. */
export class Journal {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds rows in their order. */
  async add(...rows: readonly NewJournalRow[]): Promise<void> {
    const { last } = await this.#database
      .selectFrom('journal')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .executeTakeFirstOrThrow();
    const first = (last ?? 0) + 1;
    const numbered = rows.map((row, place) => ({ ...row, sequence: first + place }));
    await inChunks(numbered, (chunk) => this.#database.insertInto('journal').values(chunk).execute());
  }

  /** What was done to a case, oldest first. */
  ofCase(caseId: number, page: { after: number; limit: number }): Promise<JournalRow[]> {
    return this.#database
      .selectFrom('journal')
      .selectAll()
      .where('caseId', '=', caseId)
      .where('sequence', '>', page.after)
      .orderBy('sequence')
      .limit(page.limit)
      .execute();
  }

  /** Everything done, oldest first. */
  list(page: { after: number; limit: number; sinceMs?: number; actor?: string }): Promise<JournalRow[]> {
    const { after, limit, sinceMs, actor } = page;
    let query = this.#database.selectFrom('journal').selectAll().where('sequence', '>', after);
    if (sinceMs !== undefined) query = query.where('atMs', '>=', sinceMs);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    return query.orderBy('sequence').limit(limit).execute();
  }
}
