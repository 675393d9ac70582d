import { SERIALS_PER_TAC } from '../identifiers/imei.ts';
import { CASES_PER_YEAR_MAX, type CaseId, caseIdFloor } from './case-number.ts';
import { inChunks } from './chunks.ts';
import type { CaseRow, CaseStatementRow, Database } from './schema.ts';

/** What of a case may be changed without a new statement. */
export type PrivateFields = Partial<
  Pick<
    CaseRow,
    | 'place'
    | 'policeReference'
    | 'note'
    | 'requesterName'
    | 'requesterContact'
    | 'requesterContactKey'
    | 'requesterRelation'
    | 'rightCheckedBy'
  >
>;

export interface CasePage {
  /** Newest first, from the case below this one. */
  readonly before?: CaseId;
  readonly limit: number;
  readonly status?: string;
  readonly kind?: string;
  readonly sinceMs?: number;
}

/** Cases and their statements. */
export class CaseTables {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The identity of the next case opened at this time. Writes go one at a time, so no other one takes it. */
  async nextId(nowMs: number): Promise<CaseId> {
    const floor = caseIdFloor(nowMs);
    const { last } = await this.#database
      .selectFrom('cases')
      .select(({ fn }) => fn.max('id').as('last'))
      .where('id', '>', floor)
      .where('id', '<', floor + CASES_PER_YEAR_MAX)
      .executeTakeFirstOrThrow();
    return (last ?? floor) + 1;
  }

  async add(cases: readonly CaseRow[], statements: readonly CaseStatementRow[]): Promise<void> {
    await inChunks(cases, (chunk) => this.#database.insertInto('cases').values(chunk).execute());
    await this.addStatements(statements);
  }

  async addStatements(statements: readonly CaseStatementRow[]): Promise<void> {
    await inChunks(statements, (chunk) => this.#database.insertInto('caseStatements').values(chunk).execute());
  }

  find(id: CaseId): Promise<CaseRow | undefined> {
    return this.#database.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The statements of cases, by case and position. */
  statementsOf(ids: readonly CaseId[]): Promise<CaseStatementRow[]> {
    return inChunks(ids, (chunk) =>
      this.#database
        .selectFrom('caseStatements')
        .selectAll()
        .where('caseId', 'in', chunk)
        .orderBy('caseId')
        .orderBy('position')
        .execute(),
    );
  }

  /** The statements that stand about any of these subjects. */
  standing(subjects: readonly string[]): Promise<CaseStatementRow[]> {
    return inChunks(subjects, (chunk) =>
      this.#database
        .selectFrom('caseStatements')
        .selectAll()
        .where('subject', 'in', chunk)
        .where('endedMs', 'is', null)
        .execute(),
    );
  }

  async setStatus(id: CaseId, status: string): Promise<void> {
    await this.#database.updateTable('cases').set({ status }).where('id', '=', id).execute();
  }

  async amend(id: CaseId, fields: PrivateFields & { occurredMs?: number }): Promise<void> {
    await this.#database.updateTable('cases').set(fields).where('id', '=', id).execute();
  }

  async end(statementId: string, end: { endedMs: number; endReason: string; endStatementId: string }): Promise<void> {
    await this.#database.updateTable('caseStatements').set(end).where('statementId', '=', statementId).execute();
  }

  list(page: CasePage): Promise<CaseRow[]> {
    const { before, limit, status, kind, sinceMs } = page;
    let query = this.#database.selectFrom('cases').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (status !== undefined) query = query.where('status', '=', status);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (sinceMs !== undefined) query = query.where('createdMs', '>=', sinceMs);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** Cases about this device, or about a range or TAC that covers it, newest first. */
  byImei(key: number, page: { before?: CaseId; limit: number }): Promise<CaseRow[]> {
    const tacStart = key - (key % SERIALS_PER_TAC);
    const about = this.#database
      .selectFrom('caseStatements')
      .select('caseId')
      .where((where) =>
        where.or([
          where('imeiFrom', '=', key),
          // A range lies within one TAC, so only beginnings in the device's own TAC need a look.
          where.and([where('imeiFrom', '>=', tacStart), where('imeiFrom', '<', key), where('imeiTo', '>=', key)]),
        ]),
      );
    let query = this.#database.selectFrom('cases').selectAll().where('id', 'in', about);
    if (page.before !== undefined) query = query.where('id', '<', page.before);
    return query.orderBy('id', 'desc').limit(page.limit).execute();
  }

  /** Cases whose field holds exactly this text, newest first. */
  byText(
    field: 'policeReference' | 'requesterContactKey',
    text: string,
    page: { before?: CaseId; limit: number },
  ): Promise<CaseRow[]> {
    let query = this.#database.selectFrom('cases').selectAll().where(field, '=', text);
    if (page.before !== undefined) query = query.where('id', '<', page.before);
    return query.orderBy('id', 'desc').limit(page.limit).execute();
  }
}
