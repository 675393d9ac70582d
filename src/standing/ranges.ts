import { type ImeiKey, SERIALS_PER_TAC } from '../identifiers/imei.ts';

/** A range's level: how many leading digits of the serial number its two ends share, 0 to 6. */
export const RANGE_LEVELS = 7;

// How many serial numbers the block of each level holds.
const BLOCK_SIZES = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/**
 * The level of a range inside one TAC. A range is kept at the smallest block of that many leading digits that holds both
 * ends, so every range that covers a device stands at one of the seven blocks around it, one for each level.
 */
export function rangeLevel(from: ImeiKey, to: ImeiKey): number {
  const first = from % SERIALS_PER_TAC;
  const last = to % SERIALS_PER_TAC;
  let level = RANGE_LEVELS - 1;
  while (Math.floor(first / BLOCK_SIZES[level]!) !== Math.floor(last / BLOCK_SIZES[level]!)) level -= 1;
  return level;
}

/** The first device of the block of a level around a device. */
export function blockStart(key: ImeiKey, level: number): ImeiKey {
  const size = BLOCK_SIZES[level]!;
  return (Math.floor(key / size) * size) as ImeiKey; // the remainder of large numbers would be ten times slower
}
