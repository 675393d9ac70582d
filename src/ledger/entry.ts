import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { isDeterministic } from './canonical.ts';
import { type CborMap, decodeStrictly, encodeMap, isBody, isCount, isMap, isOctets } from './cbor.ts';

export type { CborMap, CborValue } from './cbor.ts';

/** What everybody may read of an entry. */
export interface EntryHeader {
  /** What is stated, such as `device.blocked`. */
  readonly kind: string;
  /** Version of this kind's body. A node skips versions that it does not know. */
  readonly version: number;
  /** The member that states it: the owner of the log. */
  readonly issuer: string;
  /** When it was stated, in ms since 1970 by the issuer's clock, to `TIME_MS_MAX`. It orders nothing. */
  readonly timeMs: number;
  /** Names the statement for good: its node looks for it before it appends again. Readers do not compare identities. */
  readonly id: Uint8Array;
}

/** An entry that everybody may read. The ledger reads the envelope; the body belongs to `statements/`. */
export interface PlainEntry extends EntryHeader {
  readonly body: CborMap;
}

/** The header of an entry whose body only the holders of its epoch's key can read. It is authenticated with the body. */
export interface SealedHeader extends EntryHeader {
  /** Under whose key the body is sealed: 1 to 2^53-1. */
  readonly epoch: number;
  /** Binds the entry to one body, whatever key it is opened with. See `sealing/seal.ts`. */
  readonly commit: Uint8Array;
  /** The index in the same log of the statement that this one states anew. */
  readonly continues?: number;
}

/** An entry whose body is sealed. The ledger does not open it. */
export interface SealedEntry extends SealedHeader {
  /** Nonce, ciphertext and tag. */
  readonly sealed: Uint8Array;
}

/** One statement as it stands in its member's log. */
export type Entry = PlainEntry | SealedEntry;

/** tlog-tiles: an entry's length is a uint16 in its bundle. */
export const ENTRY_SIZE_MAX = 65_535;
export const ENTRY_ID_SIZE = 16;
/** HMAC-SHA256. */
export const COMMIT_SIZE = 32;
/** A nonce of 12 octets, a tag of 16, and something between them. */
export const SEALED_SIZE_MIN = 29;
const KIND = /^[a-z]+\.[a-z-]+$/;
const KIND_LENGTH_MAX = 64;
const PLAIN_FIELDS = 6;
const SEALED_FIELDS = 8;

