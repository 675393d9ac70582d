import type { Selectable } from 'kysely';

/** What the certification desk keeps. Personal columns are named as such; they never leave the member. */
export interface SenderSchema {
  firms: FirmTable;
  firmTraits: FirmTraitTable;
  applications: ApplicationTable;
  applicationFindings: ApplicationFindingTable;
  applicationEvidence: ApplicationEvidenceTable;
  certificates: CertificateTable;
  numberCustomers: NumberCustomerTable;
  senderNumbers: SenderNumberTable;
  senderProposals: SenderProposalTable;
}

/** A firm that has registered. */
interface FirmTable {
  /** Year and serial number in one integer: see `case-number.ts`. */
  id: number;
  name: string;
  /** The number of its business registration, digits alone. */
  businessNumber: string;
  /** Personal. */
  representative: string;
  /** Personal. */
  phone: string;
  /** Personal where it is somebody's home. */
  officeAddress: string;
  /** The name under which its token stands in the journal. */
  tokenName: string;
  registeredMs: number;
}

/** What of a firm comes again when it comes again under another name: keyed hashes, hexadecimal. */
interface FirmTraitTable {
  firmId: number;
  trait: string;
  hash: string;
}

interface ApplicationTable {
  id: number;
  firmId: number;
  /** A first certificate, a change of fact, a renewal. */
  kind: string;
  service: string;
  state: string;
  /** What the firm says of it. */
  note: string | null;
  /** JSON: what is to be said of the firm from then on, where a fact changes. Personal. */
  facts: string | null;
  createdMs: number;
  changedMs: number;
  /** The code of the certificate that it changes, or that came of it. */
  certificate: string | null;
}

/** What the reviewer found of one item of the checklist. */
interface ApplicationFindingTable {
  applicationId: number;
  item: string;
  finding: string;
  remark: string | null;
  atMs: number;
  actor: string;
}

/** A file that was handed in for one item. Its octets stand in the evidence folder under their hash. */
interface ApplicationEvidenceTable {
  applicationId: number;
  item: string;
  /** Hexadecimal. */
  sha256: string;
  size: number;
  mediaType: string;
  validUntilMs: number | null;
  addedMs: number;
  addedBy: string;
}

interface CertificateTable {
  id: number;
  code: string;
  firmId: number;
  originator: string;
  priority: string;
  state: string;
  /** Thousandths of its rate that the firm may use. */
  permille: number;
  reason: string | null;
  certifiedMs: number;
  validUntilMs: number;
  changedMs: number;
}

/** Somebody for whom a firm sends. */
interface NumberCustomerTable {
  id: number;
  certificate: string;
  /** The firm's own name of the customer. Personal: the log has `u-` and the id. */
  reference: string;
  kind: string;
  staff: number;
}

interface SenderNumberTable {
  id: number;
  certificate: string;
  customerId: number;
  /** Personal: the log has a tag of it. */
  number: string;
  kind: string;
  proof: string;
  state: string;
  requestedMs: number;
  /** When it was withdrawn or refused. */
  endedMs: number | null;
}

/** A sanction that a watcher or a person proposes, and a supervisor decides. */
interface SenderProposalTable {
  id: number;
  certificate: string;
  action: string;
  permille: number | null;
  reason: string;
  source: string;
  /** JSON. */
  evidence: string;
  state: string;
  /** Why it was decided so. Private. */
  note: string | null;
  createdMs: number;
  changedMs: number;
  decidedBy: string | null;
}

export type FirmRow = Selectable<FirmTable>;
export type FirmTraitRow = Selectable<FirmTraitTable>;
export type ApplicationRow = Selectable<ApplicationTable>;
export type ApplicationFindingRow = Selectable<ApplicationFindingTable>;
export type ApplicationEvidenceRow = Selectable<ApplicationEvidenceTable>;
export type CertificateRow = Selectable<CertificateTable>;
export type NumberCustomerRow = Selectable<NumberCustomerTable>;
export type SenderNumberRow = Selectable<SenderNumberTable>;
export type SenderProposalRow = Selectable<SenderProposalTable>;
