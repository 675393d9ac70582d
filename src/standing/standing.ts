import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeDurably } from '../base/durable.ts';
import type { Log } from '../base/log.ts';
import { EntryError } from '../ledger/entry.ts';
import { MEMBERS_MAX, type Role } from '../governance/consortium.ts';
import { decodeStatement, type Stated } from '../statements/codec.ts';
import { StatementError } from '../statements/statement-fault.ts';
import { type BookEntry, Books, type BookStatement, isBookStatement } from './books.ts';
import { readBookFile, writeBookFile } from './book-file.ts';
import { TABLES } from './bucket.ts';
import { StandingError } from './fault.ts';
import { type FoldContext, type FoldOutcome, foldStatement, mustWait } from './fold.ts';
import type { HashKey } from './hash.ts';
import { FRESH_SECONDS_MAX, LOG_SIZE_MAX, type MemoryChange, type StandingMemory } from './memory.ts';
import { StandingReader } from './reader.ts';
import { RELEASES_AHEAD_MAX, ReleasesAhead } from './releases-ahead.ts';
import { readSnapshot } from './snapshot-reader.ts';
import { type SnapshotState, snapshotChunks } from './snapshot.ts';
import { StandingIndex } from './standing-index.ts';
import type { TableView } from './table.ts';

/** A member as the fold knows it: its place in the list is its number. */
export interface StandingMember {
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface StandingOptions {
  readonly members: readonly StandingMember[];
  /** Room made beforehand, in devices listed. */
  readonly devicesExpected?: number;
  /** Drawn at random when left out. */
  readonly hashKey?: HashKey;
}

/**
 * What became of a batch. `folded` entries were taken. It is less than the batch when too many overrules wait for entries
 * of other logs: offer the rest again, from `foldedSize`, once other logs have grown.
 */
export type FoldCounts = { folded: number } & Record<FoldOutcome, number>;

/**
 * How every device stands, folded from all logs. It can be thrown away and made again from them: the same sizes of the
 * logs give the same standing, and the same digest, whatever the order between the logs.
 */
export class Standing {
  readonly #members: readonly StandingMember[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #index: StandingIndex;
  readonly #ahead = new ReleasesAhead();
  readonly #context: FoldContext;
  readonly #listeners = new Set<(change: MemoryChange) => void>();
  readonly #bookListeners = new Set<(entry: BookEntry) => void>();
  readonly #log: Log;
  /** How senders and cells stand. */
  readonly books: Books;
  #reader: StandingReader | undefined;

  constructor(options: StandingOptions, deps: { log: Log }) {
    const { members, devicesExpected = 0, hashKey = drawHashKey() } = options;
    assert(members.length <= MEMBERS_MAX);
    this.#members = members;
    this.#numbers = new Map(members.map(({ name }, number) => [name, number]));
    assert(this.#numbers.size === members.length, 'the names of members differ');
    this.#log = deps.log;
    this.books = new Books(members);
    this.#index = new StandingIndex(
      { members: members.length, hashKey, devicesExpected },
      { onGrown: (table, shard, buffer) => this.#announce({ table, shard, buffer }) },
    );
    this.#context = {
      holdings: this.#index,
      ahead: this.#ahead,
      numberOf: (name) => this.#numbers.get(name) ?? -1,
      isRegulator: (number) => members[number]!.roles.includes('regulator'),
      foldedSize: (number) => this.#index.header.foldedSize(number),
    };
  }

