import { MEMBERS_MAX } from '../governance/consortium.ts';
import { type ImeiKey, tacOf } from '../identifiers/imei.ts';
import { type Findings, SCOPE_EXACT, SCOPE_RANGE, SCOPE_TAC } from './findings.ts';
import { type HashKey, highWord, lowWord, shardOf } from './hash.ts';
import { type Force, forceOf, type MemberMarks } from './marks.ts';
import { type MemoryChange, MemoryHeader, type StandingMemory } from './memory.ts';
import { RANGE_LEVELS } from './ranges.ts';
import {
  codeOf,
  devicePlace,
  followingOf,
  indexOf,
  isFree,
  isLevelsMark,
  isOverruled,
  isQuarantined,
  KEY_HIGH_MASK,
  keyedPlace,
  memberOf,
  rangeLevelOf,
  rangePlace,
  tacPlace,
  tagWord,
} from './slots.ts';
import { copySlot, Search, type Shard, type TableName, TABLES, type TableShape } from './bucket.ts';
import { TacFilter } from './tac-filter.ts';

// The words of a bucket's slots.
const [DEVICE_WORDS, RANGE_WORDS, PAIRING_WORDS] = TABLES.map(bucketWords) as [number, number, number];

/** The entry that an answer rests on, owned by the caller and filled by the reader. */
export interface RestsOn {
  member: number;
  index: number;
}

/**
 * Looks devices up in memory that another thread writes. It waits for no lock, allocates nothing in a look-up, and sees
 * each statement as it stood at some moment of the look-up. One for each thread: it is not to be shared.
 */
export class StandingReader {
  #memberNames: string[] = [];
  /** By member number: what was confirmed or struck; undefined where nothing was. */
  #marks: (MemberMarks | undefined)[] = [];
  /** What `find` is to find. */
  #wanted: Force = 'in force';
  #header!: MemoryHeader;
  #hashKey!: HashKey;
  #tacFilter!: TacFilter;
  #shards!: Record<TableName, Shard[]>;
  readonly #slot = new Int32Array(4);
  readonly #search = new Search();

  constructor(memory: StandingMemory) {
    this.#take(memory);
  }

