import type { PersonRow } from '../../store/incidents/schema.ts';
import type { Decision } from '../decisions/decision.ts';
import { type ExposedLine, itemsText, LIST_LINES_MAX, mergedByLine, mergeLines } from './exposed-lines.ts';
import { findOpenIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import type { IncidentSettings } from './settings.ts';
import { addFact } from './timeline.ts';

export interface AttachForm {
  /** The list's number, such as `E-2026-000001`. */
  readonly list: string;
  readonly version: number;
  /** When this version was known, RFC 3339 with an offset. */
  readonly knownAt: string;
}

/** What a version changes. Nobody drops out silently: who stands on it no more is counted, and keeps every right. */
export interface AttachAnswer {
  readonly incident: string;
  readonly fact: number;
  readonly clocks: readonly number[];
  readonly lines: number;
  readonly added: number;
  /** Lines that were known, and of which more was exposed than was known. */
  readonly grown: number;
  readonly dropped: number;
  /** All lines that any attached version names. */
  readonly exposed: number;
}

/** Attaches a version of an exposed list: a new fact, with the number of people. */
export async function attachList(
  decision: Decision,
  number: string,
  { form, lines }: { form: AttachForm; lines: readonly ExposedLine[] },
  settings: IncidentSettings,
): Promise<AttachAnswer> {
  const { tables, nowMs, request } = decision;
  const { files, persons } = tables.incidents;
  const row = await findOpenIncident(tables, number);
  const { list, version } = form;
  const earlier = await files.lists(row.id);
  refuseVersion(earlier, form);
  if (lines.length > LIST_LINES_MAX) {
    throw new IncidentError({ code: 'LIST_TOO_LONG', lines: lines.length, linesMax: LIST_LINES_MAX });
  }
  const known = await persons.of(row.id);
  const change = compare(known, mergedByLine(lines), { incidentId: row.id, list, version });
  await persons.add(change.added);
  await persons.replace([...change.grown, ...change.touched, ...change.dropped]);
  const counts = {
    lines: change.lines,
    added: change.added.length,
    grown: change.grown.length,
    dropped: change.dropped.length,
  };
  const exposed = known.length + counts.added;
  const what = `Exposed list ${list}, version ${version}: ${counts.lines} lines, ${counts.added} new, ${counts.grown} with more items, ${counts.dropped} no longer named`;
  const marks = earlier.length === 0 ? ['breach'] : ['breach', 'new-fact'];
  const fact = await addFact(decision, row, { what, knownAt: form.knownAt, marks, persons: exposed }, settings);
  const attached = { list, version, fact: fact.fact, attachedMs: nowMs, attachedBy: request.actor };
  await files.addList({ incidentId: row.id, ...attached, ...counts });
  decision.note('list.attached', null, { incident: incidentNumber(row.id), list, version, ...counts });
  return { ...fact, ...counts, exposed };
}

function refuseVersion(attached: readonly { list: string; version: number }[], { list, version }: AttachForm): void {
  const latest = Math.max(0, ...attached.filter((row) => row.list === list).map((row) => row.version));
  if (latest === version) throw new IncidentError({ code: 'LIST_ATTACHED_ALREADY', list, version });
  if (latest > version) throw new IncidentError({ code: 'LIST_VERSION_BEHIND', list, version, attached: latest });
}

interface Comparison {
  readonly lines: number;
  readonly added: readonly PersonRow[];
  readonly grown: readonly PersonRow[];
  /** On the list as before, with another time or identity. */
  readonly touched: readonly PersonRow[];
  readonly dropped: readonly PersonRow[];
}

/** Another list's people are no concern of this one's: only who stood on an earlier version of it can drop out. */
function compare(
  known: readonly PersonRow[],
  lines: ReadonlyMap<string, ExposedLine>,
  { incidentId, list, version }: Pick<PersonRow, 'incidentId' | 'list' | 'version'>,
): Comparison {
  const knownLines = new Map(known.map((row) => [row.msisdn, row]));
  const added: PersonRow[] = [];
  const grown: PersonRow[] = [];
  const touched: PersonRow[] = [];
  for (const line of lines.values()) {
    const row = knownLines.get(line.msisdn);
    if (row === undefined) {
      added.push({ ...lineRow(line), incidentId, list, version, droppedVersion: null, noticedItems: null });
      continue;
    }
    const merged = lineRow(mergeLines({ ...row, items: JSON.parse(row.items) as string[] }, line));
    if (merged.items !== row.items) grown.push({ ...row, ...merged, list, version, droppedVersion: null });
    else touched.push({ ...row, ...merged, droppedVersion: null });
  }
  const dropped = known
    .filter((row) => row.list === list && row.droppedVersion === null && !lines.has(row.msisdn))
    .map((row) => ({ ...row, droppedVersion: version }));
  return { lines: lines.size, added, grown, touched, dropped };
}

function lineRow({ msisdn, imsi, items, firstMs, lastMs }: ExposedLine) {
  return { msisdn, imsi, items: itemsText(items), firstMs, lastMs };
}
