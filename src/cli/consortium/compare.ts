import { orThrow } from '../../base/fault.ts';
import { canonicalJson } from '../../governance/canonical-json.ts';
import type { ChangeOf, MemberFields } from '../../governance/change.ts';
import { type GovernedConsortium, memberNamed } from '../../governance/governed.ts';
import { parseIntroduction } from '../../governance/introduction.ts';
import type { GivenKey } from '../../governance/key-book.ts';
import type { OwnPublicKeys } from '../../node/member-keys.ts';
import { ConsortiumCommandError, readPaper } from './place.ts';

/** Whether the paper has of a member what its introduction says. */
export type IsAsIntroduced = (introduced: MemberFields) => boolean;

/** Of a paper that says all of each member: a founding, an admission. */
export function amongMembers(members: readonly MemberFields[]): IsAsIntroduced {
  return (introduced) => {
    const member = members.find(({ name }) => name === introduced.name);
    return member !== undefined && canonicalJson({ ...member }) === canonicalJson({ ...introduced });
  };
}

/** Of an exchange of keys: what the member has after it are the keys of its introduction, and no other is new. */
export function asExchanged(
  { member: name, keys }: ChangeOf<'member.keys'>,
  before: GovernedConsortium,
): IsAsIntroduced {
  const member = memberNamed(before, name)!;
  const { witness = member.witnessKeys, certificates = member.certificates } = keys;
  return (introduced) => {
    const { logKey, ownLogKey, witnessKey, governanceKey, sealingKey } = introduced;
    const isOwn = (texts: readonly string[], old: readonly string[], now: readonly string[]): boolean =>
      now.every((text) => texts.includes(text)) && texts.every((text) => old.includes(text) || now.includes(text));
    return (
      name === introduced.name &&
      logKey === (keys.log?.vkey ?? member.logKeys.at(-1)!.vkey) &&
      ownLogKey === (keys.ownLog ?? before.ownLogKeys.get(name)) &&
      governanceKey === (keys.governance ?? member.governanceKey) &&
      sealingKey === (keys.sealing ?? member.sealingKey) &&
      isOwn(witness, member.witnessKeys, [witnessKey]) &&
      isOwn(certificates, member.certificates, introduced.certificates)
    );
  };
}

/**
 * Whoever wrote the paper may have put keys of its own under another's name: the introduction came from the member.
 * @returns the members that were compared
 * @throws ConsortiumCommandError CONSORTIUM_INTRODUCTION_OTHER
 */
export async function compareIntroductions(files: readonly string[], isAs: IsAsIntroduced): Promise<string[]> {
  const names: string[] = [];
  for (const file of files) {
    const introduced = orThrow(parseIntroduction((await readPaper(file)).bytes));
    if (!isAs(introduced)) {
      throw new ConsortiumCommandError({ code: 'CONSORTIUM_INTRODUCTION_OTHER', member: introduced.name });
    }
    names.push(introduced.name);
  }
  return names;
}

/**
 * Holds what a paper gives out as the signer's own keys against those in its data folder.
 * @param held keys that the consortium has of this member already
 * @returns what could not be compared, in words for the signer: the folder has no key of that kind
 * @throws ConsortiumCommandError CONSORTIUM_KEYS_NOT_OURS
 */
export function compareOwn(given: readonly GivenKey[], ours: OwnPublicKeys, held: readonly string[] = []): string[] {
  return given.flatMap(({ member, role, text }) => {
    const own = ours.get(role) ?? [];
    if (own.includes(text) || held.includes(text)) return [];
    if (own.length > 0) throw new ConsortiumCommandError({ code: 'CONSORTIUM_KEYS_NOT_OURS', member, key: role });
    return [`NOT COMPARED: your ${role} key ${text}, as there is none in this data folder.`];
  });
}
