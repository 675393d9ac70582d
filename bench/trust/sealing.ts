import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { decodeEntry, encodeSealedHeader, isSealed } from '../../src/ledger/entry.ts';
import { openStatement, sealStatement } from '../../src/statements/codec.ts';
import type { Figure } from '../figure.ts';
import { blockOf, EPOCH, sealedBlock } from './statements.ts';
import { timed, type Timed } from './timing.ts';

const ISSUER = 'operator-1';
const NONCE_SIZE = 12;
const TAG_SIZE = 16;
const RUNS = 3;

/** What the cipher alone works on: as many octets as in an entry, with as much authenticated beside them. */
interface Octets {
  readonly header: Uint8Array;
  readonly content: Buffer;
}

/** A statement sealed and opened, beside AES-256-GCM over the same octets and nothing around it. */
export async function run({ quick }: { quick: boolean }): Promise<Figure[]> {
  const count = quick ? 20_000 : 200_000;
  const octets = octetsOf(sealedBlock(ISSUER, 0));
  const stated = Array.from({ length: count }, (_, index) => blockOf(ISSUER, index));
  const entries = stated.map(({ envelope, statement }) => sealStatement(envelope, statement, EPOCH));
  const sealing = best(() => {
    for (const { envelope, statement } of stated) sealStatement(envelope, statement, EPOCH);
  });
  const opening = best(() => {
    for (const entry of entries) assert(openStatement(entry, () => EPOCH.key).statement !== undefined);
  });
  const sealed = encrypt(octets);
  const encrypting = best(() => {
    for (let at = 0; at < count; at++) encrypt(octets);
  });
  const decrypting = best(() => {
    for (let at = 0; at < count; at++) decrypt(sealed, octets.header);
  });
  const about = `a sealed report of ${entries[0]!.length} octets, ${octets.content.length} of them encrypted`;
  return [
    figureOf('statements sealed per CPU-second', count, { ours: sealing, bare: encrypting }, about),
    figureOf('statements opened per CPU-second', count, { ours: opening, bare: decrypting }, 'as a statement, checked'),
  ];
}

function figureOf(name: string, count: number, { ours, bare }: { ours: Timed; bare: Timed }, note: string): Figure {
  return {
    name,
    value: perCpuSecond(count, ours),
    unit: '/CPU-s',
    cpuMicrosPerOperation: ours.cpuMicros / count,
    baseline: {
      name: 'AES-256-GCM alone',
      value: perCpuSecond(count, bare),
      cpuMicrosPerOperation: bare.cpuMicros / count,
    },
    ratio: ours.cpuMicros / bare.cpuMicros,
    note,
  };
}

function octetsOf(bytes: Uint8Array): Octets {
  const entry = decodeEntry(bytes);
  assert(isSealed(entry));
  const size = entry.sealed.length - NONCE_SIZE - TAG_SIZE;
  return { header: encodeSealedHeader(entry), content: Buffer.alloc(size, 1) };
}

function encrypt({ header, content }: Octets): Buffer {
  const nonce = randomBytes(NONCE_SIZE);
  const cipher = createCipheriv('aes-256-gcm', EPOCH.key, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(header);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(sealed: Buffer, header: Uint8Array): Buffer {
  const nonce = sealed.subarray(0, NONCE_SIZE);
  const decipher = createDecipheriv('aes-256-gcm', EPOCH.key, nonce, { authTagLength: TAG_SIZE });
  decipher.setAAD(header);
  decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
  const content = decipher.update(sealed.subarray(NONCE_SIZE, -TAG_SIZE));
  decipher.final();
  return content;
}

/** The one of a few runs that took the least CPU, the first having warmed the code. */
function best(work: () => void): Timed {
  const runs = Array.from({ length: RUNS }, () => timed(work));
  return runs.reduce((least, run) => (run.cpuMicros < least.cpuMicros ? run : least));
}

function perCpuSecond(count: number, { cpuMicros }: Timed): number {
  return Math.round((count / cpuMicros) * 1e6);
}
