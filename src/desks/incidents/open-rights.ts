import type { NoticeRow, PersonRow, RequestRow } from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import { findIncident, incidentNumber } from './finding.ts';
import { UNREACHED } from './incident-states.ts';

export const OPEN_RIGHTS_PAGE_MAX = 1_000;
const UNREACHED_READ_MAX = 1_000_000;

/** What somebody may still expect. `notice`: told of nothing or not of all; `usim`: no replacement asked for; `decision`: damage not judged; `refund`: judged and not given back. */
export const RIGHTS = ['notice', 'usim', 'decision', 'refund'] as const;
export type Right = (typeof RIGHTS)[number];

export interface OpenRight {
  readonly line: string;
  readonly rights: readonly Right[];
}

export interface OpenRightsView {
  readonly incident: string;
  /** People concerned, with or without an open right. */
  readonly people: number;
  /** People with at least one. */
  readonly open: number;
  readonly totals: Readonly<Record<Right, number>>;
  readonly lines: readonly OpenRight[];
  readonly next?: string;
}

/** Who has a right and no action yet, by line, with the totals over all of them. */
export async function openRights(
  tables: Tables,
  number: string,
  { after = '', limit = 100 }: { after?: string; limit?: number },
): Promise<OpenRightsView> {
  const { id } = await findIncident(tables, number);
  const { persons, requests, notices } = tables.incidents;
  const people = await persons.of(id);
  const asked = Map.groupBy(await requests.of(id), ({ msisdn }) => msisdn);
  const missed = new Set(
    (await notices.inStates(id, UNREACHED, UNREACHED_READ_MAX)).map(({ msisdn }: NoticeRow) => msisdn),
  );
  const known = new Map(people.map((row) => [row.msisdn, row]));
  const everybody = [...new Set([...known.keys(), ...asked.keys()])].sort();
  const open = everybody
    .map((line): OpenRight => ({
      line,
      rights: rightsOf(known.get(line), asked.get(line) ?? [], missed.has(line)),
    }))
    .filter(({ rights }) => rights.length > 0);
  const page = open.filter(({ line }) => line > after);
  return {
    incident: incidentNumber(id),
    people: everybody.length,
    open: open.length,
    totals: totalsOf(open),
    lines: page.slice(0, limit),
    ...(page.length > limit && { next: page[limit - 1]!.line }),
  };
}

function rightsOf(person: PersonRow | undefined, requests: readonly RequestRow[], isMissed: boolean): Right[] {
  const has = (kind: string, ...states: readonly string[]): boolean =>
    requests.some((row) => row.kind === kind && states.includes(row.status));
  const hasUsim = requests.some(({ kind, status }) => kind === 'usim' && status !== 'cancelled');
  const open: Record<Right, boolean> = {
    notice: person !== undefined && (person.noticedItems !== person.items || isMissed),
    usim: person !== undefined && !hasUsim,
    decision: has('damage', 'reported'),
    refund: has('damage', 'fraudulent'),
  };
  return RIGHTS.filter((right) => open[right]);
}

function totalsOf(open: readonly OpenRight[]): Record<Right, number> {
  const count = (right: Right): number => open.filter(({ rights }) => rights.includes(right)).length;
  return { notice: count('notice'), usim: count('usim'), decision: count('decision'), refund: count('refund') };
}
