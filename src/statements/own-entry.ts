import { type CborMap, decodePlainEntry, encodeEntry } from '../ledger/entry.ts';
import { malformed, readCount, readOctets, readText, REFERENCE_LENGTH_MAX } from './body-fields.ts';
import type { Envelope } from './codec.ts';

const SHA256_SIZE = 32;
const SUBJECT = /^[A-Za-z0-9._:/-]+$/;
const KIND = 'digest.sealed';
const VERSION = 1;
const FIELDS = 3;

/**
 * What a member writes into its own log, which it serves to nobody: that it knew this digest at that time, and said so
 * before anybody asked. The octets themselves stay in the store, in the archive, or with whoever named their digest.
 */
export interface OwnEntry {
  readonly kind: 'digest.sealed';
  /** What the octets are, in a name without anything personal: `exposed-list:E-2026-000001:2`, `evidence:…`. */
  readonly subject: string;
  readonly sha256: Uint8Array;
  /** Octets. */
  readonly size: number;
}

/** @throws StatementError STATEMENT_MALFORMED */
export function encodeOwnEntry(envelope: Envelope, { kind, subject, sha256, size }: OwnEntry): Uint8Array {
  const body = { subject, sha256, size };
  readOwnBody(body);
  return encodeEntry({ ...envelope, kind, version: VERSION, body });
}

/** Reads an entry of a member's own log. Nothing is verified. @throws EntryError; StatementError STATEMENT_MALFORMED */
export function decodeOwnEntry(bytes: Uint8Array): Envelope & OwnEntry {
  const { kind, version, issuer, timeMs, id, body } = decodePlainEntry(bytes);
  if (kind !== KIND || version !== VERSION) throw malformed(kind, 'kind');
  return { issuer, timeMs, id, ...readOwnBody(body) };
}

function readOwnBody(body: CborMap): OwnEntry {
  if (Object.keys(body).length !== FIELDS) throw malformed(KIND, 'unknown field');
  return {
    kind: KIND,
    subject: readText(KIND, body, 'subject', isSubject),
    sha256: readOctets(KIND, body, 'sha256', SHA256_SIZE),
    size: readCount(KIND, body, 'size'),
  };
}

function isSubject(text: string): boolean {
  return text.length <= REFERENCE_LENGTH_MAX && SUBJECT.test(text);
}
