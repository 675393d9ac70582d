import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExchangeError } from './exchange-fault.ts';

/** Octets of one list. */
export const LIST_SIZE_MAX = 2 * 1024 ** 3;

/** Lists on disk while they are on their way in or out. Names are ours: what a register calls a file is no path. */
export class Spool {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Spool(folder);
  }

  /** Where a file's octets are. */
  path(id: number): string {
    return join(this.#folder, `list-${id}`);
  }

  /** A place for octets that are not whole yet. */
  partPath(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.part`);
  }

  /**
   * Takes a stream in, durably. @returns its hash and size, and where it is until `keep`
   * @throws ExchangeError EXCHANGE_FILE_TOO_LARGE
   */
  async receive(
    source: AsyncIterable<Uint8Array>,
    part: string,
    sizeMax = LIST_SIZE_MAX,
  ): Promise<{ sha256: string; size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    await pipeline(
      source,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > sizeMax) throw new ExchangeError({ code: 'EXCHANGE_FILE_TOO_LARGE', sizeMax });
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(part, { mode: 0o600 }),
    );
    const file = await open(part, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), size };
  }

  /** Gives received octets their place. */
  async keep(part: string, id: number): Promise<void> {
    await rename(part, this.path(id));
  }

  /** Forgets everything but these lists: nothing else may be under way. */
  async keepOnly(ids: readonly number[]): Promise<void> {
    const kept = new Set(ids.map((id) => this.path(id)));
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      if (!kept.has(path)) await this.forget(path);
    }
  }

  async forget(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}
