import assert from 'node:assert/strict';
import { Fault, orThrow } from '../base/fault.ts';
import { BUNDLE_SIZE_MAX, type BundleFault, decodeBundle } from './bundle.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { bundlePath, CHECKPOINT_PATH, HASH_SIZE, TILE_SIZE, TILE_WIDTH, tilePath, widthOf } from './layout.ts';
import { edgeSizes, hashesOf, perfectRoot, rootOf } from './merkle.ts';
import type { LogVerifier } from './log-verifier.ts';
import { NOTE_SIZE_MAX, parseNote } from './note.ts';
import type { TileSource } from './tile-source.ts';

/** Files asked for at once, so that a distant log is not read at one file per round trip. */
export const READ_AHEAD_MAX = 8;
/** Tiles that one `TreeReader` keeps: 2 MiB. A proof touches two tiles a level at most. */
export const TILES_HELD_MAX = 256;

export type ReaderFault =
  | { code: 'LOG_FILE_MISSING'; path: string }
  | { code: 'LOG_FILE_WRONG_SIZE'; path: string; size: number; sizeExpected: number }
  | { code: 'LOG_BUNDLE_MALFORMED'; path: string; reason: BundleFault['reason']; entry: number }
  | { code: 'LOG_BUNDLE_WRONG_COUNT'; path: string; count: number; countExpected: number };
export class ReaderError extends Fault<ReaderFault> {}

/** The beginning of a bundle. */
export interface BundleStart {
  readonly entries: number;
  readonly octets: number;
}
const NOTHING_HELD: BundleStart = { entries: 0, octets: 0 };

/** Neighbouring entries of a log, in order. */
export interface EntryBatch {
  readonly firstIndex: number;
  readonly entries: readonly Buffer[];
}

/**
 * The log's newest checkpoint, its signature verified.
 * @throws ReaderError LOG_FILE_MISSING; a NoteError or CheckpointError; what the source throws
 */
export async function readCheckpoint(source: TileSource, logKey: LogVerifier): Promise<SignedCheckpoint> {
  return orThrow(openCheckpoint(await readCheckpointFile(source), logKey));
}

/**
 * The log's newest checkpoint, whoever signed it: good for looking around, and for nothing that is decided on.
 * @throws ReaderError LOG_FILE_MISSING; a NoteError or CheckpointError; what the source throws
 */
export async function readUnverifiedCheckpoint(source: TileSource): Promise<Checkpoint> {
  const note = orThrow(parseNote(await readCheckpointFile(source)));
  return orThrow(parseCheckpoint(note.text));
}

/**
 * The hashes of a tile of a log of this size, 32 octets each. They are not verified.
 * @throws ReaderError LOG_FILE_MISSING, LOG_FILE_WRONG_SIZE; what the source throws
 */
export async function readTile(source: TileSource, size: number, level: number, index: number): Promise<Buffer> {
  const width = widthOf(size, level, index);
  const { bytes, path, isFull } = await readFullOrPartial(source, { width, sizeMax: TILE_SIZE }, (width) =>
    tilePath(level, index, width),
  );
  const sizeExpected = isFull ? TILE_SIZE : width * HASH_SIZE;
  if (bytes.length !== sizeExpected) {
    throw new ReaderError({ code: 'LOG_FILE_WRONG_SIZE', path, size: bytes.length, sizeExpected });
  }
  return bytes.subarray(0, width * HASH_SIZE);
}

/**
 * The entries of a bundle of a log of this size. They are not verified: not against the tree, nor what they hold.
 * @param held its beginning, which is known and so is neither fetched nor returned
 * @throws ReaderError LOG_FILE_MISSING, LOG_BUNDLE_MALFORMED, LOG_BUNDLE_WRONG_COUNT; what the source throws
 */
export async function readBundle(
  source: TileSource,
  size: number,
  index: number,
  held = NOTHING_HELD,
): Promise<Buffer[]> {
  const width = widthOf(size, 0, index);
  const { bytes, path, isFull } = await readFullOrPartial(
    source,
    { width, sizeMax: BUNDLE_SIZE_MAX, from: held.octets },
    (width) => bundlePath(index, width),
  );
  const entries = decodeBundle(bytes);
  if (entries instanceof Fault) {
    const { reason, entry } = entries.facts;
    throw new ReaderError({ code: 'LOG_BUNDLE_MALFORMED', path, reason, entry });
  }
  const countExpected = (isFull ? TILE_WIDTH : width) - held.entries;
  if (entries.length !== countExpected) {
    throw new ReaderError({ code: 'LOG_BUNDLE_WRONG_COUNT', path, count: entries.length, countExpected });
  }
  return entries.slice(0, width - held.entries);
}

/**
 * Entries from..to-1 in order, a bundle's worth at a time. They are not verified: read them from a log that was, or
 * hash them and compare (`leafHash`).
 * @param range.size the size of the log, which says which files it has; to <= size
 */
