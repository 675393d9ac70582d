import type { CaseId } from '../case-number.ts';
import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { PersonRow } from './schema.ts';

const IMSI_PREFIX = 'imsi-';

/** The lines that the attached lists name, one row a line and incident. */
export class ExposedPersons {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(id: CaseId): Promise<PersonRow[]> {
    const query = this.#database.selectFrom('incidentPersons').selectAll().where('incidentId', '=', id);
    return query.orderBy('msisdn').execute();
  }

  async count(id: CaseId): Promise<number> {
    const { count } = await this.#database
      .selectFrom('incidentPersons')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('incidentId', '=', id)
      .executeTakeFirstOrThrow();
    return count;
  }

  find(id: CaseId, msisdn: string): Promise<PersonRow | undefined> {
    return this.#database
      .selectFrom('incidentPersons')
      .selectAll()
      .where('incidentId', '=', id)
      .where('msisdn', '=', msisdn)
      .executeTakeFirst();
  }

  /** Whether an incident is about somebody: a line's number, or `imsi-` and an IMSI, which may have had a number too. */
  async isNamed(id: CaseId, subject: string): Promise<boolean> {
    const imsi = subject.startsWith(IMSI_PREFIX) ? subject.slice(IMSI_PREFIX.length) : undefined;
    const found = await this.#database
      .selectFrom('incidentPersons')
      .select('incidentId')
      .where('incidentId', '=', id)
      .where((where) =>
        where.or([where('msisdn', '=', subject), ...(imsi === undefined ? [] : [where('imsi', '=', imsi)])]),
      )
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** Where a line stands in any incident, the newest first. */
  byLine(msisdn: string): Promise<PersonRow[]> {
    const query = this.#database.selectFrom('incidentPersons').selectAll().where('msisdn', '=', msisdn);
    return query.orderBy('incidentId', 'desc').execute();
  }

  async add(rows: readonly PersonRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('incidentPersons').values(chunk).execute());
  }

  /** Takes these rows in the place of those of the same lines. */
  async replace(rows: readonly PersonRow[]): Promise<void> {
    await inChunks(rows, (chunk) =>
      this.#database
        .insertInto('incidentPersons')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.columns(['incidentId', 'msisdn']).doUpdateSet((row) => ({
            imsi: row.ref('excluded.imsi'),
            items: row.ref('excluded.items'),
            firstMs: row.ref('excluded.firstMs'),
            lastMs: row.ref('excluded.lastMs'),
            list: row.ref('excluded.list'),
            version: row.ref('excluded.version'),
            droppedVersion: row.ref('excluded.droppedVersion'),
            noticedItems: row.ref('excluded.noticedItems'),
          })),
        )
        .execute(),
    );
  }

  /** Lines that no notice has told of all their items. */
  toBeNoticed(id: CaseId): Promise<PersonRow[]> {
    return this.#database
      .selectFrom('incidentPersons')
      .selectAll()
      .where('incidentId', '=', id)
      .where((where) => where.or([where('noticedItems', 'is', null), where('noticedItems', '!=', where.ref('items'))]))
      .orderBy('msisdn')
      .execute();
  }

  /** Notes that a notice is on its way to all that `toBeNoticed` gives. */
  async markNoticed(id: CaseId): Promise<void> {
    await this.#database
      .updateTable('incidentPersons')
      .set((row) => ({ noticedItems: row.ref('items') }))
      .where('incidentId', '=', id)
      .execute();
  }
}
