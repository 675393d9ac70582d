import { readLineTail } from './line-tail.ts';
import { listRecordFiles, RECORD_NAMES, type RecordFile } from './record-files.ts';
import { type GateKind, KIND_OF_RECORDS, parseRefusal, type Refusal } from './refusal.ts';

/** Of each kind of gate in one look: a flood at one gate hides nothing of the others. */
export const KIND_REFUSALS_MAX = 100;
/** Files of two days: a file for each thread of each gate. */
export const TAIL_FILES_MAX = 256;
const DAY_MS = 86_400_000;

export interface TailLook {
  /** Oldest first. */
  readonly refusals: readonly Refusal[];
  /** Gates that refused more than is told. */
  readonly passedOver: ReadonlySet<GateKind>;
  /** Why a file could not be read: the system's code, or `FILES_TOO_MANY`. The others were read. */
  readonly unread?: string;
}

/** Reads what the gates of a member record as it comes: each look gives the latest since the one before. */
export class RecordTail {
  readonly #folder: string;
  /** How far each file has been read, always at the beginning of a line. */
  readonly #offsets = new Map<string, number>();
  #looking: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The first look gives the latest of what stands there. What one day's file gained before midnight is read after it too.
   * @param nowMs the wall time: files of this day and of the last are read
   * @throws where the folder itself cannot be read
   */
  look(nowMs: number): Promise<TailLook> {
    const look = this.#looking.then(() => this.#look(nowMs));
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #look(nowMs: number): Promise<TailLook> {
    const listed = await listRecordFiles(this.#folder, { sinceMs: nowMs - DAY_MS, untilMs: nowMs }, RECORD_NAMES);
    const files = listed.slice(0, TAIL_FILES_MAX);
    this.#forgetOthers(files);
    const found = new LatestRefusals();
    let unread = listed.length > files.length ? 'FILES_TOO_MANY' : undefined;
    for (const file of files) unread = (await this.#readInto(found, file)) ?? unread;
    return { refusals: found.sorted(), passedOver: found.passedOver, ...(unread !== undefined && { unread }) };
  }

  /** @returns why the file could not be read, if so */
  async #readInto(found: LatestRefusals, { path, name }: RecordFile): Promise<string | undefined> {
    try {
      const { lines, offset, isPassedOver } = await readLineTail(path, this.#offsets.get(path) ?? 0);
      this.#offsets.set(path, offset);
      if (isPassedOver) found.passedOver.add(KIND_OF_RECORDS[name]);
      found.add(
        KIND_OF_RECORDS[name],
        lines.flatMap((line) => parseRefusal(name, line) ?? []),
      );
      return undefined;
    } catch (cause) {
      const { code = 'UNKNOWN' } = cause as NodeJS.ErrnoException;
      // Records are deleted by deleting files.
      return code === 'ENOENT' ? undefined : code;
    }
  }

  #forgetOthers(files: readonly RecordFile[]): void {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.#offsets.keys()) if (!paths.has(path)) this.#offsets.delete(path);
  }
}

/** The latest of each kind. */
class LatestRefusals {
  readonly passedOver = new Set<GateKind>();
  readonly #byKind = new Map<GateKind, readonly Refusal[]>();

  add(kind: GateKind, refusals: readonly Refusal[]): void {
    const all = [...(this.#byKind.get(kind) ?? []), ...refusals].sort(byTime);
    if (all.length > KIND_REFUSALS_MAX) this.passedOver.add(kind);
    this.#byKind.set(kind, all.slice(-KIND_REFUSALS_MAX));
  }

  sorted(): Refusal[] {
    return [...this.#byKind.values()].flat().sort(byTime);
  }
}

function byTime(one: Refusal, other: Refusal): number {
  return one.record.timeMs - other.record.timeMs;
}
