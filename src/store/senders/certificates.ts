import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { CertificateRow } from './schema.ts';

/** Certificates as their issuer keeps them; what counts for the gates stands in its log. */
export class Certificates {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<number> {
    return nextYearlyId(this.#database, 'certificates', nowMs);
  }

  async lastOriginator(): Promise<string | undefined> {
    const { last } = await this.#database
      .selectFrom('certificates')
      .select(({ fn }) => fn.max('originator').as('last'))
      .executeTakeFirstOrThrow();
    return last ?? undefined;
  }

  async add(row: CertificateRow): Promise<void> {
    await this.#database.insertInto('certificates').values(row).execute();
  }

  find(code: string): Promise<CertificateRow | undefined> {
    return this.#database.selectFrom('certificates').selectAll().where('code', '=', code).executeTakeFirst();
  }

  /** A firm's certificates, the newest first. */
  ofFirm(firmId: number): Promise<CertificateRow[]> {
    return this.#database
      .selectFrom('certificates')
      .selectAll()
      .where('firmId', '=', firmId)
      .orderBy('id', 'desc')
      .execute();
  }

  list({ before, limit, state }: { before?: number; limit: number; state?: string }): Promise<CertificateRow[]> {
    let query = this.#database.selectFrom('certificates').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  async change(
    code: string,
    change: Partial<Omit<CertificateRow, 'id' | 'code' | 'firmId' | 'originator'>>,
  ): Promise<void> {
    await this.#database.updateTable('certificates').set(change).where('code', '=', code).execute();
  }
}
