import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeDurably } from '../base/durable.ts';
import { decodeStatement } from '../statements/codec.ts';
import { bookFileOf, readBookFile, writeBookFile } from './book-file.ts';
import type { BookEvent, Books } from './books.ts';
import { TABLES } from './bucket.ts';
import { StandingError } from './fault.ts';
import { type FoldOutcome, foldStatement, isToWait, settleStatement } from './fold.ts';
import { noCounts } from './fold-counts.ts';
import { Folded } from './folded.ts';
import type { HeldStatements } from './held-statements.ts';
import { withRange } from './index-ranges.ts';
import { FRESH_SECONDS_MAX, LOG_SIZE_MAX, type MemoryChange, type StandingMemory } from './memory.ts';
import { openEntry, type Opened, type OpenedStatement } from './opened.ts';
import type { Quarantine } from './quarantine.ts';
import { QuarantineAlarm } from './quarantine-alarm.ts';
import { StandingReader } from './reader.ts';
import { RELEASES_AHEAD_MAX } from './releases-ahead.ts';
import { readSnapshot, type SnapshotTarget } from './snapshot-reader.ts';
import { snapshotChunks } from './snapshot.ts';
import type { FoldCounts, LogProgress, StandingDeps, StandingMember, StandingOptions } from './standing-options.ts';

export type { FoldCounts, LogProgress, StandingDeps, StandingMember, StandingOptions } from './standing-options.ts';

/**
 * How every device stands, folded from all logs. It can be thrown away and made again from them: the same sizes of the
 * logs, folded and settled, under the same governance, give the same standing, and the same digest, whatever the order
 * between the logs.
 */
export class Standing {
  #folded: Folded;
  readonly #listeners = new Set<(change: MemoryChange) => void>();
  readonly #bookListeners = new Set<(event: BookEvent) => void>();
  readonly #deps: StandingDeps;
  readonly #alarm: QuarantineAlarm;
  #reader: StandingReader | undefined;

