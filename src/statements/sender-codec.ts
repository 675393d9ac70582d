import { Fault } from '../base/fault.ts';
import { parseCertificateCode, parseOriginatorCode } from '../identifiers/sender.ts';
import type { CborMap } from '../ledger/entry.ts';
import {
  isReference,
  malformed,
  readCount,
  readOneOf,
  readReference,
  readTag,
  readText,
  readTime,
} from './body-fields.ts';
import type { BodyCodec } from './codec.ts';
import {
  type NumberRegistered,
  type NumberWithdrawn,
  SENDER_PRIORITIES,
  SENDER_REASONS,
  type SenderCertified,
  type SenderChanged,
  type SenderRateLimited,
} from './sender-statement.ts';

/** Characters of a firm's name. */
export const FIRM_NAME_LENGTH_MAX = 100;
const PRINTABLE = /^[^\p{C}]+$/u;

const CERTIFIED: BodyCodec<SenderCertified> = {
  fields: ['certificate', 'firm', 'originator', 'priority', 'until', 'reference'],
  write: ({ certificate, firm, originator, priority, validUntilMs }) => ({
    certificate,
    firm,
    originator,
    priority,
    ...(validUntilMs !== undefined && { until: validUntilMs }),
  }),
  read: (kind, body) => ({
    kind,
    certificate: readCertificate(kind, body),
    firm: readText(kind, body, 'firm', isFirmName),
    originator: readText(kind, body, 'originator', (text) => !(parseOriginatorCode(text) instanceof Fault)),
    priority: readOneOf(SENDER_PRIORITIES, kind, body, 'priority'),
    ...(body['until'] !== undefined && { validUntilMs: readTime(kind, body, 'until') }),
    ...readReference(body),
  }),
};

const RATE_LIMITED: BodyCodec<SenderRateLimited> = {
  fields: ['certificate', 'permille', 'reason', 'reference'],
  write: ({ certificate, permille, reason }) => ({ certificate, permille, reason }),
  read: (kind, body) => {
    const permille = readCount(kind, body, 'permille', 999);
    // Nothing at all is a suspension, and is stated as one.
    if (permille === 0) throw malformed(kind, 'permille');
    const certificate = readCertificate(kind, body);
    return { kind, certificate, permille, reason: readOneOf(SENDER_REASONS, kind, body), ...readReference(body) };
  },
};

const CHANGED: BodyCodec<SenderChanged> = {
  fields: ['certificate', 'reason', 'reference'],
  write: ({ certificate, reason }) => ({ certificate, reason }),
  read: (kind, body) => ({
    kind,
    certificate: readCertificate(kind, body),
    reason: readOneOf(SENDER_REASONS, kind, body),
    ...readReference(body),
  }),
};

const NUMBER_REGISTERED: BodyCodec<NumberRegistered> = {
  fields: ['certificate', 'tag', 'customer', 'reference'],
  write: ({ certificate, tag, customer }) => ({ certificate, tag, customer }),
  read: (kind, body) => ({
    kind,
    certificate: readCertificate(kind, body),
    tag: readTag(kind, body),
    customer: readText(kind, body, 'customer', isReference),
    ...readReference(body),
  }),
};

const NUMBER_WITHDRAWN: BodyCodec<NumberWithdrawn> = {
  fields: ['certificate', 'tag', 'reference'],
  write: ({ certificate, tag }) => ({ certificate, tag }),
  read: (kind, body) => ({
    kind,
    certificate: readCertificate(kind, body),
    tag: readTag(kind, body),
    ...readReference(body),
  }),
};

export const SENDER_BODIES = {
  'sender.certified': CERTIFIED,
  'sender.rate-limited': RATE_LIMITED,
  'sender.suspended': CHANGED,
  'sender.reinstated': CHANGED,
  'sender.cancelled': CHANGED,
  'number.registered': NUMBER_REGISTERED,
  'number.withdrawn': NUMBER_WITHDRAWN,
};

export function isFirmName(text: string): boolean {
  return text.length <= FIRM_NAME_LENGTH_MAX && PRINTABLE.test(text) && text.trim() === text;
}

function readCertificate(kind: string, body: CborMap): string {
  return readText(kind, body, 'certificate', (text) => !(parseCertificateCode(text) instanceof Fault));
}
