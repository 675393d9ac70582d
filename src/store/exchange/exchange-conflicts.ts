import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { ExchangeConflictRow } from './schema.ts';

/** What a list says and somebody here has to decide. */
export class ExchangeConflicts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async nextId(): Promise<number> {
    const { last } = await this.#database
      .selectFrom('exchangeConflicts')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    return (last ?? 0) + 1;
  }

  async add(rows: readonly ExchangeConflictRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('exchangeConflicts').values(chunk).execute());
  }

  find(id: number): Promise<ExchangeConflictRow | undefined> {
    return this.#database.selectFrom('exchangeConflicts').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** Conflicts about these subjects, decided or not, oldest first. */
  about(subjects: readonly string[]): Promise<ExchangeConflictRow[]> {
    return inChunks(subjects, (chunk) =>
      this.#database.selectFrom('exchangeConflicts').selectAll().where('subject', 'in', chunk).orderBy('id').execute(),
    );
  }

  async resolve(
    id: number,
    resolved: Pick<ExchangeConflictRow, 'resolvedMs' | 'resolution' | 'resolvedBy'>,
  ): Promise<void> {
    await this.#database.updateTable('exchangeConflicts').set(resolved).where('id', '=', id).execute();
  }

  /** Those that wait for somebody, or all; oldest first. */
  list(page: { after: number; limit: number; open: boolean }): Promise<ExchangeConflictRow[]> {
    let query = this.#database.selectFrom('exchangeConflicts').selectAll().where('id', '>', page.after);
    if (page.open) query = query.where('resolvedMs', 'is', null);
    return query.orderBy('id').limit(page.limit).execute();
  }
}
