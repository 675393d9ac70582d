import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeDurably } from '../base/durable.ts';
import { MEMBERS_MAX, type Role } from '../governance/consortium.ts';
import { decodeStatement } from '../statements/codec.ts';
import { bookFileOf, type LogSizes, readBookFile, writeBookFile } from './book-file.ts';
import { BookFold } from './book-fold.ts';
import { type BookEvent, Books } from './books.ts';
import { TABLES } from './bucket.ts';
import { StandingError } from './fault.ts';
import { type FoldContext, type FoldOutcome, foldStatement, settleStatement } from './fold.ts';
import { noCounts } from './fold-counts.ts';
import { drawHashKey } from './hash.ts';
import { withRange } from './index-ranges.ts';
import { HeldStatements } from './held-statements.ts';
import { Marks } from './marks.ts';
import { MemberFold } from './member-fold.ts';
import { FRESH_SECONDS_MAX, LOG_SIZE_MAX, type MemoryChange, type StandingMemory } from './memory.ts';
import { openEntry, type Opened, type OpenedStatement } from './opened.ts';
import { Quarantine } from './quarantine.ts';
import { QuarantineAlarm } from './quarantine-alarm.ts';
import { StandingReader } from './reader.ts';
import { type EntryPlace, RELEASES_AHEAD_MAX, ReleasesAhead } from './releases-ahead.ts';
import { readSnapshot } from './snapshot-reader.ts';
import { loadRest, restBytes } from './snapshot-rest.ts';
import { type SnapshotMember, type SnapshotState, snapshotChunks } from './snapshot.ts';
import { StandingIndex } from './standing-index.ts';
import type { FoldCounts, LogProgress, StandingDeps, StandingMember, StandingOptions } from './standing-options.ts';
import type { TableView } from './table.ts';

export type { FoldCounts, LogProgress, StandingDeps, StandingMember, StandingOptions } from './standing-options.ts';

/**
 * How every device stands, folded from all logs. It can be thrown away and made again from them: the same sizes of the
 * logs, folded and settled, give the same standing, and the same digest, whatever the order between the logs.
 */
export class Standing {
  readonly #members: StandingMember[] = [];
  readonly #folds: MemberFold[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #index: StandingIndex;
  readonly #ahead = new ReleasesAhead();
  readonly #marks = new Marks();
  readonly #marked = new Set<string>();
  readonly #context: FoldContext;
  readonly #listeners = new Set<(change: MemoryChange) => void>();
  readonly #bookFold: BookFold;
  readonly #deps: StandingDeps;
  readonly #alarm: QuarantineAlarm;
  /** How senders and cells stand. */
  readonly books = new Books([]);
  readonly held: HeldStatements;
  readonly quarantine: Quarantine;
  #reader: StandingReader | undefined;

  constructor(options: StandingOptions, deps: StandingDeps) {
    const { members, devicesExpected = 0, hashKey = drawHashKey() } = options;
    this.#deps = deps;
    this.#alarm = new QuarantineAlarm(deps.log);
    this.#index = new StandingIndex(
      { hashKey, devicesExpected },
      { onGrown: (table, shard, buffer) => this.#announce({ table, shard, buffer }) },
    );
    this.held = new HeldStatements({
      index: this.#index,
      marks: this.#marks,
      numberOf: (member) => this.#numberOf(member),
      foldOf: (member) => this.#foldOf(member),
    });
    this.#context = this.#newContext();
    this.#bookFold = new BookFold(this.books, this.#context);
    this.quarantine = new Quarantine({
      holdings: this.#index,
      books: this.books,
      marks: this.#marks,
      numberOf: (name) => this.#numberOf(name),
      foldOf: (number) => this.#folds[number]!,
    });
    for (const member of members) this.#add(member);
  }

