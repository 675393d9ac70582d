import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { writeDurably } from '../base/durable.ts';
import type { BookEntry, Books } from './books.ts';
import { SnapshotError } from './snapshot-reader.ts';

const FORMAT = 'bongsu-books/1';
const DIGEST_SIZE = 32;

/** The entries of the books, and how far each log was read when they were written. */
interface BookFile {
  readonly sizes: ReadonlyMap<string, number>;
  readonly entries: readonly BookEntry[];
}

/** Writes the books durably: CBOR, then the SHA-256 of it. */
export async function writeBookFile(path: string, { sizes, entries }: BookFile): Promise<void> {
  const value = {
    format: FORMAT,
    sizes: Object.fromEntries(sizes),
    entries: entries.map(({ member, index, bytes }) => [member, index, bytes]),
  };
  const body = encode(value, rfc8949EncodeOptions);
  await writeDurably(path, [body, createHash('sha256').update(body).digest()]);
}

/**
 * Fills empty books from a file that was written before, or together with, a snapshot.
 * @param folded how far the snapshot has read each log: what stands further on is read again from the log
 * @throws SnapshotError SNAPSHOT_MISSING, SNAPSHOT_CORRUPT
 */
export async function readBookFile(path: string, books: Books, folded: ReadonlyMap<string, number>): Promise<void> {
  const { sizes, entries } = await readValue(path);
  for (const [member, size] of folded) if ((sizes.get(member) ?? 0) < size) throw corrupt();
  for (const entry of entries) if (entry.index < (folded.get(entry.member) ?? 0)) books.accept(entry);
}

async function readValue(path: string): Promise<BookFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SnapshotError({ code: 'SNAPSHOT_MISSING' }, { cause });
  });
  const body = bytes.subarray(0, Math.max(bytes.length - DIGEST_SIZE, 0));
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(body.length))) throw corrupt();
  // Its digest holds, so it is what this code wrote; another format is a newer program's.
  const value = decode(body) as {
    format: string;
    sizes: Record<string, number>;
    entries: [string, number, Uint8Array][];
  };
  if (value.format !== FORMAT) throw corrupt();
  return {
    sizes: new Map(Object.entries(value.sizes)),
    entries: value.entries.map(([member, index, bytes]) => ({ member, index, bytes })),
  };
}

function corrupt(): SnapshotError {
  return new SnapshotError({ code: 'SNAPSHOT_CORRUPT', at: 0 });
}
