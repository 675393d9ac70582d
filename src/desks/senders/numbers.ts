import { Fault } from '../../base/fault.ts';
import { parseSenderNumber } from '../../identifiers/sender.ts';
import { numberTag } from '../../statements/pairing-tag.ts';
import type { CertificateRow, NumberCustomerRow, SenderNumberRow } from '../../store/senders/schema.ts';
import type { Tables } from '../../store/store.ts';
import type { DeskRequest } from '../decisions/decision.ts';
import { malformed, readText, readWord } from '../decisions/form-fields.ts';
import { FIRM_ROLE, ownFirm } from './firms.ts';
import { findCertificate } from './sanctions.ts';
import type { SenderDecision, StatedEntry } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';
import { CUSTOMER_KINDS, type CustomerKind, type NumberKind } from './words.ts';

const MOBILE = /^01[016789]/;
const STAFF_MAX = 1_000_000;

/** How it was proved that the customer may send under the number, and for which numbers of whom that is a proof. */
export const NUMBER_PROOFS = {
  'phone-identity': { kinds: ['mobile'], customers: CUSTOMER_KINDS },
  'carrier-certificate': { kinds: ['mobile', 'fixed'], customers: CUSTOMER_KINDS },
  'power-of-attorney': { kinds: ['mobile', 'fixed'], customers: CUSTOMER_KINDS },
  'employment-certificate': { kinds: ['mobile', 'fixed'], customers: ['corporation'] },
} as const satisfies Record<string, { kinds: readonly NumberKind[]; customers: readonly CustomerKind[] }>;
export type NumberProof = keyof typeof NUMBER_PROOFS;
export const PROOF_NAMES = Object.keys(NUMBER_PROOFS) as NumberProof[];

export interface NumberForm {
  readonly number: string;
  /** The firm's own name of its customer. Private: the log has another one. */
  readonly customer: string;
  readonly customerKind: string;
  /** Of a corporation: it may have as many fixed numbers. */
  readonly staff?: number;
  readonly proof: string;
}

/** The answer of a step with a sender number. The number itself is not repeated. */
export interface NumberAnswer<Entry = { readonly member: string; readonly index: number }> {
  readonly certificate: string;
  /** The number's place under its certificate, for withdrawing it. */
  readonly id: number;
  readonly state: string;
  /** The customer as the log names it. */
  readonly customer: string;
  readonly entries: readonly StatedEntry<Entry>[];
}

/** Registers a number for a customer; above the customer's cap it is held until somebody approves. */
export async function registerNumber(
  decision: SenderDecision,
  code: string,
  form: NumberForm,
): Promise<NumberAnswer<string>> {
  const { tables, rules, nowMs } = decision;
  const certificate = await certificateOfFirm(decision, code);
  refuseNotInForce(certificate, nowMs);
  const read = readNumber(form);
  const { numbers } = tables.senders;
  if ((await numbers.inForce(certificate.code, read.number)) !== undefined) {
    throw new SenderDeskError({ code: 'NUMBER_REGISTERED_ALREADY' });
  }
  const customer = await keepCustomer(tables, certificate.code, read);
  const { kind, proof } = read;
  const cap = rules.numberCap({ kind: read.customerKind, staff: customer.staff }, kind, nowMs);
  const state = (await numbers.count(customer.id, kind)) < cap ? 'registered' : 'held';
  const row = await numbers.add({
    certificate: certificate.code,
    customerId: customer.id,
    number: read.number,
    kind,
    proof,
    state,
    requestedMs: nowMs,
  });
  const entries = state === 'registered' ? [stateRegistered(decision, row)] : [];
  decision.note(`number.${state}`, null, { certificate: certificate.code, number: row.id, kind, proof, cap });
  return answerOf(row, entries);
}

/** Lets a held number in, or refuses it. @throws SenderDeskError NUMBER_UNKNOWN, NUMBER_NOT_HELD */
export async function decideNumber(
  decision: SenderDecision,
  code: string,
  { id, approve }: { id: number; approve: boolean },
): Promise<NumberAnswer<string>> {
  const { tables, nowMs } = decision;
  const certificate = await findCertificate(tables, code);
  const row = await findNumber(tables, certificate.code, id);
  if (row.state !== 'held') throw new SenderDeskError({ code: 'NUMBER_NOT_HELD', state: row.state });
  if (approve) refuseNotInForce(certificate, nowMs);
  const state = approve ? 'registered' : 'refused';
  await tables.senders.numbers.change(id, { state, ...(!approve && { endedMs: nowMs }) });
  const entries = approve ? [stateRegistered(decision, row)] : [];
  decision.note(`number.${state}`, null, { certificate: certificate.code, number: id });
  return answerOf({ ...row, state }, entries);
}

