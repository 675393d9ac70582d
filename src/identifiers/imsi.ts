import { Fault, type Parsed } from '../base/fault.ts';

/** An International Mobile Subscription Identity (TS 23.003 clause 2.2): 6 to 15 digits, MCC first. */
export interface Imsi {
  readonly digits: string;
  /** Mobile Country Code, 3 digits. */
  readonly mcc: string;
}

export type ImsiFault = { code: 'IMSI_LENGTH'; length: number } | { code: 'IMSI_NOT_DIGITS' };

export const IMSI_DIGITS_MIN = 6;
export const IMSI_DIGITS_MAX = 15;

export function parseImsi(text: string): Parsed<Imsi, ImsiFault> {
  if (text.length < IMSI_DIGITS_MIN || text.length > IMSI_DIGITS_MAX) {
    return new Fault({ code: 'IMSI_LENGTH', length: text.length });
  }
  if (!/^[0-9]+$/.test(text)) return new Fault({ code: 'IMSI_NOT_DIGITS' });
  return { digits: text, mcc: text.slice(0, 3) };
}

/**
 * Splits an IMSI by its network. Whether an MNC has two or three digits cannot be seen in the IMSI: the caller's
 * numbering plan decides, and the longest known network wins.
 * @param networks MCC and MNC written together, 5 or 6 digits
 */
export function homeNetwork(imsi: Imsi, networks: ReadonlySet<string>): { mcc: string; mnc: string } | undefined {
  for (const length of [6, 5]) {
    const network = imsi.digits.slice(0, length);
    if (networks.has(network)) return { mcc: imsi.mcc, mnc: network.slice(3) };
  }
  return undefined;
}
