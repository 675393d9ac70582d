import { Fault, type Parsed } from '../base/fault.ts';

/** SHA-256. */
export const HASH_SIZE = 32;
/** Hashes in a full tile and entries in a full bundle (tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_SIZE = TILE_WIDTH * HASH_SIZE;
/** The highest level that a log of at most 2^53 - 1 entries has: 256^6 is 2^48. */
export const TILE_LEVEL_MAX = 6;
/** Where a log's signed size and root stand, from its folder or base URL. */
export const CHECKPOINT_PATH = 'checkpoint';
/** The newest checkpoint that bears the cosignatures of a quorum, beside it. */
export const WITNESSED_PATH = 'checkpoint.witnessed';

/** Names one tile of hashes. `width` is 256 for a full tile. */
export interface TileName {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Names one bundle of entries. `width` is 256 for a full bundle. */
export type BundleName = Omit<TileName, 'level'>;

/** What one level of a log holds: full tiles 0..fullTiles-1, then one partial tile unless its width is 0. */
export interface LevelExtent {
  readonly level: number;
  readonly fullTiles: number;
  /** 0..255. */
  readonly partialWidth: number;
}

export type LayoutFault = { code: 'TILE_PATH_MALFORMED' };

/** The path of a tile of hashes (tlog-tiles, "Merkle Tree"), with `/` on every system. */
export function tilePath(level: number, index: number, width = TILE_WIDTH): string {
  return `tile/${level}/${indexPath(index)}${widthSuffix(width)}`;
}

/** The path of a bundle of entries (tlog-tiles, "Log Entries"). */
export function bundlePath(index: number, width = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index)}${widthSuffix(width)}`;
}

const PATH = /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/**
 * Reads a path back: a tile has a level, a bundle has none. Whatever `tilePath` or `bundlePath` would not write is
 * refused, so a path names at most one file and one file has one path.
 */
export function parseTilePath(path: string): Parsed<TileName | BundleName, LayoutFault> {
  const match = PATH.exec(path);
  if (match === null) return new Fault({ code: 'TILE_PATH_MALFORMED' });
  const [, level, groups, suffix] = match;
  const index = Number(groups!.replaceAll(/[x/]/g, ''));
  const width = suffix === undefined ? TILE_WIDTH : Number(suffix);
  if (suffix !== undefined && width >= TILE_WIDTH) return new Fault({ code: 'TILE_PATH_MALFORMED' });
  const written = level === 'entries' ? bundlePath(index, width) : tilePath(Number(level), index, width);
  if (written !== path) return new Fault({ code: 'TILE_PATH_MALFORMED' });
  return level === 'entries' ? { index, width } : { level: Number(level), index, width };
}

/** What each level holds for a log of this size, from level 0 up. An empty log has no level. */
export function levelsOf(size: number): LevelExtent[] {
  const levels: LevelExtent[] = [];
  // A partial tile is never hashed upward: a level counts only the full tiles below it.
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    levels.push({ level, fullTiles: Math.floor(hashes / TILE_WIDTH), partialWidth: hashes % TILE_WIDTH });
  }
  return levels;
}

/** Every tile that a reader of this size needs, level by level, lazily: a log of 100 million entries has 392,157. */
export function* tilesOfSize(size: number): Generator<TileName> {
  for (const { level, fullTiles, partialWidth } of levelsOf(size)) {
    for (let index = 0; index < fullTiles; index++) yield { level, index, width: TILE_WIDTH };
    if (partialWidth > 0) yield { level, index: fullTiles, width: partialWidth };
  }
}

/** The width of tile `index` of `level` in a log of this size: 0 where there is no such tile, 256 where it is full. */
export function widthOf(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Groups of three digits, all but the last marked with an x: 1234067 is x001/x234/067. */
function indexPath(index: number): string {
  let path = threeDigits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${threeDigits(rest % 1000)}/${path}`;
  }
  return path;
}

function threeDigits(value: number): string {
  return value.toString().padStart(3, '0');
}

function widthSuffix(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