export function readEntries(
  source: TileSource,
  { size, from, to }: { size: number; from: number; to: number },
): AsyncGenerator<EntryBatch> {
  assert(to <= size);
  return readBatches(from, to, (index) => readBundle(source, size, index));
}

/** Entries from..to-1 in order, out of bundles that are read ahead. */
export async function* readBatches(
  from: number,
  to: number,
  bundle: (index: number) => Promise<Buffer[]>,
): AsyncGenerator<EntryBatch> {
  assert(from >= 0 && from <= to);
  const firstBundle = Math.floor(from / TILE_WIDTH);
  for await (const { index, value: entries } of readAhead(firstBundle, Math.ceil(to / TILE_WIDTH), bundle)) {
    const start = index * TILE_WIDTH;
    const firstIndex = Math.max(from, start);
    if (firstIndex < to) yield { firstIndex, entries: entries.slice(firstIndex - start, to - start) };
  }
}

/** The hashes of a log's tree at one size, read as they are asked for. They are not verified. */
export class TreeReader {
  readonly size: number;
  readonly #source: TileSource;
  readonly #tiles = new Map<string, Promise<Buffer>>();

  constructor(source: TileSource, size: number) {
    this.#source = source;
    this.size = size;
  }

  async leafHash(index: number): Promise<Buffer> {
    return this.subtreeHash(index, index + 1);
  }

  /** The root at this size, or at a smaller one. */
  async root(size = this.size): Promise<Buffer> {
    return this.#rangeHash(0, size);
  }

  /**
   * The hash over entries from..to-1, where the tree has such a subtree: `from` is a multiple of the least power of two
   * that is not below to - from (RFC 6962 clause 2.1.1 speaks of no others).
   */
  async subtreeHash(from: number, to: number): Promise<Buffer> {
    assert(from < to);
    return this.#rangeHash(from, to);
  }

  async #rangeHash(from: number, to: number): Promise<Buffer> {
    assert(to <= this.size);
    const edge: Buffer[] = [];
    let at = from;
    for (const width of edgeSizes(to - from)) {
      edge.push(await this.#perfectHash(at, width));
      at += width;
    }
    return rootOf(edge);
  }

  /** A perfect subtree stands in the highest tile whose hashes are not wider than it is. */
  async #perfectHash(from: number, width: number): Promise<Buffer> {
    assert(from % width === 0);
    let level = 0;
    let hashWidth = 1;
    while (hashWidth * TILE_WIDTH <= width) {
      level += 1;
      hashWidth *= TILE_WIDTH;
    }
    const first = from / hashWidth;
    const hashes = hashesOf(await this.#tile(level, Math.floor(first / TILE_WIDTH)));
    const start = first % TILE_WIDTH;
    return perfectRoot(hashes.slice(start, start + width / hashWidth));
  }

  #tile(level: number, index: number): Promise<Buffer> {
    const name = tilePath(level, index);
    const held = this.#tiles.get(name);
    if (held !== undefined) return held;
    const tile = readTile(this.#source, this.size, level, index);
    // The oldest goes first: a Map keeps the order in which names came.
    if (this.#tiles.size >= TILES_HELD_MAX) this.#tiles.delete(this.#tiles.keys().next().value!);
    this.#tiles.set(name, tile);
    return tile;
  }
}

/** Reads numbers from..to-1 in order, with up to READ_AHEAD_MAX under way. */
export async function* readAhead<T>(
  from: number,
  to: number,
  read: (index: number) => Promise<T>,
): AsyncGenerator<{ index: number; value: T }> {
  const pending: Promise<T>[] = [];
  for (let index = from; index < to; index++) {
    while (pending.length < READ_AHEAD_MAX && index + pending.length < to) {
      const started = read(index + pending.length);
      // Who stops at an earlier failure never waits for this one.
      started.catch(() => {});
      pending.push(started);
    }
    yield { index, value: await pending.shift()! };
  }
}

async function readCheckpointFile(source: TileSource): Promise<Buffer> {
  const bytes = await source.read(CHECKPOINT_PATH, NOTE_SIZE_MAX);
  if (bytes === undefined) throw new ReaderError({ code: 'LOG_FILE_MISSING', path: CHECKPOINT_PATH });
  return bytes;
}

/** A log may drop a partial file once the full one stands (tlog-tiles, "Partial Tiles"): then that one is read. */
async function readFullOrPartial(
  source: TileSource,
  { width, sizeMax, from = 0 }: { width: number; sizeMax: number; from?: number },
  pathOf: (width: number) => string,
): Promise<{ bytes: Buffer; path: string; isFull: boolean }> {
  assert(width > 0, 'a log of this size has no such tile');
  for (const candidate of new Set([width, TILE_WIDTH])) {
    const path = pathOf(candidate);
    const bytes = await source.read(path, sizeMax, from);
    if (bytes !== undefined) return { bytes, path, isFull: candidate === TILE_WIDTH };
  }
  throw new ReaderError({ code: 'LOG_FILE_MISSING', path: pathOf(width) });
}
