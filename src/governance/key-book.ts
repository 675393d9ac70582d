import { decodeBase64 } from '../base/base64.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import type { MemberFields, NextKeys } from './change.ts';
import type { GovernanceFault } from './governance-fault.ts';

/** What a key is for. A key has one role for ever, with one member. */
export type KeyRole = 'log' | 'own-log' | 'witness' | 'governance' | 'sealing' | 'certificate' | 'governance-log';

/** A key as it is given to somebody: `text` is its written form. */
export interface GivenKey {
  readonly member: MemberName;
  readonly role: KeyRole;
  /** Its place in the change, for messages. */
  readonly field: string;
  readonly text: string;
}

/** Whose a key or the name of a key is, or was. */
interface Holder {
  readonly member: MemberName;
  readonly role: KeyRole;
}

/** Roles whose keys may be kept, or come again, with the same member: lists that are given as a whole. */
const KEPT: readonly KeyRole[] = ['witness', 'certificate'];

/** Every key and every name of a key that was ever given, those of removed members among them. It only grows. */
export class KeyBook {
  readonly #keys: ReadonlyMap<string, Holder>;
  readonly #names: ReadonlyMap<string, Holder>;

  constructor(keys: ReadonlyMap<string, Holder> = new Map(), names: ReadonlyMap<string, Holder> = new Map()) {
    this.#keys = keys;
    this.#names = names;
  }

  /** How many keys were ever given. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * What speaks against these keys: one that has another holder or another role, or is given anew where it was given
   * up; a name that another key bears. @param held keys that are in use: they may stay
   */
  complain(given: readonly GivenKey[], held: readonly string[] = []): GovernanceFault | undefined {
    const keys = new Map(this.#keys);
    const names = new Map(this.#names);
    for (const { member, role, field, text } of given) {
      const octets = keyOctets(role, text);
      const holder = keys.get(octets);
      if (holder !== undefined && !(KEPT.includes(role) && isSame(holder, { member, role }) && held.includes(text))) {
        return { code: 'GOVERNANCE_KEY_USED', field, member: holder.member, role: holder.role };
      }
      keys.set(octets, { member, role });
      const name = keyName(role, text);
      const bearer = name === undefined ? undefined : names.get(name);
      if (bearer !== undefined && !mayBear(bearer, { member, role })) {
        return { code: 'GOVERNANCE_NAME_USED', name: name! };
      }
      if (name !== undefined && bearer === undefined) names.set(name, { member, role });
    }
    return undefined;
  }

  /** With these keys, which nothing speaks against. */
  with(given: readonly GivenKey[]): KeyBook {
    const holders = given.map((key) => ({ key, holder: { member: key.member, role: key.role } }));
    const keys = holders.map(({ key, holder }) => [keyOctets(key.role, key.text), holder] as const);
    const names = holders.flatMap(({ key, holder }) => {
      const name = keyName(key.role, key.text);
      return name === undefined || this.#names.has(name) ? [] : [[name, holder] as const];
    });
    return new KeyBook(new Map([...this.#keys, ...keys]), new Map([...this.#names, ...names]));
  }
}

/** The keys that a member brings. */
export function keysOfMember(member: MemberFields, place: string): GivenKey[] {
  const { name, logKey, ownLogKey, witnessKey, governanceKey, sealingKey, certificates } = member;
  const given = (role: KeyRole, field: string, text: string): GivenKey => ({
    member: name,
    role,
    field: `${place}.${field}`,
    text,
  });
  return [
    given('log', 'logKey', logKey),
    given('own-log', 'ownLogKey', ownLogKey),
    given('witness', 'witnessKey', witnessKey),
    given('governance', 'governanceKey', governanceKey),
    given('sealing', 'sealingKey', sealingKey),
    ...certificates.map((text) => given('certificate', 'certificates', text)),
  ];
}

/** The keys that a member exchanges for others. */
export function keysOfRotation(member: MemberName, keys: NextKeys, place: string): GivenKey[] {
  const { log, ownLog, witness = [], governance, sealing, certificates = [] } = keys;
  const given = (role: KeyRole, field: string, texts: readonly (string | undefined)[]): GivenKey[] =>
    texts.flatMap((text) => (text === undefined ? [] : [{ member, role, field: `${place}.${field}`, text }]));
  return [
    ...given('log', 'log', [log?.vkey]),
    ...given('own-log', 'ownLog', [ownLog]),
    ...given('witness', 'witness', witness),
    ...given('governance', 'governance', [governance]),
    ...given('sealing', 'sealing', [sealing]),
    ...given('certificate', 'certificates', certificates),
  ];
}

/** The name that stands in a vkey. */
export function vkeyName(vkey: string): string {
  return vkey.slice(0, vkey.indexOf('+'));
}

/** The key itself: without name and type, under which one key would pass for two. */
function keyOctets(role: KeyRole, text: string): string {
  if (role === 'sealing' || role === 'certificate') return text;
  const [, typed] = /^[^+]*\+[^+]*\+(.*)$/.exec(text)!;
  return decodeBase64(typed!)!.subarray(1).toString('base64');
}

function keyName(role: KeyRole, text: string): string | undefined {
  return role === 'sealing' || role === 'certificate' ? undefined : vkeyName(text);
}

function isSame(a: Holder, b: Holder): boolean {
  return a.member === b.member && a.role === b.role;
}

/** The governance log keeps its name under every keeper. */
function mayBear(bearer: Holder, next: Holder): boolean {
  return isSame(bearer, next) || (bearer.role === 'governance-log' && next.role === 'governance-log');
}
