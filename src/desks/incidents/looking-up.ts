import type { Tables } from '../../store/store.ts';
import type { Decisions, DeskRequest } from '../decisions/decision.ts';
import { readLine } from '../decisions/form-fields.ts';
import { requestNumber } from './finding.ts';
import { incidentsOfLine, type LineIncident } from './line-answer.ts';
import type { IncidentSettings } from './settings.ts';

export interface LookUpForm {
  readonly line: string;
  /** The case on which the agent works. */
  readonly case?: string;
}

export interface LookUpView {
  readonly withoutCase: boolean;
  readonly incidents: readonly LineIncident[];
  readonly requests: readonly { readonly request: string; readonly kind: string; readonly requestState: string }[];
}

/**
 * Looks a line up for an agent.
 * @throws FormError MSISDN_LENGTH, MSISDN_NOT_E164; DecisionError LOOK_UPS_TOO_MANY, LOOK_UP_CASE_UNKNOWN
 */
export async function lookUpLine(
  decisions: Decisions,
  form: LookUpForm,
  request: DeskRequest,
  settings: IncidentSettings,
): Promise<LookUpView> {
  const msisdn = readLine(form.line, 'line', settings.countryCode);
  const people = { action: 'line.looked-up', ground: { on: 'search', case: form.case }, subject: msisdn } as const;
  return decisions.lookUp(request, people, async (tables, { withoutCase }) => ({
    withoutCase,
    incidents: await incidentsOfLine(tables, msisdn, settings),
    requests: await requestsOf(tables, msisdn),
  }));
}

async function requestsOf({ incidents }: Tables, msisdn: string): Promise<LookUpView['requests']> {
  const rows = await incidents.requests.ofLine(msisdn);
  return rows.map(({ id, kind, status }) => ({ request: requestNumber(id), kind, requestState: status }));
}
