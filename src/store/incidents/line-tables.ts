import type { Database } from '../schema.ts';
import type { LineCheckRow, LineLookUpRow } from './schema.ts';

/** Self-checks on their way, and who of the member looked lines up. */
export class LineTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a check, and forgets those whose time was over before `forgetMs`. */
  async addCheck(row: LineCheckRow, forgetMs: number): Promise<void> {
    await this.#database.deleteFrom('lineChecks').where('expiresMs', '<', forgetMs).execute();
    await this.#database.insertInto('lineChecks').values(row).execute();
  }

  check(id: string): Promise<LineCheckRow | undefined> {
    return this.#database.selectFrom('lineChecks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async checksSince(msisdn: string, sinceMs: number): Promise<number> {
    const { count } = await this.#database
      .selectFrom('lineChecks')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('msisdn', '=', msisdn)
      .where('createdMs', '>', sinceMs)
      .executeTakeFirstOrThrow();
    return count;
  }

  async changeCheck(
    id: string,
    change: Partial<Pick<LineCheckRow, 'status' | 'codeHash' | 'wrongCodes' | 'expiresMs'>>,
  ): Promise<void> {
    await this.#database.updateTable('lineChecks').set(change).where('id', '=', id).execute();
  }

  async addLookUp(row: Omit<LineLookUpRow, 'sequence'>): Promise<void> {
    const { last } = await this.#database
      .selectFrom('lineLookUps')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .executeTakeFirstOrThrow();
    await this.#database
      .insertInto('lineLookUps')
      .values({ ...row, sequence: (last ?? 0) + 1 })
      .execute();
  }

  /** How often somebody looked lines up without a case since then. */
  async lookUpsWithoutCase(actor: string, sinceMs: number): Promise<number> {
    const { count } = await this.#database
      .selectFrom('lineLookUps')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('actor', '=', actor)
      .where('atMs', '>', sinceMs)
      .where('requestId', 'is', null)
      .where('refused', '=', 0)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Newest first. */
  lookUps(page: { before?: number; limit: number; actor?: string; withoutCase: boolean }): Promise<LineLookUpRow[]> {
    let query = this.#database.selectFrom('lineLookUps').selectAll();
    if (page.before !== undefined) query = query.where('sequence', '<', page.before);
    if (page.actor !== undefined) query = query.where('actor', '=', page.actor);
    if (page.withoutCase) query = query.where('requestId', 'is', null);
    return query.orderBy('sequence', 'desc').limit(page.limit).execute();
  }
}
