import { Fault, type Parsed } from '../base/fault.ts';
import {
  type ImeiFault,
  type ImeiKey,
  imeiKeyText,
  parseImei,
  parseTac,
  type Tac,
  type TacFault,
  tacOf,
  tacText,
} from './imei.ts';

/** What a statement about devices is about: one device, every device of a TAC, or an inclusive range inside one TAC. */
export type DeviceTarget =
  | { readonly kind: 'imei'; readonly imei: ImeiKey }
  | { readonly kind: 'tac'; readonly tac: Tac }
  | { readonly kind: 'range'; readonly from: ImeiKey; readonly to: ImeiKey };

/** The written form: 14, 15 or 16 digits each, and 8 for a TAC. */
export type DeviceTargetText =
  | { readonly imei: string }
  | { readonly tac: string }
  | { readonly from: string; readonly to: string };

export type DeviceTargetFault =
  | ImeiFault
  | TacFault
  | { code: 'RANGE_REVERSED' }
  | { code: 'RANGE_SPANS_TACS' }
  | { code: 'TARGET_MISSING' };

/**
 * Reads a target. A range over several TACs is refused with RANGE_SPANS_TACS: state one per TAC, so that a look-up stays
 * bounded.
 */
export function parseDeviceTarget(
  text: Partial<Record<'imei' | 'tac' | 'from' | 'to', unknown>>,
): Parsed<DeviceTarget, DeviceTargetFault> {
  const { imei, tac, from, to } = text;
  if (typeof imei === 'string' && tac === undefined && from === undefined && to === undefined) {
    const parsed = parseImei(imei);
    return parsed instanceof Fault ? parsed : { kind: 'imei', imei: parsed.key };
  }
  if (typeof tac === 'string' && imei === undefined && from === undefined && to === undefined) {
    const parsed = parseTac(tac);
    return parsed instanceof Fault ? parsed : { kind: 'tac', tac: parsed };
  }
  if (typeof from === 'string' && typeof to === 'string' && imei === undefined && tac === undefined) {
    return parseRange(from, to);
  }
  return new Fault({ code: 'TARGET_MISSING' });
}

export function deviceTargetText(target: DeviceTarget): DeviceTargetText {
  switch (target.kind) {
    case 'imei':
      return { imei: imeiKeyText(target.imei) };
    case 'tac':
      return { tac: tacText(target.tac) };
    case 'range':
      return { from: imeiKeyText(target.from), to: imeiKeyText(target.to) };
  }
}

function parseRange(from: string, to: string): Parsed<DeviceTarget, DeviceTargetFault> {
  const first = parseImei(from);
  if (first instanceof Fault) return first;
  const last = parseImei(to);
  if (last instanceof Fault) return last;
  if (last.key < first.key) return new Fault({ code: 'RANGE_REVERSED' });
  if (tacOf(first.key) !== tacOf(last.key)) return new Fault({ code: 'RANGE_SPANS_TACS' });
  return { kind: 'range', from: first.key, to: last.key };
}
