import type { IncidentRow, RequestRow } from '../../store/incidents/schema.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed, readText } from '../decisions/form-fields.ts';
import { findRequest, incidentNumber, requestNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { EVENTS_OF_WAY, nextRequestState, type RequestEvent } from './incident-states.ts';
import { type DamageForm, readDamage, readUsim, type RequestDetails, type UsimForm } from './request-forms.ts';
import type { IncidentSettings } from './settings.ts';
import { giveBack, takeOne } from './usim-stock.ts';

export interface RequestAnswer {
  readonly request: string;
  readonly kind: string;
  readonly requestState: string;
}

/** A person of an incident, by her line. */
export interface Concerned {
  readonly incident: IncidentRow;
  readonly msisdn: string;
}

/** Takes a request for a USIM: free for whoever stands on an exposed list, once in an incident. */
export async function askForUsim(
  decision: Decision,
  { incident, msisdn }: Concerned,
  form: UsimForm,
  { shops }: IncidentSettings,
): Promise<RequestAnswer> {
  const { tables, nowMs } = decision;
  const details = readUsim(form, nowMs);
  if (!shops.includes(form.shop)) throw new IncidentError({ code: 'SHOP_UNKNOWN', field: 'shop' });
  await refuseUnexposed(decision, { incident, msisdn });
  const earlier = await tables.incidents.requests.byLine(incident.id, msisdn);
  refuseTwice(earlier.filter(({ kind, status }) => kind === 'usim' && status !== 'cancelled'));
  const status = (await takeOne(tables, form.shop)) ? 'reserved' : 'waiting';
  return add(decision, { incident, msisdn }, { kind: 'usim', status, shop: form.shop, details });
}

/** Takes a report of damage, by the person or a proxy. Whether the line was exposed is no condition: that is looked at. */
export async function reportDamage(decision: Decision, concerned: Concerned, form: DamageForm): Promise<RequestAnswer> {
  const details = readDamage(form, decision.nowMs);
  const paymentId = readText(form.paymentId, 'paymentId');
  if (paymentId !== undefined) {
    // Whoever proves one line must not have another's payment given back, nor stand in the way of its refund.
    const payment = await decision.tables.payments.find(paymentId);
    if (payment !== undefined && payment.msisdn !== concerned.msisdn) throw malformed('paymentId', 'of this line');
    const earlier = await decision.tables.incidents.requests.byPayment(paymentId);
    refuseTwice(earlier.filter(({ status }) => status !== 'cancelled' && status !== 'rejected'));
  }
  const row = { kind: 'damage', status: 'reported', details, ...(paymentId !== undefined && { paymentId }) };
  return add(decision, concerned, row);
}

/** Lets something happen to a request. What its kind and its way do not know may not. */
export async function advanceRequest(decision: Decision, number: string, event: RequestEvent): Promise<RequestAnswer> {
  const { tables, nowMs } = decision;
  const row = await findRequest(tables, number);
  const request = requestNumber(row.id);
  refuseOtherWay(row, event);
  const status = nextRequestState(request, row.status, event);
  await tables.incidents.requests.change(row.id, { status, changedMs: nowMs });
  if (event === 'cancelled' && row.shop !== null && row.status !== 'waiting') {
    await giveBack(decision, row.shop);
  }
  decision.note('request.changed', null, { request, kind: row.kind, event });
  return { request, kind: row.kind, requestState: status };
}

export function detailsOf({ details }: Pick<RequestRow, 'details'>): RequestDetails {
  return JSON.parse(details) as RequestDetails;
}

interface NewRequest {
  readonly kind: string;
  readonly status: string;
  readonly shop?: string;
  readonly paymentId?: string;
  readonly details: RequestDetails;
}

async function add(
  decision: Decision,
  { incident, msisdn }: Concerned,
  { kind, status, shop, paymentId, details }: NewRequest,
): Promise<RequestAnswer> {
  const { tables, nowMs, request: by } = decision;
  const id = await tables.incidents.requests.nextId(nowMs);
  await tables.incidents.requests.add({
    id,
    incidentId: incident.id,
    kind,
    status,
    msisdn,
    shop: shop ?? null,
    paymentId: paymentId ?? null,
    details: JSON.stringify(details),
    createdMs: nowMs,
    createdBy: by.actor,
    changedMs: nowMs,
  });
  const request = requestNumber(id);
  decision.note('request.taken', null, { request, kind, given: Object.keys(details), channel: details.help.channel });
  return { request, kind, requestState: status };
}

async function refuseUnexposed({ tables }: Decision, { incident, msisdn }: Concerned): Promise<void> {
  if ((await tables.incidents.persons.find(incident.id, msisdn)) !== undefined) return;
  throw new IncidentError({ code: 'LINE_NOT_EXPOSED', incident: incidentNumber(incident.id) });
}

function refuseTwice([earlier]: readonly RequestRow[]): void {
  if (earlier !== undefined) throw new IncidentError({ code: 'REQUEST_TWICE', request: requestNumber(earlier.id) });
}

function refuseOtherWay(row: RequestRow, event: RequestEvent): void {
  const ways = Object.values(EVENTS_OF_WAY) as readonly (readonly RequestEvent[])[];
  if (!ways.some((events) => events.includes(event))) return;
  const { way } = detailsOf(row);
  const known: readonly RequestEvent[] = way === undefined ? [] : EVENTS_OF_WAY[way];
  if (known.includes(event)) return;
  throw new IncidentError({ code: 'REQUEST_OF_OTHER_KIND', request: requestNumber(row.id), kind: way ?? row.kind });
}
