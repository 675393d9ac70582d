import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { SpamReportRow } from './schema.ts';

/** What people reported. */
export class SpamReports {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The number of the next one. Writes go one at a time, so no other one takes it. */
  async nextId(): Promise<number> {
    const { last } = await this.#database
      .selectFrom('spamReports')
      .select(({ fn }) => fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    return (last ?? 0) + 1;
  }

  async add(rows: readonly SpamReportRow[]): Promise<void> {
    await inChunks(rows, (chunk) => this.#database.insertInto('spamReports').values(chunk).execute());
  }

  /** Those of these that came before, by their key. */
  async known(sameKeys: readonly string[]): Promise<Map<string, { id: number; campaignId: number }>> {
    const rows = await inChunks(sameKeys, (chunk) =>
      this.#database
        .selectFrom('spamReports')
        .select(['sameKey', 'id', 'campaignId'])
        .where('sameKey', 'in', chunk)
        .execute(),
    );
    return new Map(rows.map(({ sameKey, id, campaignId }) => [sameKey, { id, campaignId }]));
  }

  /** A campaign's, oldest first. */
  ofCampaign(campaignId: number, page: { after?: number; limit: number }): Promise<SpamReportRow[]> {
    return this.#database
      .selectFrom('spamReports')
      .selectAll()
      .where('campaignId', '=', campaignId)
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(page.limit)
      .execute();
  }

  /** A campaign's, by number: those that name this firm first. */
  async idsOf(campaignId: number, { certificate, limit }: { certificate: string; limit: number }): Promise<number[]> {
    const rows = await this.#database
      .selectFrom('spamReports')
      .select('id')
      .where('campaignId', '=', campaignId)
      .orderBy((row) => row.case().when('certificate', '=', certificate).then(0).else(1).end())
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** A text that was reported with this fingerprint, where one is still kept. */
  async textOf(fingerprint: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('spamReports')
      .select('text')
      .where('fingerprint', '=', fingerprint)
      .where('text', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row?.text ?? undefined;
  }

  /** How many of each firm; those that name no firm stand under null. */
  async countByFirm(campaignIds: readonly number[], sinceMs: number): Promise<SpamCount[]> {
    const rows = await inChunks(campaignIds, (chunk) =>
      this.#database
        .selectFrom('spamReports')
        .select(['campaignId', 'certificate'])
        .select(({ fn }) => fn.countAll().as('count'))
        .where('campaignId', 'in', chunk)
        .where('recordedMs', '>=', sinceMs)
        .groupBy(['campaignId', 'certificate'])
        .execute(),
    );
    return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
  }

  /** Lets go of the texts that were reported before. @returns how many */
  async dropTexts(recordedBeforeMs: number): Promise<number> {
    const { numUpdatedRows } = await this.#database
      .updateTable('spamReports')
      .set({ text: null })
      .where('recordedMs', '<', recordedBeforeMs)
      .where('text', 'is not', null)
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  }
}

/** So many of a campaign, by the firm. */
export interface SpamCount {
  readonly campaignId: number;
  readonly certificate: string | null;
  readonly count: number;
}
