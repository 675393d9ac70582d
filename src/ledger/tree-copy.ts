import assert from 'node:assert/strict';
import { Fault } from '../base/fault.ts';
import { TILE_WIDTH } from './layout.ts';
import { readAhead } from './reader.ts';
import type { TileSource } from './tile-source.ts';
import type { TreeWriter } from './tree-writer.ts';
import type { VerifiedTiles } from './verified-tiles.ts';

/** What one step of a copy holds, whichever is reached first. */
export const COPY_ENTRIES_MAX = 64 * TILE_WIDTH;
export const COPY_OCTETS_MAX = 16 * 1024 * 1024;

/**
 * Brings a folder up to a signed tree that it begins like, in steps of bounded size. Every bundle is verified against the
 * tree before it is written. Full bundles that stand in `local` already, left by an interrupted copy or by a backup, are
 * taken from there when they verify.
 * @throws TreeError, ReaderError, SourceError; the system's errors when the folder cannot be written
 */
export async function copyTree(tiles: VerifiedTiles, writer: TreeWriter, local: TileSource): Promise<void> {
  const { size, root } = tiles.head;
  const start = writer.size;
  let step: Uint8Array[] = [];
  let octets = 0;
  const bundles = readAhead(Math.floor(start / TILE_WIDTH), Math.ceil(size / TILE_WIDTH), (index) =>
    readNearest(tiles, index, local),
  );
  for await (const { index, value: entries } of bundles) {
    const isNew = entries.slice(Math.max(0, start - index * TILE_WIDTH));
    step.push(...isNew);
    octets += isNew.reduce((sum, entry) => sum + entry.length, 0);
    if (step.length < COPY_ENTRIES_MAX && octets < COPY_OCTETS_MAX) continue;
    await append(writer, step);
    step = [];
    octets = 0;
  }
  if (step.length > 0) await append(writer, step);
  assert(writer.size === size && writer.head.root.equals(root), 'verified entries give the verified root');
}

async function append(writer: TreeWriter, entries: readonly Uint8Array[]): Promise<void> {
  const extension = writer.extend(entries);
  await writer.write(extension);
  await writer.adopt(extension);
}

async function readNearest(tiles: VerifiedTiles, index: number, local: TileSource): Promise<Buffer[]> {
  if ((index + 1) * TILE_WIDTH > tiles.head.size) return tiles.bundle(index);
  try {
    return await tiles.bundle(index, local);
  } catch (error) {
    // Whatever is wrong with the local file, the other one is right or says what is wrong.
    if (!(error instanceof Fault)) throw error;
    return tiles.bundle(index);
  }
}
