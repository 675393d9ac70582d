import type { Selectable } from 'kysely';
import type { Database, Schema } from '../schema.ts';

export type LineRow = Selectable<Schema['lines']>;
export type LinePasskeyRow = Selectable<Schema['linePasskeys']>;
export type LineEnrolmentRow = Selectable<Schema['lineEnrolments']>;

/** Rows of one page when all lines are read. */
const PAGE_ROWS = 10_000;

/** An operator's lines, and the passkeys of their holders. */
export class LineTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(msisdn: string): Promise<LineRow | undefined> {
    return this.#database.selectFrom('lines').selectAll().where('msisdn', '=', msisdn).executeTakeFirst();
  }

  byImsi(imsi: string): Promise<LineRow | undefined> {
    return this.#database.selectFrom('lines').selectAll().where('imsi', '=', imsi).executeTakeFirst();
  }

  async put(row: LineRow): Promise<void> {
    const { msisdn: _, ...changes } = row;
    await this.#database
      .insertInto('lines')
      .values(row)
      .onConflict((conflict) => conflict.column('msisdn').doUpdateSet(changes))
      .execute();
  }

  /** Every line, in pages. */
  async *all(): AsyncGenerator<readonly LineRow[]> {
    for (let after = ''; ;) {
      const page = await this.#database
        .selectFrom('lines')
        .selectAll()
        .where('msisdn', '>', after)
        .orderBy('msisdn')
        .limit(PAGE_ROWS)
        .execute();
      yield page;
      if (page.length < PAGE_ROWS) return;
      after = page.at(-1)!.msisdn;
    }
  }

  passkeysOf(msisdn: string): Promise<LinePasskeyRow[]> {
    return this.#database
      .selectFrom('linePasskeys')
      .selectAll()
      .where('msisdn', '=', msisdn)
      .orderBy('createdMs')
      .execute();
  }

  async addPasskey(row: LinePasskeyRow): Promise<void> {
    await this.#database.insertInto('linePasskeys').values(row).execute();
  }

  async setPasskeyCounter(credentialId: string, counter: number): Promise<void> {
    await this.#database
      .updateTable('linePasskeys')
      .set({ counter })
      .where('credentialId', '=', credentialId)
      .execute();
  }

  async addEnrolment(row: LineEnrolmentRow): Promise<void> {
    await this.#database.insertInto('lineEnrolments').values(row).execute();
  }

  /** The enrolment of a code that may still be used, or undefined. */
  enrolment(codeHash: string, nowMs: number): Promise<LineEnrolmentRow | undefined> {
    return this.#database
      .selectFrom('lineEnrolments')
      .selectAll()
      .where('codeHash', '=', codeHash)
      .where('expiresMs', '>', nowMs)
      .where('usedMs', 'is', null)
      .executeTakeFirst();
  }

  async useEnrolment(codeHash: string, usedMs: number): Promise<void> {
    await this.#database.updateTable('lineEnrolments').set({ usedMs }).where('codeHash', '=', codeHash).execute();
  }
}
