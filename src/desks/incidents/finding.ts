import { CASE_LETTERS, caseNumber, type CaseId, parseCaseNumber } from '../../store/case-number.ts';
import type { IncidentRow, RequestRow } from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import { IncidentError } from './incident-fault.ts';
import { nextIncidentStatus } from './incident-states.ts';

/** `I-2026-000001` */
export function incidentNumber(id: CaseId): string {
  return caseNumber(id, CASE_LETTERS.incident);
}

/** `R-2026-000001` */
export function requestNumber(id: CaseId): string {
  return caseNumber(id, CASE_LETTERS.request);
}

/** @throws IncidentError INCIDENT_UNKNOWN */
export async function findIncident({ incidents }: Tables, number: string): Promise<IncidentRow> {
  const id = parseCaseNumber(number, CASE_LETTERS.incident);
  const row = id === undefined ? undefined : await incidents.files.find(id);
  if (row === undefined) throw new IncidentError({ code: 'INCIDENT_UNKNOWN' });
  return row;
}

/** An incident that may change. @throws IncidentError INCIDENT_UNKNOWN, INCIDENT_CLOSED */
export async function findOpenIncident(tables: Tables, number: string): Promise<IncidentRow> {
  const row = await findIncident(tables, number);
  nextIncidentStatus(incidentNumber(row.id), row.status, 'changed');
  return row;
}

/** @throws IncidentError REQUEST_UNKNOWN */
export async function findRequest({ incidents }: Tables, number: string): Promise<RequestRow> {
  const id = parseCaseNumber(number, CASE_LETTERS.request);
  const row = id === undefined ? undefined : await incidents.requests.find(id);
  if (row === undefined) throw new IncidentError({ code: 'REQUEST_UNKNOWN' });
  return row;
}
