import type { Database } from '../schema.ts';
import type { NumberCustomerRow, SenderNumberRow } from './schema.ts';

/** Sender numbers, by certificate and customer. */
export class SenderNumbers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  customer(certificate: string, reference: string): Promise<NumberCustomerRow | undefined> {
    return this.#database
      .selectFrom('numberCustomers')
      .selectAll()
      .where('certificate', '=', certificate)
      .where('reference', '=', reference)
      .executeTakeFirst();
  }

  async addCustomer(row: Omit<NumberCustomerRow, 'id'>): Promise<NumberCustomerRow> {
    const { last } = await this.#database
      .selectFrom('numberCustomers')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    const customer = { ...row, id: (last ?? 0) + 1 };
    await this.#database.insertInto('numberCustomers').values(customer).execute();
    return customer;
  }

  async changeCustomer(id: number, change: Pick<NumberCustomerRow, 'kind' | 'staff'>): Promise<void> {
    await this.#database.updateTable('numberCustomers').set(change).where('id', '=', id).execute();
  }

  async add(row: Omit<SenderNumberRow, 'id' | 'endedMs'>): Promise<SenderNumberRow> {
    const { last } = await this.#database
      .selectFrom('senderNumbers')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    const number = { ...row, id: (last ?? 0) + 1, endedMs: null };
    await this.#database.insertInto('senderNumbers').values(number).execute();
    return number;
  }

  find(certificate: string, id: number): Promise<SenderNumberRow | undefined> {
    return this.#database
      .selectFrom('senderNumbers')
      .selectAll()
      .where('certificate', '=', certificate)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** The number under that certificate, registered or held. */
  inForce(certificate: string, number: string): Promise<SenderNumberRow | undefined> {
    return this.#database
      .selectFrom('senderNumbers')
      .selectAll()
      .where('certificate', '=', certificate)
      .where('number', '=', number)
      .where('endedMs', 'is', null)
      .executeTakeFirst();
  }

  /** How many numbers of a kind a customer has registered. */
  async count(customerId: number, kind: string): Promise<number> {
    const { count } = await this.#database
      .selectFrom('senderNumbers')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('customerId', '=', customerId)
      .where('kind', '=', kind)
      .where('state', '=', 'registered')
      .executeTakeFirstOrThrow();
    return count;
  }

  /** A certificate's numbers with their customers, in the order in which they came. */
  list(
    certificate: string,
    { after, limit, state }: { after: number; limit: number; state?: string },
  ): Promise<(SenderNumberRow & { reference: string; customerKind: string })[]> {
    let query = this.#database
      .selectFrom('senderNumbers')
      .innerJoin('numberCustomers', 'numberCustomers.id', 'senderNumbers.customerId')
      .selectAll('senderNumbers')
      .select(['numberCustomers.reference as reference', 'numberCustomers.kind as customerKind'])
      .where('senderNumbers.certificate', '=', certificate)
      .where('senderNumbers.id', '>', after);
    if (state !== undefined) query = query.where('senderNumbers.state', '=', state);
    return query.orderBy('senderNumbers.id').limit(limit).execute();
  }

  async change(id: number, change: Pick<SenderNumberRow, 'state'> & { endedMs?: number }): Promise<void> {
    await this.#database.updateTable('senderNumbers').set(change).where('id', '=', id).execute();
  }
}
