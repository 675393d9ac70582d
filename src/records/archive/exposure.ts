import { ArchiveError } from './archive-fault.ts';
import type { Archive } from './archive.ts';
import { literal } from './engine.ts';

/** People of one exposed list. */
export const EXPOSED_LINES_MAX = 1_000_000;

/** When a cell is not to be trusted: from (included) to (excluded), in ms since 1970. */
export interface CellWindow {
  readonly cell: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A subscriber seen on such a cell in its time. */
export interface ExposedSubscriber {
  readonly imsi: string;
  /** The last number seen there, or ''. */
  readonly msisdn: string;
  /** In the order of their digits. */
  readonly imeis: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
  /** In the order of their texts. */
  readonly cells: readonly string[];
}

/**
 * Everyone seen on these cells in their windows, in the order of the IMSIs.
 * @throws ArchiveError RECORD_FILE_DAMAGED (nobody is left out for a file that cannot be read), RECORD_SEARCH_TOO_WIDE
 */
export async function findExposed(archive: Archive, windows: readonly CellWindow[]): Promise<ExposedSubscriber[]> {
  if (windows.length === 0) return [];
  const sinceMs = Math.min(...windows.map(({ fromMs }) => fromMs));
  const untilMs = Math.max(...windows.map(({ toMs }) => toMs)) - 1;
  return archive.search({ kind: 'attaches', sinceMs, untilMs, whole: true }, async (session, { table }) => {
    const rows = await session.rows<ExposedRow>(exposedStatement(table, windows));
    if (rows.length > EXPOSED_LINES_MAX) {
      throw new ArchiveError({ code: 'RECORD_SEARCH_TOO_WIDE', rowsMax: EXPOSED_LINES_MAX });
    }
    return rows.map(({ imsi, msisdn, imeis, first, last, cells }) => ({
      imsi,
      msisdn: msisdn ?? '',
      imeis: imeis ?? [],
      firstMs: Number(first),
      lastMs: Number(last),
      cells,
    }));
  });
}

interface ExposedRow extends Record<string, unknown> {
  imsi: string;
  msisdn: string | null;
  imeis: string[] | null;
  first: bigint;
  last: bigint;
  cells: string[];
}

/** The cells stand in the statement itself too, so that row groups without any of them are skipped unread. */
export function exposedStatement(table: string, windows: readonly CellWindow[]): string {
  const values = windows.map(({ cell, fromMs, toMs }) => `(${literal(cell)}, ${fromMs}::bigint, ${toMs}::bigint)`);
  const cells = [...new Set(windows.map(({ cell }) => cell))].map(literal).join(', ');
  const sinceMs = Math.min(...windows.map(({ fromMs }) => fromMs));
  const untilMs = Math.max(...windows.map(({ toMs }) => toMs));
  return `with windows(cell, from_ms, to_ms) as (values ${values.join(', ')}),
    seen as (select * from ${table} where cell in (${cells}) and at_ms >= ${sinceMs} and at_ms < ${untilMs})
    select imsi, arg_max(msisdn, at_ms) filter (where msisdn <> '') as msisdn,
      list_sort(list(distinct imei) filter (where imei <> '')) as imeis,
      min(at_ms) as first, max(at_ms) as last, list_sort(list(distinct seen.cell)) as cells
    from seen join windows on seen.cell = windows.cell and at_ms >= from_ms and at_ms < to_ms
    group by imsi order by imsi limit ${EXPOSED_LINES_MAX + 1}`;
}
