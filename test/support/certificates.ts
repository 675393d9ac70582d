import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority in a folder, as openssl makes it. Good for two days. */
export class TestAuthority {
  readonly caFile: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.caFile = join(folder, 'ca.pem');
    const subject = ['-subj', '/CN=test authority', '-days', '2', '-nodes', '-x509'];
    this.#openssl('req', ...subject, ...NEW_KEY, '-keyout', 'ca.key.pem', '-out', 'ca.pem');
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  issue(name: string): Certificate {
    const [cert, key, request, extension] = ['cert.pem', 'key.pem', 'csr', 'ext'].map((end) => `${name}.${end}`) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(join(this.#folder, extension), `subjectAltName=DNS:${name}\n`);
    this.#openssl('req', '-new', '-nodes', '-subj', `/CN=${name}`, ...NEW_KEY, '-keyout', key, '-out', request);
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key.pem', '-CAcreateserial'];
    this.#openssl('x509', '-req', '-in', request, ...signer, '-days', '2', '-extfile', extension, '-out', cert);
    const [certFile, keyFile] = [join(this.#folder, cert), join(this.#folder, key)];
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
