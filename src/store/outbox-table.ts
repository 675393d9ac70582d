import { sql } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Database, OutboxRow } from './schema.ts';

/** The exact octets of entries that are decided and not yet known to be in the log. */
export class OutboxTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(rows: readonly OutboxRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('outbox').values(chunk).execute());
  }

  /** All that waits, in the order in which it was decided. */
  waiting(): Promise<OutboxRow[]> {
    return this.#database
      .selectFrom('outbox')
      .selectAll()
      .orderBy('createdMs')
      .orderBy('groupId')
      .orderBy('position')
      .execute();
  }

  async count(): Promise<number> {
    const { count } = await this.#database
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Notes that a group's entries stand in the log from `firstIndex` on, and lets the group go. */
  async settle(groupId: string, firstIndex: number): Promise<void> {
    for (const { table, statement, index } of PLACES) {
      const place = sql`select position from outbox where statement_id = ${sql.ref(`${table}.${statement}`)}`;
      await sql`
        update ${sql.table(table)} set ${sql.ref(index)} = cast(${firstIndex} as bigint) + (${place})
        where ${sql.ref(statement)} in (select statement_id from outbox where group_id = ${groupId})
      `.execute(this.#database);
    }
    await this.#database.deleteFrom('outbox').where('groupId', '=', groupId).execute();
  }
}

/** Every column that tells where an entry stands, and the column that names the entry, as the database spells them. */
const PLACES = [
  { table: 'statement_places', statement: 'statement_id', index: 'log_index' },
  { table: 'case_statements', statement: 'statement_id', index: 'log_index' },
  { table: 'case_statements', statement: 'end_statement_id', index: 'end_log_index' },
] as const;
