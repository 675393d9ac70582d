import { inChunks } from '../chunks.ts';
import type { Database } from '../schema.ts';
import type { SpamCount } from './reports.ts';
import type { SpamSightingRow } from './schema.ts';

/** Counts of texts that passed a gate. */
export class SpamSightings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds to what was counted of the same fingerprint, firm, hour and source. No two of `rows` have all four in common. */
  async add(rows: readonly SpamSightingRow[]): Promise<void> {
    await inChunks(rows, (chunk) =>
      this.#database
        .insertInto('spamSightings')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.columns(['fingerprint', 'certificate', 'hourMs', 'source']).doUpdateSet((row) => ({
            texts: row('spamSightings.texts', '+', row.ref('excluded.texts')),
          })),
        )
        .execute(),
    );
  }

  /** How many texts of each firm. */
  async countByFirm(campaignIds: readonly number[], sinceMs: number): Promise<SpamCount[]> {
    const rows = await inChunks(campaignIds, (chunk) =>
      this.#database
        .selectFrom('spamSightings')
        .select(['campaignId', 'certificate'])
        .select(({ fn }) => fn.sum('texts').as('count'))
        .where('campaignId', 'in', chunk)
        .where('hourMs', '>=', sinceMs)
        .groupBy(['campaignId', 'certificate'])
        .execute(),
    );
    return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }));
  }

  /** A campaign's, newest hour first. */
  ofCampaign(campaignId: number, limit: number): Promise<SpamSightingRow[]> {
    return this.#database
      .selectFrom('spamSightings')
      .selectAll()
      .where('campaignId', '=', campaignId)
      .orderBy('hourMs', 'desc')
      .orderBy('fingerprint')
      .limit(limit)
      .execute();
  }
}
