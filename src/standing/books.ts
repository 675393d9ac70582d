import { createHash } from 'node:crypto';
import type { Role } from '../governance/consortium.ts';
import { cellText } from '../identifiers/cell.ts';
import { encodeStatement } from '../statements/codec.ts';
import type { CellStatement } from '../statements/cell-statement.ts';
import { permits } from '../statements/permits.ts';
import type { SenderStatement } from '../statements/sender-statement.ts';
import type { Statement } from '../statements/statement.ts';
import { CellBook } from './cells.ts';
import type { FoldOutcome } from './fold.ts';
import { IndexSet } from './index-set.ts';
import { type Force, isInAny, type MemberMarks, NO_MARKS } from './marks.ts';
import { SenderBook } from './senders.ts';

const ID_SIZE = 16;

export type BookStatement = SenderStatement | CellStatement;

/** A statement of a member's log that is not about devices, as it was opened. It can be passed between threads. */
export interface BookEntry {
  readonly member: string;
  readonly index: number;
  readonly timeMs: number;
  readonly statement: BookStatement;
  /** It was stated beyond its member's budget. */
  readonly isQuarantined?: boolean;
  /** The index in the same log of the statement that it states anew. */
  readonly continues?: number;
}

/** What happened to books, in an order in which other books can take it. */
export type BookEvent =
  | { readonly kind: 'stated'; readonly entries: readonly BookEntry[] }
  | { readonly kind: 'marked'; readonly member: string; readonly marks: MemberMarks }
  | { readonly kind: 'admitted'; readonly member: BookMember }
  /** All was folded anew: what these make of empty books stands in place of what was there. */
  | { readonly kind: 'replaced'; readonly events: readonly BookEvent[] };

export interface BookMember {
  readonly name: string;
  readonly roles: readonly Role[];
}

export function isBookStatement(statement: Statement): statement is BookStatement {
  const { kind } = statement;
  return kind.startsWith('sender.') || kind.startsWith('number.') || kind.startsWith('cell.');
}

/**
 * How senders and cells stand: few enough to be kept as their statements, by what they are about, in the order of their
 * log. One that counts only later than those after it, as a permitting one does, has what it is about folded again: so
 * books are a function of the statements that they took and the ranges that were marked, and of no order.
 */
export class Books {
  #senders = new SenderBook();
  #cells = new CellBook();
  readonly #roles: Map<string, readonly Role[]>;
  readonly #subjects = new Map<string, BookEntry[]>();
  readonly #marks = new Map<string, MemberMarks>();
  /** What `undecided` has found, until something more is said. */
  readonly #undecided = new Map<string, IndexSet>();

  constructor(members: readonly BookMember[]) {
    this.#roles = new Map(members.map(({ name, roles }) => [name, roles]));
  }

  get senders(): SenderBook {
    return this.#senders;
  }

  get cells(): CellBook {
    return this.#cells;
  }

  /** Takes statements, each once. @returns what became of the last one that could be told at once */
  accept(entries: readonly BookEntry[]): FoldOutcome {
    const again = new Set<string>();
    let outcome: FoldOutcome = 'ineffective';
    for (const entry of entries) {
      if (!this.mayState(entry.member, entry.statement)) continue;
      this.#undecided.delete(entry.member);
      const subject = subjectOf(entry);
      const isLast = this.#keep(subject, entry);
      if (!isLast || again.has(subject)) again.add(subject);
      else outcome = this.#fold(entry);
    }
    for (const subject of again) this.#foldAgain(subject);
    return again.size > 0 ? 'stated' : outcome;
  }

