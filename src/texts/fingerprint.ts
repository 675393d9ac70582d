import { bitCount } from './bit-count.ts';
import { foldText, readKey } from './comparison-key.ts';
import { withoutFrame } from './frame.ts';

/** A fingerprint: 64 bits as 16 hexadecimal digits in lower case. */
export const FINGERPRINT = /^[0-9a-f]{16}$/;
/** What a text without any letter has: an empty one, or nothing but signs. It is near to nothing. */
export const NO_FINGERPRINT = '0000000000000000';
/**
 * Letters that a likeness can rest on, the wording around one-time codes not counted. A text with fewer, such as a firm's
 * name and a code, is like itself alone: its fingerprint is a hash of the whole key.
 */
export const LIKENESS_LENGTH_MIN = 32;

const GRAM_LENGTH = 3;
/** Enough planes to count every gram of the longest key. */
const PLANES = 13;
const SEED_HIGH = 0x626f6e67;
const SEED_LOW = 0x73750000;

/** Counts of set bits, one bit plane above the other: 32 counters of a half in each word. */
const highPlanes = new Int32Array(PLANES);
const lowPlanes = new Int32Array(PLANES);

/**
 * What a text looks like, whatever it is disguised with: SimHash-64 over three letters of its comparison key at a time.
 * Texts of one template have few bits between them. A text cannot be read from it. Never throws; linear in the text.
 */
export function fingerprint(text: string): string {
  const folded = foldText(text);
  const own = withoutFrame(folded);
  const ownLength = own === folded ? undefined : readKey(own).length;
  const { letters, length } = readKey(folded);
  if (length === 0) return NO_FINGERPRINT;
  return (ownLength ?? length) < LIKENESS_LENGTH_MIN ? exactly(letters, length) : likeness(letters, length);
}

function exactly(letters: Uint32Array, length: number): string {
  return hex(hash(letters, 0, length, SEED_HIGH), hash(letters, 0, length, SEED_LOW));
}

/** SimHash: each bit is what most grams' hashes have there. */
function likeness(letters: Uint32Array, length: number): string {
  const grams = length - GRAM_LENGTH + 1;
  highPlanes.fill(0);
  lowPlanes.fill(0);
  for (let start = 0; start < grams; start++) {
    count(highPlanes, hash(letters, start, start + GRAM_LENGTH, SEED_HIGH));
    count(lowPlanes, hash(letters, start, start + GRAM_LENGTH, SEED_LOW));
  }
  return hex(majority(highPlanes, grams), majority(lowPlanes, grams));
}

/** Bits in which two fingerprints differ: 0 to 64. Unrelated texts have about 32. */
export function distance(one: string, other: string): number {
  return (
    bitCount(Number.parseInt(one.slice(0, 8), 16) ^ Number.parseInt(other.slice(0, 8), 16)) +
    bitCount(Number.parseInt(one.slice(8), 16) ^ Number.parseInt(other.slice(8), 16))
  );
}

/** MurmurHash3 (x86, 32 bits) over letters as words of 32 bits. The numbers are part of the format: all members count alike. */
function hash(letters: Uint32Array, start: number, end: number, seed: number): number {
  let state = seed;
  for (let place = start; place < end; place++) {
    let word = Math.imul(letters[place]!, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    state ^= word;
    state = Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64;
  }
  state ^= (end - start) * 4;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}

/** Adds one to the counter of each set bit, all 32 at once: an addition with carry across the planes. */
function count(planes: Int32Array, bits: number): void {
  let carry = bits;
  for (let plane = 0; carry !== 0; plane++) {
    const sum = planes[plane]!;
    planes[plane] = sum ^ carry;
    carry &= sum;
  }
}

/** The bits that are set in more than half of the grams. */
function majority(planes: Int32Array, grams: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) {
    let total = 0;
    for (let plane = 0; plane < PLANES; plane++) total += ((planes[plane]! >>> bit) & 1) << plane;
    if (2 * total > grams) bits |= 1 << bit;
  }
  return bits;
}

function hex(high: number, low: number): string {
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
