import { open } from 'node:fs/promises';
import { listRecordFiles } from './record-files.ts';
import { type CheckRecord, parseRecord } from './record.ts';

/** Octets read of one file in one look. What a gate refuses faster than that is seen in the following looks. */
export const TAIL_SIZE_MAX = 256 * 1024;
const NEWLINE = 0x0a;

/** Reads the records of a folder as they come: each look gives those that were written since the one before. */
export class RecordTail {
  readonly #folder: string;
  /** How far each file has been read, always at the beginning of a line. */
  readonly #offsets = new Map<string, number>();
  #isStarted = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The first look only notes where the files end. @param nowMs the wall time: files of this day and the last are read */
  async look(nowMs: number): Promise<CheckRecord[]> {
    const files = await listRecordFiles(this.#folder, nowMs, nowMs);
    const found: CheckRecord[] = [];
    for (const { path } of files) found.push(...(await this.#readFile(path)));
    for (const path of this.#offsets.keys()) {
      if (!files.some((file) => file.path === path)) this.#offsets.delete(path);
    }
    this.#isStarted = true;
    return found.sort((a, b) => a.timeMs - b.timeMs);
  }

  async #readFile(path: string): Promise<CheckRecord[]> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const offset = this.#offsets.get(path) ?? (this.#isStarted ? 0 : size);
      const from = offset > size ? 0 : offset;
      const octets = Buffer.alloc(Math.min(size - from, TAIL_SIZE_MAX));
      const { bytesRead } = await file.read(octets, 0, octets.length, from);
      const end = octets.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      // A line longer than a whole look is no record of ours: it is passed over.
      this.#offsets.set(path, from + (end === 0 && bytesRead === TAIL_SIZE_MAX ? bytesRead : end));
      const lines = octets.subarray(0, end).toString('utf8').split('\n');
      return lines.flatMap((line) => parseRecord(line) ?? []);
    } finally {
      await file.close();
    }
  }
}
