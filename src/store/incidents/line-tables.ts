import type { Database } from '../schema.ts';
import type { LineCheckRow } from './schema.ts';

/** Self-checks on their way. */
export class LineTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a check, and forgets those whose time was over before `forgetMs`. */
  async addCheck(row: LineCheckRow, forgetMs: number): Promise<void> {
    await this.#database.deleteFrom('lineChecks').where('expiresMs', '<', forgetMs).execute();
    await this.#database.insertInto('lineChecks').values(row).execute();
  }

  check(id: string): Promise<LineCheckRow | undefined> {
    return this.#database.selectFrom('lineChecks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** A line's checks since then, newest first. */
  checksSince(msisdn: string, sinceMs: number): Promise<LineCheckRow[]> {
    const query = this.#database.selectFrom('lineChecks').selectAll().where('msisdn', '=', msisdn);
    return query.where('createdMs', '>', sinceMs).orderBy('createdMs', 'desc').execute();
  }

  async changeCheck(
    id: string,
    change: Partial<Pick<LineCheckRow, 'status' | 'codeHash' | 'wrongCodes' | 'expiresMs'>>,
  ): Promise<void> {
    await this.#database.updateTable('lineChecks').set(change).where('id', '=', id).execute();
  }
}
