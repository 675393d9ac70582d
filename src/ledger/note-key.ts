import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import {
  generateKey,
  type KeyFault,
  type NamedPrivateKey,
  type NamedPublicKey,
  NOTE_TYPE,
  parsePrivateKey,
  parsePublicKey,
  privateKeyOf,
  privateKeyText,
  readKeyLine,
  writePrivateKeyLine,
} from './ed25519-key.ts';
import type { LogVerifier } from './log-verifier.ts';
import type { NoteSigner, NoteVerifier } from './note.ts';

/** A log's public key: it verifies signatures over a note's text, at every size, and `vkey` is its written form. */
export interface LogKey extends NoteVerifier, NamedPublicKey, LogVerifier {}

/** A log's private key with its public half. Its name is the log's origin. */
export interface SigningKey extends NoteSigner {
  readonly privateKey: KeyObject;
  readonly logKey: LogKey;
}

/** Makes a new key. @param origin the log's origin, which is the key's name @throws KeyError KEY_MALFORMED name */
export function generateLogKey(origin: string): SigningKey {
  return signingKeyOf(generateKey(NOTE_TYPE, origin));
}

/** A key with the name under which it signs. @throws KeyError KEY_MALFORMED for a bad name or another kind of key */
export function signingKey(origin: string, privateKey: KeyObject): SigningKey {
  return signingKeyOf(privateKeyOf(NOTE_TYPE, origin, privateKey));
}

/** Reads `<name>+<key ID in hex>+<base64>` (signed-note, "Verifier keys"). Types other than 0x01 are refused. */
export function parseLogKey(vkey: string): Parsed<LogKey, KeyFault> {
  const named = parsePublicKey(NOTE_TYPE, vkey);
  return named instanceof Fault ? named : logKeyOf(named);
}

/** Reads the written form of a private key: `PRIVATE+KEY+<name>+<key ID in hex>+<base64 of type and seed>`. */
export function parseSigningKey(text: string): Parsed<SigningKey, KeyFault> {
  const key = parsePrivateKey(NOTE_TYPE, text);
  return key instanceof Fault ? key : signingKeyOf(key);
}

/** The written form of a private key. It is a secret: it goes into a file of mode 0600 and nowhere else. */
export function signingKeyText({ privateKey, logKey }: SigningKey): string {
  return privateKeyText(NOTE_TYPE, { privateKey, named: logKey });
}

/** Reads a private key's file: one line. @throws KeyError KEY_UNREADABLE, KEY_MALFORMED */
export async function readSigningKey(file: string): Promise<SigningKey> {
  return orThrow(parseSigningKey(await readKeyLine(file)));
}

/** Reads a verifier key's file: one line. @throws KeyError KEY_UNREADABLE, KEY_MALFORMED */
export async function readLogKey(file: string): Promise<LogKey> {
  return orThrow(parseLogKey(await readKeyLine(file)));
}

/** Writes a private key into a new file that only its owner may read. @throws KeyError KEY_EXISTS */
export function writeSigningKey(file: string, key: SigningKey): Promise<void> {
  return writePrivateKeyLine(file, signingKeyText(key));
}

function signingKeyOf({ privateKey, named }: NamedPrivateKey): SigningKey {
  const { name, keyId } = named;
  return { name, keyId, privateKey, logKey: logKeyOf(named), sign: (text) => signBytes(null, text, privateKey) };
}

function logKeyOf(named: NamedPublicKey): LogKey {
  const key: LogKey = {
    ...named,
    verifies: (text, signature) => verifyBytes(null, text, named.publicKey, signature),
    at: () => [key],
  };
  return key;
}
