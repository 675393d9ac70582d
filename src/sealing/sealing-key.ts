import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeBase64 } from '../base/base64.ts';
import { createDurably } from '../base/durable.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';

export const X25519_KEY_SIZE = 32;
const PRIVATE_FILE = 0o600;
const WRITTEN = /^PRIVATE\+X25519\+([A-Za-z0-9+/]{43}=)$/;
// The DER that stands before a raw key in SPKI and PKCS #8 (RFC 8410), as Node takes no raw keys.
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

export type SealingKeyFault =
  | { code: 'SEALING_KEY_MALFORMED'; field: 'public' | 'private' }
  | { code: 'SEALING_KEY_UNREADABLE'; file: string }
  | { code: 'SEALING_KEY_EXISTS'; file: string };
export class SealingKeyError extends Fault<SealingKeyFault> {}

/** A member's X25519 key pair: epoch keys are wrapped for its public half. It is used for nothing else. */
export interface SealingKey {
  readonly privateKey: KeyObject;
  /** Base64 of the 32 octets (RFC 7748), as the governance log has it. */
  readonly publicText: string;
}

export function generateSealingKey(): SealingKey {
  return sealingKey(generateKeyPairSync('x25519').privateKey);
}

/** Reads the public half: strict base64 of 32 octets. Whether it is a point of full order shows when it is used. */
export function parseSealingPublicKey(text: string): Parsed<KeyObject, SealingKeyFault> {
  const raw = decodeBase64(text);
  if (raw?.length !== X25519_KEY_SIZE) return new SealingKeyError({ code: 'SEALING_KEY_MALFORMED', field: 'public' });
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** Reads the written form of a private key: `PRIVATE+X25519+<base64 of 32 octets>`. */
export function parseSealingKey(text: string): Parsed<SealingKey, SealingKeyFault> {
  const raw = decodeBase64(WRITTEN.exec(text)?.[1] ?? '');
  if (raw?.length !== X25519_KEY_SIZE) return new SealingKeyError({ code: 'SEALING_KEY_MALFORMED', field: 'private' });
  return sealingKey(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, raw]), format: 'der', type: 'pkcs8' }));
}

/** The written form of a private key. It is a secret: it goes into a file of mode 0600 and nowhere else. */
export function sealingKeyText({ privateKey }: SealingKey): string {
  const raw = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length);
  return `PRIVATE+X25519+${raw.toString('base64')}`;
}

/** Reads a private key's file: one line. @throws SealingKeyError SEALING_KEY_UNREADABLE, SEALING_KEY_MALFORMED */
export async function readSealingKey(file: string): Promise<SealingKey> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SealingKeyError({ code: 'SEALING_KEY_UNREADABLE', file }, { cause });
  });
  return orThrow(parseSealingKey(text.replace(/\r?\n$/, '')));
}

/**
 * Writes a private key into a new file that only its owner may read: durable and whole when it is there at all.
 * @throws SealingKeyError SEALING_KEY_EXISTS: epoch keys wrapped for a lost key would have to be granted anew
 */
export async function writeSealingKey(file: string, key: SealingKey): Promise<void> {
  const isNew = await createDurably(file, `${sealingKeyText(key)}\n`, PRIVATE_FILE);
  if (!isNew) throw new SealingKeyError({ code: 'SEALING_KEY_EXISTS', file });
}

function sealingKey(privateKey: KeyObject): SealingKey {
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { privateKey, publicText: raw.toString('base64') };
}
