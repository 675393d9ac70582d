import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { ArchiveError } from './archive-fault.ts';
import type { Mapping } from './mapping.ts';

/** Octets of a file in which its first line ends. */
export const HEADER_SIZE_MAX = 64 * 1024;

/** The names in a file's first line. @throws ArchiveError RECORD_SOURCE_UNREADABLE, RECORD_SOURCE_MALFORMED */
export async function readHeader(file: string, { delimiter, quote }: Mapping): Promise<string[]> {
  const names = parseHeader(await readHead(file), { delimiter, quote });
  if (names === undefined || new Set(names).size < names.length) {
    throw new ArchiveError({ code: 'RECORD_SOURCE_MALFORMED', file });
  }
  return names;
}

function parseHeader(head: Buffer, { delimiter, quote }: Pick<Mapping, 'delimiter' | 'quote'>): string[] | undefined {
  const end = head.indexOf(0x0a);
  if (end < 0 && head.length === HEADER_SIZE_MAX) return undefined;
  const line = end < 0 ? head : head.subarray(0, end);
  try {
    const [names] = parse(line, { delimiter, quote: quote === '' ? null : quote, bom: true, trim: true });
    return names;
  } catch {
    return undefined;
  }
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_SIZE_MAX), 0, HEADER_SIZE_MAX, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new ArchiveError({ code: 'RECORD_SOURCE_UNREADABLE', file }, { cause });
  }
}
