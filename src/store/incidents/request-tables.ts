import type { CaseId } from '../case-number.ts';
import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { RequestRow } from './schema.ts';

/** What people asked for, and the shops' stock of USIMs. */
export class RequestTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<CaseId> {
    return nextYearlyId(this.#database, 'incidentRequests', nowMs);
  }

  async add(row: RequestRow): Promise<void> {
    await this.#database.insertInto('incidentRequests').values(row).execute();
  }

  find(id: CaseId): Promise<RequestRow | undefined> {
    return this.#database.selectFrom('incidentRequests').selectAll().where('id', '=', id).executeTakeFirst();
  }

  of(incidentId: CaseId): Promise<RequestRow[]> {
    const query = this.#database.selectFrom('incidentRequests').selectAll().where('incidentId', '=', incidentId);
    return query.orderBy('id').execute();
  }

  byLine(incidentId: CaseId, msisdn: string): Promise<RequestRow[]> {
    const query = this.#database.selectFrom('incidentRequests').selectAll().where('incidentId', '=', incidentId);
    return query.where('msisdn', '=', msisdn).orderBy('id').execute();
  }

  /** All requests about a line, of any incident. */
  ofLine(msisdn: string): Promise<RequestRow[]> {
    const query = this.#database.selectFrom('incidentRequests').selectAll().where('msisdn', '=', msisdn);
    return query.orderBy('id').execute();
  }

  byPayment(paymentId: string): Promise<RequestRow[]> {
    const query = this.#database.selectFrom('incidentRequests').selectAll().where('paymentId', '=', paymentId);
    return query.orderBy('id').execute();
  }

  /** Requests in this state, the oldest first: of one shop, where it is named. */
  inState(status: string, { shop, limit }: { shop?: string; limit: number }): Promise<RequestRow[]> {
    let query = this.#database.selectFrom('incidentRequests').selectAll().where('status', '=', status);
    if (shop !== undefined) query = query.where('shop', '=', shop);
    return query.orderBy('id').limit(limit).execute();
  }

  /** Damage judged fraudulent whose payment is not given back yet: in the order of the requests, those after one. */
  toRefund({ after, limit }: { after: CaseId; limit: number }): Promise<(RequestRow & { paymentId: string })[]> {
    return this.#database
      .selectFrom('incidentRequests')
      .selectAll()
      .where('status', '=', 'fraudulent')
      .where('paymentId', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .$narrowType<{ paymentId: string }>()
      .execute();
  }

  async change(id: CaseId, change: Pick<RequestRow, 'status' | 'changedMs'>): Promise<void> {
    await this.#database.updateTable('incidentRequests').set(change).where('id', '=', id).execute();
  }

  stock(): Promise<{ shop: string; free: number }[]> {
    return this.#database.selectFrom('usimStock').selectAll().orderBy('shop').execute();
  }

  async free(shop: string): Promise<number | undefined> {
    const row = await this.#database.selectFrom('usimStock').selectAll().where('shop', '=', shop).executeTakeFirst();
    return row?.free;
  }

  /** Sets what a shop has and nobody has a claim to. */
  async setFree(shop: string, free: number): Promise<void> {
    await this.#database
      .insertInto('usimStock')
      .values({ shop, free })
      .onConflict((conflict) => conflict.column('shop').doUpdateSet({ free }))
      .execute();
  }
}
