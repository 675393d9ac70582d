import assert from 'node:assert/strict';
import {
  BUCKET_WORDS,
  nextBucket,
  OVERFLOW_MASK,
  Search,
  type Shard,
  type TableShape,
  VERSION_SHIFT,
  WRITING_SHIFT,
} from './bucket.ts';
import { StandingError } from './fault.ts';
import { type HashKey, hashOf, highWord, homeOf, lowWord, primeFrom, SHARDS, shardOf, strideOf } from './hash.ts';
import { isFree } from './slots.ts';

const BUCKET_BYTES = BUCKET_WORDS * 4;
/** Small steps keep the memory near what is used; a slot is copied ten times in its life. */
const GROWTH = 1.1;
const BUCKETS_MIN = 3;
/** The buckets of one shard: 64 MiB, and some 1,200 million devices in all shards. */
export const BUCKETS_PER_SHARD_MAX = 2 ** 19;

/** Calls `visit` with each slot of the writer's own shard that stands at a place, until it returns true. */
export function visitSlots(
  words: Int32Array,
  { shape, place, hashKey, search }: { shape: TableShape; place: number; hashKey: HashKey; search: Search },
  visit: (at: number) => boolean,
): void {
  let first = search.begin(words, lowWord(place), highWord(place), hashKey);
  for (; first !== -1; first = search.next()) {
    for (let slot = 0; slot < shape.slotsPerBucket; slot++) {
      const at = first + slot * shape.slotWords;
      if (!isFree(words, at) && shape.placeOf(words, at) === place && visit(at)) return;
    }
  }
}

/** What a table holds, to be read in the writer's own thread. */
export interface TableView {
  readonly shape: TableShape;
  readonly hashKey: HashKey;
  readonly shards: readonly Int32Array[];
}

/** One table, as its only writer holds it. */
export class BucketTable {
  readonly shape: TableShape;
  readonly hashKey: HashKey;
  readonly #shards: Shard[] = [];
  readonly #used = new Uint32Array(SHARDS);
  readonly #search = new Search();
  readonly #bucketsMax: number;
  readonly #onGrown: (shard: number, buffer: SharedArrayBuffer) => void;
  #frozen: Int32Array[] | undefined;

  constructor(
    options: { shape: TableShape; hashKey: HashKey; slotsExpected?: number; bucketsMax?: number },
    deps: { onGrown: (shard: number, buffer: SharedArrayBuffer) => void },
  ) {
    const { shape, hashKey, slotsExpected = 0, bucketsMax = BUCKETS_PER_SHARD_MAX } = options;
    this.shape = shape;
    this.hashKey = hashKey;
    this.#bucketsMax = bucketsMax;
    this.#onGrown = deps.onGrown;
    for (let shard = 0; shard < SHARDS; shard++) this.#shards.push(this.#allocate(shard, slotsExpected / SHARDS));
  }

  get buffers(): SharedArrayBuffer[] {
    return this.#shards.map((words) => words.buffer);
  }

  /** Slots in use. */
  get used(): number {
    return this.#used.reduce((sum, used) => sum + used, 0);
  }

  /** Memory of all shards, in bytes. */
  get bytes(): number {
    return this.#shards.reduce((sum, words) => sum + words.byteLength, 0);
  }

  /** The first slot at a place that fits, as a position for the methods below, or -1. */
  find(place: number, fits: (words: Int32Array, at: number) => boolean): number {
    const words = this.#wordsAt(place);
    let found = -1;
    visitSlots(words, { shape: this.shape, place, hashKey: this.hashKey, search: this.#search }, (at) => {
      if (fits(words, at)) found = at;
      return found !== -1;
    });
    return found;
  }

  /** Calls `visit` with each slot at a place. */
  forEach(place: number, visit: (words: Int32Array, at: number) => void): void {
    const words = this.#wordsAt(place);
    visitSlots(words, { shape: this.shape, place, hashKey: this.hashKey, search: this.#search }, (at) => {
      visit(words, at);
      return false;
    });
  }

  word(place: number, at: number, word: number): number {
    return this.#wordsAt(place)[at + word]!;
  }

