import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { NOTE_SIZE_MAX, parseNote } from './note.ts';
import type { TreeHead } from './verified-tiles.ts';
import { WitnessError } from './witness-fault.ts';

const DIGEST_LENGTH = 64;

/** What a witness cosigned last for an origin. */
export interface Cosigned extends TreeHead {
  /** The checkpoint with the log's signature and the witness's own. */
  readonly note: string;
}

/** The name of an origin in a path: SHA-256 in hex (tlog-witness, "monitoring"). */
export function originHash(origin: string): string {
  return hash('sha256', origin, 'hex');
}

/**
 * The file of one origin: a digest in hex, a line feed, and the note. Its key may since have been exchanged, so the digest
 * says that the file is whole.
 */
export class WitnessState {
  readonly #file: string;
  #last: Cosigned | undefined;
  #isRead = false;

  /** @param file named by `originHash` */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * What was cosigned last, or undefined where nothing ever was.
   * @throws WitnessError WITNESS_STATE_UNREADABLE: who no longer knows what it signed signs nothing
   */
  async last(): Promise<Cosigned | undefined> {
    if (!this.#isRead) this.#last = await this.#read();
    this.#isRead = true;
    return this.#last;
  }

  /** Once this returns, the next start knows of it. When it throws, either may be in force: it is read again. */
  async store(next: Cosigned): Promise<void> {
    this.#isRead = false;
    await writeDurably(this.#file, `${hash('sha256', next.note, 'hex')}\n${next.note}`, 0o600);
    this.#last = next;
    this.#isRead = true;
  }

  async #read(): Promise<Cosigned | undefined> {
    const bytes = await this.#bytes();
    if (bytes === undefined) return undefined;
    const note = bytes.subarray(DIGEST_LENGTH + 1);
    if (bytes.toString('latin1', 0, DIGEST_LENGTH + 1) !== `${hash('sha256', note, 'hex')}\n`) {
      throw this.#unreadable('digest');
    }
    const parsed = note.length > NOTE_SIZE_MAX ? undefined : parseNote(note);
    if (parsed === undefined || parsed instanceof Fault) throw this.#unreadable('note');
    const checkpoint = parseCheckpoint(parsed.text);
    if (checkpoint instanceof Fault) throw this.#unreadable('checkpoint');
    return { size: checkpoint.size, root: checkpoint.root, note: note.toString('utf8') };
  }

  async #bytes(): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#file);
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw this.#unreadable(code);
    }
  }

  #unreadable(reason: string): WitnessError {
    return new WitnessError({ code: 'WITNESS_STATE_UNREADABLE', file: this.#file, reason });
  }
}