/** Ends a number, registered or held. @throws SenderDeskError NUMBER_UNKNOWN */
export async function withdrawNumber(
  decision: SenderDecision,
  code: string,
  id: number,
): Promise<NumberAnswer<string>> {
  const { tables, nowMs, pairingKey } = decision;
  const certificate = await certificateOfFirm(decision, code);
  const row = await findNumber(tables, certificate.code, id);
  if (row.endedMs !== null) throw new SenderDeskError({ code: 'NUMBER_UNKNOWN' });
  await tables.senders.numbers.change(id, { state: 'withdrawn', endedMs: nowMs });
  const tag = numberTag(pairingKey, row.number);
  const entries =
    row.state === 'registered'
      ? [
          {
            kind: 'number.withdrawn',
            entry: decision.state({ kind: 'number.withdrawn', certificate: row.certificate, tag }),
          },
        ]
      : [];
  decision.note('number.withdrawn', null, { certificate: certificate.code, number: id });
  return answerOf({ ...row, state: 'withdrawn' }, entries);
}

/** A certificate that who asks may see: a firm, its own. @throws SenderDeskError CERTIFICATE_UNKNOWN */
export async function certificateOfFirm(
  { tables, request }: { tables: Tables; request: DeskRequest },
  code: string,
): Promise<CertificateRow> {
  const certificate = await findCertificate(tables, code);
  if (request.role === FIRM_ROLE && (await ownFirm(tables, request)).id !== certificate.firmId) {
    throw new SenderDeskError({ code: 'CERTIFICATE_UNKNOWN' });
  }
  return certificate;
}

/** What the log calls a customer: a name that tells nothing of the person. */
export function customerName(id: number): string {
  return `u-${id}`;
}

function stateRegistered(decision: SenderDecision, row: SenderNumberRow): StatedEntry<string> {
  const { certificate, number, customerId } = row;
  const tag = numberTag(decision.pairingKey, number);
  const customer = customerName(customerId);
  return {
    kind: 'number.registered',
    entry: decision.state({ kind: 'number.registered', certificate, tag, customer }),
  };
}

function refuseNotInForce({ code, state, validUntilMs }: CertificateRow, nowMs: number): void {
  const ended = state === 'cancelled' ? state : validUntilMs <= nowMs ? 'expired' : undefined;
  if (ended !== undefined) {
    throw new SenderDeskError({ code: 'CERTIFICATE_NOT_IN_FORCE', certificate: code, state: ended });
  }
}

async function findNumber({ senders }: Tables, certificate: string, id: number): Promise<SenderNumberRow> {
  const row = await senders.numbers.find(certificate, id);
  if (row === undefined) throw new SenderDeskError({ code: 'NUMBER_UNKNOWN' });
  return row;
}

interface ReadNumber {
  readonly number: string;
  readonly kind: NumberKind;
  readonly customer: string;
  readonly customerKind: CustomerKind;
  readonly staff: number;
  readonly proof: NumberProof;
}

function readNumber(form: NumberForm): ReadNumber {
  const number = parseSenderNumber(form.number);
  if (number instanceof Fault) throw new SenderDeskError({ ...number.facts, field: 'number' });
  const customer = readText(form.customer, 'customer');
  if (customer === undefined) throw malformed('customer', 'a text');
  const customerKind = readWord(CUSTOMER_KINDS, form.customerKind, 'customerKind');
  const proof = readWord(PROOF_NAMES, form.proof, 'proof');
  const kind: NumberKind = MOBILE.test(number) ? 'mobile' : 'fixed';
  const proves: { kinds: readonly NumberKind[]; customers: readonly CustomerKind[] } = NUMBER_PROOFS[proof];
  if (!proves.kinds.includes(kind) || !proves.customers.includes(customerKind)) {
    throw new SenderDeskError({ code: 'NUMBER_PROOF_WRONG', kind: `${customerKind} ${kind}`, proof });
  }
  return { number, kind, customer, customerKind, staff: readStaff(form.staff, customerKind), proof };
}

function readStaff(staff: number | undefined, kind: CustomerKind): number {
  if (kind !== 'corporation') return 0;
  if (staff === undefined || !Number.isInteger(staff) || staff < 0 || staff > STAFF_MAX) {
    throw malformed('staff', `of a corporation: how many people it employs, at most ${STAFF_MAX}`);
  }
  return staff;
}

/** The newest word on a customer's kind and staff is the one that counts. */
async function keepCustomer({ senders }: Tables, certificate: string, read: ReadNumber): Promise<NumberCustomerRow> {
  const { customer: reference, customerKind: kind, staff } = read;
  const before = await senders.numbers.customer(certificate, reference);
  if (before === undefined) return senders.numbers.addCustomer({ certificate, reference, kind, staff });
  await senders.numbers.changeCustomer(before.id, { kind, staff });
  return { ...before, kind, staff };
}

function answerOf(row: SenderNumberRow, entries: readonly StatedEntry<string>[]): NumberAnswer<string> {
  const { certificate, id, state, customerId } = row;
  return { certificate, id, state, customer: customerName(customerId), entries };
}
