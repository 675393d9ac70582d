import type { DeviceTarget } from '../identifiers/device-target.ts';
import { IMEI_KEYS, type ImeiKey, type Tac } from '../identifiers/imei.ts';
import { DEVICE_REASONS, type DeviceListed, type DeviceReason } from '../statements/statement.ts';
import { highWord, lowWord } from './hash.ts';
import { blockStart, rangeLevel } from './ranges.ts';

/*
 * A slot is one statement that its member has not ended:
 *
 *   word 0   low 32 bits of the slot's key
 *   word 1   bits 0-14 the key's high 15 bits, 15-24 member, 25-29 code, 30 overruled, 31 levels mark
 *   word 2   bits 0-29 index of the entry in the member's log, 31 quarantined; in a levels mark: a bit for each level
 *   word 3   ranges: bits 0-19 how many devices follow the first, 20-22 level; pairings: the first 32 bits of the tag
 *
 * The key is the first device + 1, or a place beyond all devices for a TAC or a gate. An empty slot has key 0.
 * A place is where a slot is looked for: its key, but for a range the block around it (ranges.ts) and its level.
 * A levels mark stands at the place of a TAC that has ranges and says at which levels: it is no statement, and it stays.
 */

export const KEY_HIGH_MASK = 0x7fff;
const MEMBER_SHIFT = 15;
const MEMBER_MASK = 0x3ff;
const CODE_SHIFT = 25;
const CODE_MASK = 0x1f;
const OVERRULED = 1 << 30;
const LEVELS_MARK = 1 << 31;
const INDEX_MASK = 0x3fffffff;
const QUARANTINED = 1 << 31;
const FOLLOWING_MASK = 0xfffff;
const LEVEL_SHIFT = 20;
const LEVEL_PLACES = 2 ** 47;
const TWO_TO_32 = 4_294_967_296;
const TRACKED = 16;
const TACS = 100_000_000;

export function devicePlace(key: ImeiKey): number {
  return key + 1;
}

export function tacPlace(tac: Tac): number {
  return IMEI_KEYS + tac + 1;
}

/** The TAC whose place this is, or -1. */
export function tacAt(place: number): Tac | -1 {
  return place > IMEI_KEYS && place <= IMEI_KEYS + TACS ? ((place - IMEI_KEYS - 1) as Tac) : -1;
}

/** Where a member's emergency overrides stand. */
export function gatePlace(member: number): number {
  return IMEI_KEYS + TACS + member + 1;
}

/** The member whose overrides stand at this place, or -1. */
export function gateMember(place: number): number {
  return place > IMEI_KEYS + TACS ? place - IMEI_KEYS - TACS - 1 : -1;
}

/** Where the ranges around a device stand that share `level` digits of the serial number. */
export function rangePlace(key: ImeiKey, level: number): number {
  return blockStart(key, level) + 1 + level * LEVEL_PLACES;
}

/** The place of a slot in the tables of devices and pairings. */
export function keyedPlace(words: Int32Array, at: number): number {
  return (words[at + 1]! & KEY_HIGH_MASK) * TWO_TO_32 + (words[at]! >>> 0);
}

/** The place of a slot in the table of ranges. */
export function rangedPlace(words: Int32Array, at: number): number {
  return rangePlace((keyedPlace(words, at) - 1) as ImeiKey, rangeLevelOf(words[at + 3]!));
}

export function isFree(words: Int32Array, at: number): boolean {
  return words[at] === 0 && (words[at + 1]! & KEY_HIGH_MASK) === 0;
}

/** Word 1 of a statement's slot. */
export function ownerWord(key: number, member: number, code: number, overruled: boolean): number {
  return highWord(key) | (member << MEMBER_SHIFT) | (code << CODE_SHIFT) | (overruled ? OVERRULED : 0);
}

/** Word 1 of a levels mark. */
export function levelsMarkWord(key: number): number {
  return highWord(key) | LEVELS_MARK;
}

export function asOverruled(owner: number): number {
  return owner | OVERRULED;
}

export function memberOf(owner: number): number {
  return (owner >>> MEMBER_SHIFT) & MEMBER_MASK;
}

export function codeOf(owner: number): number {
  return (owner >>> CODE_SHIFT) & CODE_MASK;
}

export function isOverruled(owner: number): boolean {
  return (owner & OVERRULED) !== 0;
}

export function isLevelsMark(owner: number): boolean {
  return (owner & LEVELS_MARK) !== 0;
}

/** Word 2 of a statement's slot. */
export function entryWord(index: number, quarantined: boolean): number {
  return quarantined ? index | QUARANTINED : index;
}

export function indexOf(entry: number): number {
  return entry & INDEX_MASK;
}

/** Held beyond its member's budget. */
export function isQuarantined(entry: number): boolean {
  return entry < 0;
}

/** Word 3 of a range. */
export function extentWord(from: ImeiKey, to: ImeiKey): number {
  return (to - from) | (rangeLevel(from, to) << LEVEL_SHIFT);
}

/** How many devices follow the first of a range. */
export function followingOf(extent: number): number {
  return extent & FOLLOWING_MASK;
}

export function rangeLevelOf(extent: number): number {
  return (extent >>> LEVEL_SHIFT) & 7;
}

/** Word 3 of a pairing. The entry holds the whole tag; 32 bits of it keep one stranger in four thousand million out. */
export function tagWord(tag: Uint8Array): number {
  return tag[0]! | (tag[1]! << 8) | (tag[2]! << 16) | (tag[3]! << 24);
}

/** Kind and reason of a listing in five bits. */
export function listedCode(kind: DeviceListed['kind'], reason: DeviceReason): number {
  return DEVICE_REASONS.indexOf(reason) + (kind === 'device.tracked' ? TRACKED : 0);
}

export function kindOfCode(code: number): DeviceListed['kind'] {
  return code < TRACKED ? 'device.blocked' : 'device.tracked';
}

/** A snapshot that a newer release wrote may hold a reason that this code does not know. */
export function reasonOfCode(code: number): DeviceReason {
  return DEVICE_REASONS[code % TRACKED] ?? 'other';
}

/** Key, place and word 3 that a statement about a target has in the table of devices or of ranges. */
export function targetSlot(target: DeviceTarget): { place: number; key: number; extent: number } {
  switch (target.kind) {
    case 'imei':
      return { place: devicePlace(target.imei), key: devicePlace(target.imei), extent: 0 };
    case 'tac':
      return { place: tacPlace(target.tac), key: tacPlace(target.tac), extent: 0 };
    case 'range': {
      const extent = extentWord(target.from, target.to);
      return { place: rangePlace(target.from, rangeLevelOf(extent)), key: devicePlace(target.from), extent };
    }
  }
}

/** True where the slot's key is this one. */
export function hasKey(words: Int32Array, at: number, key: number): boolean {
  return words[at] === lowWord(key) && (words[at + 1]! & KEY_HIGH_MASK) === highWord(key);
}
