import type { Database } from '../schema.ts';
import { Applications } from './applications.ts';
import { Certificates } from './certificates.ts';
import { Firms } from './firms.ts';
import { SenderNumbers } from './numbers.ts';
import { SenderProposals } from './proposals.ts';

/** The certification desk's part of the database. */
export class SenderTables {
  readonly firms: Firms;
  readonly applications: Applications;
  readonly certificates: Certificates;
  readonly numbers: SenderNumbers;
  readonly proposals: SenderProposals;

  constructor(database: Database) {
    this.firms = new Firms(database);
    this.applications = new Applications(database);
    this.certificates = new Certificates(database);
    this.numbers = new SenderNumbers(database);
    this.proposals = new SenderProposals(database);
  }
}