  /**
   * Standing as a snapshot holds it. Whatever the fault, standing made new from the logs is as good.
   * @param options.rootAt the root hash, in hex, that the log at hand has at a size; undefined where it is shorter
   * @throws SnapshotError, StandingError
   */
  static async fromSnapshot(
    path: string,
    options: StandingOptions & { rootAt: (member: string, size: number) => Promise<string | undefined> },
    deps: { log: Log },
  ): Promise<Standing> {
    const standing = new Standing(options, deps);
    const { members, rootAt } = options;
    await readSnapshot(path, { members, rootAt }, { index: standing.#index, ahead: standing.#ahead });
    await readBookFile(bookFileOf(path), standing.books, standing.#foldedSizes());
    return standing;
  }

  /**
   * Takes verified entries of a member's log, each once and in order: the first is at `foldedSize(member)`.
   * @throws StandingError STANDING_FULL, STANDING_LOG_TOO_LONG: what `foldedSize` says then is taken, no more
   */
  fold(member: string, firstIndex: number, entries: readonly Uint8Array[]): FoldCounts {
    const number = this.#numberOf(member);
    const { header } = this.#index;
    assert(firstIndex === header.foldedSize(number), 'entries follow on what was folded');
    const counts = noCounts();
    for (const bytes of entries) {
      const index = firstIndex + counts.folded;
      if (index >= LOG_SIZE_MAX) {
        throw new StandingError({ code: 'STANDING_LOG_TOO_LONG', member: number, sizeMax: LOG_SIZE_MAX });
      }
      const outcome = this.#foldEntry(bytes, { member: number, index });
      if (outcome === 'wait') break;
      this.#ahead.drop({ member: number, index });
      header.setFoldedSize(number, index + 1);
      counts.folded += 1;
      counts[outcome] += 1;
    }
    return counts;
  }

  foldedSize(member: string): number {
    return this.#index.header.foldedSize(this.#numberOf(member));
  }

  /** Notes that a log was verified to be current at this wall time, in ms since 1970. Kept to the whole second. */
  markFresh(member: string, atMs: number): void {
    // A wall clock that is far off is no reason to stop: what is fresh is judged by the same clock.
    const seconds = Math.min(Math.max(Math.floor(atMs / 1000), 0), FRESH_SECONDS_MAX);
    this.#index.header.setFreshSeconds(this.#numberOf(member), seconds);
  }

  /** The memory as it is now. Listen for changes before it is handed on, so that a reader misses none. */
  get memory(): StandingMemory {
    return this.#index.memory(this.#members.map(({ name }) => name));
  }

  /** Calls when a shard grew: pass the change on to every reader. @returns a function that ends the listening */
  onMemoryChanged(listener: (change: MemoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls with each new entry that the books keep. @returns a function that ends the listening */
  onBookEntry(listener: (entry: BookEntry) => void): () => void {
    this.#bookListeners.add(listener);
    return () => this.#bookListeners.delete(listener);
  }

  /** The reader of the writer's own thread, which is always up to date. */
  openReader(): StandingReader {
    this.#reader ??= new StandingReader(this.memory);
    return this.#reader;
  }

  /** How much it holds: slots of each table, overrules that wait, and the memory of the tables in bytes. */
  sizes(): { devices: number; ranges: number; pairings: number; releasesAhead: number; bytes: number } {
    const { devices, ranges, pairings } = this.#index.tables;
    const bytes = devices.bytes + ranges.bytes + pairings.bytes;
    const releasesAhead = this.#ahead.size;
    return { devices: devices.used, ranges: ranges.used, pairings: pairings.used, releasesAhead, bytes };
  }

  /** SHA-256, in hex, of the snapshot without roots: equal where standing is equal. It reads all memory. */
  digest(): string {
    const hash = createHash('sha256');
    const tables = TABLES.map(({ name }) => this.#index.tables[name].view());
    for (const chunk of snapshotChunks(this.#state(tables, new Map()))) hash.update(chunk);
    return hash.update(this.books.digest()).digest('hex');
  }

  /**
   * Writes a snapshot durably. Entries may be folded meanwhile: the snapshot is of the moment of the call. One at a time.
   * @param roots for each member the root hash, in hex, that its log has at the size folded now
   */
  async writeSnapshot(path: string, roots: ReadonlyMap<string, string>): Promise<void> {
    const tables = TABLES.map(({ name }) => this.#index.tables[name].freeze());
    const state = this.#state(tables, roots);
    const books = { sizes: this.#foldedSizes(), entries: [...this.books.entries()] };
    try {
      // First, so that it never holds less than the snapshot counts on.
      await writeBookFile(bookFileOf(path), books);
      await writeDurably(path, snapshotChunks(state));
    } finally {
      for (const { name } of TABLES) this.#index.tables[name].thaw();
    }
  }

  #foldEntry(bytes: Uint8Array, entry: { member: number; index: number }): FoldOutcome | 'wait' {
    const stated = decode(bytes);
    const statement = stated?.statement;
    if (statement !== undefined && stated!.issuer === this.#members[entry.member]!.name) {
      if (isBookStatement(statement)) return this.#foldBook(bytes, entry, { ...stated!, statement });
      if (!mustWait(statement, entry, this.#context)) return foldStatement(statement, entry, this.#context);
      const facts = { code: 'STANDING_RELEASES_AHEAD_FULL', ...entry, releasesMax: RELEASES_AHEAD_MAX };
      this.#log.warn(facts, 'too many overrules wait for entries of other logs; this log waits too');
      return 'wait';
    }
    if (stated === undefined) return 'malformed';
    return stated.issuer === this.#members[entry.member]!.name ? 'unknown' : 'foreign';
  }

  #foldBook(
    bytes: Uint8Array,
    { member, index }: { member: number; index: number },
    stated: Stated & { readonly statement: BookStatement },
  ): FoldOutcome {
    const entry = { member: this.#members[member]!.name, index, bytes: bytes.slice() };
    const outcome = this.books.fold(entry, stated);
    for (const listener of this.#bookListeners) listener(entry);
    return outcome;
  }

  #foldedSizes(): Map<string, number> {
    return new Map(this.#members.map(({ name }) => [name, this.foldedSize(name)]));
  }

  #numberOf(member: string): number {
    const number = this.#numbers.get(member);
    assert(number !== undefined, 'a member of the consortium');
    return number;
  }

  #announce(change: MemoryChange): void {
    this.#reader?.accept(change);
    for (const listener of this.#listeners) listener(change);
  }

  #state(tables: readonly TableView[], roots: ReadonlyMap<string, string>): SnapshotState {
    const members = this.#members.map(({ name, roles }, number) => {
      return { name, roles, foldedSize: this.#index.header.foldedSize(number), root: roots.get(name) };
    });
    return { members, tables, ahead: this.#ahead.sorted() };
  }
}

function decode(bytes: Uint8Array): Stated | undefined {
  try {
    return decodeStatement(bytes);
  } catch (error) {
    if (error instanceof EntryError || error instanceof StatementError) return undefined;
    throw error;
  }
}

function drawHashKey(): HashKey {
  const drawn = randomBytes(8);
  return { low: drawn.readInt32LE(0) | 1, high: drawn.readInt32LE(4) | 1 };
}

function noCounts(): FoldCounts {
  return {
    folded: 0,
    stated: 0,
    ended: 0,
    ahead: 0,
    ineffective: 0,
    overLimit: 0,
    unknown: 0,
    malformed: 0,
    foreign: 0,
  };
}

/** The books stand in a file of their own beside the snapshot. */
function bookFileOf(snapshot: string): string {
  return `${snapshot}.books`;
}
