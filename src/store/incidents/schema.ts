import type { Selectable } from 'kysely';

/** What the incident desk keeps. It is the store's most private part: none of it leaves the member. */
export interface IncidentsSchema {
  incidents: IncidentTable;
  incidentFacts: FactTable;
  incidentEvidence: EvidenceTable;
  incidentClocks: ClockTable;
  incidentLists: AttachedListTable;
  incidentCounts: CountTable;
  incidentPersons: PersonTable;
  noticeBatches: NoticeBatchTable;
  notices: NoticeTable;
  lineChecks: LineCheckTable;
  incidentRequests: RequestTable;
  usimStock: UsimStockTable;
}

interface IncidentTable {
  /** Year and serial number in one integer: see `case-number.ts`. */
  id: number;
  title: string;
  status: string;
  openedMs: number;
  openedBy: string;
  closedMs: number | null;
}

/** One line of a timeline. Rows are added and never changed; the database itself refuses. */
interface FactTable {
  incidentId: number;
  position: number;
  what: string;
  happenedMs: number | null;
  /** When the member knew. Clocks count from here. */
  knownMs: number;
  /** JSON: the marks that the fact establishes, such as `breach`. */
  marks: string;
  /** How many people are concerned, as far as this fact says. */
  persons: number | null;
  recordedMs: number;
  recordedBy: string;
}

/** A file of evidence, kept under the data folder by its hash. */
interface EvidenceTable {
  incidentId: number;
  /** Hexadecimal. */
  sha256: string;
  /** Private: a file's name may say whom it is about. */
  name: string;
  size: number;
  /** The fact that it shows, or shows when it was known. */
  fact: number | null;
  sealedMs: number;
  sealedBy: string;
  /** The entry in the member's own log. */
  statementId: string;
}

/** One duty of one incident, from the moment it was set running. */
interface ClockTable {
  incidentId: number;
  position: number;
  duty: string;
  /** The fact that set it running. */
  fact: number;
  startMs: number;
  /** Null where the law gives no figure. */
  dueMs: number | null;
  warnedMs: number | null;
  missedMs: number | null;
  filedMs: number | null;
  filedReference: string | null;
  filedEvidence: string | null;
  filedBy: string | null;
}

/** A version of an exposed list, as it was attached. */
interface AttachedListTable {
  incidentId: number;
  list: string;
  version: number;
  attachedMs: number;
  attachedBy: string;
  lines: number;
  added: number;
  grown: number;
  dropped: number;
  /** The fact of the timeline that tells of it; null for what was attached before that was kept. */
  fact: number | null;
}

/** What one side counted at one time. Rows are added and never changed. */
interface CountTable {
  incidentId: number;
  position: number;
  source: string;
  asOfMs: number;
  victims: number;
  payments: number;
  won: number;
  refunded: number;
  recordedMs: number;
  recordedBy: string;
}

/** A line that is on an attached list. */
interface PersonTable {
  incidentId: number;
  msisdn: string;
  imsi: string;
  /** JSON: what was exposed, sorted. It only grows. */
  items: string;
  firstMs: number;
  lastMs: number;
  list: string;
  /** The version that last put the line on the list, or added to its items. */
  version: number;
  /** The version that no longer named it. */
  droppedVersion: number | null;
  /** JSON: the items that a notice has told of or is on its way with. */
  noticedItems: string | null;
}

interface NoticeBatchTable {
  id: number;
  incidentId: number;
  createdMs: number;
  createdBy: string;
  sender: string;
  template: string;
  language: string;
  recipients: number;
}

/** One notice to one line. */
interface NoticeTable {
  batchId: number;
  position: number;
  incidentId: number;
  msisdn: string;
  /** What the person reads out to find out that the notice is real. */
  code: string;
  /** JSON: the items that it tells of. A text tried again is the same text. */
  items: string;
  status: string;
  attempts: number;
  /** When it may be tried next. */
  nextMs: number;
  messageId: string | null;
  sentMs: number | null;
  doneMs: number | null;
}

/** A self-check on its way. It is forgotten soon after it expires. */
interface LineCheckTable {
  id: string;
  msisdn: string;
  codeHash: string;
  status: string;
  wrongCodes: number;
  createdMs: number;
  expiresMs: number;
}

/** What a person asks for: a USIM, or that damage be made good. */
interface RequestTable {
  id: number;
  incidentId: number;
  kind: string;
  status: string;
  msisdn: string;
  /** What a shop's stock or a payment is found by. */
  shop: string | null;
  paymentId: string | null;
  /** JSON: name, contact, address, proxy with consent, help needed. */
  details: string;
  createdMs: number;
  createdBy: string;
  changedMs: number;
}

interface UsimStockTable {
  shop: string;
  free: number;
}

export type IncidentRow = Selectable<IncidentTable>;
export type FactRow = Selectable<FactTable>;
export type EvidenceRow = Selectable<EvidenceTable>;
export type ClockRow = Selectable<ClockTable>;
export type AttachedListRow = Selectable<AttachedListTable>;
export type CountRow = Selectable<CountTable>;
export type PersonRow = Selectable<PersonTable>;
export type NoticeBatchRow = Selectable<NoticeBatchTable>;
export type NoticeRow = Selectable<NoticeTable>;
export type LineCheckRow = Selectable<LineCheckTable>;
export type RequestRow = Selectable<RequestTable>;
