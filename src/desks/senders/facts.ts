import { Fault } from '../../base/fault.ts';
import { parseSenderNumber } from '../../identifiers/sender.ts';
import { isFirmName } from '../../statements/sender-codec.ts';
import type { ApplicationRow } from '../../store/senders/schema.ts';
import type { Tables } from '../../store/store.ts';
import { malformed, readText } from '../decisions/form-fields.ts';
import { SenderDeskError } from './sender-fault.ts';
import { bare, type Trait, traitHash, TRAITS } from './traits.ts';

const BANK_ACCOUNT = /^[0-9]{6,20}$/;

/** What a firm says of itself and may change. All but its name is personal, and stays with the member. */
export interface FirmFacts {
  readonly name: string;
  readonly representative: string;
  readonly phone: string;
  readonly officeAddress: string;
  /** Kept as a keyed hash alone. */
  readonly bankAccount: string;
}
export type FactsForm = Partial<FirmFacts>;

/** Facts as the store keeps them: the traits among them as keyed hashes, the account not at all. */
export interface KeptFacts {
  readonly facts: Partial<Omit<FirmFacts, 'bankAccount'>>;
  readonly traits: readonly { readonly trait: Trait; readonly hash: string }[];
}

const READERS: { readonly [Fact in keyof FirmFacts]: (text: string) => string } = {
  name: (text) => {
    const name = required(text, 'name');
    if (!isFirmName(name)) throw malformed('name', 'the registered name, at most 100 characters');
    return name;
  },
  representative: (text) => required(text, 'representative'),
  phone: (text) => {
    const parsed = parseSenderNumber(text);
    if (parsed instanceof Fault) throw new SenderDeskError({ ...parsed.facts, field: 'phone' });
    return parsed;
  },
  officeAddress: (text) => required(text, 'officeAddress'),
  bankAccount: (text) => readDigits(text, 'bankAccount', BANK_ACCOUNT, '6 to 20 digits'),
};

/** Reads all that a firm says of itself. @throws FormError, SenderDeskError */
export function readFirmFacts(form: FirmFacts): FirmFacts {
  const names = Object.keys(READERS) as (keyof FirmFacts)[];
  return Object.fromEntries(names.map((name) => [name, READERS[name](form[name])])) as unknown as FirmFacts;
}

/** Reads what is to change. @throws FormError, SenderDeskError */
export function readChangedFacts(traitKey: Uint8Array, form: FactsForm): KeptFacts {
  const given = (Object.keys(READERS) as (keyof FirmFacts)[]).filter((name) => form[name] !== undefined);
  return keptFacts(traitKey, Object.fromEntries(given.map((name) => [name, READERS[name](form[name]!)])));
}

export function keptFacts(traitKey: Uint8Array, { bankAccount, ...facts }: FactsForm): KeptFacts {
  const all: FactsForm = { ...facts, ...(bankAccount !== undefined && { bankAccount }) };
  const traits = TRAITS.flatMap((trait) => {
    const text = all[trait];
    return text === undefined ? [] : [{ trait, hash: traitHash(traitKey, trait, text) }];
  });
  return { facts, traits };
}

/** Lets the facts of a certified change hold. */
export async function changeFacts({ senders }: Tables, { firmId, facts }: ApplicationRow): Promise<void> {
  if (facts === null) return;
  const kept = JSON.parse(facts) as KeptFacts;
  await senders.firms.change(
    firmId,
    kept.facts,
    kept.traits.map((trait) => ({ firmId, ...trait })),
  );
}

export function readDigits(text: string, field: string, pattern: RegExp, expected: string): string {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!pattern.test(digits)) throw malformed(field, expected);
  return digits;
}

/** A text by which a firm can be known again: one of signs alone cannot. */
function required(text: string, field: string): string {
  const read = readText(text, field);
  if (read === undefined || bare(read) === '') throw malformed(field, 'a text with letters or digits');
  return read;
}
