import { type CaseId, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { CaseRow, JournalRow } from '../../store/schema.ts';
import type { Tables } from '../../store/store.ts';
import { CASE_KINDS, CASE_STATUSES } from './case-states.ts';
import { DeskError } from './desk-fault.ts';
import { malformed, readImei, readSince, readText, readWord } from './fields.ts';
import { contactKey } from './forms.ts';
import type { OwnEntries } from './past.ts';
import { type CaseSummary, type JournalView, journalView, summaryOf } from './views.ts';

/** Rows in one page. */
export const PAGE_SIZE_MAX = 500;
export const PAGE_SIZE_DEFAULT = 50;
/** Cases found that one row of the journal names; of the others it has the number. */
export const FOUND_JOURNALLED_MAX = 100;

export interface ListForm {
  readonly status?: string;
  readonly kind?: string;
  /** Opened at this time or later, RFC 3339. */
  readonly since?: string;
  /** The `next` of the page before this one. */
  readonly before?: string;
  readonly limit?: number;
}

/** Exactly one of the four. A contact matches only as a whole. */
export interface SearchForm {
  readonly imei?: string;
  readonly case?: string;
  readonly policeReference?: string;
  readonly contact?: string;
  /** The case for which somebody searches, where the search is not for a case. */
  readonly forCase?: string;
  readonly before?: string;
  readonly limit?: number;
}

export interface JournalForm {
  readonly after?: number;
  readonly limit?: number;
  readonly since?: string;
  readonly actor?: string;
}

export interface CasePageView {
  /** Newest first. */
  readonly cases: readonly CaseSummary[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

export interface JournalPageView {
  /** Oldest first. */
  readonly actions: readonly JournalView[];
  readonly next?: number;
}

/** What the journal keeps of a search: who was looked at is known from the cases found. */
export function searchDetail({ cases }: CasePageView): object {
  const found = cases.slice(0, FOUND_JOURNALLED_MAX).map((found) => found.case);
  return { found, ...(cases.length > found.length && { more: cases.length - found.length }) };
}

/** What is searched for, read from a form. */
export type Search = (tables: Tables, page: { before?: CaseId; limit: number }) => Promise<CaseRow[]>;

export async function listCases(tables: Tables, own: OwnEntries, form: ListForm): Promise<CasePageView> {
  const { limit, ...before } = readPage(form);
  const sinceMs = form.since === undefined ? undefined : readSince(form.since, 'since');
  const rows = await tables.cases.list({
    ...before,
    limit: limit + 1,
    ...(form.status !== undefined && { status: readWord(CASE_STATUSES, form.status, 'status') }),
    ...(form.kind !== undefined && { kind: readWord(CASE_KINDS, form.kind, 'kind') }),
    ...(sinceMs !== undefined && { sinceMs }),
  });
  return pageView(tables, own, rows, limit);
}

/** @returns by which field it searches, and the search. @throws DeskError FIELD_MALFORMED unless there is exactly one */
export function readSearch(form: SearchForm): { by: string; search: Search } {
  const { imei, case: number, policeReference, contact } = form;
  const given = Object.entries({ imei, case: number, policeReference, contact }).filter(
    ([, text]) => text !== undefined,
  );
  if (given.length !== 1) throw malformed('search', 'exactly one of imei, case, policeReference, contact');
  const [by, text] = given[0]! as [keyof typeof SEARCHES, string];
  const printable = readText(text, by);
  if (printable === undefined) throw malformed(by, 'a text');
  return { by, search: SEARCHES[by](printable) };
}

const SEARCHES = {
  imei: (text: string): Search => {
    const { imei } = readImei(text, 'imei', true);
    return ({ cases }, page) => cases.byImei(imei.key, page);
  },
  case: (text: string): Search => {
    const id = parseCaseNumber(text);
    return async ({ cases }) => {
      const row = id === undefined ? undefined : await cases.find(id);
      return row === undefined ? [] : [row];
    };
  },
  policeReference:
    (text: string): Search =>
    ({ cases }, page) =>
      cases.byText('policeReference', text, page),
  contact:
    (text: string): Search =>
    ({ cases }, page) =>
      cases.byText('requesterContactKey', contactKey(text), page),
};

export async function searchCases(
  tables: Tables,
  own: OwnEntries,
  search: Search,
  form: SearchForm,
): Promise<CasePageView> {
  const { limit, ...before } = readPage(form);
  return pageView(tables, own, await search(tables, { ...before, limit: limit + 1 }), limit);
}

export async function caseHistory(tables: Tables, number: string, form: JournalForm): Promise<JournalPageView> {
  const id = parseCaseNumber(number);
  if (id === undefined || (await tables.cases.find(id)) === undefined) throw new DeskError({ code: 'CASE_UNKNOWN' });
  const limit = form.limit ?? PAGE_SIZE_DEFAULT;
  const rows = await tables.journal.ofCase(id, { after: form.after ?? 0, limit: limit + 1 });
  return journalPage(rows, limit);
}

export async function listJournal(tables: Tables, form: JournalForm): Promise<JournalPageView> {
  const limit = form.limit ?? PAGE_SIZE_DEFAULT;
  const sinceMs = form.since === undefined ? undefined : readSince(form.since, 'since');
  const rows = await tables.journal.list({
    after: form.after ?? 0,
    limit: limit + 1,
    ...(sinceMs !== undefined && { sinceMs }),
    ...(form.actor !== undefined && { actor: form.actor }),
  });
  return journalPage(rows, limit);
}

async function pageView(
  tables: Tables,
  own: OwnEntries,
  rows: readonly CaseRow[],
  limit: number,
): Promise<CasePageView> {
  const page = rows.slice(0, limit);
  const statements = Map.groupBy(await tables.cases.statementsOf(page.map(({ id }) => id)), ({ caseId }) => caseId);
  const cases = page.map((row) => summaryOf(own, row, statements.get(row.id) ?? []));
  return { cases, ...(rows.length > limit && { next: caseNumber(page.at(-1)!.id) }) };
}

function journalPage(rows: readonly JournalRow[], limit: number): JournalPageView {
  const page = rows.slice(0, limit);
  return { actions: page.map(journalView), ...(rows.length > limit && { next: page.at(-1)!.sequence }) };
}

function readPage({ before, limit }: Pick<ListForm, 'before' | 'limit'>): { before?: CaseId; limit: number } {
  const id = before === undefined ? undefined : parseCaseNumber(before);
  if (before !== undefined && id === undefined) throw malformed('before', 'a case number');
  return { limit: Math.min(limit ?? PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX), ...(id !== undefined && { before: id }) };
}
