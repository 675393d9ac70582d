import type { CaseId } from '../case-number.ts';
import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { AttachedListRow, ClockRow, CountRow, EvidenceRow, FactRow, IncidentRow } from './schema.ts';

/** An incident with all that is kept of it but the people concerned. */
export interface IncidentFile {
  readonly incident: IncidentRow;
  readonly facts: readonly FactRow[];
  readonly evidence: readonly EvidenceRow[];
  readonly clocks: readonly ClockRow[];
  readonly lists: readonly AttachedListRow[];
  readonly counts: readonly CountRow[];
}

/** Incidents, their timelines, evidence, clocks, attached lists and counts. */
export class IncidentFiles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The identity of the next incident opened at this time. Writes go one at a time, so no other one takes it. */
  nextId(nowMs: number): Promise<CaseId> {
    return nextYearlyId(this.#database, 'incidents', nowMs);
  }

  async add(row: IncidentRow): Promise<void> {
    await this.#database.insertInto('incidents').values(row).execute();
  }

  async setStatus(id: CaseId, change: Pick<IncidentRow, 'status' | 'closedMs'>): Promise<void> {
    await this.#database.updateTable('incidents').set(change).where('id', '=', id).execute();
  }

  find(id: CaseId): Promise<IncidentRow | undefined> {
    return this.#database.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** Newest first. */
  list(page: { before?: CaseId; limit: number }): Promise<IncidentRow[]> {
    let query = this.#database.selectFrom('incidents').selectAll();
    if (page.before !== undefined) query = query.where('id', '<', page.before);
    return query.orderBy('id', 'desc').limit(page.limit).execute();
  }

  async file(id: CaseId): Promise<IncidentFile | undefined> {
    const incident = await this.find(id);
    if (incident === undefined) return undefined;
    const [facts, evidence] = [await this.facts(id), await this.evidence(id)];
    const [clocks, lists] = [await this.clocks(id), await this.lists(id)];
    return { incident, facts, evidence, clocks, lists, counts: await this.counts(id) };
  }

  facts(id: CaseId): Promise<FactRow[]> {
    const query = this.#database.selectFrom('incidentFacts').selectAll().where('incidentId', '=', id);
    return query.orderBy('position').execute();
  }

  async addFact(row: FactRow): Promise<void> {
    await this.#database.insertInto('incidentFacts').values(row).execute();
  }

  evidence(id: CaseId): Promise<EvidenceRow[]> {
    const query = this.#database.selectFrom('incidentEvidence').selectAll().where('incidentId', '=', id);
    return query.orderBy('sealedMs').orderBy('sha256').execute();
  }

  async addEvidence(row: EvidenceRow): Promise<void> {
    await this.#database.insertInto('incidentEvidence').values(row).execute();
  }

  clocks(id: CaseId): Promise<ClockRow[]> {
    const query = this.#database.selectFrom('incidentClocks').selectAll().where('incidentId', '=', id);
    return query.orderBy('position').execute();
  }

  /** Clocks that may still warn or be missed, of all incidents. */
  openClocks(): Promise<ClockRow[]> {
    return this.#database
      .selectFrom('incidentClocks')
      .selectAll()
      .where('filedMs', 'is', null)
      .where('dueMs', 'is not', null)
      .where('missedMs', 'is', null)
      .execute();
  }

  /** Clocks that nothing was filed for, the one due first first; those without a figure are due at once. */
  unfiledClocks(): Promise<ClockRow[]> {
    return this.#database
      .selectFrom('incidentClocks')
      .selectAll()
      .where('filedMs', 'is', null)
      .orderBy(({ fn }) => fn.coalesce('dueMs', 'startMs'))
      .orderBy('incidentId')
      .orderBy('position')
      .execute();
  }

  async addClock(row: ClockRow): Promise<void> {
    await this.#database.insertInto('incidentClocks').values(row).execute();
  }

  /** Notes what became of a clock. When it began and when it is due never change. */
  async noteClock(
    { incidentId, position }: Pick<ClockRow, 'incidentId' | 'position'>,
    change: Partial<
      Pick<ClockRow, 'warnedMs' | 'missedMs' | 'filedMs' | 'filedReference' | 'filedEvidence' | 'filedBy'>
    >,
  ): Promise<void> {
    await this.#database
      .updateTable('incidentClocks')
      .set(change)
      .where('incidentId', '=', incidentId)
      .where('position', '=', position)
      .execute();
  }

  lists(id: CaseId): Promise<AttachedListRow[]> {
    const query = this.#database.selectFrom('incidentLists').selectAll().where('incidentId', '=', id);
    return query.orderBy('attachedMs').orderBy('list').orderBy('version').execute();
  }

  async addList(row: AttachedListRow): Promise<void> {
    await this.#database.insertInto('incidentLists').values(row).execute();
  }

  counts(id: CaseId): Promise<CountRow[]> {
    const query = this.#database.selectFrom('incidentCounts').selectAll().where('incidentId', '=', id);
    return query.orderBy('position').execute();
  }

  async addCount(row: CountRow): Promise<void> {
    await this.#database.insertInto('incidentCounts').values(row).execute();
  }
}
