import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import { nextYearlyId } from '../yearly-id.ts';
import type { SpamCampaignRow, SpamShapeRow } from './schema.ts';

export interface CampaignPage {
  /** Newest first, from the campaign below this one. */
  readonly before?: number;
  readonly limit: number;
  /** Those with so many reports, or so many texts, at least. */
  readonly reportsMin: number;
  readonly textsMin: number;
}

/** What a campaign grew by. */
export interface CampaignGrowth {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly reports: number;
  readonly texts: number;
}

/** Campaigns, the fingerprints that they are known by, and what was proposed for them. */
export class SpamCampaigns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextId(nowMs: number): Promise<number> {
    return nextYearlyId(this.#database, 'spamCampaigns', nowMs);
  }

  async add(rows: readonly SpamCampaignRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('spamCampaigns').values(chunk).execute());
  }

  find(id: number): Promise<SpamCampaignRow | undefined> {
    return this.#database.selectFrom('spamCampaigns').selectAll().where('id', '=', id).executeTakeFirst();
  }

  list({ before, limit, reportsMin, textsMin }: CampaignPage): Promise<SpamCampaignRow[]> {
    let query = this.#database
      .selectFrom('spamCampaigns')
      .selectAll()
      .where('mergedInto', 'is', null)
      .where((where) => where.or([where('reports', '>=', reportsMin), where('texts', '>=', textsMin)]));
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** Those of these with so many reports. */
  async withReports(ids: readonly number[], reportsMin: number): Promise<number[]> {
    const rows = await inChunks(ids, (chunk) =>
      this.#database
        .selectFrom('spamCampaigns')
        .select('id')
        .where('id', 'in', chunk)
        .where('reports', '>=', reportsMin)
        .execute(),
    );
    return rows.map(({ id }) => id);
  }

  /** Those with so many reports that grew since then. */
  async reportedSince(sinceMs: number, reportsMin: number): Promise<number[]> {
    const rows = await this.#database
      .selectFrom('spamCampaigns')
      .select('id')
      .where('reports', '>=', reportsMin)
      .where('lastMs', '>=', sinceMs)
      .execute();
    return rows.map(({ id }) => id);
  }

  async grow(id: number, { firstMs, lastMs, reports, texts }: CampaignGrowth): Promise<void> {
    await this.#database
      .updateTable('spamCampaigns')
      .set((row) => ({
        reports: row('reports', '+', reports),
        texts: row('texts', '+', texts),
        firstMs: row.case().when('firstMs', '>', firstMs).then(firstMs).else(row.ref('firstMs')).end(),
        lastMs: row.case().when('lastMs', '<', lastMs).then(lastMs).else(row.ref('lastMs')).end(),
      }))
      .where('id', '=', id)
      .execute();
  }

  async addShapes(rows: readonly SpamShapeRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('spamShapes').values(chunk).execute());
  }

  shapes(): Promise<SpamShapeRow[]> {
    return this.#database.selectFrom('spamShapes').selectAll().orderBy('campaignId').execute();
  }

  shapesOf(campaignId: number, limit: number): Promise<SpamShapeRow[]> {
    return this.#database
      .selectFrom('spamShapes')
      .selectAll()
      .where('campaignId', '=', campaignId)
      .orderBy('fingerprint')
      .limit(limit)
      .execute();
  }

  /** Makes one campaign a part of another: all that belonged to it belongs to the other. */
  async merge(part: SpamCampaignRow, into: number): Promise<void> {
    const proposed = await this.proposed(part.id);
    for (const table of ['spamShapes', 'spamReports', 'spamSightings'] as const) {
      await this.#database.updateTable(table).set({ campaignId: into }).where('campaignId', '=', part.id).execute();
    }
    await this.#database.deleteFrom('spamProposals').where('campaignId', '=', part.id).execute();
    for (const [certificate, proposedMs] of proposed) await this.markProposed(into, certificate, proposedMs);
    await this.grow(into, part);
    const emptied = { reports: 0, texts: 0, mergedInto: into };
    await this.#database.updateTable('spamCampaigns').set(emptied).where('id', '=', part.id).execute();
    await this.#database
      .updateTable('spamCampaigns')
      .set({ mergedInto: into })
      .where('mergedInto', '=', part.id)
      .execute();
  }

  /** The firms whose suspension was proposed for this campaign, and when. */
  async proposed(campaignId: number): Promise<Map<string, number>> {
    const rows = await this.#database
      .selectFrom('spamProposals')
      .selectAll()
      .where('campaignId', '=', campaignId)
      .execute();
    return new Map(rows.map(({ certificate, proposedMs }) => [certificate, proposedMs]));
  }

  async markProposed(campaignId: number, certificate: string, proposedMs: number): Promise<void> {
    await this.#database
      .insertInto('spamProposals')
      .values({ campaignId, certificate, proposedMs })
      .onConflict((conflict) => conflict.columns(['campaignId', 'certificate']).doUpdateSet({ proposedMs }))
      .execute();
  }

  /**
   * Forgets campaigns that nobody reported and that passed no gate since then. The newest stays, so that no number is
   * given twice. @returns how many
   */
  async forget(beforeMs: number): Promise<number> {
    const { last } = await this.#database
      .selectFrom('spamCampaigns')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    const old = this.#database
      .selectFrom('spamCampaigns')
      .select('id')
      .where('reports', '=', 0)
      .where('mergedInto', 'is', null)
      .where('lastMs', '<', beforeMs)
      .where('id', '<', last ?? 0)
      .where('id', 'not in', this.#database.selectFrom('spamProposals').select('campaignId'))
      .where('id', 'not in', this.#mergedInto());
    await this.#database.deleteFrom('spamSightings').where('campaignId', 'in', old).execute();
    await this.#database.deleteFrom('spamShapes').where('campaignId', 'in', old).execute();
    const { numDeletedRows } = await this.#database
      .deleteFrom('spamCampaigns')
      .where('id', 'in', old)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  #mergedInto() {
    return this.#database
      .selectFrom('spamCampaigns')
      .select((row) => row.ref('mergedInto').$notNull().as('id'))
      .where('mergedInto', 'is not', null);
  }
}
