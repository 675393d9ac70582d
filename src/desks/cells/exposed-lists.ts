import { CASE_LETTERS, type CaseId, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { ExposedSubscriber } from '../../records/archive/exposure.ts';
import type { ExposedVersionRow } from '../../store/cells/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readText } from '../decisions/form-fields.ts';
import { canonicalLines, type ListHead, sealOf } from './canonical-list.ts';
import { CellDeskError } from './cell-desk-fault.ts';
import {
  countOf,
  EXPOSED_ITEMS,
  type ExposedItem,
  type ExposedLine,
  lineOfRow,
  nextLines,
  rowOfLine,
  type StatedWindow,
} from './exposed-version.ts';

export interface ExposedForm {
  /** The list that gets its next version; a new list without it. */
  readonly list?: string;
  /** Of a new list. */
  readonly title?: string;
  /** What of each person counts as exposed; everything known without it. */
  readonly items?: readonly string[];
  /** Only these distrusted cells; all without it. */
  readonly cells?: readonly string[];
}

/** One version of a list, without anybody's number. */
export interface VersionView<Entry = { readonly member: string; readonly index: number }> {
  readonly list: string;
  readonly version: number;
  readonly madeAt: string;
  readonly madeBy: string;
  readonly items: readonly string[];
  readonly cells: readonly string[];
  /** People on it. */
  readonly lines: number;
  /** Against the version before. */
  readonly added: number;
  readonly grown: number;
  readonly narrowed: number;
  readonly dropped: number;
  /** Of the canonical file, and its octets. */
  readonly sha256: string;
  readonly size: number;
  /** The seal in the member's own log. */
  readonly entry?: Entry;
}

/** What a new version is made of, found before the decision. */
export interface Found {
  readonly windows: readonly StatedWindow[];
  readonly subscribers: readonly ExposedSubscriber[];
}

export function listNumber(id: CaseId): string {
  return caseNumber(id, CASE_LETTERS.exposedList);
}

/** @throws FormError FIELD_MALFORMED */
export function readItems(items: readonly string[] | undefined): ExposedItem[] {
  if (items === undefined) return [...EXPOSED_ITEMS];
  const unknown = items.find((item) => !EXPOSED_ITEMS.some((known) => known === item));
  if (unknown !== undefined || items.length === 0) throw malformed('items', `some of: ${EXPOSED_ITEMS.join(', ')}`);
  return EXPOSED_ITEMS.filter((item) => items.includes(item));
}

/** Makes the next version of a list. @throws CellDeskError EXPOSED_LIST_UNKNOWN, EXPOSED_LIST_UNCHANGED; FormError */
export async function makeVersion(
  decision: Decision,
  form: ExposedForm,
  { windows, subscribers }: Found,
): Promise<VersionView<string>> {
  const { tables, request, nowMs } = decision;
  const listId = await openList(decision, form);
  const last = (await tables.exposedLists.versions(listId)).at(-1);
  const before = last === undefined ? [] : (await tables.exposedLists.linesOf(listId, last.version)).map(lineOfRow);
  const items = readItems(form.items);
  const lines = nextLines(subscribers, before, { items, windows });
  if (last !== undefined && lines.every(({ change }) => change === 'same')) {
    throw new CellDeskError({ code: 'EXPOSED_LIST_UNCHANGED', list: listNumber(listId), version: last.version });
  }
  const version = (last?.version ?? 0) + 1;
  const head = { list: listNumber(listId), version, madeMs: nowMs, items, windows, lines: subscribers.length };
  const row = sealed(decision, { listId, head, lines });
  await tables.exposedLists.add(
    row,
    lines.map((line) => rowOfLine(line, { listId, version })),
  );
  const { added, grown, narrowed, dropped, sha256 } = row;
  const counts = { lines: row.lines, added, grown, narrowed, dropped };
  decision.note('exposed-list.made', null, { list: head.list, version, ...counts, sha256, by: request.actor });
  return versionView(row, row.statementId);
}

async function openList({ tables, request, nowMs }: Decision, form: ExposedForm): Promise<CaseId> {
  if (form.list !== undefined) return findList(tables, form.list);
  const title = readText(form.title, 'title');
  if (title === undefined) throw malformed('title', 'what the list is for');
  const id = await tables.exposedLists.nextId(nowMs);
  await tables.exposedLists.open({ id, title, createdMs: nowMs, createdBy: request.actor });
  return id;
}

function sealed(
  decision: Decision,
  { listId, head, lines }: { listId: CaseId; head: ListHead; lines: readonly ExposedLine[] },
): ExposedVersionRow {
  const { sha256, size } = sealOf(canonicalLines(head, lines));
  const subject = `exposed-list:${head.list}:${head.version}`;
  return {
    listId,
    version: head.version,
    madeMs: head.madeMs,
    madeBy: decision.request.actor,
    windows: JSON.stringify(head.windows),
    items: JSON.stringify(head.items),
    lines: head.lines,
    added: countOf(lines, 'added'),
    grown: countOf(lines, 'grown'),
    narrowed: countOf(lines, 'narrowed'),
    dropped: countOf(lines, 'dropped'),
    sha256: sha256.toString('hex'),
    size,
    statementId: decision.seal({ kind: 'digest.sealed', subject, sha256, size }),
  };
}

/** @throws CellDeskError EXPOSED_LIST_UNKNOWN */
export async function findList(tables: Tables, number: string): Promise<CaseId> {
  const id = parseCaseNumber(number, CASE_LETTERS.exposedList);
  if (id === undefined || (await tables.exposedLists.find(id)) === undefined) {
    throw new CellDeskError({ code: 'EXPOSED_LIST_UNKNOWN' });
  }
  return id;
}

/** A version, or the newest. @throws CellDeskError EXPOSED_LIST_UNKNOWN, EXPOSED_VERSION_UNKNOWN */
export async function findVersion(tables: Tables, number: string, version?: number): Promise<ExposedVersionRow> {
  const versions = await tables.exposedLists.versions(await findList(tables, number));
  const row = version === undefined ? versions.at(-1) : versions.find((found) => found.version === version);
  if (row === undefined) throw new CellDeskError({ code: 'EXPOSED_VERSION_UNKNOWN', versions: versions.length });
  return row;
}

export function headOf(row: ExposedVersionRow): ListHead {
  return {
    list: listNumber(row.listId),
    version: row.version,
    madeMs: row.madeMs,
    items: JSON.parse(row.items) as ExposedItem[],
    windows: JSON.parse(row.windows) as StatedWindow[],
    lines: row.lines,
  };
}

export function versionView<Entry>(row: ExposedVersionRow, entry?: Entry): VersionView<Entry> {
  const { version, madeMs, madeBy, lines, added, grown, narrowed, dropped, sha256, size } = row;
  const { list, items, windows } = headOf(row);
  return {
    list,
    version,
    madeAt: new Date(madeMs).toISOString(),
    madeBy,
    items,
    cells: [...new Set(windows.map(({ cell }) => cell))],
    lines,
    added,
    grown,
    narrowed,
    dropped,
    sha256,
    size,
    ...(entry !== undefined && { entry }),
  };
}
