import type { CaseId } from '../case-number.ts';
import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { ExposedLineRow, ExposedListRow, ExposedVersionRow } from './schema.ts';

/** A line on the newest version of a list. */
export interface CurrentLine {
  readonly msisdn: string;
  readonly imsi: string;
  readonly listId: CaseId;
}

/** Lists of exposed people, version by version. What is there is never changed. */
export class ExposedListTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<CaseId> {
    return nextYearlyId(this.#database, 'exposedLists', nowMs);
  }

  async open(row: ExposedListRow): Promise<void> {
    await this.#database.insertInto('exposedLists').values(row).execute();
  }

  find(list: CaseId): Promise<ExposedListRow | undefined> {
    return this.#database.selectFrom('exposedLists').selectAll().where('id', '=', list).executeTakeFirst();
  }

  /** All lists, the newest first. */
  lists(limit: number): Promise<ExposedListRow[]> {
    return this.#database.selectFrom('exposedLists').selectAll().orderBy('id', 'desc').limit(limit).execute();
  }

  version(list: CaseId, version: number): Promise<ExposedVersionRow | undefined> {
    const query = this.#database.selectFrom('exposedVersions').selectAll().where('listId', '=', list);
    return query.where('version', '=', version).executeTakeFirst();
  }

  /** The versions of a list, the first one first. */
  versions(list: CaseId): Promise<ExposedVersionRow[]> {
    const query = this.#database.selectFrom('exposedVersions').selectAll().where('listId', '=', list);
    return query.orderBy('version').execute();
  }

  /** Who is on a version, in the order of the IMSIs; those whom it dropped are not among them. */
  linesOf(list: CaseId, version: number): Promise<ExposedLineRow[]> {
    return this.#database
      .selectFrom('exposedLines')
      .selectAll()
      .where('listId', '=', list)
      .where('version', '=', version)
      .where('change', '<>', 'dropped')
      .orderBy('imsi')
      .execute();
  }

  /** A version's rows in the order of the IMSIs, also of those whom it dropped; `changes` leaves out who is the same. */
  rowsOf(
    list: CaseId,
    version: number,
    { offset, limit, changes = false }: { offset: number; limit: number; changes?: boolean },
  ): Promise<ExposedLineRow[]> {
    let query = this.#database.selectFrom('exposedLines').selectAll().where('listId', '=', list);
    query = query.where('version', '=', version).orderBy('imsi').limit(limit).offset(offset);
    if (changes) query = query.where('change', '<>', 'same');
    return query.execute();
  }

  /** Which version of each list is the newest. */
  newestVersions(): Promise<{ listId: CaseId; version: number }[]> {
    return this.#database
      .selectFrom('exposedVersions')
      .select(({ fn }) => ['listId' as const, fn.max('version').as('version')])
      .groupBy('listId')
      .orderBy('listId')
      .execute();
  }

  /** Everyone on the newest version of any list. */
  currentLines(): Promise<CurrentLine[]> {
    return this.#database
      .selectFrom('exposedLines')
      .select(['msisdn', 'imsi', 'listId'])
      .where('change', '<>', 'dropped')
      .where('version', '=', (expression) =>
        expression
          .selectFrom('exposedVersions')
          .select(({ fn }) => fn.max('exposedVersions.version').as('newest'))
          .whereRef('exposedVersions.listId', '=', 'exposedLines.listId'),
      )
      .orderBy('listId')
      .orderBy('imsi')
      .execute();
  }

  async add(version: ExposedVersionRow, lines: readonly ExposedLineRow[]): Promise<void> {
    await this.#database.insertInto('exposedVersions').values(version).execute();
    await inChunks(lines, (chunk) => this.#database.insertInto('exposedLines').values(chunk).execute());
  }
}
