import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Fault, type Parsed } from '../base/fault.ts';
import { isDeterministic } from '../ledger/canonical.ts';
import { decodeStrictly, encodeMap, isBody, isMap, isOctets } from '../ledger/cbor.ts';
import {
  type CborMap,
  encodeCommitted,
  encodeEntry,
  encodeSealedHeader,
  type EntryHeader,
  type SealedEntry,
  type SealedHeader,
} from '../ledger/entry.ts';

/** The random octets that are the key of a commitment: who has them can show what the entry says, and nothing else. */
export const OPENING_KEY_SIZE = 32;
/** Ours: of a body's length, outsiders see no more than in which multiple of so many octets it ends. */
export const PADDED_TO = 64;
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D clause 8.2.2: with random nonces of 96 bits a key may seal 2^32 entries. */
const NONCE_SIZE = 12;
const TAG_SIZE = 16;

export type SealFault =
  | { code: 'SEAL_EPOCH_UNKNOWN'; epoch: number }
  | { code: 'SEAL_BROKEN'; epoch: number }
  | { code: 'SEAL_CONTENT_MALFORMED'; epoch: number }
  | { code: 'SEAL_COMMITMENT_WRONG'; epoch: number };
/** There is no epoch that has not ended of which this member holds the key: it can seal nothing. */
export type EpochKeyNotHeldFault = { code: 'EPOCH_KEY_NOT_HELD'; epoch: number };
export class SealError extends Fault<SealFault> {}

/** An epoch with its key. A key in octets would be made into a `KeyObject` at every use, at five times the cost. */
export interface EpochKey {
  readonly epoch: number;
  readonly key: KeyObject;
}

/** The key of an epoch, where this member has it. */
export type KeyOf = (epoch: number) => KeyObject | undefined;

/** What is inside a seal: enough, beside the entry, to show to anyone what it says. */
export interface Opening {
  readonly body: CborMap;
  readonly r: Uint8Array;
}

/**
 * The octets of an entry whose body is sealed. Its header is authenticated with it, so that no seal opens in another
 * entry, another epoch or another log. See docs/sealing.md.
 * @throws EntryError ENTRY_TOO_LARGE, ENTRY_MALFORMED
 */
export function seal(
  envelope: EntryHeader & Pick<SealedHeader, 'continues'>,
  body: CborMap,
  { epoch, key }: EpochKey,
  random: (size: number) => Uint8Array = randomBytes,
): Uint8Array {
  const r = random(OPENING_KEY_SIZE);
  const header: SealedHeader = { ...envelope, epoch, commit: commitmentTo({ ...envelope, epoch }, { body, r }) };
  const nonce = random(NONCE_SIZE);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(encodeSealedHeader(header));
  const ciphertext = [cipher.update(padded(encodeOpening({ body, r }))), cipher.final()];
  return encodeEntry({ ...header, sealed: Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]) });
}

/** Opens an entry and checks that it says what it is bound to. Who wrote it is for its log's checkpoint to say. */
export function open(entry: SealedEntry, keyOf: KeyOf): Parsed<Opening, SealFault> {
  const { epoch } = entry;
  const key = keyOf(epoch);
  if (key === undefined) return new SealError({ code: 'SEAL_EPOCH_UNKNOWN', epoch });
  const content = decrypted(entry, key);
  if (content === undefined) return new SealError({ code: 'SEAL_BROKEN', epoch });
  const octets = withoutPadding(content);
  const opening = octets && decodeOpening(octets);
  if (opening === undefined) return new SealError({ code: 'SEAL_CONTENT_MALFORMED', epoch });
  if (!isOpenedBy(entry, opening)) return new SealError({ code: 'SEAL_COMMITMENT_WRONG', epoch });
  return opening;
}

/** Whether an entry is bound to this body: no key is needed to ask. */
export function isOpenedBy(header: SealedHeader, opening: Opening): boolean {
  return timingSafeEqual(commitmentTo(header, opening), header.commit);
}

/** HMAC is keyed with octets of one fixed length, so two openings of one commitment are a collision of SHA-256. */
function commitmentTo(header: Omit<SealedHeader, 'commit'>, { body, r }: Opening): Buffer {
  return createHmac('sha256', createSecretKey(r)).update(encodeCommitted(header, body)).digest();
}

function decrypted(entry: SealedEntry, key: KeyObject): Buffer | undefined {
  const { sealed } = entry;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_SIZE), { authTagLength: TAG_SIZE });
  decipher.setAAD(encodeSealedHeader(entry));
  decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
  const content = decipher.update(sealed.subarray(NONCE_SIZE, -TAG_SIZE));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return content;
}

/** The octets of an opening: they are sealed in the entry, and stand in a receipt. */
export function encodeOpening({ body, r }: Opening): Uint8Array {
  return encodeMap({ r, body });
}

/** Reads the octets of an opening, which whoever made them controls: they must be what `encodeOpening` would write. */
export function decodeOpening(octets: Uint8Array): Opening | undefined {
  let map: unknown;
  try {
    map = decodeStrictly(octets);
  } catch {
    return undefined;
  }
  if (!isMap(map) || Object.keys(map).length !== 2 || !isDeterministic(octets)) return undefined;
  const { r, body } = map;
  return isOctets(r, OPENING_KEY_SIZE) && isBody(body) ? { r, body } : undefined;
}

/** One octet 0x80 and zeros (ISO/IEC 7816-4), up to the next multiple of `PADDED_TO`. */
function padded(octets: Uint8Array): Buffer {
  const size = (Math.floor(octets.length / PADDED_TO) + 1) * PADDED_TO;
  const content = Buffer.alloc(size);
  content.set(octets);
  content[octets.length] = 0x80;
  return content;
}

function withoutPadding(content: Buffer): Buffer | undefined {
  if (content.length % PADDED_TO !== 0) return undefined;
  let end = content.length - 1;
  while (end >= 0 && content[end] === 0) end--;
  if (end < content.length - PADDED_TO || content[end] !== 0x80) return undefined;
  return content.subarray(0, end);
}
