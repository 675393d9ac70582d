/** What the letter before a number says it is. */
export const CASE_LETTERS = {
  deviceCase: 'C',
  firm: 'F',
  application: 'A',
  proposal: 'S',
  exposedList: 'E',
  incident: 'I',
  request: 'R',
  campaign: 'M',
} as const;
export type CaseLetter = (typeof CASE_LETTERS)[keyof typeof CASE_LETTERS];

/** Cases of one kind that one year can hold. */
export const CASES_PER_YEAR_MAX = 1_000_000_000;
const SERIAL_DIGITS_MIN = 6;
const CASE_NUMBER = /^([A-Z])-([0-9]{4})-([0-9]{6,9})$/i;

/** The identity of a case as an integer: year × 10⁹ + serial. It grows in the order in which cases are opened. */
export type CaseId = number;

/** The number that people use: `C-2026-000123`. */
export function caseNumber(id: CaseId, letter: CaseLetter = CASE_LETTERS.deviceCase): string {
  const year = Math.floor(id / CASES_PER_YEAR_MAX);
  const serial = id % CASES_PER_YEAR_MAX;
  return `${letter}-${year.toString().padStart(4, '0')}-${serial.toString().padStart(SERIAL_DIGITS_MIN, '0')}`;
}

/** The case that a number names, or undefined where the text is no number of such a case. */
export function parseCaseNumber(text: string, letter: CaseLetter = CASE_LETTERS.deviceCase): CaseId | undefined {
  const parts = CASE_NUMBER.exec(text);
  if (parts === null) return undefined;
  const id = Number(parts[2]) * CASES_PER_YEAR_MAX + Number(parts[3]);
  // One case has one number: a serial with more zeros than it needs names none.
  return caseNumber(id, letter) === text.toUpperCase() ? id : undefined;
}

/** The first identity that a case opened in the (UTC) year of this time can have is one above this. */
export function caseIdFloor(timeMs: number): CaseId {
  return new Date(timeMs).getUTCFullYear() * CASES_PER_YEAR_MAX;
}
