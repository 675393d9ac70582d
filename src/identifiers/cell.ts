import { Fault, type Parsed } from '../base/fault.ts';

/**
 * A cell's global identity: the operator's PLMN and, of a 4G cell, the 28 bits of its E-UTRAN Cell Identity (TS 23.003
 * clause 19.6), of a 5G cell the 36 bits of its NR Cell Identity (clause 19.6A).
 */
export interface CellIdentity {
  readonly radio: 'eci' | 'nci';
  /** Three digits. */
  readonly mcc: string;
  /** Two or three digits. */
  readonly mnc: string;
  /** 0 to 2^28-1 (ECI) or 2^36-1 (NCI): beyond what 32-bit operators hold. */
  readonly cell: number;
}

export type CellFault = { code: 'CELL_MALFORMED'; expected: string };

const BITS = { eci: 28, nci: 36 } as const;
const TEXT = /^([0-9]{3})-([0-9]{2,3})-(eci|nci)-([0-9a-f]{7}|[0-9a-f]{9})$/;
const EXPECTED = 'MCC-MNC-eci- and 7 hexadecimal digits, or MCC-MNC-nci- and 9: 450-08-eci-00a1b2c';

/** Reads the one spelling of a cell: `450-08-eci-00a1b2c`, `450-08-nci-00a1b2c3d`. */
export function parseCell(text: string): Parsed<CellIdentity, CellFault> {
  const [, mcc, mnc, radio, digits] = TEXT.exec(text) ?? [];
  const isWhole = digits !== undefined && digits.length * 4 === BITS[radio as CellIdentity['radio']];
  if (!isWhole) return new Fault({ code: 'CELL_MALFORMED', expected: EXPECTED });
  return { radio: radio as CellIdentity['radio'], mcc: mcc!, mnc: mnc!, cell: Number.parseInt(digits, 16) };
}

/** The spelling that logs, tables and people use; equal texts are equal cells. */
export function cellText({ radio, mcc, mnc, cell }: CellIdentity): string {
  return `${mcc}-${mnc}-${radio}-${cell.toString(16).padStart(BITS[radio] / 4, '0')}`;
}

/** Whether a number fits the cell identity of that radio. */
export function fitsCell(radio: CellIdentity['radio'], cell: number): boolean {
  return Number.isSafeInteger(cell) && cell >= 0 && cell < 2 ** BITS[radio];
}
