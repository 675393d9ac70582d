import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { makeFolderDurably, moveDurably } from '../../base/durable.ts';
import type { Log } from '../../base/log.ts';
import type { AttachEvent } from '../attach.ts';
import { ArchiveError } from './archive-fault.ts';
import {
  type ArchiveFile,
  type ArchiveFolder,
  archiveFolder,
  dayText,
  FOLDER_MODE,
  listFiles,
  readNotes,
} from './archive-files.ts';
import type { ArchiveConfig } from './config.ts';
import { Engine, fileLiteral, literal, type Session } from './engine.ts';
import { type ImportAnswer, importFile, type ImportRequest, type Progress } from './importing.ts';
import { COLUMNS, type RecordKind, storedColumn } from './kinds.ts';

/** The files that a search reads, as a table expression of SQL, and those that it could not. */
export interface Searched {
  readonly table: string;
  readonly damaged: readonly string[];
}

/** What a search asks. */
export interface SearchOf {
  readonly kind: RecordKind;
  /** Both ends inclusive, in ms since 1970. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Refuse to answer without a file that cannot be read. */
  readonly whole?: boolean;
  /** Of inventories: the one that holds now, or those before it. */
  readonly inventory?: 'newest' | 'earlier';
}

/**
 * Records in columns: files that are written once, by the day. What is written is a set: an event delivered twice is one
 * event, so a file may be merged with another, or be there twice for a moment, and no answer changes.
 */
export class Archive {
  readonly folder: ArchiveFolder;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #feedFilesMax: number;
  #searches = 0;
  #isClosed = false;
  /** Merged into others, and still read by a search that began before. */
  readonly #retired = new Set<string>();
  #merging: Promise<void> = Promise.resolve();
  readonly #underWay = new Set<Promise<unknown>>();

  private constructor(
    folder: ArchiveFolder,
    { feedFilesMax }: ArchiveConfig,
    { engine, clock, log }: { engine: Engine; clock: Clock; log: Log },
  ) {
    this.folder = folder;
    this.#feedFilesMax = feedFilesMax;
    this.#engine = engine;
    this.#clock = clock;
    this.#log = log;
  }

  static async open(root: string, config: ArchiveConfig, { clock, log }: { clock: Clock; log: Log }): Promise<Archive> {
    const folder = archiveFolder(root);
    await makeFolderDurably(root, FOLDER_MODE);
    await mkdir(folder.work, { recursive: true, mode: FOLDER_MODE });
    const { threads, memoryMbMax } = config;
    // Several processes may use one archive, each with its own.
    const spillFolder = join(folder.work, `spill-${randomUUID()}`);
    const engine = await Engine.open({ spillFolder, threads, memoryMbMax });
    return new Archive(folder, config, { engine, clock, log });
  }

  /** @throws ArchiveError as `importFile` */
  import(request: ImportRequest, progress: Progress = () => undefined): Promise<ImportAnswer> {
    return this.#do(() => importFile(this.folder, request, { engine: this.#engine, clock: this.#clock, progress }));
  }

