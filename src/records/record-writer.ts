import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { type RecordName, recordFileName } from './record-files.ts';
import type { CheckRecord } from './record.ts';

/** Records held in memory while the disk is slow or full. The next ones are dropped and counted. */
export const RECORDS_WAITING_MAX = 50_000;
/** Records written in one go. */
const BATCH_RECORDS_MAX = 5_000;
/** How long a record waits for others before it is written. */
export const FLUSH_INTERVAL_MS = 200;
const NEWLINE = 0x0a;

export interface RecordWriterOptions {
  /** Made when it is missing; readable by its owner only. */
  readonly folder: string;
  /** Tells the writers of one folder apart: each has its own files. */
  readonly writer: number;
  /** What is recorded: `checks` without it. */
  readonly name?: RecordName;
}

export interface RecordWriterParts {
  readonly log: Log;
  readonly onWritten?: (records: number) => void;
  readonly onDropped?: (records: number) => void;
}

/**
 * Appends records to a file a day, in the background: who adds one never waits. What is in memory is lost when the
 * process is killed, and the last seconds when the power is cut; a broken line is skipped by the reader.
 */
export class RecordWriter<T extends { readonly timeMs: number } = CheckRecord> {
  readonly #options: RecordWriterOptions;
  readonly #parts: RecordWriterParts;
  #waiting: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #file: { name: string; handle: FileHandle } | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(options: RecordWriterOptions, parts: RecordWriterParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** How many records are not written yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  add(record: T): void {
    if (this.#waiting.length >= RECORDS_WAITING_MAX || this.#isClosed) {
      this.#parts.onDropped?.(1);
      return;
    }
    this.#waiting.push(record);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Writes what waits. It resolves when that was tried: what the disk refused stays, to be tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  /** Writes what waits, to the disk itself, and takes no more. What cannot be written then is counted as dropped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#parts.onDropped?.(this.#waiting.length);
    this.#waiting = [];
    await this.#file?.handle.datasync().catch(() => undefined);
    await this.#closeFile();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const written = await this.#writeBatch().catch((error: NodeJS.ErrnoException) => this.#failed(error));
      if (written === 0) return;
      this.#waiting.splice(0, written);
      this.#parts.onWritten?.(written);
    }
  }

  /** @returns how many of the first records were written: as many as belong to one file */
  async #writeBatch(): Promise<number> {
    const name = this.#fileOf(this.#waiting[0]!);
    const handle = await this.#open(name);
    const lines: string[] = [];
    for (const record of this.#waiting) {
      if (lines.length === BATCH_RECORDS_MAX) break;
      if (this.#fileOf(record) !== name) break;
      lines.push(`${JSON.stringify(record)}\n`);
    }
    await handle.writeFile(lines.join(''));
    if (this.#isFailing) this.#parts.log.info({}, 'records are written again');
    this.#isFailing = false;
    return lines.length;
  }

  #fileOf({ timeMs }: T): string {
    return recordFileName(timeMs, this.#options.writer, this.#options.name);
  }

  async #failed(error: NodeJS.ErrnoException): Promise<number> {
    if (!this.#isFailing) {
      const facts = { code: 'RECORDS_NOT_WRITTEN', reason: error.code, waiting: this.#waiting.length };
      this.#parts.log.error(facts, 'records cannot be written; they wait in memory');
    }
    this.#isFailing = true;
    // What was written of the batch may end inside a line: opening the file again ends that line.
    await this.#closeFile();
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL_MS);
    return 0;
  }

  async #open(name: string): Promise<FileHandle> {
    if (this.#file?.name === name && (await isStillThere(this.#file.handle))) return this.#file.handle;
    await this.#closeFile();
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const handle = await open(join(this.#options.folder, name), 'a+', 0o600);
    this.#file = { name, handle };
    await endBrokenLine(handle);
    return handle;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => undefined);
  }
}

/** Records are deleted by deleting files: what is written to a file without a name would be lost. */
async function isStillThere(handle: FileHandle): Promise<boolean> {
  return (await handle.stat()).nlink > 0;
}

async function endBrokenLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) return;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] !== NEWLINE) await handle.writeFile('\n');
}
