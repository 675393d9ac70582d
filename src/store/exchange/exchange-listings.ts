import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { ExchangeListingRow } from './schema.ts';

/** What organisations outside list. */
export class ExchangeListings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The identity of the next listing. Writes go one at a time, so no other one takes it. */
  async nextId(): Promise<number> {
    const { last } = await this.#database
      .selectFrom('exchangeListings')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    return (last ?? 0) + 1;
  }

  /** Everybody's listings of these subjects that stand, oldest first. */
  standing(subjects: readonly string[]): Promise<ExchangeListingRow[]> {
    return inChunks(subjects, (chunk) =>
      this.#database
        .selectFrom('exchangeListings')
        .selectAll()
        .where('subject', 'in', chunk)
        .where('endedMs', 'is', null)
        .orderBy('id')
        .execute(),
    );
  }

  async standingCount(register: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('exchangeListings')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('register', '=', register)
      .where('endedMs', 'is', null)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Listings of a register that stand and were not in its full list of this file, oldest first. */
  unseen(register: string, fileId: number, limit: number): Promise<ExchangeListingRow[]> {
    return this.#database
      .selectFrom('exchangeListings')
      .selectAll()
      .where('register', '=', register)
      .where('endedMs', 'is', null)
      .where('seenFileId', '!=', fileId)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async add(rows: readonly ExchangeListingRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('exchangeListings').values(chunk).execute());
  }

  async change(id: number, fields: Partial<ExchangeListingRow>): Promise<void> {
    await this.#database.updateTable('exchangeListings').set(fields).where('id', '=', id).execute();
  }

  /** Notes that these were in a full list. */
  async markSeen(ids: readonly number[], fileId: number): Promise<void> {
    await inChunks(ids, (chunk) =>
      this.#database.updateTable('exchangeListings').set({ seenFileId: fileId }).where('id', 'in', chunk).execute(),
    );
  }
}
