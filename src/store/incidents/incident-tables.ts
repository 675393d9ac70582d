import type { Database } from '../schema.ts';
import { ExposedPersons } from './exposed-persons.ts';
import { IncidentFiles } from './incident-files.ts';
import { LineTables } from './line-tables.ts';
import { NoticeTables } from './notice-tables.ts';
import { RequestTables } from './request-tables.ts';

/** What one transaction sees of the incident desk's tables. */
export interface IncidentTables {
  readonly files: IncidentFiles;
  readonly persons: ExposedPersons;
  readonly notices: NoticeTables;
  readonly requests: RequestTables;
  readonly lines: LineTables;
}

export function incidentTablesOf(database: Database): IncidentTables {
  return {
    files: new IncidentFiles(database),
    persons: new ExposedPersons(database),
    notices: new NoticeTables(database),
    requests: new RequestTables(database),
    lines: new LineTables(database),
  };
}