  /** Takes what was confirmed and struck of a member's statements: all of it. */
  mark(member: string, marks: MemberMarks): void {
    this.#marks.set(member, marks);
    this.#undecided.delete(member);
    for (const [subject, [first]] of this.#subjects) if (first!.member === member) this.#foldAgain(subject);
  }

  admit({ name, roles }: BookMember): void {
    this.#roles.set(name, roles);
  }

  /** Takes what happened to other books. */
  replay(event: BookEvent): void {
    if (event.kind === 'stated') this.accept(event.entries);
    else if (event.kind === 'marked') this.mark(event.member, event.marks);
    else if (event.kind === 'admitted') this.admit(event.member);
    else this.#replace(event.events);
  }

  /** Whether the member's role lets it speak of this. */
  mayState(member: string, { kind }: BookStatement): boolean {
    const roles = this.#roles.get(member) ?? [];
    if (kind === 'cell.distrusted' || kind === 'cell.cleared') {
      return roles.includes('operator') || roles.includes('regulator');
    }
    return roles.includes('certifier');
  }

  /** The statement that this one states anew, where it is kept: of the same member, kind and subject. */
  continued(entry: BookEntry): BookEntry | undefined {
    const { continues, index, statement } = entry;
    if (continues === undefined || continues >= index) return undefined;
    const old = this.#subjects.get(subjectOf(entry))?.find((kept) => kept.index === continues);
    return old?.statement.kind === statement.kind ? old : undefined;
  }

  /** How a restricting statement stands. What was said of it under an earlier index holds. */
  force(entry: BookEntry): Force {
    if (permits(entry.statement.kind)) return 'in force';
    const marks = this.#marks.get(entry.member) ?? NO_MARKS;
    const indexes: number[] = [];
    for (let one: BookEntry | undefined = entry; one !== undefined; one = this.continued(one)) indexes.push(one.index);
    if (isInAny(marks.struck, indexes)) return 'struck';
    return entry.isQuarantined === true && !isInAny(marks.confirmed, indexes) ? 'quarantined' : 'in force';
  }

  /**
   * How the restricting statement of this entry stands, under whichever index it was stated anew; undefined where it is
   * not kept, or was taken back since.
   */
  forceAt(member: string, index: number, statement: BookStatement): Force | undefined {
    const kept = this.#subjects.get(subjectOf({ member, statement })) ?? [];
    const entry = kept.find((one) => one.index === index);
    if (entry === undefined || kept.some((one) => takesBack(one, index))) return undefined;
    const anew = kept.find((one) => this.continued(one) === entry);
    return anew === undefined ? this.force(entry) : this.forceAt(member, anew.index, statement);
  }

  /** Indexes of a member's statements beyond its budget that nobody confirmed, struck, took back or stated anew. */
  undecided(member: string): IndexSet {
    const known = this.#undecided.get(member);
    if (known !== undefined) return known;
    const undecided = new IndexSet();
    for (const kept of this.#subjects.values()) {
      if (kept[0]!.member !== member || !kept.some(({ isQuarantined }) => isQuarantined === true)) continue;
      const anew = new Set(kept.map((entry) => this.continued(entry)));
      const permitting = kept.filter(({ statement }) => permits(statement.kind));
      for (const entry of kept) {
        const isOver = anew.has(entry) || permitting.some((one) => takesBack(one, entry.index));
        if (!isOver && this.force(entry) === 'quarantined') undecided.add(entry.index);
      }
    }
    this.#undecided.set(member, undecided);
    return undecided;
  }

  /** All entries, log by log in the order of the members' names. */
  entries(): readonly BookEntry[] {
    return [...this.#subjects.values()].flat().sort(byPlace);
  }

  /** All that other books need to be the same. */
  events(): readonly BookEvent[] {
    const admitted = [...this.#roles].map(([name, roles]) => ({ kind: 'admitted', member: { name, roles } }) as const);
    const marked = [...this.#marks].map(([member, marks]) => ({ kind: 'marked', member, marks }) as const);
    return [...admitted, ...marked, { kind: 'stated', entries: this.entries() }];
  }

  /** SHA-256 over all entries: equal where the books are equal, marks apart. */
  digest(): Buffer {
    const hash = createHash('sha256');
    for (const entry of this.entries()) {
      const { member, index, isQuarantined = false, continues = -1 } = entry;
      const bytes = plainBytes(entry);
      hash.update(JSON.stringify([member, index, isQuarantined, continues, bytes.length])).update(bytes);
    }
    return hash.digest();
  }

  #replace(events: readonly BookEvent[]): void {
    [this.#senders, this.#cells] = [new SenderBook(), new CellBook()];
    for (const map of [this.#roles, this.#subjects, this.#marks, this.#undecided]) map.clear();
    for (const event of events) this.replay(event);
  }

  /** @returns whether it is the last one about its subject */
  #keep(subject: string, entry: BookEntry): boolean {
    const kept = this.#subjects.get(subject) ?? [];
    this.#subjects.set(subject, kept);
    let at = kept.length;
    while (at > 0 && kept[at - 1]!.index > entry.index) at -= 1;
    kept.splice(at, 0, entry);
    return at === kept.length - 1;
  }

  #foldAgain(subject: string): void {
    const kept = this.#subjects.get(subject)!;
    const [{ member, statement }] = kept as [BookEntry];
    if ('cell' in statement) this.cells.forget(member, cellText(statement.cell));
    else if ('tag' in statement) this.senders.forgetNumber(member, statement);
    else this.senders.forget(member, statement.certificate);
    for (const entry of kept) this.#fold(entry);
  }

  #fold(entry: BookEntry): FoldOutcome {
    const force = this.force(entry);
    if (force !== 'in force') return force === 'quarantined' ? 'quarantined' : 'ineffective';
    const { member, index, timeMs, statement } = entry;
    const old = this.continued(entry);
    // What was held back is in no place that it could take.
    const isTaken = old !== undefined && this.force(old) === 'in force';
    const stating = { entry: { member, index }, timeMs, ...(isTaken && { replaces: old.index }) };
    return 'cell' in statement ? this.cells.fold(statement, stating) : this.senders.fold(statement, stating);
  }
}

/** The statement as a plain entry. */
export function plainBytes({ member, timeMs, statement }: BookEntry): Uint8Array {
  return encodeStatement({ issuer: member, timeMs, id: new Uint8Array(ID_SIZE) }, statement);
}

/** What a statement is about: what nothing but the statements of one member about it decides. */
function subjectOf({ member, statement }: Pick<BookEntry, 'member' | 'statement'>): string {
  if ('cell' in statement) return `${member} cell ${cellText(statement.cell)}`;
  if ('tag' in statement) {
    return `${member} number ${statement.certificate} ${Buffer.from(statement.tag).toString('hex')}`;
  }
  return `${member} sender ${statement.certificate}`;
}

function takesBack({ index, statement }: BookEntry, earlier: number): boolean {
  if (index <= earlier || !permits(statement.kind)) return false;
  return !('ends' in statement) || statement.ends.index === earlier;
}

function byPlace(one: BookEntry, other: BookEntry): number {
  return one.member === other.member ? one.index - other.index : one.member < other.member ? -1 : 1;
}
