import type { LineLookUpRow } from '../../store/incidents/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { Decision, Decisions, DeskRequest } from '../decisions/decision.ts';
import { readLine } from './exposed-lines.ts';
import { findRequest, requestNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { incidentsOfLine, type LineIncident } from './line-answer.ts';
import { momentText } from './moments.ts';
import type { IncidentSettings } from './settings.ts';

const HOUR_MS = 60 * 60 * 1_000;
export const LOOK_UPS_PAGE_MAX = 500;

export interface LookUpForm {
  readonly line: string;
  /** The request on which the agent works: without it the look-up is one without a case. */
  readonly request?: string;
}

export interface LookUpView {
  readonly withoutCase: boolean;
  readonly incidents: readonly LineIncident[];
  readonly requests: readonly { readonly request: string; readonly kind: string; readonly requestState: string }[];
}

/**
 * Looks a line up for an agent. The journal and the list of look-ups say who did, refused or not; without a case of that
 * very line only so many go through in an hour.
 * @throws IncidentError LINE_NUMBER_MALFORMED, REQUEST_UNKNOWN, LOOK_UPS_TOO_MANY
 */
export async function lookUpLine(
  decisions: Decisions,
  form: LookUpForm,
  request: DeskRequest,
  settings: IncidentSettings,
): Promise<LookUpView> {
  const msisdn = readLine(form.line, 'line', settings.countryCode);
  const { role, actor } = request;
  const answer = await decisions.decide<{ found?: LookUpView }>({ role, actor }, (decision) =>
    lookUp(decision, { msisdn, request: form.request }, settings),
  );
  if (answer.found !== undefined) return answer.found;
  const lookUpsMax = settings.lookUpsPerHourMax;
  throw new IncidentError({ code: 'LOOK_UPS_TOO_MANY', lookUpsMax, retryAfterSeconds: HOUR_MS / 1_000 });
}

async function lookUp(
  decision: Decision,
  { msisdn, request: number }: { msisdn: string; request: string | undefined },
  settings: IncidentSettings,
): Promise<{ found?: LookUpView }> {
  const { tables, nowMs, request } = decision;
  const { lines } = tables.incidents;
  const named = number === undefined ? undefined : await findRequest(tables, number);
  // Another person's request is no reason to look this one up, nor is one that who looks has made.
  const isReason = named?.msisdn === msisdn && named.createdBy !== request.actor;
  const requestId = isReason ? named.id : null;
  const earlier = await lines.lookUpsWithoutCase(request.actor, nowMs - HOUR_MS);
  const isRefused = requestId === null && earlier >= settings.lookUpsPerHourMax;
  const { actor, role } = request;
  await lines.addLookUp({ atMs: nowMs, actor, role, msisdn, requestId, refused: isRefused ? 1 : 0 });
  decision.note('line.looked-up', null, {
    ...(requestId === null ? { withoutCase: true } : { request: requestNumber(requestId) }),
    refused: isRefused,
  });
  if (isRefused) return {};
  const incidents = await incidentsOfLine(tables, msisdn, settings);
  const requests = (await tables.incidents.requests.ofLine(msisdn)).map(({ id, kind, status }) => ({
    request: requestNumber(id),
    kind,
    requestState: status,
  }));
  return { found: { withoutCase: requestId === null, incidents, requests } };
}

export interface LookUpsForm {
  readonly actor?: string;
  readonly withoutCase?: boolean;
  readonly before?: number;
  readonly limit?: number;
}

/** Who looked whom up, newest first: for the privacy officer. */
export async function listLookUps(tables: Tables, form: LookUpsForm, settings: IncidentSettings): Promise<object> {
  const { actor, withoutCase = false, before, limit = 100 } = form;
  const page = { limit: limit + 1, withoutCase, ...(actor !== undefined && { actor }) };
  const rows = await tables.incidents.lines.lookUps({ ...page, ...(before !== undefined && { before }) });
  const shown = rows.slice(0, limit);
  return {
    lookUps: shown.map((row) => lookUpView(row, settings)),
    ...(rows.length > limit && { next: shown.at(-1)!.sequence }),
  };
}

function lookUpView(
  { sequence, atMs, actor, role, msisdn, requestId, refused }: LineLookUpRow,
  settings: IncidentSettings,
) {
  return {
    lookUp: sequence,
    at: momentText(atMs, settings.utcOffset),
    actor,
    role,
    line: msisdn,
    ...(requestId !== null && { request: requestNumber(requestId) }),
    withoutCase: requestId === null,
    refused: refused === 1,
  };
}
