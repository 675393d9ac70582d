import type { NumberAnswer } from '../desks/senders/numbers.ts';
import type {
  ApplicationPageView,
  CertificatePageView,
  FirmStatusView,
  NumberPageView,
  ProposalPageView,
} from '../desks/senders/reading.ts';
import type { CertificateAnswer } from '../desks/senders/sanctions.ts';
import type { StatedEntry } from '../desks/senders/sender-decision.ts';
import type { ApplicationView, CertificateView } from '../desks/senders/views.ts';
import type { PublicCertificateView } from '../portals/senders/public-certificates.ts';
import { printable, properties, table, timeText } from './text.ts';

/** Answers of the certification desk for people. */
export function entriesText(entries: readonly StatedEntry[]): string[] {
  return entries.map(({ kind, entry }) => printable(`  ${kind}: entry ${entry.index} of ${entry.member}'s log`));
}

export function certificateAnswerText({
  case: number,
  certificate,
  state,
  permille,
  entries,
}: CertificateAnswer): string {
  return [printable(`${certificate}: ${state}, ${permille} ‰ of its rate (${number})`), ...entriesText(entries)].join(
    '\n',
  );
}

export function numberAnswerText({ certificate, id, state, customer, entries }: NumberAnswer): string {
  return [printable(`number ${id} of ${certificate}: ${state}, customer ${customer}`), ...entriesText(entries)].join(
    '\n',
  );
}

export function firmStatusText(view: FirmStatusView): string {
  return [
    properties({ firm: view.firm, name: view.name, registered: timeText(view.registeredAt) }),
    applicationsText(view),
    certificatesText(view),
  ].join('\n\n');
}

export function applicationsText({ applications }: Pick<ApplicationPageView, 'applications'>): string {
  const rows = applications.map(({ application, firm, kind, service, state, changedAt, certificate = '' }) => [
    application,
    firm,
    kind,
    service,
    state,
    timeText(changedAt),
    certificate,
  ]);
  return table(['application', 'firm', 'kind', 'service', 'state', 'since', 'certificate'], rows);
}

export function certificatesText({ certificates }: Pick<CertificatePageView, 'certificates'>): string {
  const rows = certificates.map(({ certificate, firm, originator, state, permille, changedAt, validUntil }) => [
    certificate,
    firm,
    originator,
    state,
    `${permille} ‰`,
    timeText(changedAt),
    timeText(validUntil),
  ]);
  return table(['certificate', 'firm', 'originator', 'state', 'rate', 'since', 'valid until'], rows);
}

export function certificateText(view: CertificateView): string {
  return certificatesText({ certificates: [view] });
}

export function applicationText(view: ApplicationView): string {
  const { of: firm, items, likenesses = [] } = view;
  const about = properties({
    application: view.application,
    firm: `${firm.firm} ${firm.name}`,
    'business number': firm.businessNumber,
    representative: firm.representative,
    phone: firm.phone,
    'office address': firm.officeAddress,
    kind: view.kind,
    service: view.service,
    state: view.state,
    certificate: view.certificate,
    note: view.note,
  });
  const changes = Object.entries(view.facts ?? {}).map(([name, value]) => printable(`changes: ${name} = ${value}`));
  const alike = likenesses.map((like) =>
    printable(
      `ALIKE: ${like.firm}, whose ${like.certificate} was cancelled ${timeText(like.cancelledAt)}, in ${like.alike.join(', ')}`,
    ),
  );
  const rows = items.map(({ item, title, finding = '', remark = '', evidence }) => [
    item,
    title,
    finding,
    remark,
    evidence.length.toString(),
  ]);
  return [about, ...alike, ...changes, '', table(['item', 'title', 'finding', 'remark', 'files'], rows)].join('\n');
}

export function numbersText({ numbers }: NumberPageView): string {
  const rows = numbers.map(({ id, number, kind, proof, state, customer, reference, customerKind }) => [
    id.toString(),
    number,
    kind,
    proof,
    state,
    customer,
    reference,
    customerKind,
  ]);
  return table(['id', 'number', 'kind', 'proof', 'state', 'customer', 'known as', 'customer is'], rows);
}

export function proposalsText({ proposals }: ProposalPageView): string {
  const rows = proposals.map(({ proposal, certificate, action, reason, source, state, changedAt, evidence }) => [
    proposal,
    certificate,
    action,
    reason,
    source,
    state,
    timeText(changedAt),
    JSON.stringify(evidence),
  ]);
  return table(['proposal', 'certificate', 'action', 'reason', 'source', 'state', 'since', 'evidence'], rows);
}

export function publicCertificateText(view: PublicCertificateView): string {
  const entries = view.entries.map(({ member, index, checkpointSize, log }) =>
    printable(`  entry ${index} of ${member}'s log of ${checkpointSize} entries: ${log}`),
  );
  const about = properties({
    certificate: view.certificate,
    firm: view.firm,
    originator: view.originator,
    issuer: view.issuer,
    state: `${view.state}, ${view.permille} ‰ of its rate`,
    'because of': view.reason,
    since: timeText(view.since),
    'valid until': view.validUntil && timeText(view.validUntil),
  });
  return [about, ...entries].join('\n');
}
