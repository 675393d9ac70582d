import { randomInt } from 'node:crypto';
import type { NoticeRow } from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { Decision } from '../decisions/decision.ts';
import { readText, readWord } from '../decisions/form-fields.ts';
import { findIncident, findOpenIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { nextNoticeState, UNREACHED } from './incident-states.ts';
import { itemNames, LANGUAGES } from './languages.ts';
import { noticeText, readTemplate } from './notice-template.ts';
import type { IncidentSettings } from './settings.ts';

/** Digits of the code by which a notice is checked: a person reads them out over the telephone. */
const CODE_DIGITS = 8;
/** Rows in one answer. */
export const UNREACHED_MAX = 1_000;

export interface NotifyForm {
  /** With `{code}`, and where wanted `{contact}`, `{incident}`, `{items}`. */
  readonly template: string;
  readonly language?: string;
}

/** How a notice is named towards whoever calls it by letter or telephone: batch and place. */
export interface NoticeName {
  readonly batch: number;
  readonly notice: number;
}

/**
 * Queues a notice for everybody on the attached lists who was told of nothing yet, or of less than is known now. In one
 * transaction with the mark that they are told: no second batch takes them, and none is left out.
 */
export async function queueNotices(
  decision: Decision,
  number: string,
  form: NotifyForm,
  settings: IncidentSettings,
): Promise<object> {
  const { tables, nowMs, request } = decision;
  const { persons, notices } = tables.incidents;
  const { id } = await findOpenIncident(tables, number);
  const incident = incidentNumber(id);
  const template = readTemplate(form.template);
  const language = readWord(LANGUAGES, form.language ?? 'ko', 'language');
  const people = await persons.toBeNoticed(id);
  if (people.length === 0) throw new IncidentError({ code: 'NOTICE_NOBODY_LEFT', incident });
  const batchId = await notices.nextBatchId();
  const rows = people.map(({ msisdn, items }, place): NoticeRow => ({
    batchId,
    position: place + 1,
    incidentId: id,
    msisdn,
    code: randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0'),
    items,
    status: isNumber(msisdn) ? 'queued' : 'failed',
    attempts: 0,
    nextMs: nowMs,
    messageId: null,
    sentMs: null,
    doneMs: null,
  }));
  // What the longest list of items makes of the text must be a text too: refused now, not at the thousandth person.
  const longest = '0'.repeat(CODE_DIGITS);
  for (const items of new Set(people.map((person) => person.items))) {
    noticeText(template, fillOf({ items, code: longest, incidentId: id }, language, settings));
  }
  const batch = { id: batchId, incidentId: id, createdMs: nowMs, createdBy: request.actor, template, language };
  await notices.addBatch({ ...batch, sender: settings.sender, recipients: rows.length }, rows);
  await persons.markNoticed(id);
  decision.note('notices.queued', null, { incident, batch: batchId, recipients: rows.length });
  return { incident, batch: batchId, recipients: rows.length };
}

/** What a template is filled in with for one notice. */
export function fillOf(
  { items, code, incidentId }: Pick<NoticeRow, 'items' | 'code' | 'incidentId'>,
  language: string,
  { contact }: IncidentSettings,
) {
  const names = itemNames(JSON.parse(items) as string[], language);
  return { code: spaced(code), contact, incident: incidentNumber(incidentId), items: names };
}

/** How far the notices of an incident are, batch by batch. */
export async function noticeProgress(tables: Tables, number: string): Promise<BatchView[]> {
  const { id } = await findIncident(tables, number);
  const counted = await tables.incidents.notices.progress(id);
  return (await tables.incidents.notices.batches(id)).map((batch) => ({
    batch: batch.id,
    createdBy: batch.createdBy,
    language: batch.language,
    recipients: batch.recipients,
    states: Object.fromEntries(
      counted.filter(({ batchId }) => batchId === batch.id).map(({ status, count }) => [status, count]),
    ),
  }));
}

export interface BatchView {
  readonly batch: number;
  readonly createdBy: string;
  readonly language: string;
  readonly recipients: number;
  readonly states: Readonly<Record<string, number>>;
}

export interface Unreached extends NoticeName {
  readonly msisdn: string;
  readonly noticeState: string;
}

/** Who was reached by no text as far as anybody knows, and must be told otherwise. */
export async function unreached(tables: Tables, number: string): Promise<Unreached[]> {
  const { id } = await findIncident(tables, number);
  const rows = await tables.incidents.notices.inStates(id, UNREACHED, UNREACHED_MAX);
  return rows.map(({ batchId, position, msisdn, status }) => ({
    batch: batchId,
    notice: position,
    msisdn,
    noticeState: status,
  }));
}

/** Notes that somebody was told by letter, call or visit. */
export async function toldOtherwise(
  decision: Decision,
  number: string,
  { batch, notice, channel }: NoticeName & { channel: string },
): Promise<object> {
  const { tables, nowMs } = decision;
  const { id } = await findIncident(tables, number);
  const row = await tables.incidents.notices.find({ batchId: batch, position: notice });
  if (row?.incidentId !== id) throw new IncidentError({ code: 'NOTICE_UNKNOWN' });
  const status = nextNoticeState(row.status, 'told-otherwise');
  await tables.incidents.notices.note([{ key: row, change: { status, doneMs: nowMs } }]);
  const how = readText(channel, 'channel') ?? 'other';
  decision.note('notice.told-otherwise', null, { incident: incidentNumber(id), batch, notice, channel: how });
  return { incident: incidentNumber(id), batch, notice, noticeState: status };
}

/** A line whose number is not known has its subscriber's identity in its place: it is told by letter. */
function isNumber(line: string): boolean {
  return /^[0-9]+$/.test(line);
}

/** Codes are read out in fours. */
function spaced(code: string): string {
  return code.replace(/^(....)(....)$/, '$1-$2');
}
