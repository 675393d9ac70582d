import { CASE_LETTERS, type CaseId, parseCaseNumber } from '../../store/case-number.ts';
import type { Tables } from '../../store/store.ts';
import { DecisionError } from './decision-fault.ts';

/** Fewer digits at the end would fit too many lines. */
const NATIONAL_DIGITS_MIN = 8;
const COUNTRY_CODE_DIGITS_MAX = 3;

interface LookingUp {
  readonly actor: string;
  /** Who is looked up; undefined where the look-up names nobody. */
  readonly subject: string | undefined;
}

/**
 * Whether a case is a reason to look somebody up: it concerns that very person, and who looks has not opened it. Of a
 * look-up that names nobody, such as of all records of a cell, any case is one that somebody else has opened.
 * @throws DecisionError LOOK_UP_CASE_UNKNOWN for a number that no case has
 */
export async function isReason(tables: Tables, reference: string, who: LookingUp): Promise<boolean> {
  const [letter = ''] = reference;
  const find = FINDERS[letter];
  const concerned = find === undefined ? undefined : await find(tables, reference, who.subject);
  if (concerned === undefined) throw new DecisionError({ code: 'LOOK_UP_CASE_UNKNOWN', field: 'case' });
  return concerned.openedBy !== who.actor && (who.subject === undefined || concerned.isAbout);
}

interface Concerned {
  readonly openedBy: string;
  readonly isAbout: boolean;
}
type Find = (tables: Tables, reference: string, subject: string | undefined) => Promise<Concerned | undefined>;

const FINDERS: Readonly<Record<string, Find>> = {
  [CASE_LETTERS.request]: async ({ incidents }, reference, subject) => {
    const row = await byNumber(reference, CASE_LETTERS.request, (id) => incidents.requests.find(id));
    return row && { openedBy: row.createdBy, isAbout: row.msisdn === subject };
  },
  [CASE_LETTERS.incident]: async ({ incidents }, reference, subject) => {
    const row = await byNumber(reference, CASE_LETTERS.incident, (id) => incidents.files.find(id));
    if (row === undefined) return undefined;
    const isAbout = subject !== undefined && (await incidents.persons.isNamed(row.id, subject));
    return { openedBy: row.openedBy, isAbout };
  },
  [CASE_LETTERS.deviceCase]: async ({ cases }, reference, subject) => {
    const row = await byNumber(reference, CASE_LETTERS.deviceCase, (id) => cases.find(id));
    return row && { openedBy: row.createdBy, isAbout: isSameNumber(row.requesterContactKey, subject) };
  },
};

async function byNumber<T>(
  reference: string,
  letter: 'C' | 'I' | 'R',
  find: (id: CaseId) => Promise<T | undefined>,
): Promise<T | undefined> {
  const id = parseCaseNumber(reference, letter);
  return id === undefined ? undefined : find(id);
}

/** A contact as people write it, and a number in international form: `01012345678` and `821012345678`. */
function isSameNumber(contact: string | null, subject: string | undefined): boolean {
  if (contact === null || subject === undefined || !/^\+?[0-9]+$/.test(contact)) return false;
  if (!contact.startsWith('0')) return contact.replace('+', '') === subject;
  const national = contact.slice(1);
  return (
    national.length >= NATIONAL_DIGITS_MIN &&
    subject.endsWith(national) &&
    subject.length - national.length <= COUNTRY_CODE_DIGITS_MAX
  );
}
