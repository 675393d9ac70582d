import type { Database, IdempotencyKeyRow } from './schema.ts';

/** Requests that were carried out, by the key their sender gave them, with their answers. */
export class IdempotencyKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(actor: string, key: string, nowMs: number): Promise<IdempotencyKeyRow | undefined> {
    return this.#database
      .selectFrom('idempotencyKeys')
      .selectAll()
      .where('actor', '=', actor)
      .where('key', '=', key)
      .where('expiresMs', '>', nowMs)
      .executeTakeFirst();
  }

  /** Keeps an answer, and forgets those whose time is over. */
  async keep(row: IdempotencyKeyRow, nowMs: number): Promise<void> {
    await this.#database.deleteFrom('idempotencyKeys').where('expiresMs', '<=', nowMs).execute();
    await this.#database.insertInto('idempotencyKeys').values(row).execute();
  }
}