  constructor(options: StandingOptions, deps: StandingDeps) {
    this.#deps = deps;
    this.#alarm = new QuarantineAlarm(deps.log);
    this.#folded = new Folded(options, deps, {
      onMemoryChanged: (change) => this.#announce(change),
      onBookEvent: (event) => this.#tellBooks(event),
    });
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
    const folded = standing.#folded;
    const into: SnapshotTarget = {
      index: folded.index,
      ahead: folded.ahead,
      quarantined: (member, index) => folded.folds[member]!.quarantined.add(index),
      finish: (held, rest) => folded.load(held, rest),
    };
    await readSnapshot(path, options, into);
    await readBookFile(bookFileOf(path), folded.books, folded.sizes());
    return standing;
  }

  /** How senders and cells stand. Another object once `become` was called. */
  get books(): Books {
    return this.#folded.books;
  }

  get held(): HeldStatements {
    return this.#folded.held;
  }

  get quarantine(): Quarantine {
    return this.#folded.quarantine;
  }

  /** See `StandingOptions`. */
  get basis(): string | undefined {
    return this.#folded.basis;
  }

  /** As it knows them, in the order of their numbers. */
  get members(): readonly StandingMember[] {
    return this.#folded.members;
  }

  /**
   * Becomes what another has folded of the same logs, in one step for everybody who reads it here or in another thread.
   * What was known to be current stays so. The other one is not to be used any more.
   */
  become(other: Standing): void {
    const before = this.#folded.index.header;
    this.#folded = other.#folded;
    for (const [number] of this.members.entries()) {
      this.#folded.index.header.setFreshSeconds(number, before.freshSeconds(number));
    }
    // What is folded now tells its first owner what changes in it.
    other.onMemoryChanged((change) => this.#announce(change));
    other.onBookEvent((event) => this.#tellBooks(event));
    const members = this.members.map(({ name, roles }) => ({ name, roles }));
    this.#announce({ replaced: this.memory, members });
    this.#tellBooks({ kind: 'replaced', events: this.books.events() });
  }

  /**
   * Takes verified entries of a member's log, each once and in order: the first is at `foldedSize(member)`. What restricts
   * is in force from now on; what permits waits for `settle`.
   * @throws StandingError STANDING_FULL, STANDING_LOG_TOO_LONG: what `foldedSize` says then is taken, no more
   */
  fold(member: string, firstIndex: number, entries: readonly Uint8Array[]): FoldCounts {
    const { open = decodeStatement } = this.#folded.deps;
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
    const number = this.#folded.numberOf(member);
    const { waiting } = this.#folded.folds[number]!;
    const counts = noCounts();
    let to = Math.min(witnessedSize, this.#folded.index.header.foldedSize(number));
    try {
      for (let next = waiting.first(); next !== undefined && next.index < to; next = waiting.first()) {
        this.#settleTo(number, next.index);
        const outcome = settleStatement(next, { member: number, index: next.index }, this.#folded.context);
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
      this.#folded.flush();
    }
    return counts;
  }

  foldedSize(member: string): number {
    return this.#folded.index.header.foldedSize(this.#folded.numberOf(member));
  }

  settledSize(member: string): number {
    return this.#folded.foldOf(member).settledSize;
  }

  progress(member: string): LogProgress {
    const { settledSize, waiting, quarantined, ownLog } = this.#folded.foldOf(member);
    const { confirmed, struck } = this.#folded.marks.of(member);
    return {
      foldedSize: this.foldedSize(member),
      settledSize,
      waiting: waiting.size,
      quarantined: quarantined.countOutside(confirmed.reduce(withRange, struck)) + this.books.undecided(member).size,
      ...(ownLog.brokenAt !== undefined && { ownLogBrokenAt: ownLog.brokenAt }),
    };
  }

  /** The consortium has one more member, whose number is the next one. */
  admit(member: StandingMember): void {
    const { name, roles } = member;
    this.#folded.add(member);
    this.#announce({ admitted: { name, roles } });
    this.#folded.bookFold.tell({ kind: 'admitted', member: { name, roles } });
  }

  /**
   * A member's entries from this size on are not taken; undefined takes that back.
   * @returns false where more was taken already: then standing has to be made anew from the logs
   */
  endAt(member: string, size: number | undefined): boolean {
    this.#folded.foldOf(member).endsAtSize = size;
    return this.foldedSize(member) <= (size ?? Infinity);
  }

  /** Notes that a log was verified to be current at this wall time, in ms since 1970. Kept to the whole second. */
  markFresh(member: string, atMs: number): void {
    // A wall clock that is far off is no reason to stop: what is fresh is judged by the same clock.
    const seconds = Math.min(Math.max(Math.floor(atMs / 1000), 0), FRESH_SECONDS_MAX);
    this.#folded.index.header.setFreshSeconds(this.#folded.numberOf(member), seconds);
  }

  /** The memory as it is now. Listen for changes before it is handed on, so that a reader misses none. */
  get memory(): StandingMemory {
    return this.#folded.memory;
  }

  /** Calls when a reader has to be told something: pass it on to every one. @returns a function that ends the listening */
  onMemoryChanged(listener: (change: MemoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls with what happened to the books, for others to replay. @returns a function that ends the listening */
  onBookEvent(listener: (event: BookEvent) => void): () => void {
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
    const { devices, ranges, pairings } = this.#folded.index.tables;
    const bytes = devices.bytes + ranges.bytes + pairings.bytes;
    const releasesAhead = this.#folded.ahead.size;
    return { devices: devices.used, ranges: ranges.used, pairings: pairings.used, releasesAhead, bytes };
  }

  /** SHA-256, in hex, of the snapshot without roots and basis: equal where standing is equal. It reads all memory. */
  digest(): string {
    const hash = createHash('sha256');
    const tables = TABLES.map(({ name }) => this.#folded.index.tables[name].view());
    for (const chunk of snapshotChunks(this.#folded.state(tables))) hash.update(chunk);
    return hash.update(this.books.digest()).digest('hex');
  }

  /**
   * Writes a snapshot durably. Entries may be folded meanwhile: the snapshot is of the moment of the call. One at a time.
   * @param roots for each member the root hash, in hex, that its log has at the size folded now
   */
  async writeSnapshot(path: string, roots: ReadonlyMap<string, string>): Promise<void> {
    const folded = this.#folded;
    const tables = TABLES.map(({ name }) => folded.index.tables[name].freeze());
    const state = folded.state(tables, roots);
    const books = { sizes: folded.sizes(), entries: folded.books.entries() };
    try {
      // First, so that it never holds less than the snapshot counts on.
      await writeBookFile(bookFileOf(path), books);
      await writeDurably(path, snapshotChunks(state));
    } finally {
      for (const { name } of TABLES) folded.index.tables[name].thaw();
    }
  }

  #foldAll(
    member: string,
    { firstIndex, count }: { firstIndex: number; count: number },
    openedAt: (at: number) => Opened | undefined,
  ): FoldCounts {
    const number = this.#folded.numberOf(member);
    const { header } = this.#folded.index;
    assert(firstIndex === header.foldedSize(number), 'entries follow on what was folded');
    const own = this.#folded.folds[number]!;
    const counts = { folded: 0, ...noCounts() };
    let firstQuarantined: number | undefined;
    try {
      for (let index = firstIndex; index < Math.min(firstIndex + count, own.endsAtSize ?? Infinity); index++) {
        if (index >= LOG_SIZE_MAX) {
          throw new StandingError({ code: 'STANDING_LOG_TOO_LONG', member: number, sizeMax: LOG_SIZE_MAX });
        }
        const outcome = this.#foldEntry(openedAt(index - firstIndex), number, index);
        if (outcome === 'wait') break;
        if (outcome === 'quarantined') firstQuarantined ??= index;
        if (outcome === 'broken') {
          const facts = { code: 'OWN_LOG_BROKEN', of: member, index };
          this.#deps.log.error(facts, 'an anchor shows another own log than the one before it');
        }
        header.setFoldedSize(number, index + 1);
        counts.folded += 1;
        counts[outcome] += 1;
      }
    } finally {
      this.#folded.flush();
    }
    if (firstQuarantined !== undefined) this.#alarm.tell(own, firstQuarantined);
    return counts;
  }

  #foldEntry(opened: Opened | undefined, member: number, index: number): FoldOutcome | 'wait' {
    if (opened === undefined) return 'malformed';
    const own = this.#folded.folds[member]!;
    if (opened.issuer !== own.name) return 'foreign';
    if (opened.isKeyExpected === true) return 'wait';
    const place = { member, index };
    if (opened.statement !== undefined && isToWait(opened as OpenedStatement, place, this.#folded.context))
      return 'wait';
    own.meter.advance(opened.timeMs);
    if (opened.isSealed === true && opened.continues !== undefined) own.restated.link(opened.continues, index);
    if (opened.statement === undefined) return opened.isSealed === true ? 'sealed' : 'unknown';
    return foldStatement(opened as OpenedStatement, place, this.#folded.context);
  }

  /** Everything below has taken effect: overrules that waited for it wait no longer. */
  #settleTo(member: number, size: number): void {
    const own = this.#folded.folds[member]!;
    for (let index = own.settledSize; index < size && this.#folded.ahead.size > 0; index++)
      this.#folded.ahead.drop({ member, index });
    own.settledSize = Math.max(own.settledSize, size);
  }

  #announce(change: MemoryChange): void {
    this.#reader?.accept(change);
    for (const listener of this.#listeners) listener(change);
  }

  #tellBooks(event: BookEvent): void {
    for (const listener of this.#bookListeners) listener(event);
  }
}