  /** Puts a slot in. @throws StandingError STANDING_FULL, and nothing has changed then */
  insert(place: number, word0: number, word1: number, word2: number, word3: number): void {
    const shard = shardOf(lowWord(place), highWord(place));
    this.reserve(shard, this.#used[shard]! + 1);
    this.#keepFrozen(shard);
    const words = this.#shards[shard]!;
    this.#writeSlot(words, this.#makeWay(words, place), word0, word1, word2, word3);
    this.#used[shard]! += 1;
  }

  /**
   * Puts many slots of one shard in, word after word. Only for a table that no reader knows yet.
   * @throws StandingError STANDING_FULL
   */
  fill(shard: number, slots: Int32Array): void {
    const { slotWords, placeOf } = this.shape;
    const count = slots.length / slotWords;
    this.reserve(shard, this.#used[shard]! + count);
    const words = this.#shards[shard]!;
    for (let from = 0; from < slots.length; from += slotWords) {
      const to = this.#makeWay(words, placeOf(slots, from));
      for (let word = 0; word < slotWords; word++) words[to + word] = slots[from + word]!;
    }
    this.#used[shard]! += count;
  }

  /** Changes one word of a slot: a reader sees the word before or after. */
  replace(place: number, at: number, word: number, value: number): void {
    const shard = shardOf(lowWord(place), highWord(place));
    this.#keepFrozen(shard);
    Atomics.store(this.#shards[shard]!, at + word, value);
  }

  erase(place: number, at: number): void {
    const shard = shardOf(lowWord(place), highWord(place));
    this.#keepFrozen(shard);
    const words = this.#shards[shard]!;
    const buckets = words.length / BUCKET_WORDS;
    const bucketOfSlot = Math.floor(at / BUCKET_WORDS);
    this.#writeSlot(words, at, 0, 0, 0, 0);
    const hash = hashOf(lowWord(place), highWord(place), this.hashKey);
    const stride = strideOf(hash, buckets);
    for (let bucket = homeOf(hash, buckets); bucket !== bucketOfSlot; bucket = nextBucket(bucket, stride, buckets)) {
      const header = words[bucket * BUCKET_WORDS]!;
      if ((header & OVERFLOW_MASK) !== OVERFLOW_MASK) Atomics.store(words, bucket * BUCKET_WORDS, header - 1);
    }
    this.#used[shard]! -= 1;
  }

  /**
   * Makes room for so many slots in a shard: the shard is copied into a new buffer, which readers must be handed. The old
   * buffer is written no more, and stays readable.
   * @throws StandingError STANDING_FULL
   */
  reserve(shard: number, slots: number): void {
    const words = this.#shards[shard]!;
    if (slots <= this.#room(words.length / BUCKET_WORDS)) return;
    const grown = this.#allocate(shard, slots);
    for (let start = 0; start < words.length; start += BUCKET_WORDS) this.#copyBucket(words, start, grown);
    this.#shards[shard] = grown;
    this.#onGrown(shard, grown.buffer);
  }

  /** The table as it stands, until the next write. */
  view(): TableView {
    return { shape: this.shape, hashKey: this.hashKey, shards: this.#shards };
  }

  /** The table as it stands now, until `thaw`, whatever is written meanwhile: a shard is copied when it is written. */
  freeze(): TableView {
    assert(this.#frozen === undefined, 'a table is frozen once at a time');
    this.#frozen = [...this.#shards];
    return { ...this.view(), shards: this.#frozen };
  }

  thaw(): void {
    this.#frozen = undefined;
  }

  #keepFrozen(shard: number): void {
    if (this.#frozen !== undefined && this.#frozen[shard] === this.#shards[shard]) {
      this.#frozen[shard] = new Int32Array(this.#shards[shard]!);
    }
  }

  #wordsAt(place: number): Shard {
    return this.#shards[shardOf(lowWord(place), highWord(place))]!;
  }

  #room(buckets: number): number {
    return Math.floor(buckets * this.shape.slotsPerBucket * this.shape.loadMax);
  }

  // The sizes of the shards are staggered, so that they do not all grow at the same time.
  #allocate(shard: number, slots: number): Shard {
    let buckets = 0;
    for (let step = shard / SHARDS; buckets === 0 || this.#room(buckets) < slots; step++) {
      buckets = primeFrom(Math.floor(BUCKETS_MIN * GROWTH ** step));
    }
    const full = { code: 'STANDING_FULL', table: this.shape.name, slots, bucketsMax: this.#bucketsMax } as const;
    if (buckets > this.#bucketsMax) throw new StandingError(full);
    try {
      return new Int32Array(new SharedArrayBuffer(buckets * BUCKET_BYTES));
    } catch (cause) {
      throw new StandingError(full, { cause });
    }
  }

  // No reader knows the new buffer yet, so plain stores will do.
  #copyBucket(words: Int32Array, start: number, grown: Shard): void {
    const { slotWords, slotsPerBucket, placeOf } = this.shape;
    for (let slot = 0; slot < slotsPerBucket; slot++) {
      const from = start + 1 + slot * slotWords;
      if (isFree(words, from)) continue;
      const to = this.#makeWay(grown, placeOf(words, from));
      for (let word = 0; word < slotWords; word++) grown[to + word] = words[from + word]!;
    }
  }

  /** Finds the slot that a place gets next, and counts it in each bucket that it is pushed past. */
  #makeWay(words: Shard, place: number): number {
    const buckets = words.length / BUCKET_WORDS;
    const hash = hashOf(lowWord(place), highWord(place), this.hashKey);
    const stride = strideOf(hash, buckets);
    let bucket = homeOf(hash, buckets);
    let at = this.#freeSlot(words, bucket);
    while (at === -1) {
      const header = words[bucket * BUCKET_WORDS]!;
      if ((header & OVERFLOW_MASK) !== OVERFLOW_MASK) Atomics.store(words, bucket * BUCKET_WORDS, header + 1);
      bucket = nextBucket(bucket, stride, buckets);
      at = this.#freeSlot(words, bucket);
    }
    return at;
  }

  #freeSlot(words: Shard, bucket: number): number {
    const { slotWords, slotsPerBucket } = this.shape;
    let at = bucket * BUCKET_WORDS + 1;
    for (let slot = 0; slot < slotsPerBucket; slot++, at += slotWords) {
      if (isFree(words, at)) return at;
    }
    return -1;
  }

  #writeSlot(words: Shard, at: number, word0: number, word1: number, word2: number, word3: number): void {
    const start = at - (at % BUCKET_WORDS);
    const slot = (at - start - 1) / this.shape.slotWords;
    const quiet = words[start]! + (1 << VERSION_SHIFT);
    Atomics.store(words, start, quiet | ((slot + 1) << WRITING_SHIFT));
    Atomics.store(words, at, word0);
    Atomics.store(words, at + 1, word1);
    Atomics.store(words, at + 2, word2);
    if (this.shape.slotWords === 4) Atomics.store(words, at + 3, word3);
    Atomics.store(words, start, quiet);
  }
}
