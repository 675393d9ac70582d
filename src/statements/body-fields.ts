import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { parseMemberName } from '../identifiers/member-name.ts';
import type { CborMap } from '../ledger/entry.ts';
import { PAIRING_TAG_SIZE } from './pairing-tag.ts';
import type { EntryName } from './statement.ts';
import { StatementError } from './statement-fault.ts';

export const REFERENCE_LENGTH_MAX = 64;
const REFERENCE = /^[A-Za-z0-9._:/-]+$/;

/** The names of other entries' bodies, read alike in every kind. @throws StatementError */
export function readEnds(kind: string, body: CborMap): EntryName {
  const { ends } = body;
  if (!isMap(ends) || Object.keys(ends).length !== 2) throw malformed(kind, 'ends');
  const { member, index } = ends;
  if (typeof member !== 'string' || parseMemberName(member) instanceof Fault) throw malformed(kind, 'ends.member');
  if (typeof index !== 'number' || index < 0) throw malformed(kind, 'ends.index');
  return { member, index };
}

export function readOneOf<T extends string>(values: readonly T[], kind: string, body: CborMap, field = 'reason'): T {
  const value = values.find((known) => known === body[field]);
  if (value === undefined) throw malformed(kind, field);
  return value;
}

export function readTag(kind: string, body: CborMap): Uint8Array {
  return readOctets(kind, body, 'tag', PAIRING_TAG_SIZE);
}

export function readOctets(kind: string, body: CborMap, field: string, size: number): Uint8Array {
  const value = body[field];
  if (!(value instanceof Uint8Array) || value.length !== size) throw malformed(kind, field);
  return value;
}

/** A whole number from 0. */
export function readCount(kind: string, body: CborMap, field: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = body[field];
  if (typeof value !== 'number' || value < 0 || value > max) throw malformed(kind, field);
  return value;
}

/** A moment in ms since 1970. */
export function readTime(kind: string, body: CborMap, field: string): number {
  return readCount(kind, body, field, TIME_MS_MAX);
}

export function readText(kind: string, body: CborMap, field: string, isRight: (text: string) => boolean): string {
  const value = body[field];
  if (typeof value !== 'string' || !isRight(value)) throw malformed(kind, field);
  return value;
}

export function readReference(body: CborMap): { reference?: string } {
  return typeof body['reference'] === 'string' ? { reference: body['reference'] } : {};
}

/** An opaque name given by the issuer: what it stands for is nobody else's to know. */
export function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.length <= REFERENCE_LENGTH_MAX && REFERENCE.test(value);
}

export function isMap(value: unknown): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

export function malformed(kind: string, field: string): StatementError {
  return new StatementError({ code: 'STATEMENT_MALFORMED', kind, field });
}
