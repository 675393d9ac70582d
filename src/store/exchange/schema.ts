import type { Insertable, Selectable } from 'kysely';

/** Lists exchanged with registers that are not members, and what stands by them. */
export interface ExchangeSchema {
  exchangeFiles: ExchangeFileTable;
  exchangeLineFaults: ExchangeLineFaultTable;
  exchangeListings: ExchangeListingTable;
  exchangeConflicts: ExchangeConflictTable;
  exchangeDelivered: ExchangeDeliveredTable;
}

/**
 * `received` → `applying` → `sweeping` (full lists) → `taken`, or `refused`; going out: `written` → `delivered` →
 * `answered`.
 */
export type ExchangeFileState =
  | 'received'
  | 'applying'
  | 'sweeping'
  | 'taken'
  | 'refused'
  | 'written'
  | 'delivered'
  | 'answered';

interface ExchangeFileTable {
  id: number;
  register: string;
  direction: 'in' | 'out';
  kind: 'full' | 'delta' | 'response' | 'unknown';
  name: string;
  /** Hexadecimal. A register's file is taken once, by its octets. */
  sha256: string;
  size: number;
  state: ExchangeFileState;
  /** The number that the register or this member gave the list. */
  listNumber: number | null;
  createdMs: number;
  createdBy: string;
  finishedMs: number | null;
  /** Records in the file, and how many of them are dealt with for good. */
  records: number;
  recordsDone: number;
  inserted: number;
  removed: number;
  unchanged: number;
  skipped: number;
  refused: number;
  conflicts: number;
  /** Why the file was refused whole. */
  faultCode: string | null;
  /** Line of the file to which that applies. */
  faultLine: number | null;
  /** JSON: size and time of the remote file, by which it is not fetched again. */
  remote: string | null;
  /** 1 where somebody has looked at a list that shrank, and means it. */
  acceptShrink: number;
}

/** A line that had no effect, or was refused, and why. */
interface ExchangeLineFaultTable {
  fileId: number;
  line: number;
  code: string;
  field: string | null;
}

/** What an organisation outside lists, as far as it was believed here. */
interface ExchangeListingTable {
  id: number;
  register: string;
  organisation: string;
  subject: string;
  imeiFrom: number;
  imeiTo: number;
  /** In the register's own words. */
  theirReason: string;
  reason: string;
  fileId: number;
  line: number;
  /** The last full list that had it. */
  seenFileId: number;
  listedMs: number;
  /** This member's statement that rests on it; null where another listing or an own case bears the statement. */
  statementId: string | null;
  endedMs: number | null;
}

export type ExchangeConflictKind = 'own-case' | 'reason-differs' | 'stranger';

interface ExchangeConflictTable {
  id: number;
  register: string;
  fileId: number;
  line: number;
  kind: ExchangeConflictKind;
  organisation: string;
  subject: string;
  imeiFrom: number;
  imeiTo: number;
  theirReason: string;
  openedMs: number;
  resolvedMs: number | null;
  resolution: string | null;
  resolvedBy: string | null;
}

/** What a register holds of this member's own statements after the last list that went to it. */
interface ExchangeDeliveredTable {
  register: string;
  imeiFrom: number;
  imeiTo: number;
  reason: string;
  fileId: number;
  line: number;
  /** The register's own code, where its answer refused the line. */
  refusedCode: string | null;
}

export type ExchangeFileRow = Selectable<ExchangeFileTable>;
export type NewExchangeFileRow = Omit<Insertable<ExchangeFileTable>, 'id'>;
export type ExchangeLineFaultRow = Selectable<ExchangeLineFaultTable>;
export type ExchangeListingRow = Selectable<ExchangeListingTable>;
export type ExchangeConflictRow = Selectable<ExchangeConflictTable>;
export type ExchangeDeliveredRow = Selectable<ExchangeDeliveredTable>;
