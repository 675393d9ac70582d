import type { BookEntry, BookEvent, Books, BookStatement } from './books.ts';
import { permits } from '../statements/permits.ts';
import { costOf } from './budget.ts';
import type { FoldOutcome } from './fold.ts';
import type { MemberFold } from './member-fold.ts';
import type { Opened } from './opened.ts';
import type { EntryPlace } from './releases-ahead.ts';

/** What the books need to know of the members. */
interface BookContext {
  member(this: void, number: number): MemberFold;
  /** See `FoldContext`. */
  isVerified(this: void, entry: EntryPlace): boolean;
}

/** Takes statements of senders and cells into the books of standing, and tells those who keep books of their own. */
export class BookFold {
  readonly #books: Books;
  readonly #context: BookContext;
  readonly #announce: (event: BookEvent) => void;
  #taken: BookEntry[] = [];
  /** Permitting statements that are settled together: what each is about is folded again once. */
  #settled: BookEntry[] = [];

  constructor(books: Books, context: BookContext, announce: (event: BookEvent) => void) {
    this.#books = books;
    this.#context = context;
    this.#announce = announce;
  }

  /** Takes one statement. A permitting one counts only after `flush`. */
  fold(statement: BookStatement, { member, index }: EntryPlace, { timeMs, continues }: Opened): FoldOutcome {
    const own = this.#context.member(member);
    if (!this.#books.mayState(own.name, statement)) return 'ineffective';
    const named = { member: own.name, index, timeMs, statement, ...(continues !== undefined && { continues }) };
    if (permits(statement.kind)) {
      this.#settled.push(named);
      return 'stated';
    }
    const isQuarantined = this.#isQuarantined(named, { own, isVerified: this.#context.isVerified({ member, index }) });
    const entry = isQuarantined ? { ...named, isQuarantined } : named;
    this.#taken.push(entry);
    return this.#books.accept([entry]);
  }

  /** To be called after each batch. */
  flush(): void {
    if (this.#settled.length > 0) this.#books.accept(this.#settled);
    const entries = [...this.#taken, ...this.#settled];
    this.#taken = [];
    this.#settled = [];
    if (entries.length > 0) this.#announce({ kind: 'stated', entries });
  }

  /** Takes what is not a statement, and tells it. */
  tell(event: Exclude<BookEvent, { kind: 'stated' }>): void {
    this.#books.replay(event);
    this.#announce(event);
  }

  /** What is stated anew is free where all can see that it is; what they cannot see has to be confirmed. */
  #isQuarantined(entry: BookEntry, { own, isVerified }: { own: MemberFold; isVerified: boolean }): boolean {
    if (entry.continues !== undefined) {
      const old = this.#books.continued(entry);
      if (old === undefined && isVerified) own.restated.link(entry.continues, entry.index);
      if (old === undefined && isVerified) return false;
      // What was said of the old one holds for this one too: see `Books.force`.
      return old === undefined || old.isQuarantined === true;
    }
    const cost = costOf(entry.statement)!;
    if (!own.affords(cost)) return true;
    own.charge(cost);
    return false;
  }
}
