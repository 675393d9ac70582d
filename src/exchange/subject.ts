import { type DeviceTarget, deviceTargetText } from '../identifiers/device-target.ts';
import { type ImeiKey, SERIALS_PER_TAC, tacOf } from '../identifiers/imei.ts';

interface Ends {
  readonly from: ImeiKey;
  readonly to: ImeiKey;
}

/** What a line of a list is about: both ends lie in one TAC. */
export function targetOf({ from, to }: Ends): DeviceTarget {
  if (from === to) return { kind: 'imei', imei: from };
  if (to - from === SERIALS_PER_TAC - 1) return { kind: 'tac', tac: tacOf(from) };
  return { kind: 'range', from, to };
}

/** What it is about in the one spelling by which statements of this member are found, the desk's included. */
export function subjectOf(ends: Ends): string {
  const target = targetOf(ends);
  return `${target.kind}:${Object.values(deviceTargetText(target)).join('-')}`;
}
