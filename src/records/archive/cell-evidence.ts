import { ArchiveError } from './archive-fault.ts';
import type { Archive } from './archive.ts';

/** Cells of one answer: an inventory that lacks more is no inventory. */
export const UNKNOWN_CELLS_MAX = 10_000;

/** A span of time, both ends inclusive, in ms since 1970. */
export interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** A cell on which phones were seen, and which the newest inventory does not have. */
export interface UnknownCell {
  readonly cell: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly events: number;
  readonly lines: number;
  /** An earlier inventory had it. */
  readonly known: boolean;
}

/**
 * Cells seen in a span that the newest inventory does not have. Subscribers are counted for these alone: for all cells it
 * would be the dearest question there is. `damaged` names files of events that cannot be read and were left out.
 * @throws ArchiveError RECORD_INVENTORY_MISSING, RECORD_SEARCH_TOO_WIDE, RECORD_FILE_DAMAGED
 */
export async function findUnknownCells(
  archive: Archive,
  span: Span,
): Promise<{ cells: UnknownCell[]; damaged: readonly string[] }> {
  if ((await archive.inventories()).length === 0) throw new ArchiveError({ code: 'RECORD_INVENTORY_MISSING' });
  const searches = [
    { kind: 'attaches', ...span },
    // Without a part of the inventory, honest cells would stand as unknown.
    { kind: 'inventory', inventory: 'newest', whole: true },
    { kind: 'inventory', inventory: 'earlier' },
  ] as const;
  return archive.searchAll(searches, async (session, [attaches, newest, earlier]) => {
    const rows = await session.rows<UnknownRow>(
      `select cell, min(at_ms) as first, max(at_ms) as last, count(*) as events, count(distinct imsi) as lines,
          cell in (select cell from ${earlier!.table}) as known
        from (select distinct * from ${attaches!.table}
          where at_ms between $sinceMs and $untilMs and cell not in (select cell from ${newest!.table}))
        group by cell order by cell limit ${UNKNOWN_CELLS_MAX + 1}`,
      { ...span },
    );
    if (rows.length > UNKNOWN_CELLS_MAX) {
      throw new ArchiveError({ code: 'RECORD_SEARCH_TOO_WIDE', rowsMax: UNKNOWN_CELLS_MAX });
    }
    const cells = rows.map(({ cell, first, last, events, lines, known }) => ({
      cell,
      firstMs: Number(first),
      lastMs: Number(last),
      events: Number(events),
      lines: Number(lines),
      known,
    }));
    return { cells, damaged: attaches!.damaged };
  });
}

interface UnknownRow extends Record<string, unknown> {
  cell: string;
  first: bigint;
  last: bigint;
  events: bigint;
  lines: bigint;
  known: boolean;
}

/** What the payments of a span say of cells: no number of anybody, only how many there are. */
export interface PaymentCells {
  /** Lines that paid, and those of them with a disputed payment. */
  readonly lines: number;
  readonly victims: number;
  /** Disputed payments that the archive does not have. */
  readonly unknown: number;
  /** Cells on which anybody was shortly before a payment: as many were put to the test. */
  readonly cellsSeen: number;
  /** Of each cell that a victim was on: the lines on it shortly before any payment, and what the inventory says. */
  readonly cells: readonly { readonly cell: string; readonly lines: number; readonly form: CellForm }[];
  /** Victims (numbered from 0) and the cells that they were on shortly before a disputed payment. */
  readonly visits: readonly { readonly victim: number; readonly cell: string }[];
}
export type CellForm = 'macro' | 'femto' | 'none';

/**
 * Where lines were shortly before they paid. Of a line with disputed payments only those count; all other lines are what
 * they are compared with. @throws ArchiveError RECORD_FILE_DAMAGED
 */
export async function findPaymentCells(
  archive: Archive,
  { sinceMs, untilMs, windowMs, disputed }: Span & { windowMs: number; disputed: readonly string[] },
): Promise<PaymentCells> {
  const searches = [
    { kind: 'payments', sinceMs, untilMs, whole: true },
    { kind: 'attaches', sinceMs: sinceMs - windowMs, untilMs, whole: true },
    { kind: 'inventory', inventory: 'newest' },
  ] as const;
  return archive.searchAll(searches, async (session, [payments, attaches, inventory]) => {
    await session.run('create or replace temp table disputed (payment varchar)');
    await session.append(
      'disputed',
      disputed.map((payment) => [payment]),
    );
    await session.run(
      `create or replace temp table paid as
        select msisdn, at_ms, payment, payment in (select payment from disputed) as is_disputed
        from (select distinct * from ${payments!.table} where at_ms between ${sinceMs} and ${untilMs})`,
    );
    await session.run(`create or replace temp table victims as
      select msisdn, row_number() over (order by msisdn) - 1 as victim
      from (select distinct msisdn from paid where is_disputed)`);
    await session.run(
      `create or replace temp table visited as
        select distinct paid.msisdn, seen.cell, victims.victim
        from paid left join victims using (msisdn) join ${attaches!.table} as seen on seen.msisdn = paid.msisdn
          and seen.at_ms between paid.at_ms - ${windowMs} and paid.at_ms
        where is_disputed or victim is null`,
    );
    const [totals] = await session.rows<{ lines: bigint; victims: bigint; found: bigint; seen: bigint }>(
      `select count(distinct msisdn) as lines, (select count(*) from victims) as victims,
        (select count(distinct cell) from visited) as seen,
        count(distinct payment) filter (where is_disputed) as found from paid`,
    );
    const cells = await session.rows<{ cell: string; lines: bigint; form: string | null }>(
      `select cell, count(*) as lines,
          (select any_value(form) from ${inventory!.table} as known where known.cell = visited.cell) as form
        from visited group by cell having count(victim) > 0 order by cell`,
    );
    const visits = await session.rows<{ cell: string; victim: bigint }>(
      'select cell, victim from visited where victim is not null order by victim, cell',
    );
    return {
      lines: Number(totals!.lines),
      victims: Number(totals!.victims),
      unknown: new Set(disputed).size - Number(totals!.found),
      cellsSeen: Number(totals!.seen),
      cells: cells.map(({ cell, lines, form }) => ({ cell, lines: Number(lines), form: readForm(form) })),
      visits: visits.map(({ cell, victim }) => ({ cell, victim: Number(victim) })),
    };
  });
}

function readForm(form: string | null): CellForm {
  return form === 'macro' || form === 'femto' ? form : 'none';
}
