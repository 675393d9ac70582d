import { Fault } from '../base/fault.ts';
import { decodeBundle, encodeBundle } from './bundle.ts';
import { bundlePath, levelsOf, TILE_WIDTH, tilePath, widthOf } from './layout.ts';
import { LogFiles } from './log-files.ts';
import { leafHash, rootOf } from './merkle.ts';
import { type BundleStart, readBundle } from './reader.ts';
import { FolderSource, type TileSource } from './tile-source.ts';
import { EMPTY_EDGE, type Extension, extendTree, peaksOf, type TreeEdge } from './tree-edge.ts';
import { readEdgeTiles, TreeError, type TreeHead } from './verified-tiles.ts';

/**
 * Writes the tiles and bundles of one log folder, the owner's or a mirror. It knows nothing of checkpoints: what it has
 * written counts only once its caller has signed, or verified, a checkpoint that covers it.
 */
export class TreeWriter {
  readonly #files: LogFiles;
  #edge: TreeEdge;

  private constructor(files: LogFiles, edge: TreeEdge) {
    this.#files = files;
    this.#edge = edge;
  }

  /**
   * Takes up a folder at this size. The files of the right edge are read and must give this root; files past it, which a
   * crash may have left, are not looked at and will be written over.
   * @throws TreeError, ReaderError, SourceError
   */
  static async open(folder: string, head: TreeHead): Promise<TreeWriter> {
    return new TreeWriter(new LogFiles(folder), await loadEdge(new FolderSource(folder), head));
  }

  get head(): TreeHead {
    return { size: this.#edge.size, root: rootOf(this.#edge.peaks) };
  }

  get size(): number {
    return this.#edge.size;
  }

  /** What the newest bundle holds, where it is not full. */
  get bundleStart(): BundleStart {
    return { entries: this.#edge.size % TILE_WIDTH, octets: this.#edge.bundle.length };
  }

  /** What appending these entries would write. Nothing changes. */
  extend(entries: readonly Uint8Array[]): Extension {
    return extendTree(this.#edge, entries);
  }

  /**
   * Makes the files of an extension durable and reads them back. The edge stays where it is until `adopt`.
   * @throws TreeError when what stands in the files is not what was to be written; the system's errors
   */
  async write(extension: Extension): Promise<void> {
    await this.#files.write([...extension.bundles, ...extension.tiles]);
    this.#readBack(extension);
  }

  /**
   * Goes on from a written extension, once a checkpoint that covers it is in force. Partial files whose full form is now
   * there are removed; the promise is of that alone, and nothing needs to wait for it.
   */
  async adopt(extension: Extension): Promise<void> {
    const completed = completedPaths(this.#edge.size, extension.edge.size);
    this.#edge = extension.edge;
    await Promise.all(completed.map((path) => this.#files.removePartials(path)));
  }

  /**
   * Makes the extension a second time, from the octets of the written bundles, and compares everything: a bit that
   * flipped in memory between hashing and writing is found before it is signed for good.
   */
  #readBack(extension: Extension): void {
    const entries = extension.bundles.flatMap(({ path }) => {
      const entries = decodeBundle(this.#files.read(path));
      if (entries instanceof Fault) throw new TreeError({ code: 'TREE_FILE_WRONG', path }, { cause: entries });
      return entries;
    });
    const again = extendTree(this.#edge, entries.slice(this.#edge.size % TILE_WIDTH));
    const { size } = extension.edge;
    if (again.edge.size !== size || !again.root.equals(extension.root)) {
      throw new TreeError({ code: 'TREE_ROOT_WRONG', size });
    }
    for (const { path, bytes } of [...again.bundles, ...again.tiles]) {
      if (!this.#files.read(path).equals(bytes)) throw new TreeError({ code: 'TREE_FILE_WRONG', path });
    }
  }
}

async function loadEdge(source: TileSource, head: TreeHead): Promise<TreeEdge> {
  const tiles = await readEdgeTiles(source, head);
  const bundle = await loadEdgeBundle(source, head.size, tiles[0] ?? []);
  return { size: head.size, peaks: peaksOf(tiles), tiles, bundle };
}

async function loadEdgeBundle(source: TileSource, size: number, leaves: readonly Buffer[]): Promise<Buffer> {
  if (leaves.length === 0) return EMPTY_EDGE.bundle;
  const index = Math.floor(size / TILE_WIDTH);
  const entries = await readBundle(source, size, index);
  if (!entries.every((entry, place) => leafHash(entry).equals(leaves[place]!))) {
    throw new TreeError({ code: 'TREE_FILE_WRONG', path: bundlePath(index, leaves.length) });
  }
  return encodeBundle(entries);
}

/** The full paths of the tiles and the bundle that were partial at the size before and are full at the size after. */
function completedPaths(before: number, after: number): string[] {
  return levelsOf(before)
    .filter(({ level, fullTiles, partialWidth }) => partialWidth > 0 && widthOf(after, level, fullTiles) === TILE_WIDTH)
    .flatMap(({ level, fullTiles }) =>
      level === 0 ? [tilePath(level, fullTiles), bundlePath(fullTiles)] : [tilePath(level, fullTiles)],
    );
}
