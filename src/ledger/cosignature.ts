import assert from 'node:assert/strict';
import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { type Clock, TIME_MS_MAX } from '../base/clock.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import {
  COSIGNATURE_TYPE,
  generateKey,
  type KeyFault,
  type NamedPrivateKey,
  type NamedPublicKey,
  parsePrivateKey,
  parsePublicKey,
  privateKeyOf,
  privateKeyText,
  readKeyLine,
  writePrivateKeyLine,
} from './ed25519-key.ts';
import type { NoteSigner, NoteVerifier } from './note.ts';

const TIME_SIZE = 8;
/** tlog-cosignature, "Format": the time, and a signature of Ed25519. */
export const COSIGNATURE_SIZE = TIME_SIZE + 64;
/** Ours: the last second that is a time. What is later does not verify. */
export const COSIGNATURE_SECONDS_MAX = Math.floor(TIME_MS_MAX / 1000);

/** A witness's public key, of type 0x04: it verifies cosignatures, and `vkey` is its written form. */
export interface WitnessKey extends NoteVerifier, NamedPublicKey {}

/** A witness's private key with its public half. It signs nothing but cosignatures. */
export interface WitnessSigningKey {
  readonly name: string;
  readonly keyId: number;
  readonly privateKey: KeyObject;
  readonly witnessKey: WitnessKey;
}

/** Makes a new key. @throws KeyError KEY_MALFORMED name */
export function generateWitnessKey(name: string): WitnessSigningKey {
  return witnessSigningKeyOf(generateKey(COSIGNATURE_TYPE, name));
}

/** A key with the name under which it cosigns. @throws KeyError KEY_MALFORMED for a bad name or another kind of key */
export function witnessSigningKey(name: string, privateKey: KeyObject): WitnessSigningKey {
  return witnessSigningKeyOf(privateKeyOf(COSIGNATURE_TYPE, name, privateKey));
}

/** Reads `<name>+<key ID in hex>+<base64>`. Types other than 0x04 are refused: a log's key is no witness's. */
export function parseWitnessKey(vkey: string): Parsed<WitnessKey, KeyFault> {
  const named = parsePublicKey(COSIGNATURE_TYPE, vkey);
  return named instanceof Fault ? named : witnessKeyOf(named);
}

/** Reads the written form of a private key, as `witnessSigningKeyText` writes it. */
export function parseWitnessSigningKey(text: string): Parsed<WitnessSigningKey, KeyFault> {
  const key = parsePrivateKey(COSIGNATURE_TYPE, text);
  return key instanceof Fault ? key : witnessSigningKeyOf(key);
}

/** The written form of a private key. It is a secret: it goes into a file of mode 0600 and nowhere else. */
export function witnessSigningKeyText({ privateKey, witnessKey }: WitnessSigningKey): string {
  return privateKeyText(COSIGNATURE_TYPE, { privateKey, named: witnessKey });
}

/** Reads a private key's file: one line. @throws KeyError KEY_UNREADABLE, KEY_MALFORMED */
export async function readWitnessKey(file: string): Promise<WitnessSigningKey> {
  return orThrow(parseWitnessSigningKey(await readKeyLine(file)));
}

/** Writes a private key into a new file that only its owner may read. @throws KeyError KEY_EXISTS */
export function writeWitnessKey(file: string, key: WitnessSigningKey): Promise<void> {
  return writePrivateKeyLine(file, witnessSigningKeyText(key));
}

/** Signs a checkpoint's text at the clock's time, as `signNote` and `signatureLine` want it. */
export function cosigner({ name, keyId, privateKey }: WitnessSigningKey, clock: Clock): NoteSigner {
  const sign = (text: Buffer): Buffer => {
    const seconds = Math.floor(clock.nowMs() / 1000);
    assert(seconds >= 0 && seconds <= COSIGNATURE_SECONDS_MAX);
    const time = Buffer.alloc(TIME_SIZE);
    time.writeBigUInt64BE(BigInt(seconds));
    return Buffer.concat([time, signBytes(null, cosignedBytes(seconds, text), privateKey)]);
  };
  return { name, keyId, sign };
}

/** The time of a cosignature, in ms since 1970. The signature covers it: ask after it was verified. */
export function cosignedAtMs({ signature }: { readonly signature: Buffer }): number {
  const seconds = secondsOf(signature);
  assert(seconds !== undefined);
  return seconds * 1000;
}

/** tlog-cosignature, "Format": what is signed is not the name of who signs, so one key has one role only. */
function cosignedBytes(seconds: number, text: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), text]);
}

function secondsOf(signature: Buffer): number | undefined {
  if (signature.length !== COSIGNATURE_SIZE) return undefined;
  const seconds = signature.readBigUInt64BE(0);
  return seconds <= BigInt(COSIGNATURE_SECONDS_MAX) ? Number(seconds) : undefined;
}

function witnessSigningKeyOf({ privateKey, named }: NamedPrivateKey): WitnessSigningKey {
  return { name: named.name, keyId: named.keyId, privateKey, witnessKey: witnessKeyOf(named) };
}

function witnessKeyOf(named: NamedPublicKey): WitnessKey {
  const verifies = (text: Buffer, signature: Buffer): boolean => {
    const seconds = secondsOf(signature);
    if (seconds === undefined) return false;
    return verifyBytes(null, cosignedBytes(seconds, text), named.publicKey, signature.subarray(TIME_SIZE));
  };
  return { ...named, verifies };
}