  /**
   * Keeps events as the network delivers them, durable when this resolves.
   * @param events right ones, at least one: the portal has read them
   */
  append(events: readonly AttachEvent[]): Promise<void> {
    return this.#do(async () => {
      for (const [day, ofDay] of Map.groupBy(events, ({ atMs }) => dayText(atMs))) {
        await this.#appendDay(day, ofDay);
        await this.#mergeIfMany(Date.parse(day));
      }
    });
  }

  /**
   * Asks the files of a span of time (both ends inclusive). `ask` gets a table of the kind's columns, all of whose rows
   * are distinct, and `damaged` names files that cannot be read and are left out.
   * @throws ArchiveError RECORD_FILE_DAMAGED where `whole` is asked for and a file cannot be read
   */
  async search<T>(options: SearchOf, ask: (session: Session, searched: Searched) => Promise<T>): Promise<T> {
    return this.searchAll([options], (session, [searched]) => ask(session, searched!));
  }

  /** As `search`, of several kinds at once. */
  searchAll<T>(
    options: readonly SearchOf[],
    ask: (session: Session, searched: readonly Searched[]) => Promise<T>,
  ): Promise<T> {
    return this.#do(async () => {
      this.#searches++;
      try {
        return await this.#engine.with((session) => this.#ask(session, options, ask));
      } finally {
        this.#searches--;
        await this.#removeRetired();
      }
    });
  }

  /** When each inventory that was imported was the truth, the newest last. */
  async inventories(): Promise<{ asOfMs: number; sha256: string }[]> {
    return (await readNotes(this.folder, 'inventory')).map(({ asOfMs, sha256 }) => ({ asOfMs, sha256 }));
  }

  /** Lets what is under way finish, and lets go of DuckDB. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await this.#engine.close();
  }

  async #do<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new ArchiveError({ code: 'ARCHIVE_CLOSED' });
    const done = work();
    this.#underWay.add(done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(done);
    }
  }

  /** Asks all files; where that fails, finds out which of them cannot be read, and asks the others. */
  async #ask<T>(
    session: Session,
    options: readonly SearchOf[],
    ask: (session: Session, searched: readonly Searched[]) => Promise<T>,
  ): Promise<T> {
    const found = await Promise.all(options.map((one) => this.#filesOf(one)));
    const tables = (damaged: ReadonlySet<string>): Searched[] =>
      found.map((files, place) => searched(options[place]!.kind, files, damaged));
    try {
      return await ask(session, tables(new Set()));
    } catch (error) {
      const damaged = await damagedOf(session, found.flat());
      if (damaged.size === 0) throw error;
      this.#log.error({ code: 'RECORD_FILE_DAMAGED', files: damaged.size }, 'files of the archive cannot be read');
      const refusing = found.flatMap((files, place) => (options[place]!.whole === true ? files : []));
      const file = refusing.find(({ name }) => damaged.has(name))?.name;
      if (file !== undefined) throw new ArchiveError({ code: 'RECORD_FILE_DAMAGED', file, files: damaged.size });
      return await ask(session, tables(damaged));
    }
  }

  async #filesOf({ kind, inventory, ...span }: SearchOf): Promise<ArchiveFile[]> {
    // Known before the listing: what a merge retires while it goes on stays, as its new file may not be listed.
    const retired = new Set(this.#retired);
    const files = (await listFiles(this.folder, kind, span)).filter(({ path }) => !retired.has(path));
    if (inventory === undefined) return files;
    const newest = (await this.inventories()).at(-1)?.sha256;
    const isNewest = ({ name }: ArchiveFile): boolean => newest !== undefined && name.includes(newest);
    return files.filter((file) => isNewest(file) === (inventory === 'newest'));
  }

  async #appendDay(day: string, events: readonly AttachEvent[]): Promise<void> {
    await this.#engine.with(async (session) => {
      await session.run(`create temp table events (${columnTypes('attaches')})`);
      await session.append(
        'events',
        events.map(({ atMs, imsi, msisdn, imei, cell, event }) => [BigInt(atMs), imsi, msisdn, imei, cell, event]),
      );
      await this.#writeMade(session, { day, from: 'events', prefix: 'feed' });
    });
  }

  async #writeMade(
    session: Session,
    { day, from, prefix }: { day: string; from: string; prefix: 'feed' | 'merged' },
  ): Promise<string> {
    const made = join(this.folder.work, `${randomUUID()}.parquet`);
    const folder = join(this.folder.root, 'attaches', day);
    const unique = createHash('sha256').update(made).digest('hex').slice(0, 16);
    const path = join(folder, `${prefix}-${this.#clock.nowMs()}-${unique}.parquet`);
    try {
      await session.run(
        `copy (select distinct * from ${from} order by at_ms) to ${literal(made)} (format parquet, compression zstd)`,
      );
      await makeFolderDurably(folder, FOLDER_MODE);
      await moveDurably(made, path);
    } finally {
      await rm(made, { force: true });
    }
    return path;
  }

  async #mergeIfMany(dayMs: number): Promise<void> {
    const isFed = ({ source }: ArchiveFile): boolean => source !== 'import';
    const files = (await this.#filesOf({ kind: 'attaches', sinceMs: dayMs, untilMs: dayMs })).filter(isFed);
    if (files.filter(({ source }) => source === 'feed').length <= this.#feedFilesMax) return;
    this.#merging = this.#merging
      .then(() => this.#merge(dayMs))
      .catch((error: unknown) => {
        this.#log.error({ reason: error instanceof Error ? error.name : 'unknown' }, 'small files were not merged');
      });
    await this.#merging;
  }

  /** A crash between the new file and the end of the old ones leaves rows twice, which is once. */
  async #merge(dayMs: number): Promise<void> {
    const files = (await this.#filesOf({ kind: 'attaches', sinceMs: dayMs, untilMs: dayMs })).filter(
      ({ source }) => source !== 'import',
    );
    if (files.length < 2) return;
    await this.#engine.with((session) =>
      this.#writeMade(session, { day: dayText(dayMs), from: readFiles(files), prefix: 'merged' }),
    );
    for (const { path } of files) this.#retired.add(path);
    await this.#removeRetired();
  }

  async #removeRetired(): Promise<void> {
    if (this.#searches > 0) return;
    for (const path of this.#retired) {
      await rm(path, { force: true });
      this.#retired.delete(path);
    }
  }
}

function searched(kind: RecordKind, files: readonly ArchiveFile[], damaged: ReadonlySet<string>): Searched {
  const whole = files.filter(({ name }) => !damaged.has(name));
  const names = files.map(({ name }) => name).filter((name) => damaged.has(name));
  const table = whole.length === 0 ? `(select ${emptyColumns(kind)} where false)` : readFiles(whole);
  return { table, damaged: names };
}

function readFiles(files: readonly ArchiveFile[]): string {
  return `read_parquet([${files.map(({ path }) => fileLiteral(path)).join(', ')}])`;
}

/** Which files cannot be read to their end, each tried alone. */
async function damagedOf(session: Session, files: readonly ArchiveFile[]): Promise<Set<string>> {
  const damaged = new Set<string>();
  for (const { path, name } of files) {
    try {
      await session.rows(`select sum(hash(columns(*))) from read_parquet(${fileLiteral(path)})`);
    } catch {
      damaged.add(name);
    }
  }
  return damaged;
}

function columnTypes(kind: RecordKind): string {
  return COLUMNS[kind].map((column) => Object.values(storedColumn(column)).join(' ')).join(', ');
}

function emptyColumns(kind: RecordKind): string {
  return COLUMNS[kind]
    .map(storedColumn)
    .map(({ name, type }) => `cast(null as ${type}) as ${name}`)
    .join(', ');
}
