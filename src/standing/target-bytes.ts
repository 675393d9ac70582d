import type { DeviceTarget } from '../identifiers/device-target.ts';
import type { ImeiKey, Tac } from '../identifiers/imei.ts';

/** Octets of a target in a snapshot. */
export const TARGET_SIZE = 17;

export function writeTarget(bytes: Buffer, at: number, target: DeviceTarget): void {
  const [kind, first, last] = targetNumbers(target);
  bytes[at] = kind;
  bytes.writeBigUInt64LE(BigInt(first), at + 1);
  bytes.writeBigUInt64LE(BigInt(last), at + 9);
}

/** Undefined where the kind of target is none. */
export function readTarget(bytes: Buffer, at: number): DeviceTarget | undefined {
  const first = Number(bytes.readBigUInt64LE(at + 1));
  const last = Number(bytes.readBigUInt64LE(at + 9));
  switch (bytes.readUInt8(at)) {
    case 0:
      return { kind: 'imei', imei: first as ImeiKey };
    case 1:
      return { kind: 'tac', tac: first as Tac };
    case 2:
      return { kind: 'range', from: first as ImeiKey, to: last as ImeiKey };
    default:
      return undefined;
  }
}

function targetNumbers(target: DeviceTarget): [kind: number, first: number, last: number] {
  switch (target.kind) {
    case 'imei':
      return [0, target.imei, 0];
    case 'tac':
      return [1, target.tac, 0];
    case 'range':
      return [2, target.from, target.to];
  }
}
