import { inChunks } from '../chunks.ts';
import type { CaseStatementRow, Database } from '../schema.ts';
import type { ExchangeDeliveredRow } from './schema.ts';

/** Where a page of devices goes on. */
export interface DeviceCursor {
  readonly imeiFrom: number;
  readonly imeiTo: number;
}

/** What registers hold of this member's own statements. */
export class ExchangeDelivered {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** This member's own blocks that stand in its log, by device, after the cursor. */
  ownBlocks(after: DeviceCursor | undefined, limit: number): Promise<CaseStatementRow[]> {
    let query = this.#database
      .selectFrom('caseStatements')
      .selectAll()
      .where('kind', '=', 'device.blocked')
      .where('endedMs', 'is', null)
      .where('logIndex', 'is not', null);
    if (after !== undefined) {
      query = query.where((where) =>
        where.or([
          where('imeiFrom', '>', after.imeiFrom),
          where.and([where('imeiFrom', '=', after.imeiFrom), where('imeiTo', '>', after.imeiTo)]),
        ]),
      );
    }
    return query.orderBy('imeiFrom').orderBy('imeiTo').limit(limit).execute();
  }

  /** What the register holds, by device, after the cursor. */
  page(register: string, after: DeviceCursor | undefined, limit: number): Promise<ExchangeDeliveredRow[]> {
    let query = this.#database.selectFrom('exchangeDelivered').selectAll().where('register', '=', register);
    if (after !== undefined) {
      query = query.where((where) =>
        where.or([
          where('imeiFrom', '>', after.imeiFrom),
          where.and([where('imeiFrom', '=', after.imeiFrom), where('imeiTo', '>', after.imeiTo)]),
        ]),
      );
    }
    return query.orderBy('imeiFrom').orderBy('imeiTo').limit(limit).execute();
  }

  /** Adds rows, in place of those of the same devices. */
  async put(rows: readonly ExchangeDeliveredRow[]): Promise<void> {
    await inChunks(rows, (chunk) =>
      this.#database
        .insertInto('exchangeDelivered')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.columns(['register', 'imeiFrom', 'imeiTo']).doUpdateSet((update) => ({
            reason: update.ref('excluded.reason'),
            fileId: update.ref('excluded.fileId'),
            line: update.ref('excluded.line'),
            refusedCode: update.ref('excluded.refusedCode'),
          })),
        )
        .execute(),
    );
  }

  async remove(register: string, { imeiFrom, imeiTo }: DeviceCursor): Promise<void> {
    await this.#database
      .deleteFrom('exchangeDelivered')
      .where('register', '=', register)
      .where('imeiFrom', '=', imeiFrom)
      .where('imeiTo', '=', imeiTo)
      .execute();
  }

  /** Forgets what an earlier list left and the full list of this file has no more. */
  async keepOnly(register: string, fileId: number): Promise<void> {
    await this.#database
      .deleteFrom('exchangeDelivered')
      .where('register', '=', register)
      .where('fileId', '!=', fileId)
      .execute();
  }

  /** Notes that the register refused a line. */
  async refuse(fileId: number, line: number, refusedCode: string): Promise<void> {
    await this.#database
      .updateTable('exchangeDelivered')
      .set({ refusedCode })
      .where('fileId', '=', fileId)
      .where('line', '=', line)
      .execute();
  }

  /** Notes that the register refused all that a list said. */
  async refuseAll(fileId: number, refusedCode: string): Promise<void> {
    await this.#database.updateTable('exchangeDelivered').set({ refusedCode }).where('fileId', '=', fileId).execute();
  }

  /** Lines that the register refused, oldest first. */
  refused(register: string, limit: number): Promise<ExchangeDeliveredRow[]> {
    return this.#database
      .selectFrom('exchangeDelivered')
      .selectAll()
      .where('register', '=', register)
      .where('refusedCode', 'is not', null)
      .orderBy('fileId')
      .orderBy('line')
      .limit(limit)
      .execute();
  }
}
