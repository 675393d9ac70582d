import type { DeviceListed, Statement } from '../statements/statement.ts';
import { type Books, isBookStatement } from './books.ts';
import { costOf } from './budget.ts';
import type { Holdings } from './fold.ts';
import { type IndexRange, withRange } from './index-ranges.ts';
import { type Force, forceOf, type Marks } from './marks.ts';
import type { MemberFold } from './member-fold.ts';

interface Parts {
  readonly holdings: Pick<Holdings, 'marksOf'>;
  readonly books: Books;
  readonly marks: Marks;
  /** The number of a member of the consortium. */
  readonly numberOf: (member: string) => number;
  readonly foldOf: (number: number) => MemberFold;
}

/** How a restricting statement stands, and how many devices it is about; a cell, a sender or a number counts as one. */
export interface Restriction {
  readonly force: Force;
  readonly devices: number;
}

/** What is quarantined, and how single statements stand: for people who decide about it. */
export class Quarantine {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Indexes of a member's log beyond its budget that nobody confirmed or struck, in order. */
  *ranges(member: string): Generator<IndexRange> {
    const { books, marks, numberOf, foldOf } = this.#parts;
    const { confirmed, struck } = marks.of(member);
    const quarantined = foldOf(numberOf(member)).quarantined.with(books.undecided(member));
    yield* quarantined.rangesOutside(confirmed.reduce(withRange, struck));
  }

  /** How the statement of that entry stands; undefined where it restricts nothing, was ended or was overruled. */
  restriction(member: string, index: number, statement: Statement): Restriction | undefined {
    const cost = costOf(statement);
    if (cost === undefined) return undefined;
    const force = isBookStatement(statement)
      ? this.#parts.books.forceAt(member, index, statement)
      : this.#listed(member, index, statement as DeviceListed);
    return force && { force, devices: cost.devices };
  }

  /** One that was stated anew stands under another index: what was said of the old one holds. */
  #listed(member: string, index: number, statement: DeviceListed): Force | undefined {
    const { holdings, marks, numberOf, foldOf } = this.#parts;
    const number = numberOf(member);
    const stands = foldOf(number).restated.resolve(index, false);
    const held = holdings.marksOf(statement, { member: number, index: stands });
    if (held === undefined || held.overruled) return undefined;
    return forceOf(marks.of(member), stands, held.quarantined);
  }
}
