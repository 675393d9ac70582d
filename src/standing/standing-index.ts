import type { DeviceTarget } from '../identifiers/device-target.ts';
import { type ImeiKey, tacOf } from '../identifiers/imei.ts';
import { type TableName, TABLES } from './bucket.ts';
import type { HeldMarks, Holdings, StatementHeld } from './fold.ts';
import { type HashKey, lowWord } from './hash.ts';
import { MemoryHeader, type StandingMemory } from './memory.ts';
import type { EntryPlace } from './releases-ahead.ts';
import {
  asOverruled,
  codeOf,
  devicePlace,
  entryWord,
  gateMember,
  gatePlace,
  hasKey,
  indexOf,
  isLevelsMark,
  isOverruled,
  isQuarantined,
  keyedPlace,
  levelsMarkWord,
  listedCode,
  memberOf,
  ownerWord,
  rangeLevelOf,
  tacAt,
  tacPlace,
  tagWord,
  targetSlot,
} from './slots.ts';
import { BucketTable } from './table.ts';
import { TacFilter } from './tac-filter.ts';

/**
 * Statements that one member may hold about one device, one TAC, its gates, or, of ranges, at one block of serial
 * numbers. Ranges that do not overlap are ten at most at a block, so this stands in the way of mistakes and malice only.
 * With it, a look-up is bounded and complete: a reader's `Findings` have room for all.
 */
export const STATEMENTS_PER_PLACE_MAX = 32;
/** Pairings that one member may hold for one device. */
export const PAIRINGS_PER_DEVICE_MAX = 256;

/** The statements that members hold, in shared memory. The only writer of that memory. */
export class StandingIndex implements Holdings {
  readonly header: MemoryHeader;
  readonly #tacFilter = new TacFilter();
  readonly tables: Readonly<Record<TableName, BucketTable>>;

  constructor(
    options: { hashKey: HashKey; devicesExpected?: number },
    deps: { onGrown: (table: TableName, shard: number, buffer: SharedArrayBuffer) => void },
  ) {
    const { hashKey, devicesExpected = 0 } = options;
    this.header = MemoryHeader.create(hashKey);
    const [devices, ranges, pairings] = TABLES.map(
      (shape) =>
        new BucketTable(
          { shape, hashKey, slotsExpected: shape.name === 'devices' ? devicesExpected : 0 },
          { onGrown: (shard, buffer) => deps.onGrown(shape.name, shard, buffer) },
        ),
    );
    this.tables = { devices: devices!, ranges: ranges!, pairings: pairings! };
  }

  /** What readers need, as it is now. @param members their names, in the order of their numbers */
  memory(members: readonly string[]): StandingMemory {
    const { devices, ranges, pairings } = this.tables;
    return {
      members,
      header: this.header.buffer,
      tacFilter: this.#tacFilter.buffer,
      tables: { devices: devices.buffers, ranges: ranges.buffers, pairings: pairings.buffers },
    };
  }

  hasRoom(statement: StatementHeld, member: number): boolean {
    const { table, place } = this.#placed(statement, member);
    return (
      heldBy(table, place, member) <
      (table === this.tables.pairings ? PAIRINGS_PER_DEVICE_MAX : STATEMENTS_PER_PLACE_MAX)
    );
  }

  hold(statement: StatementHeld, { member, index }: EntryPlace, { overruled, quarantined }: HeldMarks): void {
    const { table, place, key, code, last } = this.#placed(statement, member);
    if ('target' in statement) this.#noteTarget(statement.target);
    table.insert(place, lowWord(key), ownerWord(key, member, code, overruled), entryWord(index, quarantined), last);
    if (statement.kind === 'gate.opened') this.#showOpened(member);
  }

  marksOf(statement: StatementHeld, entry: EntryPlace): HeldMarks | undefined {
    const { table, place, at } = this.#find(statement, entry);
    if (at === -1) return undefined;
    const [owner, word] = [table.word(place, at, 1), table.word(place, at, 2)];
    return { overruled: isOverruled(owner), quarantined: isQuarantined(word) };
  }

  /** The same of whatever that entry says about that target; without a target, of an emergency override. */
  marksAt(target: DeviceTarget | undefined, entry: EntryPlace): HeldMarks | undefined {
    if (target === undefined) return this.holdsOpened(entry) ? { overruled: false, quarantined: false } : undefined;
    const held = this.#locate(target, entry);
    if (held === undefined) return undefined;
    const [owner, word] = [1, 2].map((place) => held.table.word(held.place, held.at, place)) as [number, number];
    return { overruled: isOverruled(owner), quarantined: isQuarantined(word) };
  }

  renew(
    statement: StatementHeld,
    entry: EntryPlace,
    { index, overruled, quarantined }: HeldMarks & { readonly index: number },
  ): void {
    const { table, place, at } = this.#find(statement, entry);
    if (overruled) table.replace(place, at, 1, asOverruled(table.word(place, at, 1)));
    table.replace(place, at, 2, entryWord(index, quarantined));
    if (statement.kind === 'gate.opened') this.#showOpened(entry.member);
  }

  confirm(target: DeviceTarget, entry: EntryPlace): void {
    const held = this.#locate(target, entry);
    if (held !== undefined) held.table.replace(held.place, held.at, 2, entryWord(entry.index, false));
  }

  end(target: DeviceTarget, entry: EntryPlace): boolean {
    const held = this.#locate(target, entry);
    if (held === undefined) return false;
    held.table.erase(held.place, held.at);
    return true;
  }

