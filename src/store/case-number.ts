/** Cases that one year can hold. */
export const CASES_PER_YEAR_MAX = 1_000_000_000;
const SERIAL_DIGITS_MIN = 6;
const CASE_NUMBER = /^C-([0-9]{4})-([0-9]{6,9})$/i;

/** The identity of a case as an integer: year × 10⁹ + serial. It grows in the order in which cases are opened. */
export type CaseId = number;

/** The number that people use: `C-2026-000123`. */
export function caseNumber(id: CaseId): string {
  const year = Math.floor(id / CASES_PER_YEAR_MAX);
  const serial = id % CASES_PER_YEAR_MAX;
  return `C-${year.toString().padStart(4, '0')}-${serial.toString().padStart(SERIAL_DIGITS_MIN, '0')}`;
}

/** The case that a number names, or undefined where the text is no case number. */
export function parseCaseNumber(text: string): CaseId | undefined {
  const parts = CASE_NUMBER.exec(text);
  if (parts === null) return undefined;
  const id = Number(parts[1]) * CASES_PER_YEAR_MAX + Number(parts[2]);
  // One case has one number: a serial with more zeros than it needs names none.
  return caseNumber(id) === text.toUpperCase() ? id : undefined;
}

/** The first identity that a case opened in the (UTC) year of this time can have is one above this. */
export function caseIdFloor(timeMs: number): CaseId {
  return new Date(timeMs).getUTCFullYear() * CASES_PER_YEAR_MAX;
}