  #take(memory: StandingMemory): void {
    this.#memberNames = [...memory.members];
    this.#marks = Array.from<MemberMarks | undefined>({ length: MEMBERS_MAX });
    for (const { member, marks } of memory.marks ?? []) this.#marks[member] = marks;
    this.#header = new MemoryHeader(memory.header);
    this.#hashKey = this.#header.hashKey;
    this.#tacFilter = new TacFilter(memory.tacFilter);
    const { devices, ranges, pairings } = memory.tables;
    this.#shards = { devices: views(devices), ranges: views(ranges), pairings: views(pairings) };
  }

  get memberNames(): readonly string[] {
    return this.#memberNames;
  }

  /** Takes what is new: until then look-ups see what was before. */
  accept(change: MemoryChange): void {
    if ('table' in change) this.#shards[change.table][change.shard] = new Int32Array(change.buffer);
    else if ('admitted' in change) this.#memberNames.push(change.admitted.name);
    else if ('replaced' in change) this.#take(change.replaced);
    else this.#marks[change.member] = change.marks;
  }

  /**
   * Finds every statement in force about a device: about itself, a range around it, its TAC.
   * @returns how many there are in `findings`
   */
  find(key: ImeiKey, findings: Findings): number {
    findings.clear();
    this.#findListed(devicePlace(key), SCOPE_EXACT, findings);
    const tac = tacOf(key);
    if (!this.#tacFilter.mayHold(tac)) return findings.count;
    const levels = this.#findListed(tacPlace(tac), SCOPE_TAC, findings);
    for (let level = 0; level < RANGE_LEVELS; level++) {
      if ((levels & (1 << level)) !== 0) this.#findRanges(key, level, findings);
    }
    return findings.count;
  }

  /**
   * Finds every statement about a device that is held beyond its member's budget: in force for nobody. For people.
   * @returns how many there are in `findings`
   */
  findQuarantined(key: ImeiKey, findings: Findings): number {
    this.#wanted = 'quarantined';
    try {
      return this.find(key, findings);
    } finally {
      this.#wanted = 'in force';
    }
  }

  /** Whether any subscriber is paired with this device: if not, no tag need be computed. */
  hasPairing(key: ImeiKey): boolean {
    return this.#findPairing(key);
  }

  /**
   * Whether this device is exempted with the subscriber whose pairing tag this is.
   * @param restsOn is filled with the entry that says so, the first by member and index
   * @param members by member number, 1 where that member's pairings count; all do when it is left out
   */
  isPaired(key: ImeiKey, tag: Uint8Array, restsOn: RestsOn, members?: Uint8Array): boolean {
    return this.#findPairing(key, { tag: tagWord(tag), restsOn, members });
  }

  /** The entry of the member's own log that opened its gates to every device, the first if there are several, or -1. */
  openedBy(member: number): number {
    return this.#header.openedIndex(member);
  }

  /** When the member's log was last known to be current, in ms since 1970 cut to a whole second; 0 for never. */
  freshAtMs(member: number): number {
    return this.#header.freshSeconds(member) * 1000;
  }

  /** How many entries of the member's log this memory rests on. */
  foldedSize(member: number): number {
    return this.#header.foldedSize(member);
  }

  /** @returns the levels at which there are ranges, where the place is a TAC's */
  #findListed(place: number, scope: number, findings: Findings): number {
    const low = lowWord(place);
    const high = highWord(place);
    const words = this.#shards.devices[shardOf(low, high)]!;
    const slot = this.#slot;
    let levels = 0;
    for (let first = this.#search.begin(words, low, high, this.#hashKey); first !== -1; first = this.#search.next()) {
      for (let at = first; at < first + DEVICE_WORDS; at += 3) {
        if (words[at] !== low || !copySlot(words, at, 3, slot) || !isKeyed(slot, low, high)) continue;
        if (isLevelsMark(slot[1]!)) levels = slot[2]!;
        else this.#addListed(slot, scope, findings);
      }
    }
    return levels;
  }

  #findRanges(key: ImeiKey, level: number, findings: Findings): void {
    const place = rangePlace(key, level);
    const low = lowWord(place);
    const high = highWord(place);
    const words = this.#shards.ranges[shardOf(low, high)]!;
    const slot = this.#slot;
    for (let first = this.#search.begin(words, low, high, this.#hashKey); first !== -1; first = this.#search.next()) {
      for (let at = first; at < first + RANGE_WORDS; at += 4) {
        if (!covers(words, at, key, level) || !copySlot(words, at, 4, slot)) continue;
        if (covers(slot, 0, key, level)) this.#addListed(slot, SCOPE_RANGE, findings);
      }
    }
  }

  #addListed(slot: Int32Array, scope: number, findings: Findings): void {
    const owner = slot[1]!;
    const entry = slot[2]!;
    if (isOverruled(owner)) return;
    const member = memberOf(owner);
    if (this.#force(member, entry) === this.#wanted) findings.add(scope, member, codeOf(owner), indexOf(entry));
  }

  #force(member: number, entry: number): Force {
    const marks = this.#marks[member];
    if (marks === undefined) return isQuarantined(entry) ? 'quarantined' : 'in force';
    return forceOf(marks, indexOf(entry), isQuarantined(entry));
  }

  /** Whether there is a pairing that `wanted` asks for; the first of them is filled in where it says so. */
  #findPairing(key: ImeiKey, wanted?: { tag: number; restsOn: RestsOn; members: Uint8Array | undefined }): boolean {
    const place = devicePlace(key);
    const low = lowWord(place);
    const high = highWord(place);
    const words = this.#shards.pairings[shardOf(low, high)]!;
    const slot = this.#slot;
    let found = false;
    for (let first = this.#search.begin(words, low, high, this.#hashKey); first !== -1; first = this.#search.next()) {
      for (let at = first; at < first + PAIRING_WORDS; at += 4) {
        if (words[at] !== low || !copySlot(words, at, 4, slot)) continue;
        if (!isKeyed(slot, low, high) || isOverruled(slot[1]!)) continue;
        if (wanted === undefined) return true;
        if (wanted.members !== undefined && wanted.members[memberOf(slot[1]!)] !== 1) continue;
        if (slot[3] === wanted.tag) found = takeFirst(slot, wanted.restsOn, found);
      }
    }
    return found;
  }
}

function bucketWords({ slotWords, slotsPerBucket }: TableShape): number {
  return slotWords * slotsPerBucket;
}

function views(buffers: readonly SharedArrayBuffer[]): Shard[] {
  return buffers.map((buffer) => new Int32Array(buffer));
}

function isKeyed(slot: Int32Array, low: number, high: number): boolean {
  return slot[0] === low && (slot[1]! & KEY_HIGH_MASK) === high;
}

// A range of another level is found at its own place: here it only lies in the way.
function covers(words: Int32Array, at: number, key: ImeiKey, level: number): boolean {
  const extent = words[at + 3]!;
  if (isFree(words, at) || rangeLevelOf(extent) !== level) return false;
  const following = key + 1 - keyedPlace(words, at);
  return following >= 0 && following <= followingOf(extent);
}

function takeFirst(slot: Int32Array, restsOn: RestsOn, found: boolean): true {
  const member = memberOf(slot[1]!);
  const index = indexOf(slot[2]!);
  if (!found || member < restsOn.member || (member === restsOn.member && index < restsOn.index)) {
    restsOn.member = member;
    restsOn.index = index;
  }
  return true;
}
