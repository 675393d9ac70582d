import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { ExchangeFileRow, ExchangeFileState, ExchangeLineFaultRow, NewExchangeFileRow } from './schema.ts';

/** Lists that came and went, and what was wrong with their lines. */
export class ExchangeFiles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: NewExchangeFileRow): Promise<ExchangeFileRow> {
    const { last } = await this.#database
      .selectFrom('exchangeFiles')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    const file: ExchangeFileRow = { ...row, id: (last ?? 0) + 1 } as ExchangeFileRow;
    await this.#database.insertInto('exchangeFiles').values(file).execute();
    return file;
  }

  find(id: number): Promise<ExchangeFileRow | undefined> {
    return this.#database.selectFrom('exchangeFiles').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The file of these octets that came from this register last. */
  findReceived(register: string, sha256: string): Promise<ExchangeFileRow | undefined> {
    return this.#database
      .selectFrom('exchangeFiles')
      .selectAll()
      .where('register', '=', register)
      .where('direction', '=', 'in')
      .where('sha256', '=', sha256)
      .orderBy('id', 'desc')
      .executeTakeFirst();
  }

  /** Whether another list came from this register after that one. */
  async isFollowed({ register, id }: Pick<ExchangeFileRow, 'register' | 'id'>): Promise<boolean> {
    const later = await this.#database
      .selectFrom('exchangeFiles')
      .select('id')
      .where('register', '=', register)
      .where('direction', '=', 'in')
      .where('id', '>', id)
      .executeTakeFirst();
    return later !== undefined;
  }

  /** Of several of one name, the one that went out last. */
  findSent(register: string, name: string): Promise<ExchangeFileRow | undefined> {
    return this.#database
      .selectFrom('exchangeFiles')
      .selectAll()
      .where('register', '=', register)
      .where('direction', '=', 'out')
      .where('name', '=', name)
      .orderBy('id', 'desc')
      .executeTakeFirst();
  }

  /** Whether a file of this name, as it was remotely, has been fetched. */
  async wasFetched(register: string, name: string, remote: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('exchangeFiles')
      .select('id')
      .where('register', '=', register)
      .where('direction', '=', 'in')
      .where('name', '=', name)
      .where('remote', '=', remote)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The list that went to a register last. */
  lastSent(register: string): Promise<ExchangeFileRow | undefined> {
    return this.#database
      .selectFrom('exchangeFiles')
      .selectAll()
      .where('register', '=', register)
      .where('direction', '=', 'out')
      .where('kind', '!=', 'response')
      .orderBy('id', 'desc')
      .executeTakeFirst();
  }

  async remove(id: number): Promise<void> {
    await this.#database.deleteFrom('exchangeFiles').where('id', '=', id).execute();
  }

  /** Files in these states, oldest first. */
  inStates(states: readonly ExchangeFileState[], register?: string): Promise<ExchangeFileRow[]> {
    let query = this.#database.selectFrom('exchangeFiles').selectAll().where('state', 'in', states);
    if (register !== undefined) query = query.where('register', '=', register);
    return query.orderBy('id').execute();
  }

  /** The highest number of a list that was taken from, or made for, a register. */
  async lastNumber(register: string, direction: ExchangeFileRow['direction']): Promise<number | undefined> {
    const { last } = await this.#database
      .selectFrom('exchangeFiles')
      .select(({ fn }) => fn.max('listNumber').as('last'))
      .where('register', '=', register)
      .where('direction', '=', direction)
      .where('state', '!=', 'refused')
      .executeTakeFirstOrThrow();
    return last ?? undefined;
  }

  async change(id: number, fields: Partial<NewExchangeFileRow>): Promise<void> {
    await this.#database.updateTable('exchangeFiles').set(fields).where('id', '=', id).execute();
  }

  /** Newest first. */
  list(page: { before?: number; limit: number; register?: string }): Promise<ExchangeFileRow[]> {
    const { before, limit, register } = page;
    let query = this.#database.selectFrom('exchangeFiles').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (register !== undefined) query = query.where('register', '=', register);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  async addLineFaults(rows: readonly ExchangeLineFaultRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('exchangeLineFaults').values(chunk).execute());
  }

  lineFaults(fileId: number, page: { after: number; limit: number }): Promise<ExchangeLineFaultRow[]> {
    return this.#database
      .selectFrom('exchangeLineFaults')
      .selectAll()
      .where('fileId', '=', fileId)
      .where('line', '>', page.after)
      .orderBy('line')
      .limit(page.limit)
      .execute();
  }
}
