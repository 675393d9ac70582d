import { hash, randomBytes } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from 'jose';
import { Fault, orThrow } from '../base/fault.ts';
import { parseSealingPublicKey, type SealingKey, X25519_KEY_SIZE } from './sealing-key.ts';

export const EPOCH_KEY_SIZE = 32;
/** Ours: a wrapped key is 306 characters long. */
export const WRAPPED_KEY_LENGTH_MAX = 512;
/** RFC 7518 clause 4.6, and RFC 8037 for X25519. */
const ALGORITHM = 'ECDH-ES+A256KW';
const ENCRYPTION = 'A256GCM';
const DIGEST_PREFIX = Buffer.from('bongsu/epoch-key\n');

export type EpochKeyFault =
  | { code: 'EPOCH_KEY_NOT_WRAPPED' }
  | { code: 'WRAPPED_KEY_MALFORMED'; part: 'length' | 'header' | 'base64url' | 'key' }
  | { code: 'WRAPPED_KEY_NOT_FOR_US' };
export class EpochKeyError extends Fault<EpochKeyFault> {}

/** A new key for an epoch: 32 random octets, under which bodies are sealed with AES-256-GCM. */
export function generateEpochKey(): Buffer {
  return randomBytes(EPOCH_KEY_SIZE);
}

/** SHA-256 of `bongsu/epoch-key\n` and the key, in hex: by it members know that all were given the same key. */
export function keyDigest(key: Uint8Array): string {
  return hash('sha256', Buffer.concat([DIGEST_PREFIX, key]), 'hex');
}

/**
 * Wraps an epoch's key for one member: a JWE in compact form (RFC 7516), which only that member can open.
 * @param recipient the member's X25519 public key in base64
 * @throws SealingKeyError SEALING_KEY_MALFORMED; EpochKeyError EPOCH_KEY_NOT_WRAPPED for a public key of low order
 */
export async function wrapEpochKey(key: Uint8Array, recipient: string): Promise<string> {
  const publicKey = orThrow(parseSealingPublicKey(recipient));
  try {
    const header = { alg: ALGORITHM, enc: ENCRYPTION };
    return await new CompactEncrypt(key).setProtectedHeader(header).encrypt(publicKey);
  } catch (cause) {
    throw new EpochKeyError({ code: 'EPOCH_KEY_NOT_WRAPPED' }, { cause });
  }
}

/**
 * Opens a wrapped key with the member's own sealing key. Who may have wrapped it is not asked here: compare its
 * `keyDigest` with the one that the governance log gives.
 * @throws EpochKeyError WRAPPED_KEY_MALFORMED, WRAPPED_KEY_NOT_FOR_US
 */
export async function unwrapEpochKey(wrapped: string, { privateKey }: SealingKey): Promise<Buffer> {
  complainOf(wrapped);
  const opened = await compactDecrypt(wrapped, privateKey, {
    keyManagementAlgorithms: [ALGORITHM],
    contentEncryptionAlgorithms: [ENCRYPTION],
  }).catch((cause: unknown) => {
    throw new EpochKeyError({ code: 'WRAPPED_KEY_NOT_FOR_US' }, { cause });
  });
  if (opened.plaintext.length !== EPOCH_KEY_SIZE) throw malformed('key');
  return Buffer.from(opened.plaintext);
}

/** Everything about a wrapped key that shows without opening it. The header is its sender's: nothing else may be in it. */
export function complainOf(wrapped: string): void {
  if (wrapped.length > WRAPPED_KEY_LENGTH_MAX) throw malformed('length');
  const parts = wrapped.split('.');
  if (parts.length !== 5 || !parts.every(isBase64url)) throw malformed('base64url');
  if (!isHeader(headerOf(wrapped))) throw malformed('header');
}

function headerOf(wrapped: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(wrapped);
  } catch (cause) {
    throw new EpochKeyError({ code: 'WRAPPED_KEY_MALFORMED', part: 'header' }, { cause });
  }
}

function isHeader({ alg, enc, epk, ...others }: Record<string, unknown>): boolean {
  if (alg !== ALGORITHM || enc !== ENCRYPTION || Object.keys(others).length > 0) return false;
  if (typeof epk !== 'object' || epk === null) return false;
  const { kty, crv, x, ...further } = epk as Record<string, unknown>;
  if (kty !== 'OKP' || crv !== 'X25519' || Object.keys(further).length > 0) return false;
  return typeof x === 'string' && isBase64url(x) && Buffer.from(x, 'base64url').length === X25519_KEY_SIZE;
}

/** Strict: what does not encode back to itself could be written in several ways. */
function isBase64url(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text;
}

function malformed(part: Extract<EpochKeyFault, { code: 'WRAPPED_KEY_MALFORMED' }>['part']): EpochKeyError {
  return new EpochKeyError({ code: 'WRAPPED_KEY_MALFORMED', part });
}
