import { Fault } from '../base/fault.ts';
import { cellText } from '../identifiers/cell.ts';
import { decodeEntry, isSealed } from '../ledger/entry.ts';
import type { EntryBatch } from '../ledger/reader.ts';
import type { KeyOf } from '../sealing/seal.ts';
import { isBookStatement } from '../standing/books.ts';
import type { Standing } from '../standing/standing.ts';
import { openStatement } from '../statements/codec.ts';
import { permits } from '../statements/permits.ts';
import type { SenderCertified } from '../statements/sender-statement.ts';
import type { DeviceReleased, Statement } from '../statements/statement.ts';

/** A statement in force that is sealed under an epoch before the present one, as it is to be stated anew. */
export interface OlderStatement {
  readonly index: number;
  readonly epoch: number;
  readonly statement: Statement;
}

/** What of a member's log still rests on older epochs, as far as it was looked at. */
export interface OlderCount {
  /** Entries of the log that this speaks of. */
  readonly size: number;
  /** Statements in force that have not been stated anew, by the number of the epoch. */
  readonly inForce: Readonly<Record<number, number>>;
  /** Statements that wait for witnesses, or that nobody has confirmed or struck: what holds is not known yet. */
  readonly undecided: number;
  /** Entries of open epochs that this node has no key for: it cannot say whether they are in force. */
  readonly unreadable: number;
  /** All that states something anew, under an epoch that has not ended, lies below this size of the log. */
  readonly restatedBelow: number;
}

export interface OlderStatementsParts {
  readonly member: string;
  readonly entries: (from: number, to: number) => AsyncIterable<EntryBatch>;
  readonly standing: Standing;
  readonly keyOf: KeyOf;
  /** The epoch of an entry of any member; undefined where it has none. */
  readonly epochAt: (member: string, index: number) => Promise<number | undefined>;
}

/** Kinds that end something: what they ended is not stated anew, so they need not be either. */
const ENDING = ['gate.restored', 'number.withdrawn', 'sender.reinstated', 'cell.cleared'];

/**
 * Finds what of one member's log is in force and sealed under an older epoch. Of a log that was looked through once, only
 * what comes after the first such statement is looked at again.
 */
export class OlderStatements {
  readonly #parts: OlderStatementsParts;
  #cursor = 0;
  /** Entries that the last look read. */
  looked = 0;
  #before = 0;
  #restatedBelow = 0;
  /** Statements about senders and cells, marks and overrules: few, and told by more than their own entry. */
  readonly #few = new Map<number, OlderStatement>();
  /** Indexes of those that are stated anew already. */
  readonly #continued = new Set<number>();

  constructor(parts: OlderStatementsParts) {
    this.#parts = parts;
  }

