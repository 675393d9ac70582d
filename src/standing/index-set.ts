import { type IndexRange, isInRanges } from './index-ranges.ts';

const CHUNK_BITS = 15;
const CHUNK_WORDS = 2 ** CHUNK_BITS / 32;

/** A set of indexes of one log: a bit each, in chunks that exist where there is one. */
export class IndexSet {
  readonly #chunks = new Map<number, Uint32Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(index: number): void {
    const words = this.#chunks.get(index >>> CHUNK_BITS) ?? new Uint32Array(CHUNK_WORDS);
    this.#chunks.set(index >>> CHUNK_BITS, words);
    if (!this.has(index)) this.#size += 1;
    words[wordOf(index)]! |= bitOf(index);
  }

  delete(index: number): void {
    if (!this.has(index)) return;
    this.#chunks.get(index >>> CHUNK_BITS)![wordOf(index)]! &= ~bitOf(index);
    this.#size -= 1;
  }

  has(index: number): boolean {
    const words = this.#chunks.get(index >>> CHUNK_BITS);
    return words !== undefined && (words[wordOf(index)]! & bitOf(index)) !== 0;
  }

  /** How many are in none of these ranges, which are in order and do not overlap. */
  countOutside(ranges: readonly IndexRange[]): number {
    if (ranges.length === 0) return this.#size;
    let count = 0;
    for (const index of this.#all()) if (!ranges.some(([from, to]) => from <= index && index < to)) count += 1;
    return count;
  }

  /** All but those in these ranges, in order: what lies side by side is one range. */
  *rangesOutside(ranges: readonly IndexRange[]): Generator<IndexRange> {
    let open: [number, number] | undefined;
    for (const index of this.#all()) {
      if (isInRanges(ranges, index)) continue;
      if (open?.[1] === index) open[1] = index + 1;
      else {
        if (open !== undefined) yield open;
        open = [index, index + 1];
      }
    }
    if (open !== undefined) yield open;
  }

  /** All that are in either. */
  with(other: IndexSet): IndexSet {
    if (other.size === 0) return this;
    const both = new IndexSet();
    for (const set of [this, other]) for (const index of set.#all()) both.add(index);
    return both;
  }

  *#all(): Generator<number> {
    for (const chunk of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      const words = this.#chunks.get(chunk)!;
      for (let word = 0; word < CHUNK_WORDS; word++) {
        for (let bits = words[word]!, bit = 0; bits !== 0; bits >>>= 1, bit++) {
          if ((bits & 1) !== 0) yield chunk * 2 ** CHUNK_BITS + word * 32 + bit;
        }
      }
    }
  }
}

function wordOf(index: number): number {
  return (index >>> 5) & (CHUNK_WORDS - 1);
}

function bitOf(index: number): number {
  return 1 << (index & 31);
}
