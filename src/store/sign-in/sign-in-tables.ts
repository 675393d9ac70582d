import type { BetterAuthOptions } from 'better-auth';
import type { DBAdapter } from 'better-auth/types';
import type { Engine } from '../migrations.ts';
import type { Database } from '../schema.ts';

/** The sign-in library's view of one transaction. */
export class SignInTables {
  readonly #database: Database;
  readonly #engine: Engine;

  constructor(database: Database, engine: Engine) {
    this.#database = database;
    this.#engine = engine;
  }

  /** Reads and writes the tables that `options` name, within this transaction. */
  async adapter(options: BetterAuthOptions): Promise<DBAdapter> {
    // Loaded with the pages: a node without them starts without the sign-in library.
    const { getAdapter } = await import('better-auth/db/adapter');
    return getAdapter({ ...options, database: { db: this.#database, type: this.#engine } });
  }

  /** Whether somebody signs in by this name. */
  async hasUser(name: string): Promise<boolean> {
    const query = this.#database.selectFrom('signInUsers').select('username').where('username', '=', name);
    return (await query.executeTakeFirst()) !== undefined;
  }
}
