import { Fault } from '../base/fault.ts';
import { deviceTargetText, parseDeviceTarget } from '../identifiers/device-target.ts';
import { imeiKeyText, parseImei } from '../identifiers/imei.ts';
import type { CborMap } from '../ledger/entry.ts';
import { isMap, malformed, readEnds, readOneOf, readReference, readTag, readTime } from './body-fields.ts';
import type { BodyCodec } from './codec.ts';
import {
  DEVICE_REASONS,
  type DeviceListed,
  type DevicePaired,
  type DeviceReleased,
  type GateOpened,
  type GateRestored,
  RELEASE_REASONS,
  type StatementKind,
} from './statement.ts';

const LISTED: BodyCodec<DeviceListed> = {
  fields: ['target', 'reason', 'occurred', 'reference'],
  write: ({ target, reason, occurredAtMs }) => ({
    target: deviceTargetText(target),
    reason,
    ...(occurredAtMs !== undefined && { occurred: occurredAtMs }),
  }),
  read: readListed,
};

const RELEASED: BodyCodec<DeviceReleased> = {
  fields: ['target', 'ends', 'reason', 'reference'],
  write: ({ target, ends, reason }) => ({ target: deviceTargetText(target), ends: { ...ends }, reason }),
  read: readReleased,
};

const PAIRED: BodyCodec<DevicePaired> = {
  fields: ['imei', 'tag', 'reference'],
  write: ({ imei, tag }) => ({ imei: imeiKeyText(imei), tag }),
  read: readPaired,
};

const OPENED: BodyCodec<GateOpened> = {
  fields: ['reference'],
  write: () => ({}),
  read: (kind, body) => ({ kind, ...readReference(body) }),
};

const RESTORED: BodyCodec<GateRestored> = {
  fields: ['ends', 'reference'],
  write: ({ ends }) => ({ ends: { ...ends } }),
  read: (kind, body) => ({ kind, ends: readEnds(kind, body), ...readReference(body) }),
};

export const DEVICE_BODIES = {
  'device.blocked': LISTED,
  'device.tracked': LISTED,
  'device.released': RELEASED,
  'device.paired': PAIRED,
  'gate.opened': OPENED,
  'gate.restored': RESTORED,
};

function readListed(kind: StatementKind, body: CborMap): DeviceListed {
  return {
    kind: kind as DeviceListed['kind'],
    target: readTarget(kind, body),
    reason: readOneOf(DEVICE_REASONS, kind, body),
    ...(body['occurred'] !== undefined && { occurredAtMs: readTime(kind, body, 'occurred') }),
    ...readReference(body),
  };
}

function readReleased(kind: StatementKind, body: CborMap): DeviceReleased {
  return {
    kind: 'device.released',
    target: readTarget(kind, body),
    ends: readEnds(kind, body),
    reason: readOneOf(RELEASE_REASONS, kind, body),
    ...readReference(body),
  };
}

function readPaired(kind: StatementKind, body: CborMap): DevicePaired {
  const { imei } = body;
  const parsed = typeof imei === 'string' && imei.length === 14 ? parseImei(imei) : undefined;
  if (parsed === undefined || parsed instanceof Fault) throw malformed(kind, 'imei');
  return { kind: 'device.paired', imei: parsed.key, tag: readTag(kind, body), ...readReference(body) };
}

function readTarget(kind: StatementKind, body: CborMap): DeviceListed['target'] {
  const { target } = body;
  if (!isMap(target)) throw malformed(kind, 'target');
  const parsed = parseDeviceTarget(target);
  if (parsed instanceof Fault) throw malformed(kind, 'target');
  const canonical: CborMap = deviceTargetText(parsed);
  // One device has one spelling in a log: 14 digits.
  if (!Object.entries(target).every(([field, value]) => canonical[field] === value)) throw malformed(kind, 'target');
  return parsed;
}
