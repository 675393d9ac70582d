import type { Selectable } from 'kysely';

export interface PagesSchema {
  phoneRequests: PhoneRequestTable;
}

/** A phone that somebody reported on the public page. An unproven word: nothing is stated before an agent has looked. */
interface PhoneRequestTable {
  /** What the person was told to name. */
  id: string;
  /** As `PHONE_REQUEST_STATES` names it. */
  state: string;
  createdMs: number;
  /** The digits that the person gave. Private, as are name, contact and note: all are empty once the request is erased. */
  imei: string;
  reason: string;
  /** The day on which it happened, `YYYY-MM-DD`. */
  occurredOn: string | null;
  name: string;
  contact: string;
  note: string | null;
  decidedMs: number | null;
  decidedBy: string | null;
  /** The case that came of it. */
  caseNumber: string | null;
}

export type PhoneRequestRow = Selectable<PhoneRequestTable>;
