import { randomInt } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import { type HashKey, hashOf, highWord, lowWord } from './hash.ts';

/** Bindings and marks of priority at one time: a half of the slots of the largest table. */
export const BINDINGS_MAX = 2 ** 25;
const SLOTS_MIN = 64;
const SLOT_WORDS = 4;
/** Words of a slot: the IMSI's two, the low word of the IMEI, and the IMEI's high bits above the slot's state. */
const IMSI_LOW = 0;
const IMSI_HIGH = 1;
const IMEI_LOW = 2;
const STATE = 3;
const FREE = 0;
const LIVE = 1;
const ENDED = 2;
const STATE_MASK = 3;
const STATE_BITS = 2;
const TWO_TO_32 = 4_294_967_296;
const IMSI_DIGITS_MAX = 15;
/** What is kept of a subscription: the device that it is bound to, and apart from that its priority. */
const BOUND = 1;
const PRIORITY = 2;
const NO_DEVICE = 0 as ImeiKey;

/** No line is bound: what `LineBindingsReader.find` says. */
export const UNBOUND = -1;

export type BindingsFault = { code: 'BINDINGS_FULL'; bindingsMax: number };
export class BindingsError extends Fault<BindingsFault> {}

/** All that a reader in another thread needs: pass it in a message, or as worker data. */
export interface LineBindingsMemory {
  readonly slots: SharedArrayBuffer;
  readonly hashKey: HashKey;
}

/** Where gate threads get the bindings from, and hear that they have moved. */
export interface SharedLineBindings {
  readonly memory: LineBindingsMemory;
  /** @returns how to stop being told */
  onMoved(listener: (memory: LineBindingsMemory) => void): () => void;
}

/**
 * Which subscription (IMSI) may be used in one device only, in shared memory. One thread writes. A slot is filled before
 * its state says that it lives, and is never used for anything else, so a reader needs no lock: it sees the binding that
 * was or the one that is. When the slots run out the live ones move into a new buffer, which readers must be handed.
 */
export class LineBindings implements SharedLineBindings {
  readonly #hashKey: HashKey;
  readonly #bindingsMax: number;
  readonly #listeners = new Set<(memory: LineBindingsMemory) => void>();
  #words: Int32Array;
  #live = 0;
  #used = 0;

  constructor({ bindingsMax = BINDINGS_MAX }: { bindingsMax?: number } = {}) {
    this.#hashKey = { low: randomInt(2 ** 31) * 2 + 1, high: randomInt(2 ** 31) * 2 + 1 };
    this.#bindingsMax = bindingsMax;
    this.#words = newWords(SLOTS_MIN);
  }

