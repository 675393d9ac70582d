import type { CellDeskFault } from '../../desks/cells/cell-desk-fault.ts';
import type { ArchiveFault } from '../../records/archive/archive-fault.ts';
import type { RecordRequestFault } from './record-fault.ts';

export type CellAnsweredFault = CellDeskFault | ArchiveFault | RecordRequestFault;

/** How faults about cells and records are answered. */
export const CELL_PROBLEMS = {
  CELL_MALFORMED: [422, 'The cell named by `field` is not in its one spelling: `expected` says how it is written.'],
  CELL_DISTRUSTED_ALREADY: [409, 'This member distrusts the cell for all of that time already.'],
  CELL_NOT_DISTRUSTED: [409, 'Nothing stands against this cell. Look at the list of distrusted cells.'],
  CELLS_NONE_DISTRUSTED: [409, 'No cell is distrusted, so nobody can be exposed. Distrust the cell first.'],
  EXPOSED_LIST_UNKNOWN: [404, 'There is no such list. A list’s number looks like E-2026-000001.'],
  EXPOSED_VERSION_UNKNOWN: [404, 'The list has `versions` versions, and not this one.'],
  EXPOSED_LIST_UNCHANGED: [409, 'A new version would say of everybody what the last one, `version`, says.'],
  RECORD_EVENT_MALFORMED: [
    422,
    'The place named by `field` is not as `expected` says. Nothing of this delivery was kept.',
  ],
  RECORD_KIND_UNKNOWN: [422, 'There is no such kind of record: `expected` names them.'],
  RECORD_MAPPING_UNREADABLE: [422, 'The mapping file is missing or is no JSON.'],
  RECORD_MAPPING_MALFORMED: [422, 'The place `field` of the mapping is not as `expected` says.'],
  RECORD_COLUMN_MISSING: [422, 'The file has no column of the name that the mapping gives.'],
  RECORD_SOURCE_UNREADABLE: [422, 'The file cannot be opened.'],
  RECORD_SOURCE_MALFORMED: [422, 'The file is no CSV as the mapping describes it.'],
  RECORDS_NONE_ACCEPTED: [422, 'No row of the file is right; `mostly` says what refused most of them.'],
  RECORDS_REFUSED_TOO_MANY: [
    422,
    'More than `refusedMax` lines are no CSV: look at the mapping’s delimiter and quote.',
  ],
  RECORD_DAYS_TOO_MANY: [422, 'The file touches more than `daysMax` days: look at the mapping of its time.'],
  RECORD_FILE_DAMAGED: [
    503,
    'The archive’s file `file` cannot be read, one of `files` such. Nobody is left out silently, so nothing was answered: restore the file.',
  ],
  RECORD_SEARCH_TOO_WIDE: [422, 'More than `rowsMax` are found. Narrow the time, or the cells.'],
  RECORD_INVENTORY_MISSING: [409, 'No inventory of cells was imported: there is nothing to hold cells against.'],
  ARCHIVE_CLOSED: [503, 'The node is stopping.'],
} as const satisfies Record<CellAnsweredFault['code'], readonly [status: number, detail: string]>;
