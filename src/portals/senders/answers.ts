import Type, { type TObject, type TProperties } from 'typebox';
import { Entry } from '../answer-schemas.ts';

/** What the desk's routes answer. A property that is not here is not sent. */
const STRING = Type.String();
const MAYBE = Type.Optional(STRING);
const Stated = Type.Object({ kind: STRING, entry: Entry });
const ENTRIES = Type.Array(Stated, { description: 'Where each statement of this decision stands in the log.' });
const NEXT = Type.Optional(Type.String({ description: 'Ask for the page `before` this one.' }));

export const FirmToken = Type.Object({
  firm: STRING,
  token: Type.String({ description: 'Of the role `firm`. Shown once and kept nowhere.' }),
});
const FIRM = {
  firm: STRING,
  name: STRING,
  businessNumber: STRING,
  registeredAt: STRING,
  representative: STRING,
  phone: STRING,
  officeAddress: STRING,
};
const SUMMARY = {
  application: STRING,
  firm: STRING,
  kind: STRING,
  service: STRING,
  state: STRING,
  createdAt: STRING,
  changedAt: STRING,
  certificate: MAYBE,
};
export const Certificate = Type.Object({
  certificate: STRING,
  firm: STRING,
  originator: STRING,
  priority: STRING,
  state: STRING,
  permille: Type.Integer(),
  reason: MAYBE,
  certifiedAt: STRING,
  validUntil: STRING,
  changedAt: STRING,
});
export const FirmStatus = Type.Object({
  ...FIRM,
  applications: Type.Array(Type.Object(SUMMARY)),
  certificates: Type.Array(Certificate),
});
export const ApplicationAnswer = Type.Object({ application: STRING, state: STRING });
export const ApplicationPage = pageOf({ applications: Type.Array(Type.Object(SUMMARY)) });
export const Application = Type.Object({
  ...SUMMARY,
  note: MAYBE,
  of: Type.Object(FIRM),
  facts: Type.Optional(Type.Object({}, { additionalProperties: STRING })),
  items: Type.Array(
    Type.Object({
      item: STRING,
      title: STRING,
      finding: MAYBE,
      remark: MAYBE,
      evidence: Type.Array(
        Type.Object({
          sha256: STRING,
          size: Type.Integer(),
          mediaType: STRING,
          addedAt: STRING,
          addedBy: STRING,
          validUntil: MAYBE,
        }),
      ),
    }),
  ),
  likenesses: Type.Optional(
    Type.Array(Type.Object({ firm: STRING, certificate: STRING, cancelledAt: STRING, alike: Type.Array(STRING) }), {
      description: 'Firms whose certificate was cancelled, and what this one has in common with them.',
    }),
  ),
});
export const EvidenceAnswer = Type.Object({ application: STRING, item: STRING, sha256: STRING, size: Type.Integer() });
export const FindingAnswer = Type.Object({ application: STRING, item: STRING, finding: STRING });
export const DecidedAnswer = Type.Object({
  application: STRING,
  state: STRING,
  certificate: MAYBE,
  originator: MAYBE,
  entries: ENTRIES,
});
const CERTIFICATE_ANSWER = {
  case: Type.String({ description: 'The number that a refused text of the firm leads to.' }),
  certificate: STRING,
  state: STRING,
  permille: Type.Integer(),
  entries: ENTRIES,
};
export const CertificateAnswer = Type.Object(CERTIFICATE_ANSWER);
export const CertificatePage = pageOf({ certificates: Type.Array(Certificate) });
export const NumberAnswer = Type.Object({
  certificate: STRING,
  id: Type.Integer(),
  state: Type.String({ description: 'registered, or held until somebody approves' }),
  customer: Type.String({ description: 'the customer as the log names it' }),
  entries: ENTRIES,
});
export const NumberPage = Type.Object({
  numbers: Type.Array(
    Type.Object({
      id: Type.Integer(),
      number: STRING,
      kind: STRING,
      proof: STRING,
      state: STRING,
      customer: STRING,
      reference: STRING,
      customerKind: STRING,
      requestedAt: STRING,
    }),
  ),
  next: Type.Optional(Type.Integer({ description: 'Ask for the page `after` this one.' })),
});
export const ProposalAnswer = Type.Object({ proposal: STRING, isNew: Type.Boolean() });
export const ProposalPage = pageOf({
  proposals: Type.Array(
    Type.Object({
      proposal: STRING,
      certificate: STRING,
      action: STRING,
      permille: Type.Optional(Type.Integer()),
      reason: STRING,
      source: STRING,
      evidence: Type.Object({}, { additionalProperties: true }),
      state: STRING,
      createdAt: STRING,
      changedAt: STRING,
      decidedBy: MAYBE,
      note: MAYBE,
    }),
  ),
});
export const ApprovalAnswer = Type.Object({ proposal: STRING, ...CERTIFICATE_ANSWER });
export const DismissalAnswer = Type.Object({ proposal: STRING, state: STRING });

const PUBLIC_CERTIFICATE = Type.Object({
  certificate: STRING,
  firm: STRING,
  originator: STRING,
  issuer: STRING,
  priority: STRING,
  state: Type.String({ description: 'certified, rate-limited, suspended, cancelled, expired' }),
  maySend: Type.Boolean(),
  permille: Type.Integer(),
  reason: MAYBE,
  since: STRING,
  validUntil: MAYBE,
  entries: Type.Array(
    Type.Object({
      member: STRING,
      index: Type.Integer(),
      checkpointSize: Type.Integer({ description: 'The log had this size when this node last folded it.' }),
      log: Type.String({ description: 'Where the member serves its log (C2SP tlog-tiles).' }),
      mirror: Type.String({ description: 'Where this node serves the same log.' }),
      receipt: Type.String({
        description: 'Where this node gives the receipt: it proves, offline, what the entry says.',
      }),
    }),
  ),
});
export const PublicCertificate = PUBLIC_CERTIFICATE;
export const PublicCertificates = Type.Object({ certificates: Type.Array(PUBLIC_CERTIFICATE) });

function pageOf<T extends TProperties>(properties: T): TObject<T & { next: typeof NEXT }> {
  return Type.Object({ ...properties, next: NEXT }) as TObject<T & { next: typeof NEXT }>;
}
