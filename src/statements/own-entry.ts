import type { Stated } from './codec.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { malformed, REFERENCE_LENGTH_MAX } from './body-fields.ts';

const SHA256_SIZE = 32;
const SUBJECT = /^[A-Za-z0-9._:/-]+$/;

/**
 * What a member writes into its own log, which it serves to nobody: that it held these octets at that time, and said
 * so before anybody asked. The octets themselves stay in the store or the archive.
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
export function encodeOwnEntry(
  envelope: Omit<Stated, 'statement'>,
  { kind, subject, sha256, size }: OwnEntry,
): Uint8Array {
  if (subject.length > REFERENCE_LENGTH_MAX || !SUBJECT.test(subject)) throw malformed(kind, 'subject');
  if (sha256.length !== SHA256_SIZE) throw malformed(kind, 'sha256');
  if (!Number.isSafeInteger(size) || size < 0) throw malformed(kind, 'size');
  return encodeEntry({ ...envelope, kind, version: 1, body: { subject, sha256, size } });
}
