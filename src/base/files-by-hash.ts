import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolderDurably, writeDurably } from './durable.ts';

/** Private: nobody but the node's own user reads them. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Files under the name of their SHA-256: the same octets are kept once, and none is ever written over. */
export class FilesByHash {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps these octets durably. @returns their SHA-256 in hexadecimal */
  async keep(octets: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(octets).digest('hex');
    if (await this.#has(sha256, octets.length)) return sha256;
    await makeFolderDurably(this.#folder, FOLDER_MODE);
    await writeDurably(this.#path(sha256), octets, FILE_MODE);
    return sha256;
  }

  /** The octets under this name, or undefined where there are none, or others than the name says. */
  async read(sha256: string): Promise<Buffer | undefined> {
    if (!SHA256_HEX.test(sha256)) return undefined;
    const octets = await readFile(this.#path(sha256)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (octets === undefined) return undefined;
    return createHash('sha256').update(octets).digest('hex') === sha256 ? octets : undefined;
  }

  async #has(sha256: string, size: number): Promise<boolean> {
    const found = await stat(this.#path(sha256)).catch(() => undefined);
    return found?.size === size;
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256);
  }
}
