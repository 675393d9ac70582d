import type { Archive } from './archive.ts';
import type { Row } from './engine.ts';
import { COLUMNS, type RecordKind, storedColumn } from './kinds.ts';

/** Rows that one search answers. */
export const SEARCH_ROWS_MAX = 10_000;

export interface RecordSearch {
  readonly kind: RecordKind;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly cell?: string;
  readonly msisdn?: string;
  readonly imsi?: string;
  /** At most `SEARCH_ROWS_MAX`. */
  readonly limit: number;
}

export interface RecordPage {
  /** By time, the oldest first; of an inventory by cell. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** There are more than these. */
  readonly more: boolean;
  /** Files that cannot be read: what they hold is missing here. */
  readonly damaged: readonly string[];
}

/** Records of a kind by time, cell and subscriber. A column that the kind lacks finds nothing. */
export async function searchRecords(archive: Archive, search: RecordSearch): Promise<RecordPage> {
  const { kind, sinceMs, untilMs, limit } = search;
  const columns = COLUMNS[kind].map((column) => storedColumn(column).name);
  const isEvent = columns.includes('at_ms');
  const asked = (['cell', 'msisdn', 'imsi'] as const).filter((name) => search[name] !== undefined);
  if (asked.some((name) => !columns.includes(name))) return { rows: [], more: false, damaged: [] };
  const conditions = [
    ...asked.map((name) => `${name} = $${name}`),
    ...(isEvent && sinceMs !== undefined ? ['at_ms >= $sinceMs'] : []),
    ...(isEvent && untilMs !== undefined ? ['at_ms <= $untilMs'] : []),
  ];
  const values = {
    ...Object.fromEntries(asked.map((name) => [name, search[name]!])),
    ...(isEvent && sinceMs !== undefined && { sinceMs }),
    ...(isEvent && untilMs !== undefined && { untilMs }),
  };
  const span = isEvent ? { ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) } : {};
  const of = { kind, ...span, ...(kind === 'inventory' && { inventory: 'newest' as const }) };
  return archive.search(of, async (session, { table, damaged }) => {
    const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
    const order = [isEvent ? 'at_ms' : 'cell', ...columns].join(', ');
    const rows = await session.rows(
      `select distinct * from ${table} ${where} order by ${order} limit ${Math.min(limit, SEARCH_ROWS_MAX) + 1}`,
      values,
    );
    return { rows: rows.slice(0, limit).map(plain), more: rows.length > limit, damaged };
  });
}

/** Times and amounts fit a number: they are read with a bound. */
function plain(row: Row): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, typeof value === 'bigint' ? Number(value) : (value as string)]],
    ),
  );
}
