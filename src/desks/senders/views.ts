import type {
  ApplicationEvidenceRow,
  ApplicationFindingRow,
  ApplicationRow,
  CertificateRow,
  FirmRow,
  SenderNumberRow,
  SenderProposalRow,
} from '../../store/senders/schema.ts';
import { applicationNumber } from './applications.ts';
import { type Likeness, firmCode } from './firms.ts';
import { customerName } from './numbers.ts';
import { proposalNumber } from './proposals.ts';
import type { ChecklistItem } from './rules.ts';

export interface FirmView {
  readonly firm: string;
  readonly name: string;
  readonly businessNumber: string;
  readonly registeredAt: string;
  /** Personal, as are the two below. */
  readonly representative: string;
  readonly phone: string;
  readonly officeAddress: string;
}

export interface ApplicationSummary {
  readonly application: string;
  readonly firm: string;
  readonly kind: string;
  readonly service: string;
  readonly state: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly certificate?: string;
}

export interface ItemView {
  readonly item: string;
  readonly title: string;
  readonly finding?: string;
  readonly remark?: string;
  readonly evidence: readonly {
    readonly sha256: string;
    readonly size: number;
    readonly mediaType: string;
    readonly addedAt: string;
    readonly addedBy: string;
    readonly validUntil?: string;
  }[];
}

/** An application with what is demanded, handed in and found, and whom the firm is like. */
export interface ApplicationView extends ApplicationSummary {
  readonly note?: string;
  readonly of: FirmView;
  /** What is to be said of the firm from then on. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly items: readonly ItemView[];
  /** For reviewers alone. */
  readonly likenesses?: readonly Likeness[];
}

export interface CertificateView {
  readonly certificate: string;
  readonly firm: string;
  readonly originator: string;
  readonly priority: string;
  readonly state: string;
  readonly permille: number;
  readonly reason?: string;
  readonly certifiedAt: string;
  readonly validUntil: string;
  readonly changedAt: string;
}

export interface NumberView {
  readonly id: number;
  /** Personal. */
  readonly number: string;
  readonly kind: string;
  readonly proof: string;
  readonly state: string;
  readonly customer: string;
  /** The firm's own name of its customer. Personal. */
  readonly reference: string;
  readonly customerKind: string;
  readonly requestedAt: string;
}

export interface ProposalView {
  readonly proposal: string;
  readonly certificate: string;
  readonly action: string;
  readonly permille?: number;
  readonly reason: string;
  readonly source: string;
  readonly evidence: object;
  readonly state: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly decidedBy?: string;
  readonly note?: string;
}

export function firmView({ id, name, businessNumber, registeredMs, ...row }: FirmRow): FirmView {
  const { representative, phone, officeAddress } = row;
  const registeredAt = timeText(registeredMs);
  return { firm: firmCode(id), name, businessNumber, registeredAt, representative, phone, officeAddress };
}

export function applicationSummary(row: ApplicationRow): ApplicationSummary {
  const { id, firmId, kind, service, state, certificate } = row;
  return {
    application: applicationNumber(id),
    firm: firmCode(firmId),
    kind,
    service,
    state,
    createdAt: timeText(row.createdMs),
    changedAt: timeText(row.changedMs),
    ...(certificate !== null && { certificate }),
  };
}

export function applicationView(
  row: ApplicationRow,
  read: {
    readonly firm: FirmRow;
    readonly items: readonly ChecklistItem[];
    readonly findings: readonly ApplicationFindingRow[];
    readonly evidence: readonly ApplicationEvidenceRow[];
    readonly likenesses?: readonly Likeness[];
  },
): ApplicationView {
  const { likenesses } = read;
  const facts = row.facts === null ? undefined : (JSON.parse(row.facts) as { facts: Record<string, string> }).facts;
  return {
    ...applicationSummary(row),
    ...(row.note !== null && { note: row.note }),
    of: firmView(read.firm),
    ...(facts !== undefined && { facts }),
    items: read.items.map((item) => itemView(item, read)),
    ...(likenesses !== undefined && { likenesses }),
  };
}

export function certificateView(row: CertificateRow): CertificateView {
  return {
    certificate: row.code,
    firm: firmCode(row.firmId),
    originator: row.originator,
    priority: row.priority,
    state: row.state,
    permille: row.permille,
    ...(row.reason !== null && { reason: row.reason }),
    certifiedAt: timeText(row.certifiedMs),
    validUntil: timeText(row.validUntilMs),
    changedAt: timeText(row.changedMs),
  };
}

export function numberView(row: SenderNumberRow & { reference: string; customerKind: string }): NumberView {
  const { id, number, kind, proof, state, reference, customerKind } = row;
  const requestedAt = timeText(row.requestedMs);
  return {
    id,
    number,
    kind,
    proof,
    state,
    customer: customerName(row.customerId),
    reference,
    customerKind,
    requestedAt,
  };
}

export function proposalView(row: SenderProposalRow): ProposalView {
  const { certificate, action, permille, reason, source, state, decidedBy } = row;
  return {
    proposal: proposalNumber(row.id),
    certificate,
    action,
    reason,
    source,
    state,
    ...(permille !== null && { permille }),
    evidence: JSON.parse(row.evidence) as object,
    createdAt: timeText(row.createdMs),
    changedAt: timeText(row.changedMs),
    ...(decidedBy !== null && { decidedBy }),
    ...(row.note !== null && { note: row.note }),
  };
}

function itemView(
  { item, title }: ChecklistItem,
  read: { readonly findings: readonly ApplicationFindingRow[]; readonly evidence: readonly ApplicationEvidenceRow[] },
): ItemView {
  const found = read.findings.find((finding) => finding.item === item);
  return {
    item,
    title,
    ...(found !== undefined && { finding: found.finding }),
    ...(found?.remark != null && { remark: found.remark }),
    evidence: read.evidence
      .filter((file) => file.item === item)
      .map(({ sha256, size, mediaType, addedMs, addedBy, validUntilMs }) => ({
        sha256,
        size,
        mediaType,
        addedAt: timeText(addedMs),
        addedBy,
        ...(validUntilMs !== null && { validUntil: timeText(validUntilMs) }),
      })),
  };
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
