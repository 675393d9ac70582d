import { decodeBase64 } from '../base/base64.ts';
import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import { type MemberName, parseMemberName } from '../identifiers/member-name.ts';
import { parseWitnessKey } from '../ledger/cosignature.ts';
import { HASH_SIZE } from '../ledger/layout.ts';
import { parseLogKey } from '../ledger/note-key.ts';
import { type Budget, MEMBERS_MAX, type Role, ROLES, type SharedPolicy } from './consortium.ts';
import { type GovernanceFault, GovernanceError, malformed } from './governance-fault.ts';

/** Reads a value at its place, or throws what is wrong with it: `parsedBy` makes a total parser of such readers. */
export type Read<T> = (value: unknown, place: string) => T;

export const NAME_LENGTH_MAX = 128;
export const URL_LENGTH_MAX = 256;
export const CERTIFICATES_MAX = 8;
/** A member exchanges one witness key for the next: more at once have no use. */
export const WITNESS_KEYS_MAX = 4;
/** A proposal holds no more signatures than a note. */
export const THRESHOLD_MAX = 64;
/** Ours: a wrapped key is about 310 characters long. */
export const WRAP_LENGTH_MAX = 512;
export const ANCHOR_SECONDS_MIN = 60;
export const ANCHOR_SECONDS_MAX = 86_400;
const X25519_KEY_SIZE = 32;
const BASE_URL = /^https?:\/\/[^?#\s]*[^/?#\s]$/;
const DIGEST = /^[0-9a-f]{64}$/;
/** RFC 7516 clause 7.1: five parts in base64url. */
const COMPACT_JWE = /^(?:[A-Za-z0-9_-]+\.){4}[A-Za-z0-9_-]+$/;

/** What a reader makes of a value, with the fault that it would throw. */
export function parsedBy<T>(read: Read<T>, value: unknown, place: string): Parsed<T, GovernanceFault> {
  try {
    return read(value, place);
  } catch (error) {
    if (error instanceof GovernanceError) return error;
    throw error;
  }
}

/** The fields of one object. `end` refuses those that nobody asked for. */
export class Fields {
  readonly #map: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #unread: Set<string>;

  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(place, 'an object');
    this.#map = value as Record<string, unknown>;
    this.#place = place;
    this.#unread = new Set(Object.keys(value));
  }

  read<T>(name: string, read: Read<T>): T {
    if (!this.#unread.delete(name)) throw malformed(placeOf(this.#place, name), 'to be given');
    return read(this.#map[name], placeOf(this.#place, name));
  }

  /** The field under its name, or nothing: to be spread into a value. */
  optional<Name extends string, T>(name: Name, read: Read<T>): { readonly [N in Name]?: T } {
    if (!this.#unread.has(name)) return {};
    return { [name]: this.read(name, read) } as { readonly [N in Name]?: T };
  }

  end(): void {
    const [unknown] = this.#unread;
    if (unknown !== undefined)
      throw malformed(placeOf(this.#place, unknown.slice(0, NAME_LENGTH_MAX)), 'no such field');
  }
}

export const memberName: Read<MemberName> = (value, place) => {
  const name = typeof value === 'string' ? parseMemberName(value) : undefined;
  if (name === undefined || name instanceof Fault) throw malformed(place, 'a member’s name');
  return name;
};

export const plainName: Read<string> = (value, place) => {
  const isName = typeof value === 'string' && /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(value);
  if (!isName || value.length > NAME_LENGTH_MAX) throw malformed(place, `a name of at most ${NAME_LENGTH_MAX} letters`);
  return value;
};

export const size: Read<number> = integer(0, Number.MAX_SAFE_INTEGER);
export const time: Read<number> = integer(0, TIME_MS_MAX);
export const threshold: Read<number> = integer(1, THRESHOLD_MAX);

export function integer(min: number, max: number): Read<number> {
  return (value, place) => {
    const isInteger = Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    if (!isInteger) throw malformed(place, `an integer from ${min} to ${max}`);
    return value as number;
  };
}

export const roles: Read<readonly Role[]> = (value, place) => {
  const isRoles = Array.isArray(value) && value.every((role) => ROLES.includes(role as Role));
  if (!isRoles || new Set(value).size !== value.length)
    throw malformed(place, `some of ${ROLES.join(', ')}, each once`);
  return value as Role[];
};

export const baseUrl: Read<string> = (value, place) => {
  const isUrl = typeof value === 'string' && value.length <= URL_LENGTH_MAX && BASE_URL.test(value);
  if (!isUrl || !URL.canParse(value)) throw malformed(place, 'an http or https address without a slash at its end');
  return value;
};

export const logKey: Read<string> = (value, place) => {
  if (typeof value !== 'string' || parseLogKey(value) instanceof Fault) throw malformed(place, 'a vkey of type 0x01');
  return value;
};

export const witnessKey: Read<string> = (value, place) => {
  if (typeof value !== 'string' || parseWitnessKey(value) instanceof Fault) {
    throw malformed(place, 'a vkey of type 0x04');
  }
  return value;
};

export const sealingKey: Read<string> = (value, place) => {
  const octets = typeof value === 'string' ? decodeBase64(value) : undefined;
  const isKey = octets?.length === X25519_KEY_SIZE && octets.some((octet) => octet !== 0);
  if (!isKey) throw malformed(place, 'an X25519 key: base64 of 32 octets');
  return value as string;
};

export const root: Read<string> = (value, place) => {
  if (typeof value !== 'string' || decodeBase64(value)?.length !== HASH_SIZE) {
    throw malformed(place, 'a root: base64 of 32 octets');
  }
  return value;
};

export const digest: Read<string> = (value, place) => {
  if (typeof value !== 'string' || !DIGEST.test(value)) throw malformed(place, 'a SHA-256 digest in hex');
  return value;
};

export const certificates: Read<readonly string[]> = listOf(digest, { min: 0, max: CERTIFICATES_MAX });
export const witnessKeys: Read<readonly string[]> = listOf(witnessKey, { min: 1, max: WITNESS_KEYS_MAX });

/** Wrapped keys by the member for whom each is. What is inside, only that member can say. */
export const wraps: Read<ReadonlyMap<MemberName, string>> = (value, place) => {
  const fields = new Fields(value, place);
  const names = Object.keys(value as object).map((name) => memberName(name, placeOf(place, name.slice(0, 32))));
  if (names.length === 0 || names.length > MEMBERS_MAX) throw malformed(place, `1 to ${MEMBERS_MAX} wrapped keys`);
  return new Map(names.map((name) => [name, fields.read(name, wrap)]));
};

/** Sizes of members' logs. */
export const logSizes: Read<ReadonlyMap<MemberName, number>> = (value, place) => {
  const fields = new Fields(value, place);
  const names = Object.keys(value as object).map((name) => memberName(name, placeOf(place, name.slice(0, 32))));
  if (names.length > MEMBERS_MAX) throw malformed(place, `at most ${MEMBERS_MAX} sizes`);
  return new Map(names.map((name) => [name, fields.read(name, size)]));
};

export const budget: Read<Budget> = (value, place) => {
  const fields = new Fields(value, place);
  const perHour = fields.read('perHour', size);
  const perDay = fields.read('perDay', size);
  const perTac = fields.read('perTac', size);
  fields.end();
  return { perHour, perDay, perTac };
};

export const policy: Read<SharedPolicy> = (value, place) => {
  const fields = new Fields(value, place);
  const read: SharedPolicy = {
    threshold: fields.read('threshold', threshold),
    faultyWitnesses: fields.read('faultyWitnesses', integer(0, MEMBERS_MAX - 1)),
    ...fields.optional('witnesses', listOf(memberName, { min: 1, max: MEMBERS_MAX })),
    anchorIntervalSeconds: fields.read('anchorIntervalSeconds', integer(ANCHOR_SECONDS_MIN, ANCHOR_SECONDS_MAX)),
    budgetFloor: fields.read('budgetFloor', budget),
  };
  fields.end();
  return read;
};

/** A list of different values. */
export function listOf<T>(read: Read<T>, { min, max }: { min: number; max: number }): Read<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw malformed(place, `a list of ${min} to ${max}`);
    }
    const items = value.map((item, index) => read(item, `${place}[${index}]`));
    if (new Set(items).size !== items.length) throw malformed(place, 'each once');
    return items;
  };
}

const wrap: Read<string> = (value, place) => {
  const isWrap = typeof value === 'string' && value.length <= WRAP_LENGTH_MAX && COMPACT_JWE.test(value);
  if (!isWrap) throw malformed(place, 'a JWE in compact form');
  return value;
};

function placeOf(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}
