import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { Fault } from '../base/fault.ts';
import { isDeterministic } from './canonical.ts';

/** What a body may hold: the part of CBOR that needs no floats and no tags. */
export type CborValue = string | number | boolean | Uint8Array | CborValue[] | CborMap;
export type CborMap = { readonly [key: string]: CborValue };

/** One statement as it stands in its member's log. The ledger reads the envelope; the body belongs to `statements/`. */
export interface Entry {
  /** What is stated, such as `device.blocked`. */
  readonly kind: string;
  /** Version of this kind's body. A node skips versions that it does not know. */
  readonly version: number;
  /** The member that states it: the owner of the log. */
  readonly issuer: string;
  /** When it was stated, in ms since 1970 by the issuer's clock. It orders nothing. */
  readonly timeMs: number;
  /** Names the statement for good: who appends the same identity twice has stated one thing. */
  readonly id: Uint8Array;
  readonly body: CborMap;
}

/** tlog-tiles: an entry's length is a uint16 in its bundle. */
export const ENTRY_SIZE_MAX = 65_535;
export const ENTRY_ID_SIZE = 16;
const KIND = /^[a-z]+\.[a-z-]+$/;
const KIND_LENGTH_MAX = 64;
const DEPTH_MAX = 8;

export type EntryFault =
  | { code: 'ENTRY_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'ENTRY_NOT_CBOR' }
  | { code: 'ENTRY_NOT_CANONICAL' }
  | { code: 'ENTRY_MALFORMED'; field: string };
export class EntryError extends Fault<EntryFault> {}

/**
 * The bytes of an entry: one CBOR map in the core deterministic form (RFC 8949 clause 4.2.1), so that an entry has one
 * encoding. See docs/ledger-format.md.
 * @throws EntryError ENTRY_TOO_LARGE, ENTRY_MALFORMED
 */
export function encodeEntry(entry: Entry): Uint8Array {
  const { kind, version, issuer, timeMs, id, body } = entry;
  const map: CborMap = { kind, v: version, issuer, time: timeMs, id, body };
  const malformed = malformedField(map) ?? (isPlain(body, 0) ? undefined : 'body');
  if (malformed !== undefined) throw new EntryError({ code: 'ENTRY_MALFORMED', field: malformed });
  const bytes = encode(map, rfc8949EncodeOptions);
  if (bytes.length > ENTRY_SIZE_MAX) {
    throw new EntryError({ code: 'ENTRY_TOO_LARGE', size: bytes.length, sizeMax: ENTRY_SIZE_MAX });
  }
  return bytes;
}

/**
 * Reads an entry. It says nothing of who wrote it: trust it only at an index below a verified checkpoint.
 * @throws EntryError any of its codes
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_SIZE_MAX) {
    throw new EntryError({ code: 'ENTRY_TOO_LARGE', size: bytes.length, sizeMax: ENTRY_SIZE_MAX });
  }
  const map = decodeMap(bytes);
  const malformed = malformedField(map) ?? (isPlain(map['body'], 0) ? undefined : 'body');
  if (malformed !== undefined) throw new EntryError({ code: 'ENTRY_MALFORMED', field: malformed });
  // The decoder does not judge the order of keys, among other things.
  if (!isDeterministic(bytes)) throw new EntryError({ code: 'ENTRY_NOT_CANONICAL' });
  return {
    kind: map['kind'] as string,
    version: map['v'] as number,
    issuer: map['issuer'] as string,
    timeMs: map['time'] as number,
    id: map['id'] as Uint8Array,
    body: map['body'] as CborMap,
  };
}

function decodeMap(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = decode(bytes, {
      strict: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
    });
  } catch (cause) {
    throw new EntryError({ code: 'ENTRY_NOT_CBOR' }, { cause });
  }
  if (!isMap(value)) throw new EntryError({ code: 'ENTRY_MALFORMED', field: '' });
  return value;
}

function malformedField(map: Record<string, unknown>): string | undefined {
  const { kind, v, issuer, time, id } = map;
  if (Object.keys(map).length !== 6) return 'fields';
  if (typeof kind !== 'string' || kind.length > KIND_LENGTH_MAX || !KIND.test(kind)) return 'kind';
  if (!isCount(v) || v < 1) return 'v';
  if (typeof issuer !== 'string' || issuer === '') return 'issuer';
  if (!isCount(time)) return 'time';
  if (!(id instanceof Uint8Array) || id.length !== ENTRY_ID_SIZE) return 'id';
  if (!isMap(map['body'])) return 'body';
  return undefined;
}

function isPlain(value: unknown, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  return isMap(value) && Object.values(value).every((item) => isPlain(item, depth + 1));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
