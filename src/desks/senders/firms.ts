import { CASE_LETTERS, caseNumber, parseCaseNumber } from '../../store/case-number.ts';
import type { FirmRow } from '../../store/senders/schema.ts';
import type { LikenessRow } from '../../store/senders/firms.ts';
import type { Tables } from '../../store/store.ts';
import type { DeskRequest } from '../decisions/decision.ts';
import { type FirmFacts, keptFacts, readDigits, readFirmFacts } from './facts.ts';
import type { SenderDecision } from './sender-decision.ts';
import { SenderDeskError } from './sender-fault.ts';

/** Firms that never had a certificate: anybody may register, so their number has a bound. */
export const UNCERTIFIED_FIRMS_MAX = 10_000;
export const FIRM_ROLE = 'firm';
const BUSINESS_NUMBER = /^[0-9]{10}$/;

export interface FirmForm extends FirmFacts {
  /** The number of its business registration: ten digits, dashes are ignored. */
  readonly businessNumber: string;
}

/** What a firm has in common with one whose certificate was cancelled. */
export interface Likeness {
  readonly firm: string;
  readonly certificate: string;
  readonly cancelledAt: string;
  readonly alike: readonly string[];
}

export function firmCode(id: number): string {
  return caseNumber(id, CASE_LETTERS.firm);
}

/** Takes up a firm with the token that it will use, of which only the hash is known here. */
export async function registerFirm(
  decision: SenderDecision,
  form: FirmForm,
  { tokenHash }: { tokenHash: string },
): Promise<{ firm: string }> {
  const { tables, nowMs } = decision;
  const businessNumber = readDigits(form.businessNumber, 'businessNumber', BUSINESS_NUMBER, 'ten digits');
  const { bankAccount, ...read } = readFirmFacts(form);
  const { firms } = tables.senders;
  if ((await firms.byBusinessNumber(businessNumber)) !== undefined) throw new SenderDeskError({ code: 'FIRM_KNOWN' });
  if ((await firms.countUncertified()) >= UNCERTIFIED_FIRMS_MAX) {
    throw new SenderDeskError({ code: 'FIRMS_TOO_MANY', firmsMax: UNCERTIFIED_FIRMS_MAX });
  }
  const id = await firms.nextId(nowMs);
  const tokenName = await addToken(decision, id, tokenHash);
  const { traits } = keptFacts(decision.traitKey, { ...read, bankAccount });
  await firms.add(
    { id, businessNumber, ...read, tokenName, registeredMs: nowMs },
    traits.map((trait) => ({ firmId: id, ...trait })),
  );
  const alike = await firms.likenesses(id);
  decision.note('firm.registered', null, { firm: firmCode(id), ...(alike.length > 0 && { alike: alike.length }) });
  return { firm: firmCode(id) };
}

/** Gives a firm that has lost its token another one: the old one is refused from now on. */
export async function renewFirmToken(
  decision: SenderDecision,
  code: string,
  { tokenHash }: { tokenHash: string },
): Promise<{ firm: string }> {
  const { tables, nowMs } = decision;
  const firm = await findFirm(tables, code);
  await tables.tokens.revoke(firm.tokenName, nowMs);
  await tables.senders.firms.setToken(firm.id, await addToken(decision, firm.id, tokenHash));
  decision.note('firm.token-renewed', null, { firm: code });
  return { firm: firmCode(firm.id) };
}

/** @throws SenderDeskError FIRM_UNKNOWN */
export async function findFirm(tables: Tables, code: string): Promise<FirmRow> {
  const id = parseCaseNumber(code, CASE_LETTERS.firm);
  const firm = id === undefined ? undefined : await tables.senders.firms.find(id);
  if (firm === undefined) throw new SenderDeskError({ code: 'FIRM_UNKNOWN' });
  return firm;
}

/** The firm that asks. @throws SenderDeskError FIRM_UNKNOWN where a token bears the role and no firm registered with it */
export async function ownFirm(tables: Tables, { actor }: DeskRequest): Promise<FirmRow> {
  const firm = await tables.senders.firms.byToken(actor);
  if (firm === undefined) throw new SenderDeskError({ code: 'FIRM_UNKNOWN' });
  return firm;
}

/** Of each firm that was cut off, what is alike. */
export function likenessesOf(rows: readonly LikenessRow[]): Likeness[] {
  const byCertificate = Map.groupBy(rows, ({ certificate }) => certificate);
  return [...byCertificate].map(([certificate, alike]) => ({
    firm: firmCode(alike[0]!.firmId),
    certificate,
    cancelledAt: new Date(alike[0]!.cancelledMs).toISOString(),
    alike: alike.map(({ trait }) => trait),
  }));
}

async function addToken({ tables, nowMs, request }: SenderDecision, id: number, hash: string): Promise<string> {
  const name = await freeTokenName(tables, firmCode(id).toLowerCase());
  await tables.tokens.add({ name, hash, role: FIRM_ROLE, createdMs: nowMs, createdBy: request.actor });
  return name;
}

/** A name is given once, and a supervisor may have given this one. */
async function freeTokenName(tables: Tables, wanted: string): Promise<string> {
  for (let place = 1; ; place++) {
    const name = place === 1 ? wanted : `${wanted}.${place}`;
    if ((await tables.tokens.byName(name)) === undefined) return name;
  }
}
