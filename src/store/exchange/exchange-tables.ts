import type { Database } from '../schema.ts';
import { ExchangeConflicts } from './exchange-conflicts.ts';
import { ExchangeDelivered } from './exchange-delivered.ts';
import { ExchangeFiles } from './exchange-files.ts';
import { ExchangeListings } from './exchange-listings.ts';

/** The tables of what is exchanged with registers that are not members. */
export class ExchangeTables {
  readonly files: ExchangeFiles;
  readonly listings: ExchangeListings;
  readonly conflicts: ExchangeConflicts;
  readonly delivered: ExchangeDelivered;

  constructor(database: Database) {
    this.files = new ExchangeFiles(database);
    this.listings = new ExchangeListings(database);
    this.conflicts = new ExchangeConflicts(database);
    this.delivered = new ExchangeDelivered(database);
  }
}
