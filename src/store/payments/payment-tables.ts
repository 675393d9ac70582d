import type { Selectable } from 'kysely';
import type { Database, Schema } from '../schema.ts';

export type PaymentRow = Selectable<Schema['payments']>;

/** Both times inclusive, in ms since 1970. */
export interface PaymentFilter {
  readonly merchant?: string;
  readonly msisdn?: string;
  readonly states?: readonly string[];
  readonly merchantIdentifier?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Leaves out what was refused at once. */
  readonly isShown?: true;
}

export interface PaymentPage {
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** States that set an amount aside, as `records/payment.ts` lists them. */
const OPEN_STATES = ['processing', 'pending_validation', 'reserved'];

/** Payments, and what they put on a bill. */
export class PaymentTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(paymentId: string): Promise<PaymentRow | undefined> {
    return this.#database.selectFrom('payments').selectAll().where('paymentId', '=', paymentId).executeTakeFirst();
  }

  byCorrelator(merchant: string, clientCorrelator: string): Promise<PaymentRow | undefined> {
    return this.#database
      .selectFrom('payments')
      .selectAll()
      .where('merchant', '=', merchant)
      .where('clientCorrelator', '=', clientCorrelator)
      .executeTakeFirst();
  }

  byValidationToken(validationToken: string): Promise<PaymentRow | undefined> {
    return this.#database
      .selectFrom('payments')
      .selectAll()
      .where('validationToken', '=', validationToken)
      .executeTakeFirst();
  }

  /** Keeps a new payment; one that has succeeded is charged with it. */
  async add(row: PaymentRow): Promise<void> {
    await this.#database.insertInto('payments').values(row).execute();
    await this.#charge(row);
  }

  /** Brings a payment into a new state; one that has now succeeded is charged with it, once for all. */
  async advance(row: PaymentRow): Promise<void> {
    const { decision, grounds, state, changedMs, chargedMs, judgement } = row;
    await this.#database
      .updateTable('payments')
      .set({ decision, grounds, state, changedMs, chargedMs, judgement })
      .where('paymentId', '=', row.paymentId)
      .execute();
    await this.#charge(row);
  }

  /** Gives back what was charged. The table holds one refund of a payment at most. */
  async refund({ paymentId, msisdn, amount }: PaymentRow, atMs: number): Promise<void> {
    await this.#database
      .insertInto('paymentCharges')
      .values({ paymentId, kind: 'refund', msisdn, amount, atMs })
      .execute();
    await this.#database
      .updateTable('payments')
      .set({ refundedMs: atMs, changedMs: atMs })
      .where('paymentId', '=', paymentId)
      .execute();
  }

  list(filter: PaymentFilter, { order, offset, limit }: PaymentPage): Promise<PaymentRow[]> {
    return this.#filtered(filter)
      .selectAll()
      .orderBy('createdMs', order)
      .orderBy('paymentId', order)
      .offset(offset)
      .limit(limit)
      .execute();
  }

  async count(filter: PaymentFilter): Promise<number> {
    const { count } = await this.#filtered(filter)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** What a line has been charged since a time, refunds taken off, and what is set aside for it now. */
  async spent(msisdn: string, sinceMs: number): Promise<number> {
    const charges = await this.#database
      .selectFrom('paymentCharges')
      .select(({ fn }) => ['kind', fn.sum('amount').as('total')])
      .where('msisdn', '=', msisdn)
      .where('atMs', '>=', sinceMs)
      .groupBy('kind')
      .execute();
    const open = await this.#database
      .selectFrom('payments')
      .select(({ fn }) => fn.sum('amount').as('total'))
      .where('msisdn', '=', msisdn)
      .where('state', 'in', OPEN_STATES)
      .executeTakeFirstOrThrow();
    // PostgreSQL answers a sum as text, and both answer null for none.
    const charged = charges.map(({ kind, total }) => (kind === 'charge' ? Number(total) : -Number(total)));
    return charged.reduce((sum, total) => sum + total, Number(open.total ?? 0));
  }

  /** Cancels what is in these states, unchanged since before a time. @returns how many */
  async cancelOld(states: readonly string[], beforeMs: number, nowMs: number): Promise<number> {
    const { numUpdatedRows } = await this.#database
      .updateTable('payments')
      .set({ state: 'cancelled', changedMs: nowMs })
      .where('state', 'in', states)
      .where('changedMs', '<', beforeMs)
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  }

  /** Which lines paid from where since a time, oldest first: at most so many, the newest. */
  async recent(sinceMs: number, limit: number): Promise<Pick<PaymentRow, 'msisdn' | 'cell' | 'createdMs'>[]> {
    const rows = await this.#database
      .selectFrom('payments')
      .select(['msisdn', 'cell', 'createdMs'])
      .where('createdMs', '>=', sinceMs)
      .orderBy('createdMs', 'desc')
      .limit(limit)
      .execute();
    return rows.toReversed();
  }

  async #charge({ paymentId, state, msisdn, amount, chargedMs }: PaymentRow): Promise<void> {
    if (state !== 'succeeded' || chargedMs === null) return;
    await this.#database
      .insertInto('paymentCharges')
      .values({ paymentId, kind: 'charge', msisdn, amount, atMs: chargedMs })
      .onConflict((conflict) => conflict.columns(['paymentId', 'kind']).doNothing())
      .execute();
  }

  #filtered(filter: PaymentFilter) {
    const { merchant, msisdn, states, merchantIdentifier, sinceMs, untilMs, isShown } = filter;
    let query = this.#database.selectFrom('payments');
    if (merchant !== undefined) query = query.where('merchant', '=', merchant);
    if (msisdn !== undefined) query = query.where('msisdn', '=', msisdn);
    if (states !== undefined) query = query.where('state', 'in', states);
    if (merchantIdentifier !== undefined) query = query.where('merchantIdentifier', '=', merchantIdentifier);
    if (sinceMs !== undefined) query = query.where('createdMs', '>=', sinceMs);
    if (untilMs !== undefined) query = query.where('createdMs', '<=', untilMs);
    if (isShown) query = query.where('refusedAtOnce', '=', 0);
    return query;
  }
}
