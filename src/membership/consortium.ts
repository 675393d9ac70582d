import { readFile } from 'node:fs/promises';
import { MEMBERS_MAX, type Role, ROLES } from '../governance/consortium.ts';
import { Fault } from '../base/fault.ts';
import { type MemberName, parseMemberName } from '../identifiers/member-name.ts';

export interface Member {
  readonly name: MemberName;
  readonly roles: readonly Role[];
  /** The signed-note verifier key of its shared log (C2SP signed-note `vkey`); its key name is the log's origin. */
  readonly logKey: string;
  /** Where its node answers other members: `<url>/log/checkpoint`, `<url>/hints`. No trailing slash. */
  readonly url: string;
}

/** Who takes part. The order is kept: a member's place is its number in the index. */
export interface Consortium {
  readonly name: string;
  readonly members: readonly Member[];
}

export type ConsortiumFault =
  | { code: 'CONSORTIUM_UNREADABLE'; file: string }
  | { code: 'CONSORTIUM_MALFORMED'; field: string };
export class ConsortiumError extends Fault<ConsortiumFault> {}

/** Origin, key ID, and type and key in base64. Whether the key is one, who verifies with it finds out. */
const LOG_KEY = /^([^+\s]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+=*)$/;
const BASE_URL = /^https?:\/\/[^?#]*[^/?#]$/;

/** Reads a consortium file. @throws ConsortiumError */
export async function readConsortium(file: string): Promise<Consortium> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConsortiumError({ code: 'CONSORTIUM_UNREADABLE', file }, { cause });
  }
  return parseConsortium(value);
}

/** @throws ConsortiumError CONSORTIUM_MALFORMED with the place of the first thing that is wrong */
export function parseConsortium(value: unknown): Consortium {
  if (!isRecord(value)) throw malformed('');
  const { name, members } = value;
  if (typeof name !== 'string' || name === '') throw malformed('name');
  if (!Array.isArray(members) || members.length === 0 || members.length > MEMBERS_MAX) throw malformed('members');
  const read = members.map((member, place) => readMember(member, `members[${place}]`));
  const fields: Record<string, (member: Member) => string> = {
    name: (member) => member.name,
    // An origin names one log for ever, and a key signs one log: two members cannot share either.
    'logKey name': ({ logKey }) => LOG_KEY.exec(logKey)![1]!,
    logKey: ({ logKey }) => LOG_KEY.exec(logKey)![2]!,
  };
  for (const [field, valueOf] of Object.entries(fields)) {
    const values = read.map(valueOf);
    const twice = values.findIndex((value, place) => values.indexOf(value) < place);
    if (twice !== -1) throw malformed(`members[${twice}].${field}`);
  }
  return { name, members: read };
}

function readMember(value: unknown, place: string): Member {
  if (!isRecord(value)) throw malformed(place);
  const { name, roles, logKey, url } = value;
  const parsedName = typeof name === 'string' ? parseMemberName(name) : undefined;
  if (parsedName === undefined || parsedName instanceof Fault) throw malformed(`${place}.name`);
  if (!Array.isArray(roles) || !roles.every(isRole)) throw malformed(`${place}.roles`);
  if (typeof logKey !== 'string' || !LOG_KEY.test(logKey)) throw malformed(`${place}.logKey`);
  if (typeof url !== 'string' || !URL.canParse(url) || !BASE_URL.test(url)) throw malformed(`${place}.url`);
  return { name: parsedName, roles, logKey, url };
}

function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(field: string): ConsortiumError {
  return new ConsortiumError({ code: 'CONSORTIUM_MALFORMED', field });
}
