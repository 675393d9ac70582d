import { Fault, type Parsed } from '../base/fault.ts';

/** The name of a member inside its consortium: lower-case letters, digits and inner hyphens. */
export type MemberName = string & { readonly brand: 'MemberName' };

export type MemberNameFault = { code: 'MEMBER_NAME'; length: number };

export const MEMBER_NAME_LENGTH_MAX = 32;

export function parseMemberName(text: string): Parsed<MemberName, MemberNameFault> {
  if (text.length > MEMBER_NAME_LENGTH_MAX || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) {
    return new Fault({ code: 'MEMBER_NAME', length: text.length });
  }
  return text as MemberName;
}
