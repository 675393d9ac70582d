import { createHash } from 'node:crypto';
import type { FactRow, IncidentRow } from '../../store/incidents/schema.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readNote, readText, readWord } from '../decisions/form-fields.ts';
import { clocksToStart } from './clocks.ts';
import { MARKS } from './duties.ts';
import { findOpenIncident, incidentNumber } from './finding.ts';
import { readMoment, readMomentGiven } from './moments.ts';
import type { IncidentSettings } from './settings.ts';

/** People that one fact may speak of: more than live anywhere. */
const PERSONS_MAX = 1_000_000_000;

/** One thing that is known. */
export interface FactForm {
  readonly what: string;
  /** RFC 3339 with an offset. */
  readonly happenedAt?: string;
  readonly knownAt: string;
  readonly marks?: readonly string[];
  /** How many people are concerned, as far as is known. */
  readonly persons?: number;
}

export interface OpenForm extends FactForm {
  readonly title: string;
}

/** The answer of whatever may set clocks running. */
export interface FactAnswer {
  readonly incident: string;
  readonly fact: number;
  /** The numbers of the clocks that began to run. */
  readonly clocks: readonly number[];
}

/** Opens an incident with what is known of it. It is an `incident` in the law's sense unless its marks say otherwise. */
export async function openIncident(
  decision: Decision,
  form: OpenForm,
  settings: IncidentSettings,
): Promise<FactAnswer> {
  const { tables, nowMs, request } = decision;
  const title = readText(form.title, 'title');
  if (title === undefined) throw malformed('title', 'a text');
  const id = await tables.incidents.files.nextId(nowMs);
  const row: IncidentRow = { id, title, status: 'open', openedMs: nowMs, openedBy: request.actor, closedMs: null };
  await tables.incidents.files.add(row);
  decision.note('incident.opened', null, { incident: incidentNumber(id) });
  return addFact(decision, row, { marks: ['incident'], ...form }, settings);
}

/** Adds a fact to a timeline. What was written before stays as it is: a mistake is told by another fact. */
export async function recordFact(
  decision: Decision,
  number: string,
  form: FactForm,
  settings: IncidentSettings,
): Promise<FactAnswer> {
  return addFact(decision, await findOpenIncident(decision.tables, number), form, settings);
}

/** Adds a fact, seals it into the member's own log, and sets running what it sets running. */
export async function addFact(
  decision: Decision,
  incident: IncidentRow,
  form: FactForm,
  settings: IncidentSettings,
): Promise<FactAnswer> {
  const { files } = decision.tables.incidents;
  const facts = await files.facts(incident.id);
  const row = readFact(decision, incident, form, facts.length + 1);
  await files.addFact(row);
  const number = incidentNumber(incident.id);
  const octets = Buffer.from(JSON.stringify(row));
  const sha256 = createHash('sha256').update(octets).digest();
  decision.seal({ kind: 'digest.sealed', subject: `fact:${number}:${row.position}`, sha256, size: octets.length });
  const clocks = await startClocks(decision, incident, [...facts, row], settings);
  const { marks, persons } = form;
  decision.note('fact.recorded', null, { incident: number, fact: row.position, marks, persons, clocks });
  return { incident: number, fact: row.position, clocks };
}

async function startClocks(
  { tables }: Decision,
  incident: IncidentRow,
  facts: readonly FactRow[],
  { duties, utcOffset }: IncidentSettings,
): Promise<number[]> {
  const { files } = tables.incidents;
  const running = await files.clocks(incident.id);
  const started = clocksToStart(duties, facts, running, utcOffset);
  for (const [place, clock] of started.entries()) {
    await files.addClock({
      ...clock,
      incidentId: incident.id,
      position: running.length + place + 1,
      warnedMs: null,
      missedMs: null,
      filedMs: null,
      filedReference: null,
      filedEvidence: null,
      filedBy: null,
    });
  }
  return started.map((_, place) => running.length + place + 1);
}

function readFact({ nowMs, request }: Decision, { id }: IncidentRow, form: FactForm, position: number): FactRow {
  const what = readNote(form.what, 'what');
  if (what === undefined) throw malformed('what', 'a text');
  const knownMs = readMoment(form.knownAt, 'knownAt', nowMs);
  const happenedMs = readMomentGiven(form.happenedAt, 'happenedAt', nowMs);
  if (happenedMs !== undefined && happenedMs > knownMs) throw malformed('happenedAt', 'not after `knownAt`');
  const marks = (form.marks ?? []).map((mark, place) => readWord(MARKS, mark, `marks[${place}]`));
  const { persons = null } = form;
  if (persons !== null && !(Number.isSafeInteger(persons) && persons >= 0 && persons <= PERSONS_MAX)) {
    throw malformed('persons', 'how many people');
  }
  return {
    incidentId: id,
    position,
    what,
    happenedMs: happenedMs ?? null,
    knownMs,
    marks: JSON.stringify(MARKS.filter((mark) => marks.includes(mark))),
    persons,
    recordedMs: nowMs,
    recordedBy: request.actor,
  };
}
