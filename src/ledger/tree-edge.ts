import assert from 'node:assert/strict';
import { encodeBundle } from './bundle.ts';
import { bundlePath, TILE_WIDTH, tilePath } from './layout.ts';
import { edgeSizes, leafHash, nodeHash, perfectRoot, rootOf } from './merkle.ts';

/** A file of a log, named as `layout.ts` names it. */
export interface LogFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * All that the next entry needs to know of a tree. It is never changed, only replaced: whoever fails half-way still has
 * the edge it began with.
 */
export interface TreeEdge {
  readonly size: number;
  /** The roots of the perfect subtrees, in the order of `edgeSizes`. */
  readonly peaks: readonly Buffer[];
  /** The hashes of each level's partial tile, from level 0 up; none where a level ends in a full tile. */
  readonly tiles: readonly (readonly Buffer[])[];
  /** The octets of the partial bundle. Own memory: what a caller does to its entries later cannot reach it. */
  readonly bundle: Buffer;
}

export interface Extension {
  readonly edge: TreeEdge;
  readonly root: Buffer;
  /** What must stand on disk before a checkpoint of the new size may be signed, and nothing that stood there before. */
  readonly bundles: readonly LogFile[];
  readonly tiles: readonly LogFile[];
}

export const EMPTY_EDGE: TreeEdge = { size: 0, peaks: [], tiles: [], bundle: Buffer.alloc(0) };

/** Appends entries to a tree. @param entries each at most ENTRY_SIZE_MAX octets, read before this returns */
export function extendTree(edge: TreeEdge, entries: readonly Uint8Array[]): Extension {
  const growth = new Growth(edge);
  for (const entry of entries) growth.append(entry);
  return growth.finish();
}

/** The peaks of a tree, from the hashes of each level's partial tile. */
export function peaksOf(tiles: readonly (readonly Buffer[])[]): Buffer[] {
  return tiles.toReversed().flatMap((tile) => {
    let from = 0;
    return edgeSizes(tile.length).map((width) => perfectRoot(tile.slice(from, (from += width))));
  });
}

class Growth {
  #size: number;
  readonly #peaks: Buffer[];
  readonly #tiles: Buffer[][];
  readonly #changed = new Set<number>();
  readonly #bundleFiles: LogFile[] = [];
  readonly #tileFiles: LogFile[] = [];
  #bundle: Buffer;
  // Entries since `#bundle`, to be joined to it when the bundle is full or the growth ends.
  #pending: Uint8Array[] = [];

  constructor(edge: TreeEdge) {
    this.#size = edge.size;
    this.#peaks = [...edge.peaks];
    this.#tiles = edge.tiles.map((tile) => [...tile]);
    this.#bundle = edge.bundle;
  }

  append(entry: Uint8Array): void {
    this.#pending.push(entry);
    let hash = leafHash(entry);
    this.#pushHash(0, hash);
    // Peaks of equal height merge, as a carry runs through a binary number. Every eighth height is a tile's root.
    for (let rest = this.#size, height = 1; rest % 2 === 1; rest = (rest - 1) / 2, height++) {
      hash = nodeHash(this.#peaks.pop()!, hash);
      if (height % 8 === 0) this.#pushHash(height / 8, hash);
    }
    this.#peaks.push(hash);
    this.#size += 1;
    this.#emitFull();
  }

  finish(): Extension {
    this.#joinBundle();
    for (const level of this.#changed) {
      const tile = this.#tiles[level]!;
      if (tile.length > 0) this.#emitTile(level, tile);
    }
    const width = this.#size % TILE_WIDTH;
    if (width > 0 && this.#changed.has(0)) {
      this.#bundleFiles.push({ path: bundlePath(Math.floor(this.#size / TILE_WIDTH), width), bytes: this.#bundle });
    }
    const edge = { size: this.#size, peaks: this.#peaks, tiles: this.#tiles, bundle: this.#bundle };
    return { edge, root: rootOf(this.#peaks), bundles: this.#bundleFiles, tiles: this.#tileFiles };
  }

  #pushHash(level: number, hash: Buffer): void {
    const tile = (this.#tiles[level] ??= []);
    assert(tile.length < TILE_WIDTH);
    tile.push(hash);
    this.#changed.add(level);
  }

  /** Lets go of what is full: a full tile is final, and nobody extends it again. */
  #emitFull(): void {
    if (this.#size % TILE_WIDTH !== 0) return;
    this.#joinBundle();
    this.#bundleFiles.push({ path: bundlePath(this.#size / TILE_WIDTH - 1), bytes: this.#bundle });
    this.#bundle = EMPTY_EDGE.bundle;
    for (const [level, tile] of this.#tiles.entries()) {
      if (tile.length < TILE_WIDTH) break;
      this.#emitTile(level, tile);
      this.#tiles[level] = [];
    }
  }

  #emitTile(level: number, hashes: readonly Buffer[]): void {
    const hashCount = Math.floor(this.#size / TILE_WIDTH ** level);
    const index = Math.ceil(hashCount / TILE_WIDTH) - 1;
    this.#tileFiles.push({ path: tilePath(level, index, hashes.length), bytes: Buffer.concat(hashes) });
  }

  #joinBundle(): void {
    if (this.#pending.length === 0) return;
    this.#bundle = Buffer.concat([this.#bundle, encodeBundle(this.#pending)]);
    this.#pending = [];
  }
}
