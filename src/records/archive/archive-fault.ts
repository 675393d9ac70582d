import { Fault } from '../../base/fault.ts';

export type ArchiveFault =
  | { code: 'RECORD_KIND_UNKNOWN'; expected: string }
  | { code: 'RECORD_MAPPING_UNREADABLE'; file: string }
  | { code: 'RECORD_MAPPING_MALFORMED'; field: string; expected: string }
  | { code: 'RECORD_COLUMN_MISSING'; column: string }
  | { code: 'RECORD_SOURCE_UNREADABLE'; file: string }
  | { code: 'RECORD_SOURCE_MALFORMED'; file: string }
  | { code: 'RECORDS_NONE_ACCEPTED'; rows: number; refused: number; mostly: string }
  | { code: 'RECORDS_REFUSED_TOO_MANY'; refusedMax: number }
  | { code: 'RECORD_DAYS_TOO_MANY'; days: number; daysMax: number }
  | { code: 'RECORD_FILE_DAMAGED'; file: string; files: number }
  | { code: 'RECORD_SEARCH_TOO_WIDE'; rowsMax: number }
  | { code: 'RECORD_INVENTORY_MISSING' }
  | { code: 'ARCHIVE_CLOSED' };
export class ArchiveError extends Fault<ArchiveFault> {}