  /**
   * All that is in force and sealed under an epoch before this one, in an order in which it may be stated anew.
   * @param isEnded whether an epoch has ended: what is sealed under it is past
   */
  async *find(
    before: number,
    { isEnded, found }: { isEnded: (epoch: number) => boolean; found: (count: OlderCount) => void },
  ): AsyncGenerator<OlderStatement> {
    const { member, standing, entries } = this.#parts;
    if (this.#before !== before) [this.#before, this.#cursor, this.#restatedBelow] = [before, 0, 0];
    const size = standing.foldedSize(member);
    this.looked = size - this.#cursor;
    const inForce: Record<number, number> = {};
    let undecided = standing.progress(member).quarantined;
    let unreadable = 0;
    let first = size;
    const count = ({ index, epoch }: { index: number; epoch: number }): void => {
      inForce[epoch] = (inForce[epoch] ?? 0) + 1;
      first = Math.min(first, index);
    };
    for await (const { firstIndex, entries: batch } of entries(this.#cursor, size)) {
      for (const [place, bytes] of batch.entries()) {
        const index = firstIndex + place;
        const older = this.#read(bytes, index, isEnded);
        if (older === undefined || isEnded(older.epoch)) continue;
        const { statement } = older;
        if (statement === undefined) {
          unreadable += 1;
          first = Math.min(first, index);
        } else if (isFew(statement, member)) {
          this.#few.set(index, { ...older, statement });
        } else {
          const state = this.#stateOf(index, statement);
          if (state === 'undecided') [undecided, first] = [undecided + 1, Math.min(first, index)];
          if (state !== 'in force') continue;
          count(older);
          yield { ...older, statement };
        }
      }
    }
    const few = [...this.#few.values()].filter(({ epoch }) => !isEnded(epoch));
    undecided += few.filter(
      ({ index, statement: { kind } }) => permits(kind) && index >= standing.settledSize(member),
    ).length;
    for (const older of await this.#fewInForce(isEnded)) {
      inForce[older.epoch] = (inForce[older.epoch] ?? 0) + 1;
      yield older;
    }
    this.#cursor = first;
    found({ size, inForce, undecided, unreadable, restatedBelow: this.#restatedBelow });
  }

  /** @returns undefined for what is of no older epoch, or is no statement; without a statement where there is no key */
  #read(
    bytes: Uint8Array,
    index: number,
    isEnded: (epoch: number) => boolean,
  ): (Omit<OlderStatement, 'statement'> & { statement?: Statement }) | undefined {
    const entry = sealedEntry(bytes);
    if (entry === undefined) return undefined;
    const { epoch, continues, issuer } = entry;
    if (issuer !== this.#parts.member) return undefined;
    if (continues !== undefined && !isEnded(epoch)) this.#restatedBelow = Math.max(this.#restatedBelow, index + 1);
    if (epoch >= this.#before) {
      const isMany = entry.kind === 'device.blocked' || entry.kind === 'device.tracked';
      if (continues !== undefined && !isMany) this.#continued.add(continues);
      return undefined;
    }
    if (ENDING.includes(entry.kind)) return undefined;
    try {
      const stated = openStatement(bytes, this.#parts.keyOf);
      if (stated.isSealed === true) return { index, epoch };
      return stated.statement && { index, epoch, statement: stated.statement };
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  #stateOf(index: number, statement: Statement): 'in force' | 'undecided' | undefined {
    const { standing, member } = this.#parts;
    if (statement.kind === 'gate.opened') return standing.held.isOpenedBy(member, index) ? 'in force' : undefined;
    if (statement.kind !== 'device.blocked' && statement.kind !== 'device.tracked') return undefined;
    if (standing.held.holding(member, index, statement) !== 'in force') return undefined;
    return standing.held.isReleaseWaiting(member, index) ? 'undecided' : 'in force';
  }

  /** A certificate comes before what is stated against it. */
  async #fewInForce(isEnded: (epoch: number) => boolean): Promise<OlderStatement[]> {
    const { member, standing } = this.#parts;
    const inForce: OlderStatement[] = [];
    const books = this.#bookIndexes();
    for (const [index, older] of this.#few) {
      if (isEnded(older.epoch)) this.#few.delete(index);
      else if (!this.#continued.has(index)) {
        const { statement } = older;
        if (statement.kind === 'device.released') {
          const anew = await this.#overruleNow(statement);
          if (anew !== undefined) inForce.push({ ...older, statement: anew });
        } else if (statement.kind === 'device.paired') {
          const isHeld = standing.held.holding(member, index, statement) === 'in force';
          if (isHeld && !standing.held.isReleaseWaiting(member, index)) inForce.push(older);
        } else if (!isBookStatement(statement) || books.has(index)) inForce.push(older);
      }
    }
    inForce.push(...this.#statesOf(inForce));
    const rank = ({ statement: { kind } }: OlderStatement): number => (kind === 'sender.certified' ? 0 : 1);
    return inForce.sort((one, other) => rank(one) - rank(other) || one.index - other.index);
  }

  /** Where a certificate is stated anew, what is stated against it has to follow, under whichever epoch it is. */
  #statesOf(inForce: readonly OlderStatement[]): OlderStatement[] {
    const { member, standing } = this.#parts;
    const certified = inForce.filter(({ statement: { kind } }) => kind === 'sender.certified');
    if (certified.length === 0) return [];
    const kept = new Map(
      standing.books.entries().flatMap((entry) => (entry.member === member ? [[entry.index, entry]] : [])),
    );
    const listed = new Set(inForce.map(({ index }) => index));
    return certified.flatMap(({ epoch, statement }) => {
      const { certificate } = statement as SenderCertified;
      const now = standing.books.senders.issuedBy(member, certificate)!;
      const last = now.entries.at(-1)!.index;
      const state = kept.get(last);
      const isListed = listed.has(last) || now.state === 'certified';
      return state === undefined || isListed ? [] : [{ index: last, epoch, statement: state.statement }];
    });
  }

  /** The entries that senders, numbers and cells of this member rest on now. */
  #bookIndexes(): ReadonlySet<number> {
    const { member, standing } = this.#parts;
    const { senders, cells } = standing.books;
    const indexes = new Set<number>();
    for (const { entries, issuer } of senders.all()) {
      if (issuer === member) for (const { index } of entries) indexes.add(index);
    }
    for (const { entry } of cells.all()) if (entry.member === member) indexes.add(entry.index);
    for (const [index, { statement }] of this.#few) {
      if (statement.kind !== 'number.registered') continue;
      const certificate = senders.issuedBy(member, statement.certificate);
      const now = certificate && senders.number(certificate, statement.tag);
      if (now?.entry.index === index) indexes.add(index);
    }
    return indexes;
  }

  /** An overrule goes on under the index that it holds for now, where that is sealed under the present epoch. */
  async #overruleNow(statement: DeviceReleased): Promise<DeviceReleased | undefined> {
    const { standing, epochAt } = this.#parts;
    const { member, index } = statement.ends;
    const now = { member, index: standing.held.presentIndex(member, index) };
    const epoch = await epochAt(member, now.index);
    return epoch !== undefined && epoch >= this.#before ? { ...statement, ends: now } : undefined;
  }
}

/** A release of an own entry here, when what it ends is stated anew under another index. */
export function namedAsNow(
  statement: Statement,
  { member, standing }: { member: string; standing: Standing },
): Statement {
  if (!('ends' in statement) || statement.ends.member !== member) return statement;
  const index = standing.held.presentIndex(member, statement.ends.index);
  if (statement.kind === 'cell.cleared') {
    const now = standing.books.cells
      .find(cellText(statement.cell))
      .find(({ entry, earlier }) => entry.member === member && earlier?.includes(index) === true);
    if (now !== undefined) return { ...statement, ends: now.entry };
  }
  return { ...statement, ends: { member, index } };
}

function isFew(statement: Statement, member: string): boolean {
  if (statement.kind === 'device.released') return statement.ends.member !== member;
  if (statement.kind === 'device.paired') return true;
  return (
    isBookStatement(statement) || statement.kind === 'statements.struck' || statement.kind === 'statements.confirmed'
  );
}

function sealedEntry(
  bytes: Uint8Array,
): { kind: string; issuer: string; epoch: number; continues?: number } | undefined {
  try {
    const entry = decodeEntry(bytes);
    return isSealed(entry) ? entry : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The epoch that an entry is sealed under. */
export function epochOf(bytes: Uint8Array): number | undefined {
  return sealedEntry(bytes)?.epoch;
}
