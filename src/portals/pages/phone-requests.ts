import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Decisions, DeskRequest } from '../../desks/decisions/decision.ts';
import type { DeviceDesk } from '../../desks/devices/desk.ts';
import { FormError } from '../../desks/decisions/form-fields.ts';
import { DeskError } from '../../desks/devices/desk-fault.ts';
import { malformed, readImei, readNote, readOccurred, readText, readWord } from '../../desks/devices/fields.ts';
import { imeiKeyText } from '../../identifiers/imei.ts';
import type { PhoneRequestRow } from '../../store/pages/schema.ts';
import type { Tables } from '../../store/store.ts';
import { PageError } from './page-fault.ts';

/** A person asks; an agent who has seen a proof of right confirms, or declines; nobody has within its time. */
export const PHONE_REQUEST_STATES = ['waiting', 'confirmed', 'declined', 'expired'] as const;
type PhoneRequestState = (typeof PHONE_REQUEST_STATES)[number];
/** What a person may say of their own phone. */
export const PHONE_REQUEST_REASONS = ['stolen', 'lost'] as const;
/** Requests that wait at one time: beyond that a flood is more likely than people. */
export const PHONE_REQUESTS_WAITING_MAX = 10_000;
/** Letters that cannot be taken for one another when read out: no I, L, O, U, 0, 1. */
const NUMBER_LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const NUMBER_LENGTH = 8;

export interface PhoneRequestForm {
  readonly imei: string;
  readonly reason: string;
  readonly occurredOn?: string;
  readonly name: string;
  readonly contact: string;
  readonly note?: string;
}

/** What an agent adds who has seen the proof. */
export interface ConfirmForm {
  readonly rightChecked: string;
  readonly relation?: string;
  readonly policeReference?: string;
}

interface PhoneRequestDependencies {
  readonly decisions: Decisions;
  readonly desk: DeviceDesk;
  readonly clock: Clock;
}

/**
 * Takes a person's request in. It blocks nothing: anybody may type any number.
 * @returns what the person names when an agent calls back
 * @throws FormError and DeskError for a field; PageError PHONE_REQUESTS_TOO_MANY
 */
export async function fileRequest(
  form: PhoneRequestForm,
  { decisions, clock }: PhoneRequestDependencies,
): Promise<{ request: string }> {
  const nowMs = clock.nowMs();
  const { imei } = readImei(form.imei, 'imei', false);
  const reason = readWord(PHONE_REQUEST_REASONS, form.reason, 'reason');
  const occurredMs = readOccurred(form.occurredOn, 'occurredOn', nowMs);
  const name = readNeeded(form.name, 'name');
  const contact = readNeeded(form.contact, 'contact');
  const note = readNote(form.note, 'note') ?? null;
  const id = newNumber();
  await decisions.store.write(async ({ phoneRequests }) => {
    if ((await phoneRequests.countInState('waiting')) >= PHONE_REQUESTS_WAITING_MAX) {
      throw new PageError({ code: 'PHONE_REQUESTS_TOO_MANY', requestsMax: PHONE_REQUESTS_WAITING_MAX });
    }
    const occurredOn = occurredMs === undefined ? null : new Date(occurredMs).toISOString().slice(0, 10);
    const row = { id, createdMs: nowMs, imei: imeiKeyText(imei.key), reason, occurredOn, name, contact, note };
    await phoneRequests.add({ ...row, state: 'waiting' });
  });
  return { request: id };
}

function readNeeded(text: string, field: string): string {
  const read = readText(text, field);
  if (read === undefined) throw malformed(field, 'a text');
  return read;
}

/** Requests in one state, the longest waiting first. They name people: the journal says who looked. */
export async function listRequests(
  { state, limit }: { state: string; limit: number },
  request: DeskRequest,
  { decisions }: PhoneRequestDependencies,
): Promise<{ requests: ReturnType<typeof requestView>[]; waiting: number }> {
  const known = readWord(PHONE_REQUEST_STATES, state, 'state');
  // What waits is anybody's work; what was decided long ago is somebody's choice to look at.
  const ground = known === 'waiting' ? ({ on: 'queue' } as const) : ({ on: 'search' } as const);
  const found = ({ requests }: { requests: { request: string }[] }): object => ({
    requests: requests.map((row) => row.request),
  });
  return decisions.lookUp(
    request,
    { action: 'requests.read', ground, about: { state }, found },
    async ({ phoneRequests }) => ({
      requests: (await phoneRequests.inState(known, limit)).map(requestView),
      waiting: await phoneRequests.countInState('waiting'),
    }),
  );
}

