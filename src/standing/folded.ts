import assert from 'node:assert/strict';
import { MEMBERS_MAX, type Role } from '../governance/consortium.ts';
import type { LogSizes } from './book-file.ts';
import { BookFold } from './book-fold.ts';
import { type BookEvent, Books } from './books.ts';
import type { FoldContext } from './fold.ts';
import { drawHashKey } from './hash.ts';
import { HeldStatements } from './held-statements.ts';
import { Marks } from './marks.ts';
import { MemberFold } from './member-fold.ts';
import type { MemoryChange, StandingMemory } from './memory.ts';
import { Quarantine } from './quarantine.ts';
import { type EntryPlace, ReleasesAhead } from './releases-ahead.ts';
import { loadRest, restBytes } from './snapshot-rest.ts';
import type { SnapshotMember, SnapshotState } from './snapshot.ts';
import { StandingIndex } from './standing-index.ts';
import type { StandingDeps, StandingMember, StandingOptions } from './standing-options.ts';
import type { TableView } from './table.ts';

interface Listeners {
  readonly onMemoryChanged: (change: MemoryChange) => void;
  readonly onBookEvent: (event: BookEvent) => void;
}

/** All that is folded from the logs: one whole, which can be exchanged for another. */
export class Folded {
  readonly members: StandingMember[] = [];
  readonly folds: MemberFold[] = [];
  readonly index: StandingIndex;
  readonly ahead = new ReleasesAhead();
  readonly marks = new Marks();
  readonly context: FoldContext;
  readonly books = new Books([]);
  readonly bookFold: BookFold;
  readonly held: HeldStatements;
  readonly quarantine: Quarantine;
  /** How its entries are judged. */
  readonly deps: StandingDeps;
  /** See `StandingOptions`. */
  readonly basis: string | undefined;
  readonly #numbers = new Map<string, number>();
  /** Members of whom the present batch has marked ranges. */
  readonly #marked = new Set<string>();
  readonly #listeners: Listeners;

  constructor(options: StandingOptions, deps: StandingDeps, listeners: Listeners) {
    const { members, devicesExpected = 0, hashKey = drawHashKey(), basis } = options;
    this.basis = basis;
    this.deps = deps;
    this.#listeners = listeners;
    this.index = new StandingIndex(
      { hashKey, devicesExpected },
      { onGrown: (table, shard, buffer) => listeners.onMemoryChanged({ table, shard, buffer }) },
    );
    const { index, marks, books } = this;
    this.context = this.#newContext();
    this.bookFold = new BookFold(books, this.context, listeners.onBookEvent);
    const numberOf = (member: string): number => this.numberOf(member);
    this.held = new HeldStatements({ index, marks, numberOf, foldOf: (member) => this.foldOf(member) });
    this.quarantine = new Quarantine({
      holdings: index,
      books,
      marks,
      numberOf,
      foldOf: (number) => this.folds[number]!,
    });
    for (const member of members) this.add(member);
  }

  add(member: StandingMember): void {
    assert(this.members.length < MEMBERS_MAX);
    assert(!this.#numbers.has(member.name), 'the names of members differ');
    this.#numbers.set(member.name, this.members.length);
    this.members.push(member);
    this.folds.push(new MemberFold(member, this.deps.budgets));
    this.books.admit(member);
  }

  numberOf(member: string): number {
    const number = this.#numbers.get(member);
    assert(number !== undefined, 'a member of the consortium');
    return number;
  }

  foldOf(member: string): MemberFold {
    return this.folds[this.numberOf(member)]!;
  }

  /** Tells others what a batch has changed. */
  flush(): void {
    for (const member of this.#marked) {
      const marks = this.marks.of(member);
      const number = this.#numbers.get(member);
      if (number !== undefined) this.#listeners.onMemoryChanged({ member: number, marks });
      this.bookFold.tell({ kind: 'marked', member, marks });
    }
    this.#marked.clear();
    this.bookFold.flush();
  }

  get memory(): StandingMemory {
    const marks = this.members.map(({ name }, member) => ({ member, marks: this.marks.of(name) }));
    return {
      ...this.index.memory(this.members.map(({ name }) => name)),
      marks: marks.filter(({ marks: { confirmed, struck } }) => confirmed.length + struck.length > 0),
    };
  }

  sizes(): Map<string, LogSizes> {
    return new Map(
      this.folds.map(({ name, settledSize }, number) => [
        name,
        { folded: this.index.header.foldedSize(number), settled: settledSize },
      ]),
    );
  }

  /** Fills what is empty from a snapshot. */
  load(members: readonly SnapshotMember[], rest: Uint8Array): void {
    for (const [number, { foldedSize, settledSize }] of members.entries()) {
      this.index.header.setFoldedSize(number, foldedSize);
      this.folds[number]!.settledSize = settledSize;
    }
    loadRest(rest, { members: this.folds, marks: this.marks });
    for (const member of this.marks.members()) this.books.mark(member, this.marks.of(member));
  }

  /** What a snapshot holds. @param roots and the basis are left out where only what was folded is meant */
  state(tables: readonly TableView[], roots?: ReadonlyMap<string, string>): SnapshotState {
    const members = this.members.map(({ name, roles }, number) => {
      const { settledSize } = this.folds[number]!;
      const foldedSize = this.index.header.foldedSize(number);
      return { name, roles, foldedSize, settledSize, root: roots?.get(name) };
    });
    const rest = restBytes({ members: this.folds, marks: this.marks });
    return { basis: roots && this.basis, members, tables, ahead: this.ahead.sorted(), rest };
  }

  #newContext(): FoldContext {
    const has = (number: number, ...roles: readonly Role[]): boolean =>
      this.members[number]!.roles.some((role) => roles.includes(role));
    return {
      holdings: this.index,
      ahead: this.ahead,
      marks: this.marks,
      numberOf: (name) => this.#numbers.get(name) ?? -1,
      isRegulator: (number) => has(number, 'regulator'),
      isSupervisor: (number) => has(number, 'register', 'regulator'),
      member: (number) => this.folds[number]!,
      isVerified: (entry) => this.#isVerified(entry),
      book: (statement, entry, opened) => this.bookFold.fold(statement, entry, opened),
      marked: (member) => this.#marked.add(member),
    };
  }

  #isVerified({ member, index }: EntryPlace): boolean {
    return index < (this.deps.restatedBelow?.(this.folds[member]!.name) ?? 0);
  }
}
