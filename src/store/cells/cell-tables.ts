import type { Database } from '../schema.ts';
import type { CellDistrustRow, CellFindingRow } from './schema.ts';

/** Statements against cells. */
export class CellDistrusts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: CellDistrustRow): Promise<void> {
    await this.#database.insertInto('cellDistrusts').values(row).execute();
  }

  /** All of one cell, or of every cell, the newest first. */
  list({ cell, limit }: { cell?: string; limit: number }): Promise<CellDistrustRow[]> {
    let query = this.#database.selectFrom('cellDistrusts').selectAll();
    if (cell !== undefined) query = query.where('cell', '=', cell);
    return query.orderBy('createdMs', 'desc').orderBy('statementId').limit(limit).execute();
  }

  /** Those of one cell that the member has not ended, the oldest first. */
  standing(cell: string): Promise<CellDistrustRow[]> {
    return this.#database
      .selectFrom('cellDistrusts')
      .selectAll()
      .where('cell', '=', cell)
      .where('endedMs', 'is', null)
      .orderBy('createdMs')
      .orderBy('statementId')
      .execute();
  }

  async end(statementId: string, ended: { endedMs: number; endedBy: string; endStatementId: string }): Promise<void> {
    await this.#database.updateTable('cellDistrusts').set(ended).where('statementId', '=', statementId).execute();
  }
}

/** What the watcher of cells has found. */
export class CellFindings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that stand, the newest first; with `withdrawn`, the others as well. */
  list({ withdrawn, limit }: { withdrawn: boolean; limit: number }): Promise<CellFindingRow[]> {
    let query = this.#database.selectFrom('cellFindings').selectAll();
    if (!withdrawn) query = query.where('withdrawnMs', 'is', null);
    return query.orderBy('foundMs', 'desc').orderBy('cell').orderBy('rule').limit(limit).execute();
  }

  ofCell(cell: string): Promise<CellFindingRow[]> {
    return this.#database.selectFrom('cellFindings').selectAll().where('cell', '=', cell).orderBy('rule').execute();
  }

  /** Keeps a finding; what is known already keeps the time when it was found first. */
  async keep(row: CellFindingRow): Promise<void> {
    await this.#database
      .insertInto('cellFindings')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['rule', 'cell']).doUpdateSet((excluded) => ({
          reason: excluded.ref('excluded.reason'),
          confidence: excluded.ref('excluded.confidence'),
          firstMs: excluded.ref('excluded.firstMs'),
          lastMs: excluded.ref('excluded.lastMs'),
          evidence: excluded.ref('excluded.evidence'),
          seenMs: excluded.ref('excluded.seenMs'),
          withdrawnMs: null,
        })),
      )
      .execute();
  }

  /** Withdraws what a rule found at `firstMs` or later in evidence, and did not find in the run of `seenMs`. */
  async withdraw(rule: string, { seenMs, sinceMs }: { seenMs: number; sinceMs: number }): Promise<number> {
    const { numUpdatedRows } = await this.#database
      .updateTable('cellFindings')
      .set({ withdrawnMs: seenMs })
      .where('rule', '=', rule)
      .where('seenMs', '<', seenMs)
      .where('firstMs', '>=', sinceMs)
      .where('withdrawnMs', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  }
}
