import { randomBytes } from 'node:crypto';
/** Each table is cut into this many shards, so that one grows at a time and no pause is long. */
export const SHARDS = 256;

/**
 * Two odd numbers of 32 bits that a node draws for itself. A member that knows them could state devices that all crowd
 * into one bucket; nobody knows them, and no stored byte depends on them.
 */
export interface HashKey {
  readonly low: number;
  readonly high: number;
}

// Fixed, since a snapshot is ordered by shard and must be the same at every node. Crowding one shard only makes it large.
const SHARD_LOW = 0x9e3779b1;
const SHARD_HIGH = 0x85ebca77;
const STRIDE = 0xc2b2ae3d;
const TWO_TO_32 = 4_294_967_296;

/** The low 32 bits of a place (see slots.ts) as a signed integer, which is how the tables hold them. */
export function lowWord(place: number): number {
  return place | 0;
}

/** The bits of a place above the low 32. */
export function highWord(place: number): number {
  return (place / TWO_TO_32) | 0;
}

/** The shard of a place, given as its two words: 0 to SHARDS - 1. */
export function shardOf(low: number, high: number): number {
  return spread(Math.imul(low, SHARD_LOW) + Math.imul(high, SHARD_HIGH)) & (SHARDS - 1);
}

/** The hash of a place, given as its two words, under a node's key: 32 bits, unsigned. */
export function hashOf(low: number, high: number, key: HashKey): number {
  return spread(Math.imul(low, key.low) + Math.imul(high, key.high)) >>> 0;
}

/** The bucket where the search for a hash begins. It keeps the order of the hashes, so a table grows in one sweep. */
export function homeOf(hash: number, buckets: number): number {
  return Math.floor((hash * buckets) / TWO_TO_32);
}

/** How far a search goes on from bucket to bucket: 1 to buckets - 1. It visits each, their number being a prime. */
export function strideOf(hash: number, buckets: number): number {
  return 1 + Math.floor(((Math.imul(hash, STRIDE) >>> 0) * (buckets - 1)) / TWO_TO_32);
}

/** The smallest prime from `least`, which is 2 or more. */
export function primeFrom(least: number): number {
  for (let number = least; ; number++) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) divisor += 1;
    if (divisor * divisor > number) return number;
  }
}

/** Makes each bit of the result depend on each bit of the sum: the closing steps of MurmurHash3, a bijection. */
function spread(sum: number): number {
  let bits = sum | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** A key that nobody outside can foresee, so that nobody can choose devices that fall into one bucket. */
export function drawHashKey(): HashKey {
  const drawn = randomBytes(8);
  return { low: drawn.readInt32LE(0) | 1, high: drawn.readInt32LE(4) | 1 };
}
