import { createHmac } from 'node:crypto';
import { type ImeiKey, imeiKeyText } from '../identifiers/imei.ts';
import type { Imsi } from '../identifiers/imsi.ts';

export const PAIRING_TAG_SIZE = 16;

/**
 * Stands for "this device with this subscriber" in a shared log: HMAC-SHA256 under the consortium's tag key, cut to
 * 16 octets. IMSIs are few enough to guess, so a plain hash would hide nothing; members hold the key, outsiders do not.
 */
export function pairingTag(pairingKey: Uint8Array, imei: ImeiKey, imsi: Imsi): Buffer {
  const digest = createHmac('sha256', pairingKey)
    .update(`${imeiKeyText(imei)}:${imsi.digits}`)
    .digest();
  return digest.subarray(0, PAIRING_TAG_SIZE);
}

/**
 * Stands for a sender number in a shared log, as `pairingTag` stands for a device with a subscriber: a number may be a
 * person's.
 */
export function numberTag(pairingKey: Uint8Array, number: string): Buffer {
  return createHmac('sha256', pairingKey).update(`number:${number}`).digest().subarray(0, PAIRING_TAG_SIZE);
}
