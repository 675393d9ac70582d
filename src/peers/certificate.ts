import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { writeDurably } from '../base/durable.ts';
import { PeerError } from './peer-fault.ts';

/** A certificate is replaced by a rotation long before; governance, and no date, says whether it is believed. */
const VALID_YEARS = 10;
const PRIVATE_FILE = 0o600;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** What a member shows to the others on a connection. */
export interface PeerCertificate {
  /** In PEM. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate in DER, in hex: what governance binds to the member. */
  readonly fingerprint: string;
}

/** Makes a self-signed certificate with a new key, in new files. The name in it proves nothing: its fingerprint does. */
export async function makePeerCertificate(
  options: { member: string; certificateFile: string; keyFile: string },
  { clock }: { clock: Clock },
): Promise<PeerCertificate> {
  const { member, certificateFile, keyFile } = options;
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notBefore = new Date(clock.nowMs());
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + VALID_YEARS);
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const made = await X509CertificateGenerator.createSelfSigned(
    { name: `CN=${member}`, notBefore, notAfter, signingAlgorithm: ALGORITHM, keys },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.replaceAll(/(.{64})(?=.)/g, '$1\n');
  await writeDurably(keyFile, `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`, PRIVATE_FILE);
  await writeDurably(certificateFile, `${made.toString('pem')}\n`);
  return readPeerCertificate(options);
}

/** @throws PeerError PEER_CERTIFICATE_UNREADABLE */
export async function readPeerCertificate(options: {
  certificateFile: string;
  keyFile: string;
}): Promise<PeerCertificate> {
  const { certificateFile, keyFile } = options;
  const certificate = await readText(certificateFile);
  const key = await readText(keyFile);
  try {
    return { certificate, key, fingerprint: fingerprintOf(new X509Certificate(certificate).raw) };
  } catch (cause) {
    throw new PeerError({ code: 'PEER_CERTIFICATE_UNREADABLE', file: certificateFile }, { cause });
  }
}

/** The certificate in these files, made where there is none. */
export async function ensurePeerCertificate(
  options: { member: string; certificateFile: string; keyFile: string },
  deps: { clock: Clock },
): Promise<PeerCertificate> {
  return existsSync(options.certificateFile) ? readPeerCertificate(options) : makePeerCertificate(options, deps);
}

/** SHA-256 of a certificate in DER, in hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PeerError({ code: 'PEER_CERTIFICATE_UNREADABLE', file }, { cause });
  });
}
