import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { ApplicationEvidenceRow, ApplicationFindingRow, ApplicationRow } from './schema.ts';

export interface ApplicationPage {
  /** Newest first, from the application below this one. */
  readonly before?: number;
  readonly limit: number;
  readonly state?: string;
  readonly firmId?: number;
}

/** Applications, with the evidence handed in and what was found of it. */
export class Applications {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<number> {
    return nextYearlyId(this.#database, 'applications', nowMs);
  }

  async add(row: ApplicationRow): Promise<void> {
    await this.#database.insertInto('applications').values(row).execute();
  }

  find(id: number): Promise<ApplicationRow | undefined> {
    return this.#database.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
  }

  list({ before, limit, state, firmId }: ApplicationPage): Promise<ApplicationRow[]> {
    let query = this.#database.selectFrom('applications').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    if (firmId !== undefined) query = query.where('firmId', '=', firmId);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** The firm's application that is in one of these states. */
  inState(firmId: number, states: readonly string[]): Promise<ApplicationRow | undefined> {
    return this.#database
      .selectFrom('applications')
      .selectAll()
      .where('firmId', '=', firmId)
      .where('state', 'in', states)
      .executeTakeFirst();
  }

  async change(
    id: number,
    change: Pick<ApplicationRow, 'state' | 'changedMs'> & Partial<Pick<ApplicationRow, 'certificate' | 'note'>>,
  ): Promise<void> {
    await this.#database.updateTable('applications').set(change).where('id', '=', id).execute();
  }

  findings(applicationId: number): Promise<ApplicationFindingRow[]> {
    return this.#database
      .selectFrom('applicationFindings')
      .selectAll()
      .where('applicationId', '=', applicationId)
      .orderBy('item')
      .execute();
  }

  /** The newest finding of an item is the one that counts; the journal has the others. */
  async setFinding(row: ApplicationFindingRow): Promise<void> {
    await this.#database
      .insertInto('applicationFindings')
      .values(row)
      .onConflict((conflict) => conflict.columns(['applicationId', 'item']).doUpdateSet(row))
      .execute();
  }

  async dropFindings(applicationId: number, finding: string): Promise<void> {
    await this.#database
      .deleteFrom('applicationFindings')
      .where('applicationId', '=', applicationId)
      .where('finding', '=', finding)
      .execute();
  }

  evidence(applicationId: number): Promise<ApplicationEvidenceRow[]> {
    return this.#database
      .selectFrom('applicationEvidence')
      .selectAll()
      .where('applicationId', '=', applicationId)
      .orderBy('item')
      .orderBy('addedMs')
      .orderBy('sha256')
      .execute();
  }

  async addEvidence(row: ApplicationEvidenceRow): Promise<void> {
    await this.#database.insertInto('applicationEvidence').values(row).execute();
  }
}
