import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';

/** How long one file of a log may take over HTTP, from the request to its last octet. */
const FETCH_TIMEOUT_MS = 30_000;

/** Where a log's files are read from. Nothing that comes out of one is to be trusted before it is verified. */
export interface TileSource {
  /** The folder or base URL, for messages. */
  readonly place: string;
  /**
   * One file's octets, or undefined where there is no such file.
   * @param path as `layout.ts` writes it
   * @param from how many of its first octets are left out, as they are known. A file that has no more is a fault.
   * @throws SourceError any of its codes
   */
  read(path: string, sizeMax: number, from?: number): Promise<Buffer | undefined>;
}

export type SourceFault =
  | { code: 'SOURCE_UNREADABLE'; path: string; reason: string }
  | { code: 'SOURCE_TOO_LARGE'; path: string; sizeMax: number }
  | { code: 'SOURCE_TIMEOUT'; path: string; timeoutMs: number }
  | { code: 'SOURCE_STATUS'; path: string; status: number };
export class SourceError extends Fault<SourceFault> {}

/** A source for a folder or for an http(s) base URL, whichever `place` is. */
export function openSource(place: string, options: UrlSourceOptions = {}): TileSource {
  return /^https?:\/\//i.test(place) ? new UrlSource(place, options) : new FolderSource(place);
}

/** Reads a log from its folder. */
export class FolderSource implements TileSource {
  readonly place: string;

  constructor(folder: string) {
    this.place = folder;
  }

  async read(path: string, sizeMax: number, from = 0): Promise<Buffer | undefined> {
    try {
      const file = await open(join(this.place, path), 'r');
      try {
        // The size is asked for before anything is held, so a wrong file cannot fill the memory.
        const { size } = await file.stat();
        if (size > sizeMax) throw new SourceError({ code: 'SOURCE_TOO_LARGE', path, sizeMax });
        return (await file.readFile()).subarray(from);
      } finally {
        await file.close();
      }
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new SourceError({ code: 'SOURCE_UNREADABLE', path, reason: code }, { cause });
    }
  }
}

export interface UrlSourceOptions {
  readonly timeoutMs?: number;
  /** Ends every reading at once, for a reader that is closed. */
  readonly signal?: AbortSignal;
  /** How a request is made, where not everybody may read. */
  readonly fetch?: typeof fetch;
}

/** Reads a log from any web server that serves its folder. Redirections are refused: a log says itself where it is. */
export class UrlSource implements TileSource {
  readonly place: string;
  readonly #timeoutMs: number;
  readonly #stop: AbortSignal | undefined;
  readonly #fetch: typeof fetch;

  constructor(baseUrl: string, { timeoutMs = FETCH_TIMEOUT_MS, signal, fetch: call = fetch }: UrlSourceOptions = {}) {
    this.place = baseUrl.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    this.#stop = signal;
    this.#fetch = call;
  }

  async read(path: string, sizeMax: number, from = 0): Promise<Buffer | undefined> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const signal = this.#stop === undefined ? timeout : AbortSignal.any([timeout, this.#stop]);
    try {
      const headers = from === 0 ? {} : rangeFrom(from);
      const response = await this.#fetch(`${this.place}/${path}`, { signal, redirect: 'error', headers });
      // Not every server knows ranges: then the whole file comes.
      if (response.status === 200) return (await readBody(response, path, sizeMax)).subarray(from);
      if (response.status === 206 && from > 0) return await readBody(response, path, sizeMax);
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) return undefined;
      throw new SourceError({ code: 'SOURCE_STATUS', path, status: response.status });
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      if (timeout.aborted) {
        throw new SourceError({ code: 'SOURCE_TIMEOUT', path, timeoutMs: this.#timeoutMs }, { cause });
      }
      throw new SourceError({ code: 'SOURCE_UNREADABLE', path, reason: reasonOf(cause) }, { cause });
    }
  }
}

/** RFC 9110 clause 14.1. A range of what was compressed on the way would begin somewhere else. */
function rangeFrom(from: number): Record<string, string> {
  return { range: `bytes=${from}-`, 'accept-encoding': 'identity' };
}

/** Counts what arrives after decompression: the stated length and the transfer encoding are the server's word only. */
async function readBody(response: Response, path: string, sizeMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > sizeMax) throw new SourceError({ code: 'SOURCE_TOO_LARGE', path, sizeMax });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** `fetch` hides the system's code, such as ECONNREFUSED, one cause down. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'fetch failed';
}
