import { dirname, join } from 'node:path';
import { makeFolderDurably, writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';

/** From the request of one file to its answer. */
const PUT_MS_MAX = 30_000;
/** RFC 4918 clause 9.7.1: a folder above the file is not there. */
const CONFLICT = 409;

export type StoreFault =
  | { code: 'STORE_UNREACHABLE'; reason: string }
  | { code: 'STORE_REFUSED'; path: string; httpStatus: number }
  | { code: 'STORE_TOKEN_UNREADABLE'; file: string };
export class StaticStoreError extends Fault<StoreFault> {}

/** Where files are put for others to fetch. */
export interface StaticStore {
  /** The folder or the address, for messages. */
  readonly place: string;
  /** Writes a file, or writes over it. @throws StaticStoreError, or what the system says */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

/** A folder that a web server serves, or that something else carries to one. A file is there whole, or as it was. */
export class FolderStore implements StaticStore {
  readonly place: string;

  constructor(folder: string) {
    this.place = folder;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.place, path);
    await makeFolderDurably(dirname(file));
    await writeDurably(file, bytes);
  }
}

/** A web server that takes files by PUT (RFC 9110 clause 9.3.4), and makes folders by MKCOL where it wants them made. */
export class WebStore implements StaticStore {
  readonly place: string;
  readonly #token: string | undefined;
  readonly #stop: AbortSignal;
  readonly #fetch: typeof fetch;

  constructor(
    { url, token }: { url: string; token?: string },
    { signal, fetch: call = fetch }: { signal: AbortSignal; fetch?: typeof fetch },
  ) {
    this.place = url.replace(/\/+$/, '');
    this.#token = token;
    this.#stop = signal;
    this.#fetch = call;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    let status = await this.#ask('PUT', path, bytes);
    if (status === CONFLICT) {
      await this.#makeFolders(path);
      status = await this.#ask('PUT', path, bytes);
    }
    if (status < 200 || status > 299) throw new StaticStoreError({ code: 'STORE_REFUSED', path, httpStatus: status });
  }

  /** Those that are there already are answered 405, which is as good. */
  async #makeFolders(path: string): Promise<void> {
    const parts = dirname(path).split('/');
    for (let depth = 1; depth <= parts.length; depth++) await this.#ask('MKCOL', `${parts.slice(0, depth).join('/')}/`);
  }

  async #ask(method: string, path: string, body?: Uint8Array): Promise<number> {
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(PUT_MS_MAX)]);
    const headers = {
      'content-type': 'application/octet-stream',
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
    };
    try {
      const init = { method, headers, redirect: 'error', signal, ...(body && { body: Buffer.from(body) }) } as const;
      const answer = await this.#fetch(`${this.place}/${path}`, init);
      await answer.body?.cancel();
      return answer.status;
    } catch (cause) {
      throw new StaticStoreError({ code: 'STORE_UNREACHABLE', reason: reasonOf(cause) }, { cause });
    }
  }
}

/** `fetch` hides the system's code one cause down. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: string };
  return typeof cause?.code === 'string' ? cause.code : (name ?? 'unknown');
}
