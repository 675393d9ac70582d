import type { PersonRow } from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import { incidentNumber } from './finding.ts';
import { dayText } from './moments.ts';
import type { IncidentSettings } from './settings.ts';

/** Incidents that one answer tells of, the newest first. */
export const INCIDENTS_TOLD_MAX = 5;
/** Octets of every answer, whatever it says: its length tells an onlooker nothing. */
export const ANSWER_SIZE = 2_048;

/** What a person is told of her line. */
export interface LineAnswer {
  readonly exposed: boolean;
  readonly incidents: readonly LineIncident[];
  readonly contact: string;
  /** With which the person may ask for a USIM or report damage, for a while. */
  readonly token: string;
  readonly tokenExpiresAt: string;
  readonly padding: string;
}

/** Days, not moments: to the second they would say where somebody was. */
export interface LineIncident {
  readonly incident: string;
  readonly items: readonly string[];
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Looks the line up; the same questions are asked of the store for yes and no. */
export async function incidentsOfLine(
  { incidents }: Tables,
  msisdn: string,
  { utcOffset }: IncidentSettings,
): Promise<LineIncident[]> {
  const rows = await incidents.persons.byLine(msisdn);
  return rows.slice(0, INCIDENTS_TOLD_MAX).map((row) => lineIncident(row, utcOffset));
}

/** Fills an answer up to the size of all answers. */
export function padded(answer: Omit<LineAnswer, 'padding'>): LineAnswer {
  const size = Buffer.byteLength(JSON.stringify({ ...answer, padding: '' }));
  return { ...answer, padding: '-'.repeat(Math.max(0, ANSWER_SIZE - size)) };
}

function lineIncident({ incidentId, items, firstMs, lastMs }: PersonRow, utcOffset: string): LineIncident {
  return {
    incident: incidentNumber(incidentId),
    items: JSON.parse(items) as string[],
    firstDay: dayText(firstMs, utcOffset),
    lastDay: dayText(lastMs, utcOffset),
  };
}