/**
 * Reports the phone at the device desk, now that somebody has seen a proof of right, and closes the request. Who confirms
 * claims it first, so that nobody declines what is being blocked. A report that was cut off is taken up by the next
 * attempt, whoever makes it: both go under the request's own key and the first one's name.
 * @throws PageError PHONE_REQUEST_UNKNOWN, PHONE_REQUEST_DECIDED; what `DeviceDesk.report` throws
 */
export async function confirmRequest(
  id: string,
  form: ConfirmForm,
  request: DeskRequest,
  dependencies: PhoneRequestDependencies,
): Promise<{ request: string; state: string; case: string }> {
  const { decisions, desk, clock } = dependencies;
  const { row, claimedBy } = await decisions.store.write((tables) => claimRequest(id, request.actor, tables));
  const report = desk.report(
    {
      devices: [row.imei],
      reason: row.reason,
      ...(row.occurredOn !== null && { occurredAt: row.occurredOn }),
      ...(row.note !== null && { note: row.note }),
      ...(form.policeReference !== undefined && { policeReference: form.policeReference }),
      requester: {
        name: row.name,
        contact: row.contact,
        rightChecked: form.rightChecked,
        ...(form.relation !== undefined && { relation: form.relation }),
      },
    },
    { role: request.role, actor: claimedBy, idempotency: { key: `phone-request-${id}`, requestHash: id } },
  );
  const answer = await report.catch(async (cause: unknown) => {
    // The desk said no, so nothing is blocked under this request, and it may still be declined.
    if (cause instanceof DeskError || cause instanceof FormError) {
      await decisions.store.write(({ phoneRequests }) => phoneRequests.claim(id, null));
    }
    throw cause;
  });
  const state: PhoneRequestState = 'confirmed';
  const decision = { state, decidedMs: clock.nowMs(), decidedBy: claimedBy, caseNumber: answer.case };
  await decisions.store.write(({ phoneRequests }) => phoneRequests.decide(id, decision));
  return { request: id, state, case: answer.case };
}

/** Closes a request that nobody had a right to. @throws as `confirmRequest` */
export async function declineRequest(
  id: string,
  request: DeskRequest,
  dependencies: PhoneRequestDependencies,
): Promise<{ request: string; state: string }> {
  const state: PhoneRequestState = 'declined';
  return dependencies.decisions.decide(request, async (decision) => {
    const { decidedBy } = await waitingRequest(id, decision.tables);
    if (decidedBy !== null) throw new PageError({ code: 'PHONE_REQUEST_DECIDED', state: 'being confirmed' });
    const decided = { state, decidedMs: decision.nowMs, decidedBy: request.actor, caseNumber: null };
    await decision.tables.phoneRequests.decide(id, decided);
    decision.note('request.declined', null, { request: id });
    return { request: id, state };
  });
}

async function waitingRequest(id: string, { phoneRequests }: Pick<Tables, 'phoneRequests'>): Promise<PhoneRequestRow> {
  const row = await phoneRequests.byId(id);
  if (row === undefined) throw new PageError({ code: 'PHONE_REQUEST_UNKNOWN' });
  if (row.state !== 'waiting') throw new PageError({ code: 'PHONE_REQUEST_DECIDED', state: row.state });
  return row;
}

async function claimRequest(
  id: string,
  actor: string,
  tables: Pick<Tables, 'phoneRequests'>,
): Promise<{ row: PhoneRequestRow; claimedBy: string }> {
  const row = await waitingRequest(id, tables);
  if (row.decidedBy !== null) return { row, claimedBy: row.decidedBy };
  await tables.phoneRequests.claim(id, actor);
  return { row, claimedBy: actor };
}

function requestView(row: PhoneRequestRow) {
  return {
    request: row.id,
    state: row.state,
    createdAt: new Date(row.createdMs).toISOString(),
    imei: row.imei,
    reason: row.reason,
    name: row.name,
    contact: row.contact,
    ...(row.occurredOn !== null && { occurredOn: row.occurredOn }),
    ...(row.note !== null && { note: row.note }),
    ...(row.caseNumber !== null && { case: row.caseNumber }),
  };
}

function newNumber(): string {
  return Array.from({ length: NUMBER_LENGTH }, () => NUMBER_LETTERS[randomInt(NUMBER_LETTERS.length)]).join('');
}