  get memory(): LineBindingsMemory {
    return { slots: this.#words.buffer as SharedArrayBuffer, hashKey: this.#hashKey };
  }

  /** Bindings and marks of priority. */
  get size(): number {
    return this.#live;
  }

  /** A reader in the writer's own thread, which follows every move. */
  openReader(): LineBindingsReader {
    const reader = new LineBindingsReader(this.memory);
    this.onMoved((memory) => reader.accept(memory));
    return reader;
  }

  onMoved(listener: (memory: LineBindingsMemory) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param imsi 6 to 15 digits @throws BindingsError BINDINGS_FULL, and nothing has changed then */
  bind(imsi: string, imei: ImeiKey): void {
    this.#put(placeOf(imsi), imei);
  }

  unbind(imsi: string): void {
    this.#take(placeOf(imsi));
  }

  /** Marks a line of the emergency services. @throws BindingsError BINDINGS_FULL, and nothing has changed then */
  prioritise(imsi: string): void {
    this.#put(placeOf(imsi, PRIORITY), NO_DEVICE);
  }

  endPriority(imsi: string): void {
    this.#take(placeOf(imsi, PRIORITY));
  }

  #put(place: number, imei: ImeiKey): void {
    const earlier = findSlot(this.#words, place, this.#hashKey);
    if (earlier !== -1 && imeiAt(this.#words, earlier) === imei) return;
    if (earlier === -1 && this.#live >= this.#bindingsMax) {
      throw new BindingsError({ code: 'BINDINGS_FULL', bindingsMax: this.#bindingsMax });
    }
    this.#makeRoom();
    // After a move the earlier slot stands elsewhere. A reader passes the old binding first, then meets the new one.
    const old = findSlot(this.#words, place, this.#hashKey);
    fill(this.#words, place, imei, this.#hashKey);
    this.#used += 1;
    this.#live += 1;
    if (old !== -1) this.#end(old);
  }

  #take(place: number): void {
    const slot = findSlot(this.#words, place, this.#hashKey);
    if (slot !== -1) this.#end(slot);
  }

  #end(slot: number): void {
    const state = this.#words[slot + STATE]!;
    Atomics.store(this.#words, slot + STATE, (state & ~STATE_MASK) | ENDED);
    this.#live -= 1;
  }

  /** Keeps a quarter of the slots free, so that every search ends soon. */
  #makeRoom(): void {
    const slots = this.#words.length / SLOT_WORDS;
    if ((this.#used + 1) * 4 <= slots * 3) return;
    const moved = newWords((this.#live + 1) * 2 > slots ? slots * 2 : slots);
    for (let slot = 0; slot < this.#words.length; slot += SLOT_WORDS) {
      if ((this.#words[slot + STATE]! & STATE_MASK) !== LIVE) continue;
      fill(moved, imsiAt(this.#words, slot), imeiAt(this.#words, slot), this.#hashKey);
    }
    this.#words = moved;
    this.#used = this.#live;
    for (const listener of this.#listeners) listener(this.memory);
  }
}

/** Asks about bindings in any thread. */
export class LineBindingsReader {
  #words: Int32Array;
  readonly #hashKey: HashKey;

  constructor({ slots, hashKey }: LineBindingsMemory) {
    this.#words = new Int32Array(slots);
    this.#hashKey = hashKey;
  }

  /** Takes the buffer that the bindings have moved to. */
  accept({ slots }: LineBindingsMemory): void {
    this.#words = new Int32Array(slots);
  }

  /** The device that a subscription is bound to, or UNBOUND. It allocates nothing. @param imsi digits, or '' */
  find(imsi: string): ImeiKey | typeof UNBOUND {
    if (imsi.length === 0 || imsi.length > IMSI_DIGITS_MAX) return UNBOUND;
    const slot = findSlot(this.#words, placeOf(imsi), this.#hashKey);
    return slot === -1 ? UNBOUND : imeiAt(this.#words, slot);
  }

  /** Whether a subscription is of the emergency services. It allocates nothing. @param imsi digits, or '' */
  isPriority(imsi: string): boolean {
    if (imsi.length === 0 || imsi.length > IMSI_DIGITS_MAX) return false;
    return findSlot(this.#words, placeOf(imsi, PRIORITY), this.#hashKey) !== -1;
  }
}

function newWords(slots: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(slots * SLOT_WORDS * 4));
}

/** The digits after what is kept of them, so that leading zeros count: below 2^53. */
function placeOf(imsi: string, kept: typeof BOUND | typeof PRIORITY = BOUND): number {
  let place: number = kept;
  for (let at = 0; at < imsi.length; at++) place = place * 10 + (imsi.charCodeAt(at) - 48);
  return place;
}

function firstSlot(words: Int32Array, place: number, hashKey: HashKey): number {
  const slots = words.length / SLOT_WORDS;
  return (hashOf(lowWord(place), highWord(place), hashKey) & (slots - 1)) * SLOT_WORDS;
}

function nextSlot(words: Int32Array, slot: number): number {
  return slot + SLOT_WORDS === words.length ? 0 : slot + SLOT_WORDS;
}

/** The live slot of a place, or -1. There is always a free slot to end at. */
function findSlot(words: Int32Array, place: number, hashKey: HashKey): number {
  for (let slot = firstSlot(words, place, hashKey); ; slot = nextSlot(words, slot)) {
    const state = Atomics.load(words, slot + STATE) & STATE_MASK;
    if (state === FREE) return -1;
    if (state === LIVE && words[slot] === lowWord(place) && words[slot + IMSI_HIGH] === highWord(place)) return slot;
  }
}

function fill(words: Int32Array, place: number, imei: ImeiKey, hashKey: HashKey): void {
  let slot = firstSlot(words, place, hashKey);
  while ((words[slot + STATE]! & STATE_MASK) !== FREE) slot = nextSlot(words, slot);
  words[slot + IMSI_LOW] = lowWord(place);
  words[slot + IMSI_HIGH] = highWord(place);
  words[slot + IMEI_LOW] = lowWord(imei);
  Atomics.store(words, slot + STATE, (highWord(imei) << STATE_BITS) | LIVE);
}

function imsiAt(words: Int32Array, slot: number): number {
  return words[slot + IMSI_HIGH]! * TWO_TO_32 + (words[slot + IMSI_LOW]! >>> 0);
}

function imeiAt(words: Int32Array, slot: number): ImeiKey {
  return ((words[slot + STATE]! >>> STATE_BITS) * TWO_TO_32 + (words[slot + IMEI_LOW]! >>> 0)) as ImeiKey;
}
