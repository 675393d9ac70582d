import { type DeviceTarget, deviceTargetText } from '../../identifiers/device-target.ts';
import { type ImeiKey, imeiKeyText, SERIALS_PER_TAC, tacOf } from '../../identifiers/imei.ts';
import type { EntryName } from '../../statements/statement.ts';
import type { CaseStatementRow } from '../../store/schema.ts';

/** The columns by which a statement is found again, and by which two about the same are refused. */
export type SubjectColumns = Pick<CaseStatementRow, 'subject' | 'imeiFrom' | 'imeiTo'>;

export function targetSubject(target: DeviceTarget): SubjectColumns {
  const [from, to] = endsOf(target);
  const text = Object.values(deviceTargetText(target)).join('-');
  return { subject: `${target.kind}:${text}`, imeiFrom: from, imeiTo: to };
}

export function pairingSubject(imei: ImeiKey, tag: Uint8Array): SubjectColumns {
  const subject = `pair:${imeiKeyText(imei)}:${Buffer.from(tag).toString('hex')}`;
  return { subject, imeiFrom: imei, imeiTo: imei };
}

/** The emergency override of the member's own gates: there is one. */
export const OVERRIDE_SUBJECT: SubjectColumns = { subject: 'gate', imeiFrom: null, imeiTo: null };

/** An entry of another member's log, which is overruled once. */
export function entrySubject({ member, index }: EntryName, target: DeviceTarget): SubjectColumns {
  return { ...targetSubject(target), subject: `entry:${member}:${index}` };
}

/** What a row's statement is about, read back from its columns; undefined where it is about no device. */
export function targetOf({ subject, imeiFrom, imeiTo }: SubjectColumns): DeviceTarget | undefined {
  if (imeiFrom === null || imeiTo === null) return undefined;
  const [from, to] = [imeiFrom as ImeiKey, imeiTo as ImeiKey];
  if (subject.startsWith('range:')) return { kind: 'range', from, to };
  if (from === to) return { kind: 'imei', imei: from };
  if (to - from === SERIALS_PER_TAC - 1) return { kind: 'tac', tac: tacOf(from) };
  return { kind: 'range', from, to };
}

function endsOf(target: DeviceTarget): [from: number, to: number] {
  switch (target.kind) {
    case 'imei':
      return [target.imei, target.imei];
    case 'tac':
      return [target.tac * SERIALS_PER_TAC, (target.tac + 1) * SERIALS_PER_TAC - 1];
    case 'range':
      return [target.from, target.to];
  }
}
