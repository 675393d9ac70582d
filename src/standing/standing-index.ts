import type { DeviceTarget } from '../identifiers/device-target.ts';
import { type ImeiKey, tacOf } from '../identifiers/imei.ts';
import { type TableName, TABLES } from './bucket.ts';
import type { Holdings, StatementHeld } from './fold.ts';
import { type HashKey, lowWord } from './hash.ts';
import { MemoryHeader, type StandingMemory } from './memory.ts';
import type { EntryPlace } from './releases-ahead.ts';
import {
  asOverruled,
  devicePlace,
  gateMember,
  gatePlace,
  hasKey,
  isLevelsMark,
  isOverruled,
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
    options: { members: number; hashKey: HashKey; devicesExpected?: number },
    deps: { onGrown: (table: TableName, shard: number, buffer: SharedArrayBuffer) => void },
  ) {
    const { members, hashKey, devicesExpected = 0 } = options;
    this.header = MemoryHeader.create(members, hashKey);
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

  hold(statement: StatementHeld, entry: EntryPlace, overruled: boolean): boolean {
    switch (statement.kind) {
      case 'device.blocked':
      case 'device.tracked':
        return this.#holdListed(statement.target, entry, listedCode(statement.kind, statement.reason), overruled);
      case 'device.paired':
        return this.#holdPairing(statement.imei, statement.tag, entry, overruled);
      case 'gate.opened':
        return this.#holdOpened(entry);
    }
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

  #holdListed(target: DeviceTarget, { member, index }: EntryPlace, code: number, overruled: boolean): boolean {
    const table = target.kind === 'range' ? this.tables.ranges : this.tables.devices;
    const { place, key, extent } = targetSlot(target);
    if (heldBy(table, place, member) >= STATEMENTS_PER_PLACE_MAX) return false;
    if (target.kind === 'tac') this.#tacFilter.add(target.tac);
    if (target.kind === 'range') this.#markLevel(target.from, rangeLevelOf(extent));
    table.insert(place, lowWord(key), ownerWord(key, member, code, overruled), index, extent);
    return true;
  }

  #holdPairing(imei: ImeiKey, tag: Uint8Array, { member, index }: EntryPlace, overruled: boolean): boolean {
    const { pairings } = this.tables;
    const place = devicePlace(imei);
    if (heldBy(pairings, place, member) >= PAIRINGS_PER_DEVICE_MAX) return false;
    pairings.insert(place, lowWord(place), ownerWord(place, member, 0, overruled), index, tagWord(tag));
    return true;
  }

  #holdOpened({ member, index }: EntryPlace): boolean {
    const { devices } = this.tables;
    const place = gatePlace(member);
    if (heldBy(devices, place, member) >= STATEMENTS_PER_PLACE_MAX) return false;
    devices.insert(place, lowWord(place), ownerWord(place, member, 0, false), index, 0);
    this.#showOpened(member);
    return true;
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
      const index = words[at + 2]! >>> 0;
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
  return !isLevelsMark(owner) && memberOf(owner) === member && words[at + 2]! >>> 0 === index;
}
