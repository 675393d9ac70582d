import type { Selectable } from 'kysely';
import type { CaseId } from '../case-number.ts';

/** What a member's people and watchers hold about cells, and the lists of those whom a distrusted cell has seen. */
export interface CellsSchema {
  cellDistrusts: CellDistrustTable;
  cellFindings: CellFindingTable;
  exposedLists: ExposedListTable;
  exposedVersions: ExposedVersionTable;
  exposedLines: ExposedLineTable;
}

/** One statement against a cell, from the moment it is decided. */
interface CellDistrustTable {
  /** The entry's identity, 32 hexadecimal digits. */
  statementId: string;
  cell: string;
  fromMs: number;
  toMs: number | null;
  reason: string;
  /** SHA-256 of the evidence, hexadecimal; the evidence itself is the member's to keep. */
  evidence: string | null;
  evidenceSize: number | null;
  /** Private. */
  note: string | null;
  createdMs: number;
  createdBy: string;
  endedMs: number | null;
  endedBy: string | null;
  endStatementId: string | null;
}

/** What a watcher holds against a cell, by its rule. It names no subscriber. */
interface CellFindingTable {
  rule: string;
  cell: string;
  reason: string;
  confidence: string;
  /** When the evidence begins and ends. */
  firstMs: number;
  lastMs: number;
  /** JSON: counts and probabilities. */
  evidence: string;
  foundMs: number;
  /** The last run that found it. */
  seenMs: number;
  /** When a later run no longer found it. */
  withdrawnMs: number | null;
}

interface ExposedListTable {
  /** Year and serial number in one integer: see `case-number.ts`. */
  id: CaseId;
  title: string;
  createdMs: number;
  createdBy: string;
}

/** One version of a list. Rows are added and never changed; the database itself refuses. */
interface ExposedVersionTable {
  listId: CaseId;
  version: number;
  madeMs: number;
  madeBy: string;
  /** JSON: the cells with their windows, and the entries that say so. */
  windows: string;
  /** JSON: what of each person counts as exposed. */
  items: string;
  lines: number;
  added: number;
  grown: number;
  narrowed: number;
  dropped: number;
  /** Of the canonical file, hexadecimal, and its octets. */
  sha256: string;
  size: number;
  /** The entry in the member's own log. */
  statementId: string;
}

/** One subscriber in one version. Personal data. Added and never changed. */
interface ExposedLineTable {
  listId: CaseId;
  version: number;
  imsi: string;
  msisdn: string;
  /** JSON: sorted. */
  imeis: string;
  firstMs: number;
  lastMs: number;
  /** JSON: sorted. */
  cells: string;
  /** JSON: what of this person is exposed, sorted. */
  items: string;
  /** Against the version before: `added`, `grown`, `narrowed`, `same`, or `dropped` (no longer on the list). */
  change: string;
  /** Why it was dropped. */
  droppedReason: string | null;
}

export type CellDistrustRow = Selectable<CellDistrustTable>;
export type CellFindingRow = Selectable<CellFindingTable>;
export type ExposedListRow = Selectable<ExposedListTable>;
export type ExposedVersionRow = Selectable<ExposedVersionTable>;
export type ExposedLineRow = Selectable<ExposedLineTable>;
