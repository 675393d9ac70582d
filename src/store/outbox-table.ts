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
    const group = this.#database.selectFrom('outbox').where('groupId', '=', groupId).select('statementId');
    await this.#database
      .updateTable('statementPlaces')
      .set((where) => ({
        logIndex: where(
          where.val(firstIndex),
          '+',
          where
            .selectFrom('outbox')
            .select('position')
            .whereRef('outbox.statementId', '=', 'statementPlaces.statementId'),
        ),
      }))
      .where('statementId', 'in', group)
      .execute();
    await this.#database
      .updateTable('caseStatements')
      .set((where) => ({
        logIndex: where(
          where.val(firstIndex),
          '+',
          where
            .selectFrom('outbox')
            .select('position')
            .whereRef('outbox.statementId', '=', 'caseStatements.statementId'),
        ),
      }))
      .where('statementId', 'in', group)
      .execute();
    await this.#database
      .updateTable('caseStatements')
      .set((where) => ({
        endLogIndex: where(
          where.val(firstIndex),
          '+',
          where
            .selectFrom('outbox')
            .select('position')
            .whereRef('outbox.statementId', '=', 'caseStatements.endStatementId'),
        ),
      }))
      .where('endStatementId', 'in', group)
      .execute();
    await this.#database.deleteFrom('outbox').where('groupId', '=', groupId).execute();
  }
}
