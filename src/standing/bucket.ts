import { type HashKey, hashOf, homeOf, strideOf } from './hash.ts';
import { keyedPlace, rangedPlace } from './slots.ts';

/*
 * A shard is an array of buckets of 128 bytes, two cache lines each: a header word, then ten slots of three words, or
 * seven slots of four. A slot that finds no room in its home bucket is pushed on by its stride (double hashing: in a table
 * this full, neighbours would be full too) to the first bucket that has some.
 *
 *   header   bits 0-7    how many slots were pushed past this bucket; 255 means that or more, and stays
 *            bits 8-11   1 + the slot that is being written; 0 when none is
 *            bits 12-31  version: one more for each write of a slot
 *
 * One thread writes. A reader copies a slot and takes the copy if the version stood still; a slot that is being written
 * counts as empty, being on its way in or out. So a reader waits for nobody, even if the writer stops half-way.
 * Slots never move within a buffer, and what is pushed past a bucket is counted there, so a search ends at the first
 * bucket that pushed nothing on, and a slot that is taken out leaves nothing behind.
 */
export const BUCKET_WORDS = 32;
export const OVERFLOW_MASK = 0xff;
export const WRITING_SHIFT = 8;
const WRITING_MASK = 15;
export const VERSION_SHIFT = 12;

export type TableName = 'devices' | 'ranges' | 'pairings';

/** What the slots of a table look like. */
export interface TableShape {
  readonly name: TableName;
  readonly slotWords: 3 | 4;
  readonly slotsPerBucket: number;
  /** A shard is enlarged beyond this part of its slots. */
  readonly loadMax: number;
  readonly placeOf: (words: Int32Array, at: number) => number;
}

// A look-up may have to probe seven places of ranges and one of devices, and there are fewer ranges: they get more room.
export const TABLES: readonly TableShape[] = [
  { name: 'devices', slotWords: 3, slotsPerBucket: 10, loadMax: 0.9, placeOf: keyedPlace },
  { name: 'ranges', slotWords: 4, slotsPerBucket: 7, loadMax: 0.8, placeOf: rangedPlace },
  { name: 'pairings', slotWords: 4, slotsPerBucket: 7, loadMax: 0.8, placeOf: keyedPlace },
];

/** The words of one shard. */
export type Shard = Int32Array<SharedArrayBuffer>;

/** The buckets in which a place is looked for, one after the other. Made once and used again, it allocates nothing. */
export class Search {
  #words: Int32Array = new Int32Array(0);
  #bucket = 0;
  #stride = 0;
  #left = 0;
  #overflow = 0;

  /** Goes to the home bucket of a place, given as its two words. @returns where the bucket's first slot is */
  begin(words: Int32Array, low: number, high: number, key: HashKey): number {
    const buckets = words.length / BUCKET_WORDS;
    const hash = hashOf(low, high, key);
    this.#words = words;
    this.#bucket = homeOf(hash, buckets);
    this.#stride = strideOf(hash, buckets);
    this.#left = buckets;
    return this.#enter();
  }

  /** Goes on to the next bucket. @returns where its first slot is, or -1 where nothing of the place was pushed on */
  next(): number {
    this.#left -= 1;
    if (this.#overflow === 0 || this.#left === 0) return -1;
    this.#bucket = nextBucket(this.#bucket, this.#stride, this.#words.length / BUCKET_WORDS);
    return this.#enter();
  }

  // The header is read before the slots: being atomic, it makes all that was written before it visible, so that the slots
  // may be looked through by plain loads, which are ten times faster. `copySlot` reads again those that matter.
  #enter(): number {
    const start = this.#bucket * BUCKET_WORDS;
    this.#overflow = Atomics.load(this.#words, start) & OVERFLOW_MASK;
    return start + 1;
  }
}

/**
 * Copies a slot of a shard that another thread may be writing, whole.
 * @returns false where it is on its way in or out
 */
export function copySlot(words: Int32Array, at: number, slotWords: number, copy: Int32Array): boolean {
  const start = at - (at % BUCKET_WORDS);
  for (;;) {
    const header = Atomics.load(words, start);
    for (let word = 0; word < slotWords; word++) copy[word] = Atomics.load(words, at + word);
    if (Atomics.load(words, start) >>> VERSION_SHIFT !== header >>> VERSION_SHIFT) continue;
    const writing = (header >>> WRITING_SHIFT) & WRITING_MASK;
    return writing !== 1 + (at - start - 1) / slotWords;
  }
}

/** Where a search goes on. */
export function nextBucket(bucket: number, stride: number, buckets: number): number {
  const next = bucket + stride;
  return next < buckets ? next : next - buckets;
}
