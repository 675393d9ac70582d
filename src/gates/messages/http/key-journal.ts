import {
  closeSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { UNFINISHED_SUFFIX } from '../../../base/durable.ts';

const flush = promisify(fdatasync);

/** A request under a key, by its hash, and what it came to; without an outcome nobody knows. */
export interface KeptRequest {
  readonly key: string;
  readonly request: string;
  readonly outcome?: string;
}

/** Lines for every key that is remembered: beyond that the file is written anew. */
const LINES_PER_KEY_MAX = 4;
/** In the place of an outcome: the request was not carried out, and its key stands for nothing. */
const FREE = null;

/**
 * Keys on disk, so that no request is carried out twice, whatever is killed when. An intention is flushed to the disk
 * before its request is carried out; the outcome follows on a line of its own, handed to the system and not flushed. An
 * intention without an outcome is a request of which nobody knows whether it was carried out.
 */
export class KeyJournal {
  readonly #file: string;
  readonly #keysMax: number;
  #descriptor: number;
  #lines = 0;
  #flushing: Promise<void> | undefined;
  #nextFlush: Promise<void> | undefined;
  #isClosed = false;

  private constructor(file: string, keysMax: number) {
    this.#file = file;
    this.#keysMax = keysMax;
    mkdirSync(dirname(file), { recursive: true });
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  /** Opens the file, and gives what it holds: the newest `keysMax` at most, oldest first. */
  static open(file: string, keysMax: number): { journal: KeyJournal; kept: KeptRequest[] } {
    const journal = new KeyJournal(file, keysMax);
    const kept = new Map<string, KeptRequest>();
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const read = readLine(line);
      if (read === undefined) continue;
      kept.delete(read.key);
      if (read.outcome === FREE) continue;
      const { key, request, outcome } = read;
      kept.set(key, { key, request, ...(outcome !== undefined && { outcome }) });
    }
    const newest = [...kept.values()].slice(-keysMax);
    journal.#rewrite(newest);
    return { journal, kept: newest };
  }

  /**
   * Writes down that a request is about to be carried out; resolves when a power cut no longer undoes it. Those that
   * come while the disk is busy are flushed together.
   * @param all what is to stay if the file is written anew: this one is among them
   * @throws an error of the system; then the request must not be carried out
   */
  async intend({ key, request }: KeptRequest, all: () => Iterable<KeptRequest>): Promise<void> {
    this.#write([key, request]);
    this.#nextFlush ??= this.#flushAfter(this.#flushing, all);
    await this.#nextFlush;
  }

  /** Notes what a request came to. What cannot be written stays an intention without an outcome. */
  settle({ key, request, outcome }: KeptRequest): void {
    this.#writeIfPossible([key, request, outcome]);
  }

  /** Notes that a request was not carried out after all. */
  free({ key, request }: KeptRequest): void {
    this.#writeIfPossible([key, request, FREE]);
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  #writeIfPossible(line: readonly unknown[]): void {
    if (this.#isClosed) return;
    try {
      this.#write(line);
    } catch {
      // The full disk that this tells of is told by the next intention, which is refused.
    }
  }

  /** Each line begins with its end of line: one that was cut short does not spoil the next. */
  #write(line: readonly unknown[]): void {
    const octets = Buffer.from(`\n${JSON.stringify(line)}`);
    const written = writeSync(this.#descriptor, octets);
    this.#lines++;
    if (written < octets.length) throw new Error('the line was cut short');
  }

  /** A flush that has begun may miss the lines written since: one more follows it, for all who wait. */
  async #flushAfter(before: Promise<void> | undefined, all: () => Iterable<KeptRequest>): Promise<void> {
    await before?.catch(() => undefined);
    this.#nextFlush = undefined;
    if (this.#lines > this.#keysMax * LINES_PER_KEY_MAX) this.#rewrite([...all()]);
    else {
      this.#flushing = flush(this.#descriptor);
      await this.#flushing;
    }
  }

  /** No flush is under way when this is called: it closes the file. */
  #rewrite(kept: readonly KeptRequest[]): void {
    const aside = this.#file + UNFINISHED_SUFFIX;
    const lines = kept.map(({ key, request, outcome }) =>
      JSON.stringify([key, request, outcome].slice(0, outcome === undefined ? 2 : 3)),
    );
    writeFileSync(aside, lines.join('\n'), { mode: 0o600, flush: true });
    renameSync(aside, this.#file);
    syncFolder(dirname(this.#file));
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#file, 'a', 0o600);
    this.#lines = kept.length;
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A line that a kill cut short is none. */
function readLine(
  line: string,
): { readonly key: string; readonly request: string; readonly outcome: string | typeof FREE | undefined } | undefined {
  try {
    const [key, request, outcome] = JSON.parse(line) as unknown[];
    if (typeof key !== 'string' || typeof request !== 'string') return undefined;
    if (typeof outcome !== 'string' && outcome !== FREE && outcome !== undefined) return undefined;
    return { key, request, outcome };
  } catch {
    return undefined;
  }
}
