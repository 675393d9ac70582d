import { inChunks } from './chunks.ts';
import type { Database, OutboxRow } from './schema.ts';

/** Where each decided entry stands in its log. */
export class Places {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes entries that are on their way. */
  async add(rows: readonly OutboxRow[]): Promise<void> {
    const places = rows.map(({ statementId, log }) => ({ statementId, log, logIndex: null }));
    await inChunks(places, (chunk) => this.#database.insertInto('statementPlaces').values(chunk).execute());
  }

  /** What is known of these entries; one that was never decided here is left out. */
  of(statementIds: readonly string[]): Promise<{ statementId: string; logIndex: number | null }[]> {
    return inChunks(statementIds, (chunk) =>
      this.#database
        .selectFrom('statementPlaces')
        .select(['statementId', 'logIndex'])
        .where('statementId', 'in', chunk)
        .execute(),
    );
  }
}
