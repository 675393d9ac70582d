import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Fault } from '../../base/fault.ts';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whose certificates callers must show; none where it is left out. */
  readonly caFile?: string;
}

export type TlsFilesFault =
  | { code: 'GATE_TLS_UNREADABLE'; file: string }
  | { code: 'GATE_TLS_UNUSABLE'; file: string; reason: string };
export class TlsFilesError extends Fault<TlsFilesFault> {}

/** What a gate's server is told of TLS. @throws TlsFilesError */
export function readTlsFiles({ certFile, keyFile, caFile }: TlsFiles) {
  const identity = { cert: readPem(certFile), key: readPem(keyFile) };
  mustBeUsable(certFile, () => createSecureContext(identity));
  const options = { ...identity, minVersion: 'TLSv1.2' as const };
  if (caFile === undefined) return options;
  const ca = readPem(caFile);
  // A server takes authorities that are none without a word, and then no caller's certificate is good.
  mustBeUsable(caFile, () => new X509Certificate(ca));
  return { ...options, ca, requestCert: true, rejectUnauthorized: true };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TlsFilesError({ code: 'GATE_TLS_UNREADABLE', file }, { cause });
  }
}

function mustBeUsable(file: string, use: () => unknown): void {
  try {
    use();
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new TlsFilesError({ code: 'GATE_TLS_UNUSABLE', file, reason }, { cause });
  }
}