export type EntryFault =
  | { code: 'ENTRY_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'ENTRY_NOT_CBOR' }
  | { code: 'ENTRY_NOT_CANONICAL' }
  | { code: 'ENTRY_MALFORMED'; field: string }
  | { code: 'ENTRY_SEALED'; epoch: number };
export class EntryError extends Fault<EntryFault> {}

export function isSealed(entry: Entry): entry is SealedEntry {
  return 'sealed' in entry;
}

/**
 * The bytes of an entry: one CBOR map in the core deterministic form (RFC 8949 clause 4.2.1), so that an entry has one
 * encoding. See docs/ledger-format.md.
 * @throws EntryError ENTRY_TOO_LARGE, ENTRY_MALFORMED
 */
export function encodeEntry(entry: Entry): Uint8Array {
  const map = isSealed(entry)
    ? { ...sealedHeaderMap(entry), sealed: entry.sealed }
    : { ...headerMap(entry), body: entry.body };
  throwIfMalformed(map);
  const bytes = encodeMap(map);
  throwIfTooLarge(bytes);
  return bytes;
}

/**
 * Reads an entry. It says nothing of who wrote it: trust it only at an index below a verified checkpoint.
 * @throws EntryError any of its codes
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  throwIfTooLarge(bytes);
  const map = decodeFields(bytes);
  throwIfMalformed(map);
  // The decoder does not judge the order of keys, among other things.
  if (!isDeterministic(bytes)) throw new EntryError({ code: 'ENTRY_NOT_CANONICAL' });
  const header: EntryHeader = {
    kind: map['kind'] as string,
    version: map['v'] as number,
    issuer: map['issuer'] as string,
    timeMs: map['time'] as number,
    id: map['id'] as Uint8Array,
  };
  if (map['body'] !== undefined) return { ...header, body: map['body'] as CborMap };
  return {
    ...header,
    epoch: map['epoch'] as number,
    commit: map['commit'] as Uint8Array,
    ...(map['continues'] !== undefined && { continues: map['continues'] as number }),
    sealed: map['sealed'] as Uint8Array,
  };
}

/** Reads an entry of a log in which nothing is sealed. @throws EntryError any of its codes, ENTRY_SEALED among them */
export function decodePlainEntry(bytes: Uint8Array): PlainEntry {
  const entry = decodeEntry(bytes);
  if (isSealed(entry)) throw new EntryError({ code: 'ENTRY_SEALED', epoch: entry.epoch });
  return entry;
}

/** The octets of a sealed entry's header: what is authenticated with the body. It is the entry without `sealed`. */
export function encodeSealedHeader(header: SealedHeader): Uint8Array {
  return encodeMap(sealedHeaderMap(header));
}

/** The octets that an entry's commitment is about: its header without the commitment, and its body. */
export function encodeCommitted(header: Omit<SealedHeader, 'commit'>, body: CborMap): Uint8Array {
  const { epoch, continues } = header;
  return encodeMap({ ...headerMap(header), epoch, body, ...(continues !== undefined && { continues }) });
}

function headerMap({ kind, version, issuer, timeMs, id }: EntryHeader): CborMap {
  return { kind, v: version, issuer, time: timeMs, id };
}

function sealedHeaderMap(header: SealedHeader): CborMap {
  const { epoch, commit, continues } = header;
  return { ...headerMap(header), epoch, commit, ...(continues !== undefined && { continues }) };
}

function decodeFields(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = decodeStrictly(bytes);
  } catch (cause) {
    throw new EntryError({ code: 'ENTRY_NOT_CBOR' }, { cause });
  }
  if (!isMap(value)) throw malformed('');
  return value;
}

function throwIfTooLarge({ length: size }: Uint8Array): void {
  if (size > ENTRY_SIZE_MAX) throw new EntryError({ code: 'ENTRY_TOO_LARGE', size, sizeMax: ENTRY_SIZE_MAX });
}

function throwIfMalformed(map: Record<string, unknown>): void {
  const field = 'sealed' in map ? malformedSealedField(map) : malformedPlainField(map);
  if (field !== undefined) throw malformed(field);
}

function malformedPlainField(map: Record<string, unknown>): string | undefined {
  if (Object.keys(map).length !== PLAIN_FIELDS) return 'fields';
  return malformedHeaderField(map) ?? (isBody(map['body']) ? undefined : 'body');
}

function malformedSealedField(map: Record<string, unknown>): string | undefined {
  const { epoch, commit, continues, sealed } = map;
  if (Object.keys(map).length !== SEALED_FIELDS + ('continues' in map ? 1 : 0)) return 'fields';
  const malformed = malformedHeaderField(map);
  if (malformed !== undefined) return malformed;
  if (!isCount(epoch) || epoch < 1) return 'epoch';
  if (!isOctets(commit, COMMIT_SIZE)) return 'commit';
  if ('continues' in map && !isCount(continues)) return 'continues';
  if (!(sealed instanceof Uint8Array) || sealed.length < SEALED_SIZE_MIN) return 'sealed';
  return undefined;
}

function malformedHeaderField({ kind, v, issuer, time, id }: Record<string, unknown>): string | undefined {
  if (typeof kind !== 'string' || kind.length > KIND_LENGTH_MAX || !KIND.test(kind)) return 'kind';
  if (!isCount(v) || v < 1) return 'v';
  if (typeof issuer !== 'string' || issuer === '') return 'issuer';
  if (!isCount(time, TIME_MS_MAX)) return 'time';
  if (!isOctets(id, ENTRY_ID_SIZE)) return 'id';
  return undefined;
}

function malformed(field: string): EntryError {
  return new EntryError({ code: 'ENTRY_MALFORMED', field });
}
