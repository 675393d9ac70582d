import type { Log } from '../../base/log.ts';
import type { Decision, Decisions } from '../decisions/decision.ts';
import { malformed, readText } from '../decisions/form-fields.ts';
import { clockState, clockWarningMs } from './clocks.ts';
import { findIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { readMoment } from './moments.ts';

/** Who acts where nobody asked. */
const NODE = { actor: 'node', role: 'node' } as const;

/** What was handed in for a duty. */
export interface FilingForm {
  /** The receipt's number, or what else names it. */
  readonly reference: string;
  /** When it was handed in, RFC 3339 with an offset; now without it. */
  readonly filedAt?: string;
  /** SHA-256 of what was handed in: a sealed file of this incident. */
  readonly evidence?: string;
}

/** Notes what was filed for a clock: once, and never altered. A closed incident's clocks may still be filed for. */
export async function fileForClock(
  decision: Decision,
  { number, clock }: { number: string; clock: number },
  form: FilingForm,
): Promise<object> {
  const { tables, nowMs, request } = decision;
  const { files } = tables.incidents;
  const { id } = await findIncident(tables, number);
  const incident = incidentNumber(id);
  const row = (await files.clocks(id)).find(({ position }) => position === clock);
  if (row === undefined) throw new IncidentError({ code: 'CLOCK_UNKNOWN', incident, clock });
  if (row.filedMs !== null) throw new IncidentError({ code: 'CLOCK_FILED_ALREADY', incident, clock });
  const filedReference = readText(form.reference, 'reference');
  if (filedReference === undefined) throw malformed('reference', 'what names the filing');
  const filedMs = form.filedAt === undefined ? nowMs : readMoment(form.filedAt, 'filedAt', nowMs);
  if (filedMs < row.startMs) throw malformed('filedAt', 'not before the clock began');
  const filedEvidence = form.evidence?.toLowerCase() ?? null;
  if (filedEvidence !== null && !(await files.evidence(id)).some(({ sha256 }) => sha256 === filedEvidence)) {
    throw new IncidentError({ code: 'EVIDENCE_UNKNOWN', field: 'evidence' });
  }
  await files.noteClock(row, { filedMs, filedReference, filedEvidence, filedBy: request.actor });
  const state = clockState({ ...row, filedMs }, nowMs);
  decision.note('clock.filed', null, { incident, clock, duty: row.duty, state });
  return { incident, clock, state };
}

/** What a look at the clocks found. */
export interface Alarms {
  readonly warned: number;
  readonly missed: number;
}

/** Notes, once each, which clocks have little time left and which have none, and says so. */
export async function soundAlarms(decisions: Decisions, { log }: { log: Log }): Promise<Alarms> {
  const open = await decisions.store.read(({ incidents }) => incidents.files.openClocks());
  if (open.length === 0) return { warned: 0, missed: 0 };
  const alarms = await decisions.decide<{ warned: Alarm[]; missed: Alarm[] }>(NODE, noteAlarms);
  for (const alarm of alarms.warned) log.warn(alarm, 'a clock has little time left');
  for (const alarm of alarms.missed) log.error(alarm, 'a clock has run out');
  return { warned: alarms.warned.length, missed: alarms.missed.length };
}

interface Alarm {
  readonly incident: string;
  readonly clock: number;
  readonly duty: string;
}

async function noteAlarms(decision: Decision): Promise<{ warned: Alarm[]; missed: Alarm[] }> {
  const { tables, nowMs } = decision;
  const { files } = tables.incidents;
  const found: { warned: Alarm[]; missed: Alarm[] } = { warned: [], missed: [] };
  for (const row of await files.openClocks()) {
    const alarm = { incident: incidentNumber(row.incidentId), clock: row.position, duty: row.duty };
    const state = clockState(row, nowMs);
    if (state === 'missed') {
      await files.noteClock(row, { missedMs: nowMs });
      found.missed.push(alarm);
      decision.note('clock.missed', null, alarm);
    } else if (row.warnedMs === null && nowMs >= clockWarningMs(row)!) {
      await files.noteClock(row, { warnedMs: nowMs });
      found.warned.push(alarm);
      decision.note('clock.warned', null, alarm);
    }
  }
  return found;
}
