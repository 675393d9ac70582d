import type { Deadline } from '../base/deadline.ts';
import { incidentNumber } from '../desks/incidents/finding.ts';
import { openRights } from '../desks/incidents/open-rights.ts';
import type { Measured, Span } from '../desks/pledges/measures.ts';
import type { IncidentRow } from '../store/incidents/schema.ts';
import type { Tables } from '../store/store.ts';

/** Incidents read at a time. */
const PAGE_ROWS = 100;

/** Legal clocks that ended in the span: how many of them were filed in time. Those that still run are not judged. */
export async function clocksKept({ fromMs, toMs }: Span, tables: Tables): Promise<Measured> {
  const due: Deadline[] = [];
  let withoutFigure = 0;
  for await (const { id } of incidents(tables)) {
    for (const { startMs, dueMs, filedMs } of await tables.incidents.files.clocks(id)) {
      if (dueMs === null) withoutFigure++;
      const endMs = filedMs ?? dueMs;
      if (dueMs === null || endMs === null || endMs < fromMs || endMs >= toMs) continue;
      due.push({ startMs, dueMs, ...(filedMs !== null && { doneMs: filedMs }) });
    }
  }
  const kept = due.filter(({ dueMs, doneMs }) => doneMs !== undefined && doneMs <= dueMs).length;
  const late = due.filter(({ dueMs, doneMs }) => doneMs !== undefined && doneMs > dueMs).length;
  if (due.length === 0) return { state: 'nothing to measure', why: 'no clock ended in the quarter' };
  return {
    state: 'measured',
    value: kept / due.length,
    unit: 'of the clocks',
    counts: { kept, late, missed: due.length - kept - late, withoutFigure },
    means: 'the share of legal clocks, filed or due in the quarter, that were filed in time',
  };
}

/** People on exposed lists of incidents opened by the end of the span, and whether anything is still open for them. */
export async function exposedMadeWhole({ toMs }: Span, tables: Tables): Promise<Measured> {
  let [people, open] = [0, 0];
  for await (const { id, openedMs } of incidents(tables)) {
    if (openedMs >= toMs) continue;
    const rights = await openRights(tables, incidentNumber(id), { limit: 1 });
    people += rights.people;
    open += rights.open;
  }
  if (people === 0) return { state: 'nothing to measure', why: 'nobody is on an exposed list' };
  return {
    state: 'measured',
    value: (people - open) / people,
    unit: 'of the people',
    counts: { people, open },
    means:
      'the share of the people on incidents’ lists, as they stand now, for whom nothing is open: told of everything, ' +
      'with a new USIM asked for, and no damage undecided or unpaid',
  };
}

async function* incidents({ incidents }: Tables): AsyncGenerator<IncidentRow> {
  let before: number | undefined;
  for (;;) {
    const rows = await incidents.files.list({ limit: PAGE_ROWS, ...(before !== undefined && { before }) });
    yield* rows;
    if (rows.length < PAGE_ROWS) return;
    before = rows.at(-1)!.id;
  }
}
