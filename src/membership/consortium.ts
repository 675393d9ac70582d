import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { type MemberName, parseMemberName } from '../identifiers/member-name.ts';

/** What a member may do beyond stating for itself. */
export const ROLES = ['operator', 'register', 'certifier', 'hub', 'regulator'] as const;
export type Role = (typeof ROLES)[number];

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

export const MEMBERS_MAX = 1024;

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
  const twice = read.findIndex((member, place) =>
    read.slice(0, place).some((earlier) => earlier.name === member.name || earlier.logKey === member.logKey),
  );
  if (twice !== -1) throw malformed(`members[${twice}]`);
  return { name, members: read };
}

function readMember(value: unknown, place: string): Member {
  if (!isRecord(value)) throw malformed(place);
  const { name, roles, logKey, url } = value;
  const parsedName = typeof name === 'string' ? parseMemberName(name) : undefined;
  if (parsedName === undefined || parsedName instanceof Fault) throw malformed(`${place}.name`);
  if (!Array.isArray(roles) || !roles.every(isRole)) throw malformed(`${place}.roles`);
  if (typeof logKey !== 'string' || logKey === '') throw malformed(`${place}.logKey`);
  if (typeof url !== 'string' || !URL.canParse(url) || url.endsWith('/')) throw malformed(`${place}.url`);
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
