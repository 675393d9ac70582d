import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { link, readFile, unlink } from 'node:fs/promises';
import { decodeBase64 } from '../base/base64.ts';
import { writeDurably } from '../base/durable.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note.ts';

/** signed-note, "Signature types": Ed25519 over the note's text. */
const ED25519_TYPE = 0x01;
const ED25519_KEY_SIZE = 32;
const SEED_SIZE = 32;
/** Ours: many times the longest key of a signature type that exists. */
export const KEY_TEXT_SIZE_MAX = 8192;
// The DER that stands before a raw key in SPKI and PKCS #8 (RFC 8410), as Node takes no raw keys.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export type KeyFault =
  | { code: 'KEY_MALFORMED'; field: string }
  | { code: 'KEY_UNREADABLE'; file: string }
  | { code: 'KEY_EXISTS'; file: string };
export class KeyError extends Fault<KeyFault> {}

/** A log's public key: it verifies, and `vkey` is its written form. */
export interface LogKey extends NoteVerifier {
  readonly publicKey: KeyObject;
  readonly vkey: string;
}

/** A log's private key with its public half. Its name is the log's origin. */
export interface SigningKey extends NoteSigner {
  readonly privateKey: KeyObject;
  readonly logKey: LogKey;
}

/** Makes a new key. @param origin the log's origin, which is the key's name @throws KeyError KEY_MALFORMED name */
export function generateLogKey(origin: string): SigningKey {
  return signingKey(origin, generateKeyPairSync('ed25519').privateKey);
}

/** A key with the name under which it signs. @throws KeyError KEY_MALFORMED for a bad name or another kind of key */
export function signingKey(origin: string, privateKey: KeyObject): SigningKey {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new KeyError({ code: 'KEY_MALFORMED', field: 'type' });
  }
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  const logKey = ed25519LogKey(origin, publicKey);
  return { name: origin, keyId: logKey.keyId, privateKey, logKey, sign: (text) => signBytes(null, text, privateKey) };
}

/** Reads `<name>+<key ID in hex>+<base64>` (signed-note, "Verifier keys"). Types other than Ed25519 are refused. */
export function parseLogKey(vkey: string): Parsed<LogKey, KeyFault> {
  const read = readKeyText(vkey, ED25519_KEY_SIZE);
  if (read instanceof Fault) return read;
  const logKey = ed25519LogKey(read.name, read.key);
  return logKey.keyId === read.keyId ? logKey : malformed('key ID');
}

/** Reads the written form of a private key: `PRIVATE+KEY+<name>+<key ID in hex>+<base64 of type and seed>`. */
export function parseSigningKey(text: string): Parsed<SigningKey, KeyFault> {
  const [, written] = /^PRIVATE\+KEY\+(.*)$/s.exec(text) ?? [];
  if (written === undefined) return malformed('prefix');
  const read = readKeyText(written, SEED_SIZE);
  if (read instanceof Fault) return read;
  const der = Buffer.concat([PKCS8_PREFIX, read.key]);
  const key = signingKey(read.name, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return key.keyId === read.keyId ? key : malformed('key ID');
}

/** The written form of a private key. It is a secret: it goes into a file of mode 0600 and nowhere else. */
export function signingKeyText({ name, keyId, privateKey }: SigningKey): string {
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length);
  return `PRIVATE+KEY+${keyText(name, keyId, seed)}`;
}

/** Reads a private key's file: one line. @throws KeyError KEY_UNREADABLE, KEY_MALFORMED */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const key = parseSigningKey(await readKeyLine(file));
  if (key instanceof Fault) throw key;
  return key;
}

/**
 * Reads a verifier key's file: one line.
 * @throws KeyError KEY_UNREADABLE, KEY_MALFORMED
 */
export async function readLogKey(file: string): Promise<LogKey> {
  const key = parseLogKey(await readKeyLine(file));
  if (key instanceof Fault) throw key;
  return key;
}

/**
 * Writes a private key into a new file that only its owner may read: durable and whole when it is there at all, so that
 * a kill on the way leaves no half of a key.
 * @throws KeyError KEY_EXISTS: a key is never written over, as its log could not be continued without it
 */
export async function writeSigningKey(file: string, key: SigningKey): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeDurably(aside, `${signingKeyText(key)}\n`, 0o600);
  try {
    // Unlike a rename, a link takes nobody's place.
    await link(aside, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new KeyError({ code: 'KEY_EXISTS', file }, { cause });
  } finally {
    await unlink(aside);
  }
}

async function readKeyLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KeyError({ code: 'KEY_UNREADABLE', file }, { cause });
  });
  return text.replace(/\r?\n$/, '');
}

function ed25519LogKey(name: string, raw: Uint8Array): LogKey {
  if (!isKeyName(name)) throw malformed('name');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  const keyId = keyIdOf(name, ED25519_TYPE, raw);
  return {
    name,
    keyId,
    publicKey,
    vkey: keyText(name, keyId, raw),
    verifies: (text, signature) => verifyBytes(null, text, publicKey, signature),
  };
}

/** signed-note, "Signatures": the first four octets of a hash over name, type and public key. */
function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]), 'buffer').readUInt32BE(
    0,
  );
}

function keyText(name: string, keyId: number, key: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(ED25519_TYPE), key]);
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${typed.toString('base64')}`;
}

function readKeyText(text: string, keySize: number): Parsed<{ name: string; keyId: number; key: Buffer }, KeyFault> {
  if (text.length > KEY_TEXT_SIZE_MAX) return malformed('length');
  // Base64 has plus signs of its own: only the first two separate.
  const match = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text);
  if (match === null) return malformed('parts');
  const [, name, id, base64] = match;
  if (!isKeyName(name!)) return malformed('name');
  if (!/^[0-9a-f]{8}$/.test(id!)) return malformed('key ID');
  const typed = decodeBase64(base64!);
  if (typed === undefined) return malformed('base64');
  if (typed[0] !== ED25519_TYPE) return malformed('type');
  if (typed.length !== 1 + keySize) return malformed('length');
  return { name: name!, keyId: Number.parseInt(id!, 16), key: typed.subarray(1) };
}

function malformed(field: string): KeyError {
  return new KeyError({ code: 'KEY_MALFORMED', field });
}
