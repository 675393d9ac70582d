import type { Database, TokenRow } from './schema.ts';

/** Who may use the desks. A name is given once: the journal's rows go on meaning the same holder. */
export class Tokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  byHash(hash: string): Promise<TokenRow | undefined> {
    return this.#database.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  }

  byName(name: string): Promise<TokenRow | undefined> {
    return this.#database.selectFrom('tokens').selectAll().where('name', '=', name).executeTakeFirst();
  }

  list(): Promise<TokenRow[]> {
    return this.#database.selectFrom('tokens').selectAll().orderBy('createdMs').orderBy('name').execute();
  }

  /** Firms register themselves: were theirs counted, anybody could use up what the desk may have. */
  async countInForce(): Promise<number> {
    const { count } = await this.#database
      .selectFrom('tokens')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('revokedMs', 'is', null)
      .where('role', '!=', 'firm')
      .executeTakeFirstOrThrow();
    return count;
  }

  async add(row: Omit<TokenRow, 'revokedMs' | 'lastUsedDay'>): Promise<void> {
    await this.#database.insertInto('tokens').values(row).execute();
  }

  async revoke(name: string, revokedMs: number): Promise<void> {
    await this.#database.updateTable('tokens').set({ revokedMs }).where('name', '=', name).execute();
  }

  async markUsed(name: string, lastUsedDay: string): Promise<void> {
    await this.#database.updateTable('tokens').set({ lastUsedDay }).where('name', '=', name).execute();
  }
}
