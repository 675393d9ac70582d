import type { CellWindow, ExposedSubscriber } from '../../records/archive/exposure.ts';
import type { EntryName } from '../../statements/statement.ts';
import type { ExposedLineRow } from '../../store/cells/schema.ts';

/** What of a person a distrusted cell may have taken. */
export const EXPOSED_ITEMS = ['imei', 'imsi', 'msisdn'] as const;
export type ExposedItem = (typeof EXPOSED_ITEMS)[number];

/** How a line stands against the version before. */
export const CHANGES = ['added', 'grown', 'narrowed', 'same', 'dropped'] as const;
export type Change = (typeof CHANGES)[number];

/** Why somebody is no longer on a list. */
export type DroppedReason = 'cell-cleared' | 'window-narrowed' | 'records-gone';

/** A distrusted cell's time, and the entry that says so. */
export interface StatedWindow extends CellWindow {
  readonly entry: EntryName;
}

/** One person of a version. */
export interface ExposedLine extends ExposedSubscriber {
  readonly items: readonly ExposedItem[];
  readonly change: Change;
  readonly droppedReason?: DroppedReason;
}

/**
 * The lines of the next version, in the order of the IMSIs: everyone found, and everyone of the version before who is no
 * longer found, with the reason. What of a person counted as exposed once goes on counting.
 */
export function nextLines(
  found: readonly ExposedSubscriber[],
  before: readonly ExposedLine[],
  { items, windows }: { items: readonly ExposedItem[]; windows: readonly CellWindow[] },
): ExposedLine[] {
  const earlier = new Map(before.map((line) => [line.imsi, line]));
  const lines = found.map((subscriber) => {
    const line = earlier.get(subscriber.imsi);
    earlier.delete(subscriber.imsi);
    const exposed = itemsOf(subscriber, items, line?.items ?? []);
    return { ...subscriber, items: exposed, change: changeOf({ ...subscriber, items: exposed }, line) };
  });
  const dropped = [...earlier.values()].map((line) => ({
    ...line,
    change: 'dropped' as const,
    droppedReason: reasonOf(line, windows),
  }));
  return [...lines, ...dropped].sort((one, other) => (one.imsi < other.imsi ? -1 : 1));
}

function itemsOf(
  { msisdn, imeis }: ExposedSubscriber,
  items: readonly ExposedItem[],
  before: readonly ExposedItem[],
): ExposedItem[] {
  const has = { imsi: true, msisdn: msisdn !== '', imei: imeis.length > 0 };
  return EXPOSED_ITEMS.filter((item) => before.includes(item) || (items.includes(item) && has[item]));
}

function changeOf(line: Omit<ExposedLine, 'change'>, before: ExposedLine | undefined): Change {
  if (before === undefined) return 'added';
  const hasMore =
    gains(line.items, before.items) ||
    gains(line.imeis, before.imeis) ||
    gains(line.cells, before.cells) ||
    (line.msisdn !== '' && line.msisdn !== before.msisdn) ||
    line.firstMs < before.firstMs ||
    line.lastMs > before.lastMs;
  if (hasMore) return 'grown';
  const hasLess =
    gains(before.imeis, line.imeis) ||
    gains(before.cells, line.cells) ||
    line.msisdn !== before.msisdn ||
    line.firstMs > before.firstMs ||
    line.lastMs < before.lastMs;
  return hasLess ? 'narrowed' : 'same';
}

function gains(texts: readonly string[], before: readonly string[]): boolean {
  return texts.some((text) => !before.includes(text));
}

function reasonOf({ cells, firstMs, lastMs }: ExposedLine, windows: readonly CellWindow[]): DroppedReason {
  const ofTheirs = windows.filter(({ cell }) => cells.includes(cell));
  if (ofTheirs.length === 0) return 'cell-cleared';
  const isWithin = (atMs: number): boolean => ofTheirs.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return isWithin(firstMs) || isWithin(lastMs) ? 'records-gone' : 'window-narrowed';
}

export function countOf(lines: readonly ExposedLine[], change: Change): number {
  return lines.filter((line) => line.change === change).length;
}

export function lineOfRow(row: ExposedLineRow): ExposedLine {
  const { imsi, msisdn, firstMs, lastMs } = row;
  const list = <T>(text: string): T[] => JSON.parse(text) as T[];
  return {
    imsi,
    msisdn,
    imeis: list<string>(row.imeis),
    firstMs,
    lastMs,
    cells: list<string>(row.cells),
    items: list<ExposedItem>(row.items),
    change: row.change as Change,
    ...(row.droppedReason !== null && { droppedReason: row.droppedReason as DroppedReason }),
  };
}

export function rowOfLine(line: ExposedLine, place: { listId: number; version: number }): ExposedLineRow {
  const { imsi, msisdn, imeis, firstMs, lastMs, cells, items, change, droppedReason } = line;
  return {
    ...place,
    imsi,
    msisdn,
    imeis: JSON.stringify(imeis),
    firstMs,
    lastMs,
    cells: JSON.stringify(cells),
    items: JSON.stringify(items),
    change,
    droppedReason: droppedReason ?? null,
  };
}
