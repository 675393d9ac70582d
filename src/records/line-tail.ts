import { open } from 'node:fs/promises';

/** Octets read of one file at once. Where more has come, the latest are read and the others passed over. */
export const TAIL_SIZE_MAX = 256 * 1024;
const NEWLINE = 0x0a;

export interface TailLines {
  /** Whole lines, oldest first. */
  readonly lines: readonly string[];
  /** Where the next line begins. */
  readonly offset: number;
  /** Whether lines before these were passed over. */
  readonly isPassedOver: boolean;
}

/**
 * Reads the whole lines that a file has gained. What follows the last line feed is left for the next time; a file that
 * has become shorter is read from its beginning.
 * @param offset where a line begins: what an earlier read has answered, or 0
 */
export async function readLineTail(path: string, offset: number): Promise<TailLines> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = offset > size ? 0 : offset;
    const from = Math.max(start, size - TAIL_SIZE_MAX);
    const octets = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(octets, 0, octets.length, from);
    // Octets that are read from the middle begin inside a line.
    const first = from === start ? 0 : octets.indexOf(NEWLINE) + 1;
    const end = octets.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (end === 0) return { lines: [], offset: start, isPassedOver: false };
    const lines = octets.toString('utf8', first, end).split('\n').slice(0, -1);
    return { lines, offset: from + end, isPassedOver: from !== start };
  } finally {
    await file.close();
  }
}
