import { writeMeIdentityCheckRequest } from '../../src/wire/diameter/me-identity-check-request.ts';
import { MessageWriter } from '../../src/wire/diameter/message-writer.ts';

/** Blocked devices have the keys from here on. */
export const FIRST_BLOCKED = 35_000_000_000_000;
const FIRST_UNKNOWN = 86_000_000_000_000;
/** Every so many requests ask for a blocked device: in a network few do. */
export const BLOCKED_EVERY = 100;
export const GATE = { originHost: 'eir.epc.test', originRealm: 'epc.test' };
export const MME = { originHost: 'mme.epc.test', originRealm: 'epc.test' };

/** An ECR as an MME sends it, whose IMEI stands at `imeiAt`. */
export function requestTemplate(): { bytes: Buffer; imeiAt: number } {
  const imei = '35000000000000';
  const writer = new MessageWriter(1_024);
  writeMeIdentityCheckRequest(
    writer,
    { hopByHop: 0, endToEnd: 0 },
    {
      sessionId: 'mme.epc.test;1;1',
      ...MME,
      destinationRealm: GATE.originRealm,
      imei,
      softwareVersion: '23',
      userName: '450080123456789',
    },
  );
  const bytes = Buffer.from(writer.written);
  return { bytes, imeiAt: bytes.indexOf(imei) };
}

/** The device that request `number` asks for: spread over all that are blocked, so that no cache holds them. */
export function deviceOf(number: number, devices: number): { key: number; isBlocked: boolean } {
  const spread = Math.imul(number, 0x9e37_79b1) >>> 0;
  const isBlocked = number % BLOCKED_EVERY === 0;
  return { key: (isBlocked ? FIRST_BLOCKED : FIRST_UNKNOWN) + (spread % devices), isBlocked };
}
