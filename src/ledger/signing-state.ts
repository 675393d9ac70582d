import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { closeSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeDurably } from '../base/durable.ts';
import { Fault } from '../base/fault.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { asTaken, type LogVerifier } from './log-verifier.ts';

const flushData = promisify(fdatasync);

/** Each of the two copies has a page of its own, so that writing one cannot tear the other. */
export const COPY_SIZE = 4096;
export const SIGNED_CHECKPOINT_FILE = 'signed-checkpoint';
const DIGEST_LENGTH = 64;
/** A copy is a digest in hex, a line feed, and the note. */
export const SIGNED_NOTE_SIZE_MAX = COPY_SIZE - DIGEST_LENGTH - 1;

export type SigningStateFault =
  | { code: 'LEDGER_SIGNING_STATE_UNREADABLE'; reason: string }
  | { code: 'LEDGER_SIGNING_STATE_CHANGED'; expectedSize: number };
export class SigningStateError extends Fault<SigningStateFault> {}

interface Content {
  /** The whole file. */
  readonly bytes: Buffer;
  /** Where the copy in force begins. */
  readonly offset: number;
  readonly signed: SignedCheckpoint;
}

/**
 * The largest checkpoint that a log ever signed. Whoever signs two trees of one size, or goes back and grows another
 * way, has forked its log for good; so this file decides what was signed, must never go back, and stays out of backups.
 *
 * It holds two copies of fixed size, of which the larger whole one is in force. The other is written in place and
 * flushed: its blocks are there already, so that takes one flush, and a full disk does not stop it.
 */
export class SigningState {
  readonly #file: string;
  readonly #logKey: LogVerifier;
  #content: Content;

  private constructor(file: string, logKey: LogVerifier, content: Content) {
    this.#file = file;
    this.#logKey = logKey;
    this.#content = content;
  }

  /** Begins the state of a log with the first checkpoint that it signs. */
  static async create(folder: string, logKey: LogVerifier, note: string): Promise<SigningState> {
    const file = join(folder, SIGNED_CHECKPOINT_FILE);
    await writeDurably(file, Buffer.concat([copyBytes(note), Buffer.alloc(COPY_SIZE)]), 0o600);
    return new SigningState(file, logKey, readContent(file, logKey)!);
  }

  /**
   * @returns undefined where nothing was ever signed
   * @throws SigningStateError LEDGER_SIGNING_STATE_UNREADABLE
   */
  static open(folder: string, logKey: LogVerifier): SigningState | undefined {
    const file = join(folder, SIGNED_CHECKPOINT_FILE);
    const content = readContent(file, logKey);
    return content && new SigningState(file, logKey, content);
  }

  get signed(): SignedCheckpoint {
    return this.#content.signed;
  }

  /**
   * Puts the next signed checkpoint in force, durably, if the file still says what this object knows (compare and swap).
   * When it throws anything else, either of the two may be in force: open the state again to know.
   * @throws SigningStateError LEDGER_SIGNING_STATE_CHANGED
   */
  async advance(note: string): Promise<void> {
    // What is about to be the last word is verified like any other note.
    const next = readNote(Buffer.from(note), this.#logKey);
    assert(next.size > this.signed.size);
    await this.#replace(next);
  }

  /**
   * The same for the tree that was signed last, signed by the next key: never another size or root.
   * @throws SigningStateError LEDGER_SIGNING_STATE_CHANGED
   */
  async renew(note: string): Promise<void> {
    const next = readNote(Buffer.from(note), this.#logKey);
    assert(next.size === this.signed.size && next.root.equals(this.signed.root));
    await this.#replace(next);
  }

  /** Whether the key that signed last may still sign this size. */
  get isCurrent(): boolean {
    return counts(this.signed, this.#logKey);
  }

  async #replace(next: SignedCheckpoint): Promise<void> {
    const { bytes, offset, signed } = this.#content;
    if (readIfThere(this.#file)?.equals(bytes) !== true) {
      throw new SigningStateError({ code: 'LEDGER_SIGNING_STATE_CHANGED', expectedSize: signed.size });
    }
    const otherOffset = offset === 0 ? COPY_SIZE : 0;
    const copy = copyBytes(next.note);
    await overwriteDurably(this.#file, otherOffset, copy);
    copy.copy(bytes, otherOffset);
    this.#content = { bytes, offset: otherOffset, signed: next };
  }
}

/** Only the flush waits for the disk. The rest touches the system's cache, faster than a round through a thread pool. */
async function overwriteDurably(path: string, offset: number, bytes: Buffer): Promise<void> {
  const file = openSync(path, 'r+');
  try {
    const written = writeSync(file, bytes, 0, bytes.length, offset);
    assert(written === bytes.length);
    await flushData(file);
  } finally {
    closeSync(file);
  }
}

function copyBytes(note: string): Buffer {
  const bytes = Buffer.alloc(COPY_SIZE);
  const written = bytes.write(`${digestOf(Buffer.from(note))}\n${note}`);
  assert(written <= COPY_SIZE && Buffer.byteLength(note) <= SIGNED_NOTE_SIZE_MAX);
  return bytes;
}

function readContent(file: string, logKey: LogVerifier): Content | undefined {
  const bytes = readIfThere(file);
  if (bytes === undefined) return undefined;
  const copies = [0, COPY_SIZE].flatMap((offset) => {
    const note = wholeNote(bytes.subarray(offset, offset + COPY_SIZE));
    return note === undefined ? [] : [{ bytes, offset, signed: readNote(note, inAnyHistory(logKey)) }];
  });
  if (copies.length === 0) throw unreadable('no whole copy');
  const last = copies.reduce((a, b) => (isLater(b.signed, a.signed, logKey) ? b : a));
  readNote(Buffer.from(last.signed.note), asTaken(logKey));
  return last;
}

/** Of two of one size, which are of one tree, the one that was signed anew. */
function isLater(one: SignedCheckpoint, other: SignedCheckpoint, logKey: LogVerifier): boolean {
  return one.size > other.size || (one.size === other.size && counts(one, logKey));
}

function counts({ note }: SignedCheckpoint, logKey: LogVerifier): boolean {
  return !(openCheckpoint(Buffer.from(note), logKey) instanceof Fault);
}

/** What was signed before the last may be older than the history that was settled on. */
function inAnyHistory(logKey: LogVerifier): LogVerifier {
  const taken = asTaken(logKey);
  return { name: taken.name, at: (size) => taken.at(size) };
}

/** The note of a copy, or nothing where the copy was never written or was torn by a power cut. */
function wholeNote(copy: Buffer): Buffer | undefined {
  const end = copy.indexOf(0);
  const text = copy.subarray(0, end === -1 ? copy.length : end);
  const note = text.subarray(DIGEST_LENGTH + 1);
  return note.length > 0 && text.toString('latin1', 0, DIGEST_LENGTH + 1) === `${digestOf(note)}\n` ? note : undefined;
}

/** A whole copy that does not verify was written under another key: nothing is signed until that is understood. */
function readNote(note: Buffer, logKey: LogVerifier): SignedCheckpoint {
  const signed = openCheckpoint(note, logKey);
  if (signed instanceof Fault) throw unreadable(signed.facts.code);
  return signed;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function digestOf(note: Buffer): string {
  return hash('sha256', note, 'hex');
}

function unreadable(reason: string): SigningStateError {
  return new SigningStateError({ code: 'LEDGER_SIGNING_STATE_UNREADABLE', reason });
}
