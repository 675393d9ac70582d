import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { writeDurably } from '../base/durable.ts';
import { Fault, orThrow } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { BUNDLE_SIZE_MAX } from '../ledger/bundle.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import { failureReason } from '../ledger/failure.ts';
import { bundlePath, CHECKPOINT_PATH, levelsOf, TILE_WIDTH, tilePath, WITNESSED_PATH } from '../ledger/layout.ts';
import { NOTE_SIZE_MAX, parseNote } from '../ledger/note.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import type { StaticStore } from './static-store.ts';

/** Files that are put at one time. */
export const PUTS_AT_ONCE_MAX = 8;
/** After so many full bundles it is noted how far the store has come: a node that is killed goes on from there. */
export const BUNDLES_PER_NOTE = 64;
/** Looked at even if nobody says that there is news: what another process has signed. */
const LOOK_INTERVAL_MS = 30_000;
/** After a failure, doubled with each one that follows. */
const BACKOFF_MS_MIN = 500;
const BACKOFF_MS_MAX = 60_000;
/** Where the log stands in the store: `<place>/log/checkpoint`, as below a member's address. */
const LOG_FOLDER = 'log';

export type PublisherFault =
  | { code: 'PUBLISH_FILE_MISSING'; path: string }
  | { code: 'PUBLISH_BEHIND_STORE'; size: number; storeSize: number };
export class PublisherError extends Fault<PublisherFault> {}

export interface PublisherOptions {
  /** The log, as it lies on the disk. */
  readonly folder: string;
  /** Says how far the store has come. To lose it costs putting everything again. */
  readonly stateFile: string;
  readonly store: StaticStore;
}

export interface PublisherState {
  readonly place: string;
  /** Entries that the store's checkpoint covers; 0 until this is known. */
  readonly size: number;
  readonly publishedAtMs?: number;
  /** The code of what keeps the store behind. */
  readonly fault?: string;
}

/** How far the store has come: its full tiles, and its checkpoint. */
interface Progress {
  readonly tiledSize: number;
  readonly size: number;
}

