import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { writeDurably } from '../base/durable.ts';
import { decodeStatement } from '../statements/codec.ts';
import { permits } from '../statements/permits.ts';
import { type BookEntry, type Books, isBookStatement, plainBytes } from './books.ts';
import { SnapshotError } from './snapshot-reader.ts';

const FORMAT = 'bongsu-books/2';
const DIGEST_SIZE = 32;

/** How far one log was read, and how far it has settled. */
export interface LogSizes {
  readonly folded: number;
  readonly settled: number;
}

/** The entries of the books, and how far each log was taken when they were written. */
interface BookFile {
  readonly sizes: ReadonlyMap<string, LogSizes>;
  readonly entries: readonly BookEntry[];
}

type Row = [member: string, index: number, bytes: Uint8Array, isQuarantined: boolean, continues: number | null];

/** Writes the books durably: CBOR, then the SHA-256 of it. */
export async function writeBookFile(path: string, { sizes, entries }: BookFile): Promise<void> {
  const value = {
    format: FORMAT,
    sizes: Object.fromEntries([...sizes].map(([member, { folded, settled }]) => [member, [folded, settled]])),
    entries: entries.map(rowOf),
  };
  const body = encode(value, rfc8949EncodeOptions);
  await writeDurably(path, [body, createHash('sha256').update(body).digest()]);
}

/**
 * Fills empty books from a file that was written before, or together with, a snapshot.
 * @param taken how far the snapshot has taken each log: what stands further on is read again from the log
 * @throws SnapshotError SNAPSHOT_MISSING, SNAPSHOT_CORRUPT
 */
export async function readBookFile(path: string, books: Books, taken: ReadonlyMap<string, LogSizes>): Promise<void> {
  const { sizes, entries } = await readValue(path);
  for (const [member, { folded, settled }] of taken) {
    const written = sizes.get(member) ?? { folded: 0, settled: 0 };
    if (written.folded < folded || written.settled < settled) throw corrupt();
  }
  books.accept(
    entries.filter(({ member, index, statement }) => {
      const { folded, settled } = taken.get(member) ?? { folded: 0, settled: 0 };
      return index < (permits(statement.kind) ? settled : folded);
    }),
  );
}

async function readValue(path: string): Promise<BookFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SnapshotError({ code: 'SNAPSHOT_MISSING' }, { cause });
  });
  const body = bytes.subarray(0, Math.max(bytes.length - DIGEST_SIZE, 0));
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(body.length))) throw corrupt();
  // Its digest holds, so it is what this code wrote; another format is another program's.
  const value = decode(body) as { format: string; sizes: Record<string, [number, number]>; entries: Row[] };
  if (value.format !== FORMAT) throw corrupt();
  const sizes = Object.entries(value.sizes).map(
    ([member, [folded, settled]]) => [member, { folded, settled }] as const,
  );
  return { sizes: new Map(sizes), entries: value.entries.map(entryOf) };
}

function rowOf(entry: BookEntry): Row {
  return [entry.member, entry.index, plainBytes(entry), entry.isQuarantined ?? false, entry.continues ?? null];
}

function entryOf([member, index, bytes, isQuarantined, continues]: Row): BookEntry {
  const { timeMs, statement } = decodeStatement(bytes);
  if (statement === undefined || !isBookStatement(statement)) throw corrupt();
  return {
    member,
    index,
    timeMs,
    statement,
    ...(isQuarantined && { isQuarantined }),
    ...(continues !== null && { continues }),
  };
}

function corrupt(): SnapshotError {
  return new SnapshotError({ code: 'SNAPSHOT_CORRUPT', at: 0 });
}

/** The books stand in a file of their own beside the snapshot. */
export function bookFileOf(snapshot: string): string {
  return `${snapshot}.books`;
}
