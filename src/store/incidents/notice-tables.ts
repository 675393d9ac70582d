import type { CaseId } from '../case-number.ts';
import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { NoticeBatchRow, NoticeRow } from './schema.ts';

export type NoticeKey = Pick<NoticeRow, 'batchId' | 'position'>;
export type NoticeChange = Partial<
  Pick<NoticeRow, 'status' | 'attempts' | 'nextMs' | 'messageId' | 'sentMs' | 'doneMs'>
>;

/** Notices in batches, a row each person. */
export class NoticeTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async nextBatchId(): Promise<number> {
    const { last } = await this.#database
      .selectFrom('noticeBatches')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    return (last ?? 0) + 1;
  }

  async addBatch(batch: NoticeBatchRow, notices: readonly NoticeRow[]): Promise<void> {
    await this.#database.insertInto('noticeBatches').values(batch).execute();
    await inChunks(notices, (chunk) => this.#database.insertInto('notices').values(chunk).execute());
  }

  batches(id: CaseId): Promise<NoticeBatchRow[]> {
    const query = this.#database.selectFrom('noticeBatches').selectAll().where('incidentId', '=', id);
    return query.orderBy('id').execute();
  }

  batch(id: number): Promise<NoticeBatchRow | undefined> {
    return this.#database.selectFrom('noticeBatches').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** How many notices of an incident stand how, by batch. */
  progress(id: CaseId): Promise<{ batchId: number; status: string; count: number }[]> {
    return this.#database
      .selectFrom('notices')
      .select(({ fn }) => ['batchId', 'status', fn.countAll<number>().as('count')])
      .where('incidentId', '=', id)
      .groupBy(['batchId', 'status'])
      .orderBy('batchId')
      .orderBy('status')
      .execute();
  }

  /** Notices in this state that may be tried at this time, the oldest first. */
  due(status: string, nowMs: number, limit: number): Promise<NoticeRow[]> {
    return this.#database
      .selectFrom('notices')
      .selectAll()
      .where('status', '=', status)
      .where('nextMs', '<=', nowMs)
      .orderBy('nextMs')
      .orderBy('batchId')
      .orderBy('position')
      .limit(limit)
      .execute();
  }

  async note(changes: readonly { readonly key: NoticeKey; readonly change: NoticeChange }[]): Promise<void> {
    for (const { key, change } of changes) {
      await this.#database
        .updateTable('notices')
        .set(change)
        .where('batchId', '=', key.batchId)
        .where('position', '=', key.position)
        .execute();
    }
  }

  find({ batchId, position }: NoticeKey): Promise<NoticeRow | undefined> {
    const query = this.#database.selectFrom('notices').selectAll().where('batchId', '=', batchId);
    return query.where('position', '=', position).executeTakeFirst();
  }

  /** Notices of a line that bear this code. */
  byCode(msisdn: string, code: string): Promise<NoticeRow[]> {
    const query = this.#database.selectFrom('notices').selectAll().where('msisdn', '=', msisdn);
    return query.where('code', '=', code).execute();
  }

  /** An incident's notices in these states, in order. */
  inStates(id: CaseId, states: readonly string[], limit: number): Promise<NoticeRow[]> {
    const query = this.#database.selectFrom('notices').selectAll().where('incidentId', '=', id);
    return query.where('status', 'in', states).orderBy('batchId').orderBy('position').limit(limit).execute();
  }
}
