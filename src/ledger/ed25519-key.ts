import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { link, readFile, unlink } from 'node:fs/promises';
import { decodeBase64 } from '../base/base64.ts';
import { writeDurably } from '../base/durable.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import { isKeyName } from './note.ts';

/** signed-note, "Signature types": what a key of Ed25519 is for. A key of one type never passes for one of another. */
export const NOTE_TYPE = 0x01;
export const COSIGNATURE_TYPE = 0x04;
export type KeyType = typeof NOTE_TYPE | typeof COSIGNATURE_TYPE;

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

/** A public key with its name; `vkey` is the written form of both (signed-note, "Verifier keys"). */
export interface NamedPublicKey {
  readonly name: string;
  readonly keyId: number;
  readonly publicKey: KeyObject;
  readonly vkey: string;
}

/** A private key with its name and its public half. */
export interface NamedPrivateKey {
  readonly privateKey: KeyObject;
  readonly named: NamedPublicKey;
}

/** Makes a new key. @throws KeyError KEY_MALFORMED name */
export function generateKey(type: KeyType, name: string): NamedPrivateKey {
  return privateKeyOf(type, name, generateKeyPairSync('ed25519').privateKey);
}

/** A key with the name under which it signs. @throws KeyError KEY_MALFORMED for a bad name or another kind of key */
export function privateKeyOf(type: KeyType, name: string, privateKey: KeyObject): NamedPrivateKey {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new KeyError({ code: 'KEY_MALFORMED', field: 'type' });
  }
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { privateKey, named: namedPublicKey(type, name, raw) };
}

/** Reads `<name>+<key ID in hex>+<base64 of type and key>`. A key of another type is refused. */
export function parsePublicKey(type: KeyType, vkey: string): Parsed<NamedPublicKey, KeyFault> {
  const read = readKeyText(type, vkey, ED25519_KEY_SIZE);
  if (read instanceof Fault) return read;
  const named = namedPublicKey(type, read.name, read.key);
  return named.keyId === read.keyId ? named : malformed('key ID');
}

/** Reads `PRIVATE+KEY+<name>+<key ID in hex>+<base64 of type and seed>`. */
export function parsePrivateKey(type: KeyType, text: string): Parsed<NamedPrivateKey, KeyFault> {
  const [, written] = /^PRIVATE\+KEY\+(.*)$/s.exec(text) ?? [];
  if (written === undefined) return malformed('prefix');
  const read = readKeyText(type, written, SEED_SIZE);
  if (read instanceof Fault) return read;
  const der = Buffer.concat([PKCS8_PREFIX, read.key]);
  const key = privateKeyOf(type, read.name, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return key.named.keyId === read.keyId ? key : malformed('key ID');
}

/** The written form of a private key. It is a secret: it goes into a file of mode 0600 and nowhere else. */
export function privateKeyText(type: KeyType, { privateKey, named }: NamedPrivateKey): string {
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length);
  return `PRIVATE+KEY+${keyText(type, named, seed)}`;
}

/** Reads a key's file: one line. @throws KeyError KEY_UNREADABLE */
export async function readKeyLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KeyError({ code: 'KEY_UNREADABLE', file }, { cause });
  });
  return text.replace(/\r?\n$/, '');
}

/**
 * Writes a private key into a new file that only its owner may read: durable and whole when it is there at all, so that
 * a kill on the way leaves no half of a key.
 * @throws KeyError KEY_EXISTS: a key is never written over, as what it signs could not be continued without it
 */
export async function writePrivateKeyLine(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeDurably(aside, `${text}\n`, 0o600);
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

function namedPublicKey(type: KeyType, name: string, raw: Uint8Array): NamedPublicKey {
  if (!isKeyName(name)) throw malformed('name');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  const keyId = keyIdOf(type, name, raw);
  return { name, keyId, publicKey, vkey: keyText(type, { name, keyId }, raw) };
}

/** signed-note, "Signatures": the first four octets of a hash over name, type and public key. */
function keyIdOf(type: KeyType, name: string, publicKey: Uint8Array): number {
  const hashed = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return hash('sha256', hashed, 'buffer').readUInt32BE(0);
}

function keyText(type: KeyType, { name, keyId }: { name: string; keyId: number }, key: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(type), key]);
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${typed.toString('base64')}`;
}

interface KeyText {
  readonly name: string;
  readonly keyId: number;
  readonly key: Buffer;
}

function readKeyText(type: KeyType, text: string, keySize: number): Parsed<KeyText, KeyFault> {
  if (text.length > KEY_TEXT_SIZE_MAX) return malformed('length');
  // Base64 has plus signs of its own: only the first two separate.
  const match = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text);
  if (match === null) return malformed('parts');
  const [, name, id, base64] = match;
  if (!isKeyName(name!)) return malformed('name');
  if (!/^[0-9a-f]{8}$/.test(id!)) return malformed('key ID');
  const typed = decodeBase64(base64!);
  if (typed === undefined) return malformed('base64');
  if (typed[0] !== type) return malformed('type');
  if (typed.length !== 1 + keySize) return malformed('length');
  return { name: name!, keyId: Number.parseInt(id!, 16), key: typed.subarray(1) };
}

function malformed(field: string): KeyError {
  return new KeyError({ code: 'KEY_MALFORMED', field });
}
