import { createHash } from 'node:crypto';
import type { ExposedItem, ExposedLine, StatedWindow } from './exposed-version.ts';

/** What the first line of a list's file says. */
export interface ListHead {
  readonly list: string;
  readonly version: number;
  readonly madeMs: number;
  readonly items: readonly ExposedItem[];
  readonly windows: readonly StatedWindow[];
  /** People on the list. */
  readonly lines: number;
}

/**
 * The one form of a version as a file: JSON texts, a line each, ending in a line feed; first what the list is, then the
 * people in the order of the IMSIs. Its hash stands in the member's own log.
 */
export function* canonicalLines(head: ListHead, lines: Iterable<ExposedLine>): Generator<string> {
  yield headText(head);
  for (const line of lines) yield lineText(line);
}

/** @returns the hash and the size of the file */
export function sealOf(texts: Iterable<string>): { sha256: Buffer; size: number } {
  const hash = createHash('sha256');
  let size = 0;
  for (const text of texts) {
    const octets = Buffer.from(`${text}\n`, 'utf8');
    hash.update(octets);
    size += octets.length;
  }
  return { sha256: hash.digest(), size };
}

export function headText({ list, version, madeMs, items, windows, lines }: ListHead): string {
  return JSON.stringify({
    format: 'bongsu-exposed-list-1',
    list,
    version,
    madeAt: timeText(madeMs),
    items,
    windows: windows.map(({ cell, fromMs, toMs, entry }) => ({
      cell,
      from: timeText(fromMs),
      to: timeText(toMs),
      entry: { member: entry.member, index: entry.index },
    })),
    lines,
  });
}

export function lineText(line: ExposedLine): string {
  const { imsi, msisdn, imeis, firstMs, lastMs, cells, items, change, droppedReason } = line;
  return JSON.stringify({
    imsi,
    ...(msisdn !== '' && { msisdn }),
    imeis,
    first: timeText(firstMs),
    last: timeText(lastMs),
    cells,
    items,
    change,
    ...(droppedReason !== undefined && { droppedReason }),
  });
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
