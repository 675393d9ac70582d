import type { Insertable, Kysely, Selectable } from 'kysely';
import type { CellsSchema } from './cells/schema.ts';
import type { IncidentsSchema } from './incidents/schema.ts';
import type { ExchangeSchema } from './exchange/schema.ts';
import type { SenderSchema } from './senders/schema.ts';
import type { LookUpsSchema } from './look-ups/schema.ts';
import type { LinesSchema } from './lines/schema.ts';
import type { PaymentsSchema } from './payments/schema.ts';
import type { PagesSchema } from './pages/schema.ts';
import type { SpamSchema } from './spam/schema.ts';
import type { SignInSchema } from './sign-in/schema.ts';

/**
 * The desks' private database. Times are whole milliseconds since 1970, identifiers that are octets are hexadecimal
 * text, structured values are JSON as text: what both engines store and order alike.
 */
export interface Schema
  extends
    LinesSchema,
    LookUpsSchema,
    PaymentsSchema,
    PagesSchema,
    SpamSchema,
    SignInSchema,
    ExchangeSchema,
    SenderSchema,
    IncidentsSchema,
    CellsSchema {
  settings: SettingTable;
  cases: CaseTable;
  caseStatements: CaseStatementTable;
  journal: JournalTable;
  tokens: TokenTable;
  idempotencyKeys: IdempotencyKeyTable;
  outbox: OutboxTable;
  statementPlaces: StatementPlaceTable;
}

export type Database = Kysely<Schema>;

interface SettingTable {
  name: string;
  value: string;
}

/** A desk's record of why something is stated. It never leaves the member. */
interface CaseTable {
  /** Year and serial number of the case's number in one integer: see `case-number.ts`. */
  id: number;
  kind: string;
  status: string;
  createdMs: number;
  createdBy: string;
  occurredMs: number | null;
  /** Private, as are the columns from here on: they may name or lead to a person. */
  place: string | null;
  policeReference: string | null;
  note: string | null;
  requesterName: string | null;
  requesterContact: string | null;
  /** The contact in the one form by which it is searched. */
  requesterContactKey: string | null;
  requesterRelation: string | null;
  rightCheckedBy: string | null;
}

/** One statement of a case, from the moment it is decided. */
interface CaseStatementTable {
  /** The entry's identity, 32 hexadecimal digits. */
  statementId: string;
  caseId: number;
  position: number;
  kind: string;
  /** What it is about, in one spelling: no two standing statements of a member share it. */
  subject: string;
  /** The first and the last IMEI key that it covers: equal for one device, null where it is about none. */
  imeiFrom: number | null;
  imeiTo: number | null;
  reason: string | null;
  /** The subscriber of a pairing. Private: the log holds a tag in its stead. */
  imsi: string | null;
  /** Its place in the member's log, once it is there. */
  logIndex: number | null;
  endedMs: number | null;
  endReason: string | null;
  endStatementId: string | null;
  endLogIndex: number | null;
}

/** Who did what, when. Rows are added and never changed; the database itself refuses. */
interface JournalTable {
  sequence: number;
  atMs: number;
  actor: string;
  role: string;
  action: string;
  caseId: number | null;
  /** JSON: what changed. Of private fields only the names. */
  detail: string;
}

interface TokenTable {
  name: string;
  /** SHA-256 of the token, hexadecimal. The token itself is kept nowhere. */
  hash: string;
  role: string;
  createdMs: number;
  createdBy: string;
  revokedMs: number | null;
  /** The day of its last use, `YYYY-MM-DD`. */
  lastUsedDay: string | null;
}

interface IdempotencyKeyTable {
  actor: string;
  key: string;
  requestHash: string;
  answer: string;
  expiresMs: number;
}

/** A member's own logs: the one that the others follow, and the one that it serves to nobody. */
export const LOG_NAMES = ['shared', 'own'] as const;
export type LogName = (typeof LOG_NAMES)[number];

/** Entries decided and not yet known to be in their log. Those of one group go there in one append. */
interface OutboxTable {
  statementId: string;
  groupId: string;
  position: number;
  log: LogName;
  entry: Uint8Array;
  /** The log's size when this was decided: the entry stands at this index or after it, if anywhere. */
  logSize: number;
  createdMs: number;
}

/** Where each entry stands that a desk has decided. */
interface StatementPlaceTable {
  statementId: string;
  log: LogName;
  /** Null until it is known to be there. */
  logIndex: number | null;
}

export type CaseRow = Selectable<CaseTable>;
export type CaseStatementRow = Selectable<CaseStatementTable>;
export type JournalRow = Selectable<JournalTable>;
export type NewJournalRow = Omit<Insertable<JournalTable>, 'sequence'>;
export type TokenRow = Selectable<TokenTable>;
export type IdempotencyKeyRow = Selectable<IdempotencyKeyTable>;
export type OutboxRow = Selectable<OutboxTable>;
