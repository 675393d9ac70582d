import assert from 'node:assert/strict';
import { Fault } from '../base/fault.ts';
import { bundlePath, levelsOf, TILE_WIDTH, tilePath, widthOf } from './layout.ts';
import { hashesOf, leafHash, perfectRoot, rootOf } from './merkle.ts';
import { type EntryBatch, readBatches, readBundle, readTile } from './reader.ts';
import type { TileSource } from './tile-source.ts';
import { peaksOf } from './tree-edge.ts';

/** What a checkpoint says of a tree. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

export type TreeFault = { code: 'TREE_FILE_WRONG'; path: string } | { code: 'TREE_ROOT_WRONG'; size: number };
export class TreeError extends Fault<TreeFault> {}

/**
 * The hashes of each level's partial tile, which together make the root.
 * @throws TreeError TREE_ROOT_WRONG when they do not; ReaderError; SourceError
 */
export async function readEdgeTiles(source: TileSource, { size, root }: TreeHead): Promise<Buffer[][]> {
  const tiles = await Promise.all(
    levelsOf(size).map(async ({ level, fullTiles, partialWidth }) =>
      partialWidth === 0 ? [] : hashesOf(await readTile(source, size, level, fullTiles)),
    ),
  );
  if (!rootOf(peaksOf(tiles)).equals(root)) throw new TreeError({ code: 'TREE_ROOT_WRONG', size });
  return tiles;
}

/**
 * The tree below a signed root, read from whoever serves it. A tile is used only after its hashes, and those of the
 * tiles above it, were found to lead to the root: so what comes out was signed, whoever served it.
 */
export class VerifiedTiles {
  readonly head: TreeHead;
  readonly #source: TileSource;
  readonly #edge: readonly (readonly Buffer[])[];
  // Above level 0, the tile of each level that was asked for last: a walk over the bundles needs no others.
  readonly #held = new Map<number, { index: number; tile: Promise<readonly Buffer[]> }>();

  private constructor(source: TileSource, head: TreeHead, edge: readonly (readonly Buffer[])[]) {
    this.#source = source;
    this.head = head;
    this.#edge = edge;
  }

  /** @throws TreeError TREE_ROOT_WRONG; ReaderError; SourceError */
  static async open(source: TileSource, head: TreeHead): Promise<VerifiedTiles> {
    return new VerifiedTiles(source, head, await readEdgeTiles(source, head));
  }

  /** The root that the tree had when it was smaller. @throws TreeError TREE_FILE_WRONG; ReaderError; SourceError */
  async rootAt(size: number): Promise<Buffer> {
    assert(size <= this.head.size);
    const tiles = await Promise.all(
      levelsOf(size).map(async ({ level, fullTiles, partialWidth }) =>
        partialWidth === 0 ? [] : (await this.#tile(level, fullTiles)).slice(0, partialWidth),
      ),
    );
    return rootOf(peaksOf(tiles));
  }

  /**
   * The entries of a bundle.
   * @param source where to read the bundle itself, if not where the tiles come from
   * @throws TreeError TREE_FILE_WRONG; ReaderError; SourceError
   */
  async bundle(index: number, source = this.#source): Promise<Buffer[]> {
    const [leaves, entries] = await Promise.all([this.#tile(0, index), readBundle(source, this.head.size, index)]);
    if (!entries.every((entry, place) => leafHash(entry).equals(leaves[place]!))) {
      throw new TreeError({ code: 'TREE_FILE_WRONG', path: bundlePath(index, entries.length) });
    }
    return entries;
  }

  /** The entries from..to-1 in order, a bundle's worth at a time. @throws as `bundle` does */
  entries(from: number, to: number): AsyncGenerator<EntryBatch> {
    assert(to <= this.head.size);
    return readBatches(from, to, (index) => this.bundle(index));
  }

  #tile(level: number, index: number): Promise<readonly Buffer[]> {
    const held = this.#held.get(level);
    if (held?.index === index) return held.tile;
    const tile = this.#readVerified(level, index);
    if (level > 0) this.#held.set(level, { index, tile });
    return tile;
  }

  async #readVerified(level: number, index: number): Promise<readonly Buffer[]> {
    if (widthOf(this.head.size, level, index) < TILE_WIDTH) return this.#edge[level]!;
    const [tile, above] = await Promise.all([
      readTile(this.#source, this.head.size, level, index),
      this.#tile(level + 1, Math.floor(index / TILE_WIDTH)),
    ]);
    const hashes = hashesOf(tile);
    if (!perfectRoot(hashes).equals(above[index % TILE_WIDTH]!)) {
      throw new TreeError({ code: 'TREE_FILE_WRONG', path: tilePath(level, index) });
    }
    return hashes;
  }
}
