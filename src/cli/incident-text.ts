import type { Unreached } from '../desks/incidents/notices.ts';
import type { OpenRightsView } from '../desks/incidents/open-rights.ts';
import type { FactAnswer } from '../desks/incidents/timeline.ts';
import type { IncidentView } from '../desks/incidents/views.ts';
import { properties, table } from './text.ts';

export function factAnswerText({ incident, fact, clocks }: FactAnswer): string {
  const started = clocks.length === 0 ? 'no clock' : `clock ${clocks.join(', ')}`;
  return `${incident}  fact ${fact}  ${started} began to run`;
}

export function clocksText(clocks: IncidentView['clocks']): string {
  if (clocks.length === 0) return 'no clock';
  return table(
    ['incident', 'clock', 'duty', 'to', 'known', 'due', 'state', 'filed'],
    clocks.map(({ incident, clock, duty, addressee, knownAt, dueAt, state, filedAt, filedReference }) => [
      incident,
      `${clock}`,
      duty,
      addressee?.en ?? '',
      knownAt,
      dueAt ?? 'without delay',
      state,
      filedAt === undefined ? '' : `${filedAt} ${filedReference ?? ''}`,
    ]),
  );
}

export function incidentText(view: IncidentView): string {
  const { incident, title, incidentState, openedAt, openedBy, facts, clocks, lists, counts, notices } = view;
  const { exposed, registered, operator, police, reconciles } = counts;
  const side = (count: typeof operator): string | undefined =>
    count && `${count.victims} victims, ${count.payments} payments, ${count.won} won, ${count.refunded} refunded`;
  return [
    properties({ incident, title, state: incidentState, opened: `${openedAt} by ${openedBy}` }),
    table(
      ['fact', 'known', 'what', 'marks'],
      facts.map(({ fact, knownAt, what, marks }) => [`${fact}`, knownAt, what, marks.join(' ')]),
    ),
    clocksText(clocks),
    properties({
      exposed: `${exposed}`,
      'registered here': `${registered.victims} victims, ${registered.refunded} refunded`,
      'operator counted': side(operator),
      'police counted': side(police),
      reconciles: reconciles ? 'yes' : 'NO',
    }),
    ...(lists.length === 0 ? [] : [listsText(lists)]),
    ...notices.map(({ batch, recipients, states }) => {
      const how = Object.entries(states).map(([state, count]) => `${count} ${state}`);
      return `notices, batch ${batch}: ${recipients} people; ${how.join(', ')}`;
    }),
  ].join('\n\n');
}

export function openRightsText({ people, open, totals, lines, next }: OpenRightsView): string {
  const { notice, usim, decision, refund } = totals;
  const summary = `${open} of ${people} people: ${notice} notice, ${usim} usim, ${decision} decision, ${refund} refund`;
  const rows = lines.map(({ line, rights }) => [line, rights.join(', ')]);
  return [
    summary,
    ...(rows.length === 0 ? [] : [table(['line', 'rights'], rows)]),
    ...(next === undefined ? [] : [`more: --after ${next}`]),
  ].join('\n\n');
}

export function unreachedText(unreached: readonly Unreached[]): string {
  if (unreached.length === 0) return 'nobody';
  return table(
    ['batch', 'notice', 'line', 'state'],
    unreached.map(({ batch, notice, msisdn, noticeState }) => [`${batch}`, `${notice}`, msisdn, noticeState]),
  );
}

function listsText(lists: IncidentView['lists']): string {
  return table(
    ['list', 'version', 'lines', 'new', 'more items', 'no longer'],
    lists.map((row) => [row.list, ...[row.version, row.lines, row.added, row.grown, row.dropped].map(String)]),
  );
}
