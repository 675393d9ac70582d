import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makeFolderDurably, moveDurably } from '../base/durable.ts';
import { ensurePeerCertificate, type PeerCertificate, readPeerCertificate } from '../peers/certificate.ts';

/** Digits that tell apart what was before which certificate. */
const MARK_LENGTH = 8;

interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** @param keys the folder of the keys @param which the certificate in use, or the next one */
function certificateFiles(keys: string, which: 'tls' | 'tls.next' = 'tls'): CertificateFiles {
  return { certificateFile: join(keys, `${which}.pem`), keyFile: join(keys, `${which}.key`) };
}

/** The member's TLS certificate, made where there is none. @throws PeerError PEER_CERTIFICATE_UNREADABLE */
export async function ensureCertificate(
  { keys, member }: { keys: string; member: string },
  deps: { clock: Clock },
): Promise<PeerCertificate> {
  await makeFolderDurably(keys, 0o700);
  return ensurePeerCertificate({ member, ...certificateFiles(keys) }, deps);
}

/**
 * The certificate that the consortium is to have beside those it has: the one in use where it has that not yet, and else
 * the next, which is made unless it is there already.
 * @throws PeerError PEER_CERTIFICATE_UNREADABLE
 */
export async function makeNextCertificate(
  { keys, member, bound }: { keys: string; member: string; bound: readonly string[] },
  deps: { clock: Clock },
): Promise<PeerCertificate> {
  const inUse = await ensureCertificate({ keys, member }, deps);
  if (!bound.includes(inUse.fingerprint)) return inUse;
  return ensurePeerCertificate({ member, ...certificateFiles(keys, 'tls.next') }, deps);
}

/** What this node shows to the other members: a certificate, and after a rotation the next one. */
export class PeerIdentity {
  readonly #keys: string;
  #current: PeerCertificate | undefined;

  private constructor(keys: string, current: PeerCertificate | undefined) {
    this.#keys = keys;
    this.#current = current;
  }

  /** @throws PeerError PEER_CERTIFICATE_UNREADABLE */
  static async open(keys: string): Promise<PeerIdentity> {
    await finishExchange(keys);
    const files = certificateFiles(keys);
    return new PeerIdentity(keys, existsSync(files.certificateFile) ? await readPeerCertificate(files) : undefined);
  }

  /** Undefined where this member has none, and speaks plain HTTP. */
  get current(): PeerCertificate | undefined {
    return this.#current;
  }

  /** The next certificate, where there is one and governance binds it. @throws PeerError PEER_CERTIFICATE_UNREADABLE */
  async next(bound: readonly string[]): Promise<PeerCertificate | undefined> {
    const { certificateFile, keyFile } = certificateFiles(this.#keys, 'tls.next');
    if (!existsSync(certificateFile)) return undefined;
    // An exchange that failed half way has put the key into its place already.
    const files = existsSync(keyFile) ? { certificateFile, keyFile } : { certificateFile, keyFile: this.#keyFile };
    const next = await readPeerCertificate(files);
    return bound.includes(next.fingerprint) ? next : undefined;
  }

  get #keyFile(): string {
    return certificateFiles(this.#keys).keyFile;
  }

  /** Puts the next certificate into the place of the one in use, which stays in the folder under its own name. */
  async adopt(next: PeerCertificate): Promise<void> {
    const [now, then] = [certificateFiles(this.#keys), certificateFiles(this.#keys, 'tls.next')];
    if (this.#current !== undefined) {
      const mark = hash('sha256', this.#current.fingerprint, 'hex').slice(0, MARK_LENGTH);
      await link(now.certificateFile, join(this.#keys, `tls.before-${mark}.pem`)).catch(ignoreExisting);
    }
    if (existsSync(then.keyFile)) await rename(then.keyFile, now.keyFile);
    await moveDurably(then.certificateFile, now.certificateFile);
    this.#current = next;
  }
}

/** A kill came between key and certificate: the key is in its place already. */
async function finishExchange(keys: string): Promise<void> {
  const { certificateFile, keyFile } = certificateFiles(keys, 'tls.next');
  if (!existsSync(certificateFile) || existsSync(keyFile)) return;
  await moveDurably(certificateFile, certificateFiles(keys).certificateFile);
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
