import type { CountRow, RequestRow } from '../../store/incidents/schema.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readWord } from '../decisions/form-fields.ts';
import { findOpenIncident, incidentNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { readMoment } from './moments.ts';

export const COUNT_SOURCES = ['operator', 'police'] as const;
const COUNT_MAX = 1_000_000_000;
const WON_MAX = Number.MAX_SAFE_INTEGER;

/** What one side counted, as of a time. */
export interface CountForm {
  readonly source: string;
  readonly asOf: string;
  readonly victims: number;
  readonly payments: number;
  readonly won: number;
  readonly refunded: number;
}

/**
 * Notes what a side counted. The member's own numbers must reconcile: exposed ≥ victims ≥ refunded. The police may have
 * counted otherwise: theirs stand beside ours as they are.
 */
export async function recordCount(decision: Decision, number: string, form: CountForm): Promise<object> {
  const { tables, nowMs, request } = decision;
  const { files, persons } = tables.incidents;
  const { id } = await findOpenIncident(tables, number);
  const source = readWord(COUNT_SOURCES, form.source, 'source');
  const asOfMs = readMoment(form.asOf, 'asOf', nowMs);
  const { victims, payments, won, refunded } = form;
  for (const [field, value] of Object.entries({ victims, payments, refunded })) readCount(value, field, COUNT_MAX);
  readCount(won, 'won', WON_MAX);
  const exposed = await persons.count(id);
  if (source === 'operator' && !(exposed >= victims && victims >= refunded)) {
    throw new IncidentError({ code: 'COUNTS_UNRECONCILED', exposed, victims, refunded });
  }
  const position = (await files.counts(id)).length + 1;
  await files.addCount({
    incidentId: id,
    position,
    source,
    asOfMs,
    victims,
    payments,
    won,
    refunded,
    recordedMs: nowMs,
    recordedBy: request.actor,
  });
  const incident = incidentNumber(id);
  decision.note('count.recorded', null, { incident, source, victims, payments, won, refunded });
  return { incident, count: position };
}

/** What the desk itself has dealt with: lines whose damage was judged, and lines made good. */
export function countedHere(requests: readonly RequestRow[]): { victims: number; refunded: number } {
  const damages = requests.filter(({ kind }) => kind === 'damage');
  const linesIn = (states: readonly string[]): number =>
    new Set(damages.filter(({ status }) => states.includes(status)).map(({ msisdn }) => msisdn)).size;
  return { victims: linesIn(['fraudulent', 'refunded']), refunded: linesIn(['refunded']) };
}

/** The newest count of each side. */
export function latestCounts(counts: readonly CountRow[]): Partial<Record<string, CountRow>> {
  return Object.fromEntries(counts.map((row) => [row.source, row]));
}

function readCount(value: number, field: string, max: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0 && value <= max)) throw malformed(field, 'how many');
}
