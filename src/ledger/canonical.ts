import { isUtf8 } from 'node:buffer';

// RFC 8949 clause 3.1: the major type stands in the upper three bits of the first octet.
const OCTETS = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const SIMPLE = 7;
const FALSE = 0xf4;
const TRUE = 0xf5;

/**
 * Whether CBOR that a strict decoder has already accepted is in the core deterministic form (RFC 8949 clause 4.2.1). The
 * decoder refuses long forms of numbers and lengths, tags and indefinite lengths. What it lets pass is found here: keys
 * out of order, texts that are no UTF-8, and floats, which an entry does without. Encoding anew and comparing would find
 * the same at many times the cost.
 */
export function isDeterministic(bytes: Uint8Array): boolean {
  const walk = new Walk(bytes);
  return walk.passItem() && walk.at === bytes.length;
}

class Walk {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Passes over one item and what it holds. @returns whether all of it is deterministic */
  passItem(): boolean {
    const first = this.#bytes[this.at]!;
    const major = first >> 5;
    const argument = this.#passHead();
    switch (major) {
      case OCTETS:
        this.at += argument;
        return true;
      case TEXT:
        return this.#passText(argument);
      case ARRAY:
        return this.#passItems(argument);
      case MAP:
        return this.#passPairs(argument);
      case SIMPLE:
        return first === FALSE || first === TRUE;
      default:
        return true;
    }
  }

  #passText(length: number): boolean {
    const start = this.at;
    this.at += length;
    for (let i = start; i < this.at; i++) {
      if (this.#bytes[i]! >= 0x80) return isUtf8(this.#bytes.subarray(start, this.at));
    }
    return true;
  }

  #passItems(count: number): boolean {
    for (let i = 0; i < count; i++) {
      if (!this.passItem()) return false;
    }
    return true;
  }

  /** Keys are texts and ascend, compared octet by octet in their encoded form: no key comes twice. */
  #passPairs(count: number): boolean {
    let before = -1;
    for (let i = 0; i < count; i++) {
      const key = this.at;
      if (this.#bytes[key]! >> 5 !== TEXT || !this.passItem()) return false;
      if (before !== -1 && !this.#isAscending(before, key)) return false;
      before = key;
      if (!this.passItem()) return false;
    }
    return true;
  }

  /** An encoded text begins with its length, so no key is the beginning of another. */
  #isAscending(before: number, key: number): boolean {
    for (let i = 0; key + i < this.at; i++) {
      const difference = this.#bytes[key + i]! - this.#bytes[before + i]!;
      if (difference !== 0) return difference > 0;
    }
    return false;
  }

  /** Passes over the first octet and its argument: a number, or the length of what follows. */
  #passHead(): number {
    const additional = this.#bytes[this.at++]! & 0x1f;
    if (additional < 24) return additional;
    let argument = 0;
    for (let size = 2 ** (additional - 24); size > 0; size--) argument = argument * 256 + this.#bytes[this.at++]!;
    return argument;
  }
}
