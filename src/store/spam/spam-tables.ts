import type { Database } from '../schema.ts';
import { SpamCampaigns } from './campaigns.ts';
import { SpamReports } from './reports.ts';
import { SpamSightings } from './sightings.ts';

/** What one transaction sees of the spam watch's tables. */
export class SpamTables {
  readonly campaigns: SpamCampaigns;
  readonly reports: SpamReports;
  readonly sightings: SpamSightings;

  constructor(database: Database) {
    this.campaigns = new SpamCampaigns(database);
    this.reports = new SpamReports(database);
    this.sightings = new SpamSightings(database);
  }
}
