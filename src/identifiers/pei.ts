import { Fault, type Parsed } from '../base/fault.ts';
import { type Imei, type ImeiFault, parseImei } from './imei.ts';

/** A Permanent Equipment Identifier (TS 23.003 clause 6.4, TS 29.571 type Pei). Only the first two name a device here. */
export type Pei =
  | { readonly kind: 'imei'; readonly imei: Imei }
  | { readonly kind: 'imeisv'; readonly imei: Imei }
  | { readonly kind: 'mac'; readonly mac: string; readonly trusted: boolean }
  | { readonly kind: 'eui'; readonly eui: string }
  | { readonly kind: 'other' };

export type PeiFault = ImeiFault | { code: 'PEI_EMPTY' };

const MAC = /^mac((?:-[0-9a-f]{2}){6})(-untrusted)?$/i;
const EUI = /^eui((?:-[0-9a-f]{2}){8})$/i;

/**
 * Reads a PEI. TS 29.571 ends its pattern in `|.+`: any other non-empty text is legal and becomes `other`, which no
 * register can know. An `imei-` or `imeisv-` whose digits are wrong is such a text too.
 */
export function parsePei(text: string): Parsed<Pei, PeiFault> {
  if (text === '') return new Fault({ code: 'PEI_EMPTY' });
  if (text.startsWith('imei-')) return equipment('imei', text.slice(5), 15);
  if (text.startsWith('imeisv-')) return equipment('imeisv', text.slice(7), 16);
  const mac = MAC.exec(text);
  if (mac !== null) return { kind: 'mac', mac: mac[1]!.slice(1).toLowerCase(), trusted: mac[2] === undefined };
  const eui = EUI.exec(text);
  if (eui !== null) return { kind: 'eui', eui: eui[1]!.slice(1).toLowerCase() };
  return { kind: 'other' };
}

function equipment(kind: 'imei' | 'imeisv', digits: string, length: number): Pei {
  const imei = digits.length === length ? parseImei(digits) : undefined;
  return imei === undefined || imei instanceof Fault ? { kind: 'other' } : { kind, imei };
}
