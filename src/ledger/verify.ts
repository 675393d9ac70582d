import { Fault } from '../base/fault.ts';
import { decodeEntry, type Entry, EntryError, type EntryFault } from './entry.ts';
import { bundlePath, levelsOf, TILE_WIDTH, tilePath, widthOf } from './layout.ts';
import { edgeSizes, hashesOf, leafHash, perfectRoot, rootOf } from './merkle.ts';
import type { LogVerifier } from './log-verifier.ts';
import { readAhead, readBundle, readCheckpoint, readTile } from './reader.ts';
import type { TileSource } from './tile-source.ts';

export type VerifyFault =
  | { code: 'LOG_ENTRY_MALFORMED'; path: string; index: number; reason: EntryFault['code'] }
  | { code: 'LOG_ISSUER_CHANGED'; path: string; index: number }
  | { code: 'LOG_HASH_WRONG'; path: string; hash: number; firstEntry: number }
  | { code: 'LOG_ROOT_WRONG'; size: number }
  /** The files are whole, and beside them lies the proof that their owner signed another history too. */
  | { code: 'LOG_OWNER_CONVICTED'; proof: string; size: number; rootHex: string };
export class VerifyError extends Fault<VerifyFault> {}

/** What was verified. */
export interface VerifiedLog {
  readonly origin: string;
  readonly size: number;
  readonly rootHex: string;
  /** The member that every entry names; undefined for an empty log. */
  readonly issuer: string | undefined;
  readonly bundles: number;
  readonly tiles: number;
}

export interface VerifyOptions {
  readonly source: TileSource;
  readonly logKey: LogVerifier;
  /** Called after each bundle with the entries verified so far. */
  readonly onProgress?: (verified: number, size: number) => void;
  /** Called with each entry whose hash is right, in their order. */
  readonly onEntry?: (entry: Entry, index: number) => void;
}

/**
 * Verifies a whole log from its files alone: the checkpoint's signature, every bundle, every entry, every hash of every
 * tile, the root. It knows the writer's formats and none of its code. Memory stays flat: a tile a level, and the files
 * that are read ahead.
 * @throws the first fault, in the order of the entries: VerifyError, ReaderError, NoteError, CheckpointError, SourceError
 */
export async function verifyLog({ source, logKey, onProgress, onEntry }: VerifyOptions): Promise<VerifiedLog> {
  const { origin, size, root } = await readCheckpoint(source, logKey);
  const tiles = new TileChecker(source, size);
  const issuer = new IssuerChecker();
  const bundles = Math.ceil(size / TILE_WIDTH);
  const pairs = readAhead(0, bundles, (index) =>
    Promise.all([readBundle(source, size, index), readTile(source, size, 0, index)]),
  );
  for await (const { index, value } of pairs) {
    const [entries, leafTile] = value;
    // Hashes first: what a changed octet did to an entry's meaning says nothing of who wrote it.
    await tiles.addBundle(entries.map(leafHash), leafTile);
    for (const [place, bytes] of entries.entries()) {
      const entry = issuer.check(bytes, { bundle: index, place, path: bundleName(size, index) });
      onEntry?.(entry, index * TILE_WIDTH + place);
    }
    onProgress?.(index * TILE_WIDTH + entries.length, size);
  }
  const recomputed = await tiles.finish();
  if (!recomputed.equals(root)) throw new VerifyError({ code: 'LOG_ROOT_WRONG', size });
  return { origin, size, rootHex: root.toString('hex'), issuer: issuer.name, bundles, tiles: tiles.checked };
}

/** Every entry decodes, and all name one issuer: a log has one writer. */
class IssuerChecker {
  name: string | undefined;

  check(bytes: Uint8Array, { bundle, place, path }: { bundle: number; place: number; path: string }): Entry {
    const index = bundle * TILE_WIDTH + place;
    const entry = this.#decode(bytes, path, index);
    this.name ??= entry.issuer;
    if (entry.issuer !== this.name) throw new VerifyError({ code: 'LOG_ISSUER_CHANGED', path, index });
    return entry;
  }

  #decode(bytes: Uint8Array, path: string, index: number): Entry {
    try {
      return decodeEntry(bytes);
    } catch (cause) {
      if (!(cause instanceof EntryError)) throw cause;
      throw new VerifyError({ code: 'LOG_ENTRY_MALFORMED', path, index, reason: cause.facts.code }, { cause });
    }
  }
}

/** Recomputes the tree from its leaves, and compares each tile with its file as soon as its last hash is known. */
class TileChecker {
  readonly #source: TileSource;
  readonly #size: number;
  // The hashes of the tile that is growing at each level, and how many tiles are finished there.
  readonly #growing: Buffer[][];
  readonly #finished: number[];
  checked = 0;

  constructor(source: TileSource, size: number) {
    this.#source = source;
    this.#size = size;
    this.#growing = levelsOf(size).map(() => []);
    this.#finished = levelsOf(size).map(() => 0);
  }

  /** @param leaves the hashes of one bundle @param file the level-0 tile beside it */
  async addBundle(leaves: Buffer[], file: Buffer): Promise<void> {
    this.#growing[0] = leaves;
    this.#compare(0, file);
    await this.#close(0);
  }

  /** Compares the partial tiles above the leaves. @returns the root */
  async finish(): Promise<Buffer> {
    for (const [level, hashes] of this.#growing.entries()) {
      if (level > 0 && hashes.length > 0) await this.#compareWithFile(level);
    }
    const edge = this.#growing.toReversed().flatMap((hashes) => this.#perfectRoots(hashes));
    return rootOf(edge);
  }

  /** A full tile becomes one hash of the level above, which may fill a tile in its turn. */
  async #close(level: number): Promise<void> {
    const hashes = this.#growing[level]!;
    if (hashes.length < TILE_WIDTH) return;
    this.#growing[level] = [];
    this.#finished[level]! += 1;
    const above = this.#growing[level + 1]!;
    above.push(perfectRoot(hashes));
    if (above.length < TILE_WIDTH) return;
    await this.#compareWithFile(level + 1);
    await this.#close(level + 1);
  }

  async #compareWithFile(level: number): Promise<void> {
    this.#compare(level, await readTile(this.#source, this.#size, level, this.#finished[level]!));
  }

  #compare(level: number, file: Buffer): void {
    const index = this.#finished[level]!;
    const wrong = hashesOf(file).findIndex((hash, place) => !hash.equals(this.#growing[level]![place]!));
    this.checked += 1;
    if (wrong === -1) return;
    const path = tilePath(level, index, widthOf(this.#size, level, index));
    const firstEntry = (index * TILE_WIDTH + wrong) * TILE_WIDTH ** level;
    throw new VerifyError({ code: 'LOG_HASH_WRONG', path, hash: wrong, firstEntry });
  }

  #perfectRoots(hashes: readonly Buffer[]): Buffer[] {
    let at = 0;
    return edgeSizes(hashes.length).map((width) => perfectRoot(hashes.slice(at, (at += width))));
  }
}

function bundleName(size: number, index: number): string {
  return bundlePath(index, widthOf(size, 0, index));
}
