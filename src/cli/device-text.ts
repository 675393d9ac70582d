import type { ImportAnswer, RowResult } from '../desks/devices/importing.ts';
import type { CaseAnswer } from '../desks/devices/opening.ts';
import type { CasePageView, JournalPageView } from '../desks/devices/reading.ts';
import type { CaseView, StatementView } from '../desks/devices/views.ts';
import { faultText, printable, properties, table, timeText } from './text.ts';

const QUARANTINED =
  'in quarantine since it is beyond the budget: enforced nowhere until a register or regulator confirms it';

/** Answers of the device desk for people. */
export function caseAnswerText({ case: number, status, warnings, entries }: CaseAnswer): string {
  return [
    `${number}: ${status}`,
    ...entries.flatMap(({ kind, entry, quarantined }) => [
      `  ${kind}: entry ${entry.index} of ${entry.member}'s log`,
      ...(quarantined === true ? [`  ${QUARANTINED}`] : []),
    ]),
    ...warnings.map(warningText),
  ]
    .map(printable)
    .join('\n');
}

export function importText({ reported, refused, rows }: Pick<ImportAnswer, 'reported' | 'refused' | 'rows'>): string {
  return [`${reported} reported, ${refused} refused`, rowTable(rows)].join('\n');
}

export function rowTable(rows: readonly RowResult[]): string {
  const cells = rows.map(({ row, line, status, case: number, fault, warnings = [], entries = [] }) => [
    row.toString(),
    line.toString(),
    status,
    number ?? '',
    fault === undefined
      ? [...warnings.map(({ code }) => code), ...entries.flatMap((one) => (one.quarantined ? [QUARANTINED] : []))].join(
          ' ',
        )
      : faultText(fault),
  ]);
  return table(['row', 'line', 'result', 'case', 'why'], cells);
}

export function caseText(view: CaseView): string {
  const { requester = {} } = view;
  const about = properties({
    case: view.case,
    kind: view.kind,
    status: view.status,
    opened: `${timeText(view.createdAt)} by ${view.createdBy}`,
    occurred: view.occurredAt && timeText(view.occurredAt),
    place: view.place,
    'police reference': view.policeReference,
    'asked by': requester.name,
    contact: requester.contact,
    relation: requester.relation,
    'right checked': requester.rightChecked,
    subscriber: view.imsi,
    note: view.note,
  });
  const statements = view.statements.map((statement) => [
    targetText(statement),
    statement.kind,
    statement.reason ?? '',
    standingText(statement),
    statement.entry === undefined ? 'on its way to the log' : `${statement.entry.index}`,
    statement.endEntry === undefined ? '' : `${statement.endEntry.index}`,
  ]);
  return `${about}\n\n${table(['about', 'statement', 'reason', 'standing', 'entry', 'ended by entry'], statements)}`;
}

export function casePageText({ cases, next }: CasePageView): string {
  const rows = cases.map((view) => [
    view.case,
    view.status,
    timeText(view.createdAt),
    view.statements[0]?.reason ?? '',
    view.statements.map(targetText).join(' '),
  ]);
  const more = next === undefined ? '' : `\nmore: --before ${next}`;
  return `${table(['case', 'status', 'opened', 'reason', 'about'], rows)}${more}`;
}

export function journalText({ actions, next }: JournalPageView): string {
  const rows = actions.map(({ at, actor, role, action, case: number, detail }) => [
    timeText(at),
    `${actor} (${role})`,
    action,
    number ?? '',
    JSON.stringify(detail),
  ]);
  const more = next === undefined ? '' : `\nmore: --after ${next}`;
  return `${table(['when', 'who', 'what', 'case', 'detail'], rows)}${more}`;
}

function warningText({ code, field, imei }: CaseAnswer['warnings'][number]): string {
  return code === 'IMEI_SHARED'
    ? `  warning: many phones may bear ${imei} (${field})`
    : `  warning: the check digit in ${field} does not fit; ${imei} would`;
}

function standingText(statement: StatementView): string {
  const { standing, overruled, struckBy, lapsed, quarantined, releaseWaiting } = statement;
  const { endedAt = '', endReason = '' } = statement;
  if (standing) return 'stands';
  if (quarantined === true) return QUARANTINED;
  if (struckBy !== undefined) return `struck by ${struckBy.join(', ')}`;
  if (overruled === true) return 'overruled by a regulator';
  if (lapsed === true) return 'no longer in force by the logs';
  const ended = `ended ${timeText(endedAt)} (${endReason})`;
  return releaseWaiting === true ? `${ended}: release stated, waits for witnesses` : ended;
}

function targetText({ imei, tac, from, to }: StatementView): string {
  if (imei !== undefined) return imei;
  if (tac !== undefined) return `TAC ${tac}`;
  return from === undefined ? 'own gates' : `${from} to ${to}`;
}
