import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UNFINISHED_SUFFIX } from '../../../base/durable.ts';

/** A request under a key, by its hash, and what it came to. */
export interface KeptRequest {
  readonly key: string;
  readonly request: string;
  readonly outcome: string;
}

/** Lines for every key that is remembered: beyond that the file is written anew. */
const LINES_PER_KEY_MAX = 2;

/**
 * Keys on disk, a line each, so that a sender who asks again after this process was killed does not send twice. Lines
 * are handed to the system and not flushed: they outlive the process, not a power cut. A text that was taken between
 * the message centre's answer and its line is the one that may go twice.
 */
export class KeyJournal {
  readonly #file: string;
  readonly #keysMax: number;
  #descriptor: number;
  #lines = 0;

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
      kept.set(read.key, read);
    }
    const newest = [...kept.values()].slice(-keysMax);
    journal.#rewrite(newest);
    return { journal, kept: newest };
  }

  /** @param all what is to stay if the file is written anew */
  add(kept: KeptRequest, all: () => Iterable<KeptRequest>): void {
    writeSync(this.#descriptor, lineOf(kept));
    this.#lines++;
    if (this.#lines > this.#keysMax * LINES_PER_KEY_MAX) this.#rewrite([...all()]);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rewrite(kept: readonly KeptRequest[]): void {
    const aside = this.#file + UNFINISHED_SUFFIX;
    writeFileSync(aside, kept.map(lineOf).join(''), { mode: 0o600 });
    renameSync(aside, this.#file);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#file, 'a', 0o600);
    this.#lines = kept.length;
  }
}

function lineOf({ key, request, outcome }: KeptRequest): string {
  return `${JSON.stringify([key, request, outcome])}\n`;
}

/** A line that a kill cut short is none. */
function readLine(line: string): KeptRequest | undefined {
  try {
    const [key, request, outcome] = JSON.parse(line) as unknown[];
    if (typeof key !== 'string' || typeof request !== 'string' || typeof outcome !== 'string') return undefined;
    return { key, request, outcome };
  } catch {
    return undefined;
  }
}