/**
 * Pushes a log to a static store as it grows: tiles and bundles before the checkpoint that covers them, so that whoever
 * reads there finds everything. What fails is tried again, ever more seldom.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #source: FolderSource;
  readonly #stopping = new AbortController();
  #progress: Progress;
  /** As they were put last in this run. A checkpoint may be signed anew, and then is another one of its size. */
  #checkpoint: Buffer | undefined;
  #witnessed: Buffer | undefined;
  #publishedAtMs: number | undefined;
  #fault: string | undefined;
  #failures = 0;
  #hasNews = true;
  #wake: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: PublisherOptions, progress: Progress, { clock, log }: { clock: Clock; log: Log }) {
    this.#options = options;
    this.#progress = progress;
    this.#clock = clock;
    this.#log = log;
    this.#source = new FolderSource(options.folder);
  }

  static async open(options: PublisherOptions, deps: { clock: Clock; log: Log }): Promise<Publisher> {
    const publisher = new Publisher(options, await readProgress(options.stateFile), deps);
    publisher.#running = publisher.#run();
    return publisher;
  }

  state(): PublisherState {
    return {
      place: this.#options.store.place,
      size: this.#progress.size,
      ...(this.#publishedAtMs !== undefined && { publishedAtMs: this.#publishedAtMs }),
      ...(this.#fault !== undefined && { fault: this.#fault }),
    };
  }

  /** There may be more to put. Any number of calls cost one look. */
  hint(): void {
    this.#hasNews = true;
    this.#wake?.();
  }

  /** Stops after the files that are under way. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#hasNews = false;
      try {
        await this.#publish();
        this.#recovered();
        await this.#pause(LOOK_INTERVAL_MS, { untilNews: true });
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#failed(failureReason(error));
        await this.#pause(Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** (this.#failures - 1)), { untilNews: false });
      }
    }
  }

  async #publish(): Promise<void> {
    const note = await this.#source.read(CHECKPOINT_PATH, NOTE_SIZE_MAX);
    if (note === undefined) return;
    const { size } = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
    const { size: storeSize } = this.#progress;
    // A folder that went back in time has nothing to say: the store would be rolled back with it.
    if (size < storeSize) throw new PublisherError({ code: 'PUBLISH_BEHIND_STORE', size, storeSize });
    if (this.#checkpoint?.equals(note) !== true) {
      await this.#putFullTiles(size);
      await this.#putAll(partialPaths(size));
      await this.#put(CHECKPOINT_PATH, note);
      await this.#keep({ tiledSize: this.#progress.tiledSize, size });
      this.#checkpoint = note;
      this.#publishedAtMs = this.#clock.nowMs();
    }
    await this.#publishWitnessed();
  }

  async #publishWitnessed(): Promise<void> {
    const note = await this.#source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
    if (note === undefined || this.#witnessed?.equals(note) === true) return;
    const { size } = orThrow(parseCheckpoint(orThrow(parseNote(note)).text));
    if (size > this.#progress.size) return this.hint();
    await this.#put(WITNESSED_PATH, note);
    this.#witnessed = note;
  }

  /** Tiles that are full never change, so each is put once; how far that is, is kept on the way. */
  async #putFullTiles(size: number): Promise<void> {
    const step = BUNDLES_PER_NOTE * TILE_WIDTH;
    const end = size - (size % TILE_WIDTH);
    while (this.#progress.tiledSize < end && !this.#stopping.signal.aborted) {
      const from = this.#progress.tiledSize;
      const to = Math.min(end, from - (from % step) + step);
      await this.#putAll(fullPaths(from, to));
      await this.#keep({ ...this.#progress, tiledSize: to });
    }
  }

  /** @throws PublisherError PUBLISH_FILE_MISSING where a file is no longer there: most likely the log has grown past it */
  async #putAll(paths: readonly string[]): Promise<void> {
    for (let from = 0; from < paths.length; from += PUTS_AT_ONCE_MAX) {
      this.#stopping.signal.throwIfAborted();
      await Promise.all(
        paths.slice(from, from + PUTS_AT_ONCE_MAX).map(async (path) => {
          const bytes = await this.#source.read(path, BUNDLE_SIZE_MAX);
          if (bytes === undefined) throw new PublisherError({ code: 'PUBLISH_FILE_MISSING', path });
          await this.#put(path, bytes);
        }),
      );
    }
  }

  #put(path: string, bytes: Uint8Array): Promise<void> {
    return this.#options.store.put(`${LOG_FOLDER}/${path}`, bytes);
  }

  async #keep(progress: Progress): Promise<void> {
    await writeDurably(this.#options.stateFile, `${JSON.stringify(progress)}\n`);
    this.#progress = progress;
  }

  #recovered(): void {
    this.#failures = 0;
    if (this.#fault === undefined) return;
    this.#log.info({ place: this.#options.store.place, after: this.#fault }, 'the static store takes files again');
    this.#fault = undefined;
  }

  #failed(fault: string): void {
    this.#failures += 1;
    // A store that stays away for a day makes one line, not thousands.
    if (this.#fault !== fault) this.#log.warn({ place: this.#options.store.place, fault }, 'the log was not published');
    this.#fault = fault;
  }

  async #pause(ms: number, { untilNews }: { untilNews: boolean }): Promise<void> {
    if (this.#stopping.signal.aborted || (untilNews && this.#hasNews)) return;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    this.#wake = () => {
      if (untilNews || this.#stopping.signal.aborted) over.resolve();
    };
    await over.promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}

/** The tiles and bundles that became full between two sizes, the later one a full bundle's end. */
function fullPaths(from: number, to: number): string[] {
  const paths: string[] = [];
  for (let level = 0, width = TILE_WIDTH; width <= to; level++, width *= TILE_WIDTH) {
    for (let index = Math.floor(from / width); index < Math.floor(to / width); index++) {
      if (level === 0) paths.push(bundlePath(index));
      paths.push(tilePath(level, index));
    }
  }
  return paths;
}

/** The partial ones of a tree of this size. */
function partialPaths(size: number): string[] {
  return levelsOf(size).flatMap(({ level, fullTiles, partialWidth }) => {
    if (partialWidth === 0) return [];
    const tile = tilePath(level, fullTiles, partialWidth);
    return level === 0 ? [bundlePath(fullTiles, partialWidth), tile] : [tile];
  });
}

/** What cannot be read counts for nothing: all is put again. */
async function readProgress(file: string): Promise<Progress> {
  try {
    const { tiledSize, size } = JSON.parse(await readFile(file, 'utf8')) as Partial<Progress>;
    if (isSize(tiledSize) && isSize(size)) return { tiledSize, size };
  } catch {
    // There is none yet, or a rotten one.
  }
  return { tiledSize: 0, size: 0 };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
