import type { DeviceTarget } from '../identifiers/device-target.ts';
import type { CellStatement } from './cell-statement.ts';
import type { MemberStatement } from './member-statement.ts';
import type { SenderStatement } from './sender-statement.ts';
import type { ImeiKey } from '../identifiers/imei.ts';

/**
 * Why a device is blocked or tracked. The order is the code of each reason in the index and in snapshots: append only,
 * 16 at most.
 */
export const DEVICE_REASONS = [
  'stolen',
  'lost',
  'fraud', // obtained by fraud: subscription fraud, a courier's loss
  'counterfeit',
  'tampered', // identity re-programmed
  'duplicated', // the identity of another device
  'non-payment',
  'faulty',
  'regulatory',
  'other',
] as const;
export type DeviceReason = (typeof DEVICE_REASONS)[number];

/** Why a statement was ended. */
export const RELEASE_REASONS = ['recovered', 'withdrawn', 'corrected', 'overruled'] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

/** Names one entry for ever: the log it stands in, by its member, and its index there. */
export interface EntryName {
  readonly member: string;
  readonly index: number;
}

export interface DeviceListed {
  readonly kind: 'device.blocked' | 'device.tracked';
  readonly target: DeviceTarget;
  readonly reason: DeviceReason;
  /** When it happened (the theft, the loss), in ms since 1970. */
  readonly occurredAtMs?: number;
  /** The issuer's case number: opaque, never personal data. */
  readonly reference?: string;
}

/** Ends one statement, and repeats its target: a release whose target differs ends nothing. */
export interface DeviceReleased {
  readonly kind: 'device.released';
  readonly target: DeviceTarget;
  readonly ends: EntryName;
  readonly reason: ReleaseReason;
  readonly reference?: string;
}

/**
 * Exempts one device with one subscriber, where several devices bear one IMEI. The IMSI itself is personal data and
 * stays out of the log: see `pairingTag`.
 */
export interface DevicePaired {
  readonly kind: 'device.paired';
  readonly imei: ImeiKey;
  readonly tag: Uint8Array;
  readonly reference?: string;
}

/** The emergency override: the issuer's own gates allow every device, until `gate.restored` names this entry. */
export interface GateOpened {
  readonly kind: 'gate.opened';
  readonly reference?: string;
}

export interface GateRestored {
  readonly kind: 'gate.restored';
  readonly ends: EntryName;
  readonly reference?: string;
}

/** What concerns devices and the gates that check them. */
export type DeviceStatement = DeviceListed | DeviceReleased | DevicePaired | GateOpened | GateRestored;

export type Statement = DeviceStatement | SenderStatement | CellStatement | MemberStatement;
export type StatementKind = Statement['kind'];