  overrule(target: DeviceTarget, entry: EntryPlace): boolean {
    const held = this.#locate(target, entry);
    if (held === undefined) return false;
    const owner = held.table.word(held.place, held.at, 1);
    if (isOverruled(owner)) return false;
    held.table.replace(held.place, held.at, 1, asOverruled(owner));
    return true;
  }

  /** Whether the override of that entry is in force. */
  holdsOpened(entry: EntryPlace): boolean {
    return this.tables.devices.find(gatePlace(entry.member), (words, at) => isEntry(words, at, entry)) !== -1;
  }

  restore(entry: EntryPlace): boolean {
    const { devices } = this.tables;
    const place = gatePlace(entry.member);
    const at = devices.find(place, (words, at) => isEntry(words, at, entry));
    if (at === -1) return false;
    devices.erase(place, at);
    this.#showOpened(entry.member);
    return true;
  }

  /**
   * Takes in slots of one shard as a snapshot holds them: known to be held, so nothing is checked. Only while no reader
   * knows of this index.
   */
  load(table: BucketTable, shard: number, slots: Int32Array): void {
    const { slotWords, placeOf } = table.shape;
    const { devices, ranges } = this.tables;
    table.fill(shard, slots);
    for (let at = 0; at < slots.length; at += slotWords) {
      if (table === ranges) this.#markLevel((keyedPlace(slots, at) - 1) as ImeiKey, rangeLevelOf(slots[at + 3]!));
      if (table === devices) this.#noteSpecial(placeOf(slots, at));
    }
  }

  #noteSpecial(place: number): void {
    const tac = tacAt(place);
    if (tac !== -1) this.#tacFilter.add(tac);
    const member = gateMember(place);
    if (member !== -1) this.#showOpened(member);
  }

  /** Where a statement stands, and what its slot says besides its entry. */
  #placed(
    statement: StatementHeld,
    member: number,
  ): { table: BucketTable; place: number; key: number; code: number; last: number } {
    const { devices, ranges, pairings } = this.tables;
    switch (statement.kind) {
      case 'device.blocked':
      case 'device.tracked': {
        const { place, key, extent } = targetSlot(statement.target);
        const code = listedCode(statement.kind, statement.reason);
        return { table: statement.target.kind === 'range' ? ranges : devices, place, key, code, last: extent };
      }
      case 'device.paired': {
        const place = devicePlace(statement.imei);
        return { table: pairings, place, key: place, code: 0, last: tagWord(statement.tag) };
      }
      case 'gate.opened':
        return { table: devices, place: gatePlace(member), key: gatePlace(member), code: 0, last: 0 };
    }
  }

  /** The slot of that entry, if it says what the statement says. */
  #find(statement: StatementHeld, entry: EntryPlace): { table: BucketTable; place: number; at: number } {
    const { table, place, key, code, last } = this.#placed(statement, entry.member);
    const hasLast = table.shape.slotWords === 4;
    const at = table.find(place, (words, at) => {
      if (!hasKey(words, at, key) || !isEntry(words, at, entry) || codeOf(words[at + 1]!) !== code) return false;
      return !hasLast || words[at + 3] === last;
    });
    return { table, place, at };
  }

  /** To be called before a slot is put in: look-ups are told where it is worth looking. */
  #noteTarget(target: DeviceTarget): void {
    if (target.kind === 'tac') this.#tacFilter.add(target.tac);
    if (target.kind === 'range') this.#markLevel(target.from, rangeLevelOf(targetSlot(target).extent));
  }

  // A device and its pairings are released by one and the same target: the entry tells which was meant.
  #locate(target: DeviceTarget, entry: EntryPlace): { table: BucketTable; place: number; at: number } | undefined {
    const { devices, ranges, pairings } = this.tables;
    const { place, key, extent } = targetSlot(target);
    const candidates = { imei: [devices, pairings], tac: [devices], range: [ranges] }[target.kind];
    for (const table of candidates) {
      const at = table.find(
        place,
        (words, at) =>
          hasKey(words, at, key) && isEntry(words, at, entry) && (table !== ranges || words[at + 3] === extent),
      );
      if (at !== -1) return { table, place, at };
    }
    return undefined;
  }

  // Says at the place of a TAC at which levels it has ranges, so that a look-up probes no other. The mark is never taken
  // back: a level without ranges costs a look-up one probe, until the next start.
  #markLevel(device: ImeiKey, level: number): void {
    const { devices } = this.tables;
    const tac = tacOf(device);
    const place = tacPlace(tac);
    this.#tacFilter.add(tac);
    const bit = 1 << level;
    const at = devices.find(place, (words, at) => isLevelsMark(words[at + 1]!));
    if (at === -1) devices.insert(place, lowWord(place), levelsMarkWord(place), bit, 0);
    else devices.replace(place, at, 2, devices.word(place, at, 2) | bit);
  }

  /** Shows gates the first of a member's overrides in force. */
  #showOpened(member: number): void {
    let first = -1;
    this.tables.devices.forEach(gatePlace(member), (words, at) => {
      const index = indexOf(words[at + 2]!);
      if (first === -1 || index < first) first = index;
    });
    this.header.setOpenedIndex(member, first);
  }
}

function heldBy(table: BucketTable, place: number, member: number): number {
  let count = 0;
  table.forEach(place, (words, at) => {
    if (!isLevelsMark(words[at + 1]!) && memberOf(words[at + 1]!) === member) count += 1;
  });
  return count;
}

function isEntry(words: Int32Array, at: number, { member, index }: EntryPlace): boolean {
  const owner = words[at + 1]!;
  return !isLevelsMark(owner) && memberOf(owner) === member && indexOf(words[at + 2]!) === index;
}
