import type { Tac } from '../identifiers/imei.ts';

/** Bits, 32 in a word. */
const TAC_FILTER_SIZE = 2 ** 20;

/**
 * Tells a look-up which TACs it need not look for: most devices are of a model about which nothing is stated, and 128 KiB
 * stay in a processor's cache where the table of a country's devices does not. A bit once set stays, and stands for all
 * TACs of the same last bits: one too many costs a look-up some time and nothing else.
 */
export class TacFilter {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(TAC_FILTER_SIZE / 8)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** To be called before anything is stated about the TAC or a range in it. */
  add(tac: Tac): void {
    const bit = tac & (TAC_FILTER_SIZE - 1);
    Atomics.or(this.#words, bit >>> 5, 1 << (bit & 31));
  }

  mayHold(tac: Tac): boolean {
    const bit = tac & (TAC_FILTER_SIZE - 1);
    return (Atomics.load(this.#words, bit >>> 5) & (1 << (bit & 31))) !== 0;
  }
}
