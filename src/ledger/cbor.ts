import { decode } from 'cborg';
import { CborWriter } from './cbor-writer.ts';

/** What a body may hold: the part of CBOR that needs no floats and no tags. */
export type CborValue = string | number | boolean | Uint8Array | CborValue[] | CborMap;
export type CborMap = { readonly [key: string]: CborValue };

const DEPTH_MAX = 8;

/** The octets of a map in the core deterministic form (RFC 8949 clause 4.2.1): one map has one encoding. */
export function encodeMap(map: CborMap): Uint8Array {
  const writer = new CborWriter();
  writer.write(map);
  return writer.octets;
}

/**
 * Reads one item and nothing behind it. The order of keys, among other things, is not judged: ask `isDeterministic` of
 * the same octets. @throws the decoder's error, for any CBOR that entries do without
 */
export function decodeStrictly(bytes: Uint8Array): unknown {
  return decode(bytes, {
    strict: true,
    rejectDuplicateMapKeys: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: false,
  });
}

/** Whether a value is a map that a body may be: its values of few types, safe integers, nested 8 deep at most. */
export function isBody(value: unknown): value is CborMap {
  return isMap(value) && isPlain(value, 0);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A whole number from 0 to 2^53-1, or to what is named. */
export function isCount(value: unknown, max = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

export function isOctets(value: unknown, size: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === size;
}

function isPlain(value: unknown, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  return isMap(value) && Object.values(value).every((item) => isPlain(item, depth + 1));
}
