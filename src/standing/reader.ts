import { type ImeiKey, SERIALS_PER_TAC, tacOf } from '../identifiers/imei.ts';
import { type Findings, SCOPE_EXACT, SCOPE_RANGE, SCOPE_TAC } from './findings.ts';
import { type HashKey, hashOf, highWord, homeOf, lowWord, shardOf, strideOf } from './hash.ts';
import { type MemoryChange, MemoryHeader, type StandingMemory } from './memory.ts';
import { RANGE_LEVELS } from './ranges.ts';
import {
  codeOf,
  devicePlace,
  isFree,
  isLevelsMark,
  isOverruled,
  KEY_HIGH_MASK,
  keyedPlace,
  lastSerialOf,
  memberOf,
  rangeLevelOf,
  rangePlace,
  tacPlace,
  tagWord,
} from './slots.ts';
import { BUCKET_WORDS, copySlot, nextBucket, overflowOf, type Shard, type TableName } from './table.ts';

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
  readonly memberNames: readonly string[];
  readonly #header: MemoryHeader;
  readonly #hashKey: HashKey;
  readonly #shards: Record<TableName, Shard[]>;
  readonly #slot = new Int32Array(4);

  constructor(memory: StandingMemory) {
    this.memberNames = memory.members;
    this.#header = new MemoryHeader(memory.header);
    this.#hashKey = this.#header.hashKey;
    const { devices, ranges, pairings } = memory.tables;
    this.#shards = { devices: views(devices), ranges: views(ranges), pairings: views(pairings) };
  }

  /** Takes the new buffer of a shard that grew. Until then look-ups see that shard as it was before it grew. */
  accept({ table, shard, buffer }: MemoryChange): void {
    this.#shards[table][shard] = new Int32Array(buffer);
  }

  /**
   * Finds every statement in force about a device: about itself, a range around it, its TAC.
   * @returns how many there are in `findings`
   */
  find(key: ImeiKey, findings: Findings): number {
    findings.clear();
    this.#findListed(devicePlace(key), SCOPE_EXACT, findings);
    const levels = this.#findListed(tacPlace(tacOf(key)), SCOPE_TAC, findings);
    for (let level = 0; level < RANGE_LEVELS; level++) {
      if ((levels & (1 << level)) !== 0) this.#findRanges(key, level, findings);
    }
    return findings.count;
  }

  /** Whether any subscriber is paired with this device: if not, no tag need be computed. */
  hasPairing(key: ImeiKey): boolean {
    return this.#findPairing(key, 0, undefined);
  }

  /**
   * Whether this device is exempted with the subscriber whose pairing tag this is.
   * @param restsOn is filled with the entry that says so, the first by member and index
   */
  isPaired(key: ImeiKey, tag: Uint8Array, restsOn: RestsOn): boolean {
    return this.#findPairing(key, tagWord(tag), restsOn);
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
    const buckets = words.length / BUCKET_WORDS;
    const slot = this.#slot;
    let levels = 0;
    const hash = hashOf(low, high, this.#hashKey);
    const stride = strideOf(hash, buckets);
    let bucket = homeOf(hash, buckets);
    for (let probe = 0; probe < buckets; probe++) {
      const overflow = overflowOf(words, bucket);
      const end = (bucket + 1) * BUCKET_WORDS;
      for (let at = end - BUCKET_WORDS + 1; at < end; at += 3) {
        if (words[at] !== low || !copySlot(words, at, 3, slot) || !isKeyed(slot, low, high)) continue;
        if (isLevelsMark(slot[1]!)) levels = slot[2]!;
        else addListed(slot, scope, findings);
      }
      if (overflow === 0) break;
      bucket = nextBucket(bucket, stride, buckets);
    }
    return levels;
  }

  #findRanges(key: ImeiKey, level: number, findings: Findings): void {
    const place = rangePlace(key, level);
    const low = lowWord(place);
    const high = highWord(place);
    const words = this.#shards.ranges[shardOf(low, high)]!;
    const buckets = words.length / BUCKET_WORDS;
    const slot = this.#slot;
    const hash = hashOf(low, high, this.#hashKey);
    const stride = strideOf(hash, buckets);
    let bucket = homeOf(hash, buckets);
    for (let probe = 0; probe < buckets; probe++) {
      const overflow = overflowOf(words, bucket);
      const end = (bucket + 1) * BUCKET_WORDS;
      for (let at = end - BUCKET_WORDS + 1; at + 4 <= end; at += 4) {
        if (words[at] === 0 && words[at + 1] === 0) continue;
        if (copySlot(words, at, 4, slot) && covers(slot, key, level)) addListed(slot, SCOPE_RANGE, findings);
      }
      if (overflow === 0) break;
      bucket = nextBucket(bucket, stride, buckets);
    }
  }

  /** @returns whether there is a pairing; with `restsOn`, one of this tag, and the first of them is filled in */
  #findPairing(key: ImeiKey, tag: number, restsOn: RestsOn | undefined): boolean {
    const place = devicePlace(key);
    const low = lowWord(place);
    const high = highWord(place);
    const words = this.#shards.pairings[shardOf(low, high)]!;
    const buckets = words.length / BUCKET_WORDS;
    const slot = this.#slot;
    let found = false;
    const hash = hashOf(low, high, this.#hashKey);
    const stride = strideOf(hash, buckets);
    let bucket = homeOf(hash, buckets);
    for (let probe = 0; probe < buckets; probe++) {
      const overflow = overflowOf(words, bucket);
      const end = (bucket + 1) * BUCKET_WORDS;
      for (let at = end - BUCKET_WORDS + 1; at + 4 <= end; at += 4) {
        if (words[at] !== low || !copySlot(words, at, 4, slot)) continue;
        if (!isKeyed(slot, low, high) || isOverruled(slot[1]!)) continue;
        if (restsOn === undefined) return true;
        if (slot[3] === tag) found = takeFirst(slot, restsOn, found);
      }
      if (overflow === 0) break;
      bucket = nextBucket(bucket, stride, buckets);
    }
    return found;
  }
}

function views(buffers: readonly SharedArrayBuffer[]): Shard[] {
  return buffers.map((buffer) => new Int32Array(buffer));
}

function isKeyed(slot: Int32Array, low: number, high: number): boolean {
  return slot[0] === low && (slot[1]! & KEY_HIGH_MASK) === high;
}

function addListed(slot: Int32Array, scope: number, findings: Findings): void {
  const owner = slot[1]!;
  if (!isOverruled(owner)) findings.add(scope, memberOf(owner), codeOf(owner), slot[2]! >>> 0);
}

// A range of another level is found at its own place: here it only lies in the way.
function covers(slot: Int32Array, key: ImeiKey, level: number): boolean {
  if (isFree(slot, 0) || rangeLevelOf(slot[3]!) !== level) return false;
  const from = keyedPlace(slot, 0) - 1;
  return key >= from && key <= from - (from % SERIALS_PER_TAC) + lastSerialOf(slot[3]!);
}

function takeFirst(slot: Int32Array, restsOn: RestsOn, found: boolean): true {
  const member = memberOf(slot[1]!);
  const index = slot[2]! >>> 0;
  if (!found || member < restsOn.member || (member === restsOn.member && index < restsOn.index)) {
    restsOn.member = member;
    restsOn.index = index;
  }
  return true;
}