  /**
   * Standing as a snapshot holds it. Whatever the fault, standing made new from the logs is as good.
   * @param options.rootAt the root hash, in hex, that the log at hand has at a size; undefined where it is shorter
   * @throws SnapshotError, StandingError
   */
  static async fromSnapshot(
    path: string,
    options: StandingOptions & { rootAt: (member: string, size: number) => Promise<string | undefined> },
    deps: StandingDeps,
  ): Promise<Standing> {
    const standing = new Standing(options, deps);
    const { members, rootAt } = options;
    const into = {
      index: standing.#index,
      ahead: standing.#ahead,
      quarantined: (member: number, index: number) => standing.#folds[member]!.quarantined.add(index),
      finish: (held: readonly SnapshotMember[], rest: Uint8Array) => standing.#load(held, rest),
    };
    await readSnapshot(path, { members, rootAt }, into);
    await readBookFile(bookFileOf(path), standing.books, standing.#sizes());
    for (const { member, index, isQuarantined } of standing.books.entries()) {
      if (isQuarantined === true) standing.#foldOf(member).quarantined.add(index);
    }
    return standing;
  }

  /**
   * Takes verified entries of a member's log, each once and in order: the first is at `foldedSize(member)`. What restricts
   * is in force from now on; what permits waits for `settle`.
   * @throws StandingError STANDING_FULL, STANDING_LOG_TOO_LONG: what `foldedSize` says then is taken, no more
   */
  fold(member: string, firstIndex: number, entries: readonly Uint8Array[]): FoldCounts {
    const { open = decodeStatement } = this.#deps;
    return this.#foldAll(member, { firstIndex, count: entries.length }, (at) => openEntry(entries[at]!, open));
  }

  /** The same for entries that were opened elsewhere; undefined is one whose octets are no entry or no statement. */
  foldOpened(member: string, firstIndex: number, opened: readonly (Opened | undefined)[]): FoldCounts {
    return this.#foldAll(member, { firstIndex, count: opened.length }, (at) => opened[at]);
  }

  /**
   * Applies the permitting statements of a member's log that witnesses have seen.
   * @param witnessedSize of the log's newest checkpoint with a quorum; what is beyond the folded size is left for later
   * @returns what became of those that waited. `settledSize` may be less when too many overrules wait for other logs.
   * @throws StandingError STANDING_FULL: what `settledSize` says then has taken effect, no more
   */
  settle(member: string, witnessedSize: number): Record<FoldOutcome, number> {
    const number = this.#numberOf(member);
    const { waiting } = this.#folds[number]!;
    const counts = noCounts();
    let to = Math.min(witnessedSize, this.#index.header.foldedSize(number));
    try {
      for (let next = waiting.first(); next !== undefined && next.index < to; next = waiting.first()) {
        this.#settleTo(number, next.index);
        const outcome = settleStatement(next, { member: number, index: next.index }, this.#context);
        if (outcome === 'wait') {
          to = next.index;
          const facts = { code: 'STANDING_RELEASES_AHEAD_FULL', of: member, releasesMax: RELEASES_AHEAD_MAX };
          this.#deps.log.warn(facts, 'too many overrules wait for entries of other logs; this log waits too');
          break;
        }
        waiting.shift();
        counts[outcome] += 1;
      }
      this.#settleTo(number, to);
    } finally {
      this.#flush();
    }
    return counts;
  }

  foldedSize(member: string): number {
    return this.#index.header.foldedSize(this.#numberOf(member));
  }

  settledSize(member: string): number {
    return this.#foldOf(member).settledSize;
  }

  progress(member: string): LogProgress {
    const { settledSize, waiting, quarantined } = this.#foldOf(member);
    const { confirmed, struck } = this.#marks.of(member);
    return {
      foldedSize: this.foldedSize(member),
      settledSize,
      waiting: waiting.size,
      quarantined: quarantined.countOutside(confirmed.reduce(withRange, struck)),
    };
  }

  /** The consortium has one more member, whose number is the next one. */
  admit(member: StandingMember): void {
    const { name, roles } = member;
    this.#add(member);
    this.#announce({ admitted: { name, roles } });
    this.#bookFold.tell({ kind: 'admitted', member: { name, roles } });
  }

  /**
   * A member's entries from this size on are not taken; undefined takes that back.
   * @returns false where more was taken already: then standing has to be made anew from the logs
   */
  endAt(member: string, size: number | undefined): boolean {
    this.#foldOf(member).endsAtSize = size;
    return this.foldedSize(member) <= (size ?? Infinity);
  }

  /** Notes that a log was verified to be current at this wall time, in ms since 1970. Kept to the whole second. */
  markFresh(member: string, atMs: number): void {
    // A wall clock that is far off is no reason to stop: what is fresh is judged by the same clock.
    const seconds = Math.min(Math.max(Math.floor(atMs / 1000), 0), FRESH_SECONDS_MAX);
    this.#index.header.setFreshSeconds(this.#numberOf(member), seconds);
  }

  /** The memory as it is now. Listen for changes before it is handed on, so that a reader misses none. */
  get memory(): StandingMemory {
    const marks = this.#members.map(({ name }, member) => ({ member, marks: this.#marks.of(name) }));
    return {
      ...this.#index.memory(this.#members.map(({ name }) => name)),
      marks: marks.filter(({ marks: { confirmed, struck } }) => confirmed.length + struck.length > 0),
    };
  }

  /** Calls when a reader has to be told something: pass it on to every one. @returns a function that ends the listening */
  onMemoryChanged(listener: (change: MemoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls with what happened to the books, for others to replay. @returns a function that ends the listening */
  onBookEvent(listener: (event: BookEvent) => void): () => void {
    return this.#bookFold.listen(listener);
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
    const books = { sizes: this.#sizes(), entries: this.books.entries() };
    try {
      // First, so that it never holds less than the snapshot counts on.
      await writeBookFile(bookFileOf(path), books);
      await writeDurably(path, snapshotChunks(state));
    } finally {
      for (const { name } of TABLES) this.#index.tables[name].thaw();
    }
  }

  #foldAll(
    member: string,
    { firstIndex, count }: { firstIndex: number; count: number },
    openedAt: (at: number) => Opened | undefined,
  ): FoldCounts {
    const number = this.#numberOf(member);
    const { header } = this.#index;
    assert(firstIndex === header.foldedSize(number), 'entries follow on what was folded');
    const own = this.#folds[number]!;
    const counts = { folded: 0, ...noCounts() };
    try {
      for (let index = firstIndex; index < Math.min(firstIndex + count, own.endsAtSize ?? Infinity); index++) {
        if (index >= LOG_SIZE_MAX) {
          throw new StandingError({ code: 'STANDING_LOG_TOO_LONG', member: number, sizeMax: LOG_SIZE_MAX });
        }
        const outcome = this.#foldEntry(openedAt(index - firstIndex), number, index);
        if (outcome === 'wait') break;
        header.setFoldedSize(number, index + 1);
        counts.folded += 1;
        counts[outcome] += 1;
      }
    } finally {
      this.#flush();
    }
    if (counts.quarantined > 0) this.#alarm.tell(own, firstIndex);
    return counts;
  }

  #foldEntry(opened: Opened | undefined, member: number, index: number): FoldOutcome | 'wait' {
    if (opened === undefined) return 'malformed';
    const own = this.#folds[member]!;
    if (opened.issuer !== own.name) return 'foreign';
    if (opened.isKeyExpected === true) return 'wait';
    own.meter.advance(opened.timeMs);
    if (opened.statement === undefined) return opened.isSealed === true ? 'sealed' : 'unknown';
    return foldStatement(opened as OpenedStatement, { member, index }, this.#context);
  }

  /** Everything below has taken effect: overrules that waited for it wait no longer. */
  #settleTo(member: number, size: number): void {
    const own = this.#folds[member]!;
    for (let index = own.settledSize; index < size && this.#ahead.size > 0; index++)
      this.#ahead.drop({ member, index });
    own.settledSize = Math.max(own.settledSize, size);
  }

  /** Tells others what a batch has changed. */
  #flush(): void {
    for (const member of this.#marked) {
      const marks = this.#marks.of(member);
      const number = this.#numbers.get(member);
      if (number !== undefined) this.#announce({ member: number, marks });
      this.#bookFold.tell({ kind: 'marked', member, marks });
    }
    this.#marked.clear();
    this.#bookFold.flush();
  }

  #isVerified({ member, index }: EntryPlace): boolean {
    return index < (this.#deps.restatedBelow?.(this.#folds[member]!.name) ?? 0);
  }

  #newContext(): FoldContext {
    const has = (number: number, ...roles: readonly Role[]): boolean =>
      this.#members[number]!.roles.some((role) => roles.includes(role));
    return {
      holdings: this.#index,
      ahead: this.#ahead,
      marks: this.#marks,
      numberOf: (name) => this.#numbers.get(name) ?? -1,
      isRegulator: (number) => has(number, 'regulator'),
      isSupervisor: (number) => has(number, 'register', 'regulator'),
      member: (number) => this.#folds[number]!,
      isVerified: (entry) => this.#isVerified(entry),
      book: (statement, entry, opened) => this.#bookFold.fold(statement, entry, opened),
      marked: (member) => this.#marked.add(member),
    };
  }

  #add(member: StandingMember): void {
    assert(this.#members.length < MEMBERS_MAX);
    assert(!this.#numbers.has(member.name), 'the names of members differ');
    this.#numbers.set(member.name, this.#members.length);
    this.#members.push(member);
    this.#folds.push(new MemberFold(member, this.#deps.budgets));
    this.books.admit(member);
  }

  #load(members: readonly SnapshotMember[], rest: Uint8Array): void {
    for (const [number, { foldedSize, settledSize }] of members.entries()) {
      this.#index.header.setFoldedSize(number, foldedSize);
      this.#folds[number]!.settledSize = settledSize;
    }
    loadRest(rest, { members: this.#folds, marks: this.#marks });
    for (const member of this.#marks.members()) this.books.mark(member, this.#marks.of(member));
  }

  #sizes(): Map<string, LogSizes> {
    return new Map(
      this.#folds.map(({ name, settledSize }) => [name, { folded: this.foldedSize(name), settled: settledSize }]),
    );
  }

  #numberOf(member: string): number {
    const number = this.#numbers.get(member);
    assert(number !== undefined, 'a member of the consortium');
    return number;
  }

  #foldOf(member: string): MemberFold {
    return this.#folds[this.#numberOf(member)]!;
  }

  #announce(change: MemoryChange): void {
    this.#reader?.accept(change);
    for (const listener of this.#listeners) listener(change);
  }

  #state(tables: readonly TableView[], roots: ReadonlyMap<string, string>): SnapshotState {
    const members = this.#members.map(({ name, roles }, number) => {
      const { settledSize } = this.#folds[number]!;
      return { name, roles, foldedSize: this.foldedSize(name), settledSize, root: roots.get(name) };
    });
    const rest = restBytes({ members: this.#folds, marks: this.#marks });
    return { members, tables, ahead: this.#ahead.sorted(), rest };
  }
}
