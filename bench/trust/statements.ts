import { createSecretKey } from 'node:crypto';
import { type ImeiKey, SERIALS_PER_TAC } from '../../src/identifiers/imei.ts';
import { EPOCH_KEY_SIZE } from '../../src/sealing/epoch-key.ts';
import type { EpochKey } from '../../src/sealing/seal.ts';
import { encodeStatement, type Envelope, sealStatement } from '../../src/statements/codec.ts';
import type { Statement } from '../../src/statements/statement.ts';

const TACS = 20_000;

/** The one epoch of the bench: its key is no secret. */
export const EPOCH_KEY_OCTETS = Buffer.alloc(EPOCH_KEY_SIZE, 7);
export const EPOCH: EpochKey = { epoch: 1, key: createSecretKey(EPOCH_KEY_OCTETS) };

/** The report of one stolen device, as most statements are: the `index`th of its issuer. */
export function blockOf(issuer: string, index: number): { envelope: Envelope; statement: Statement } {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(index);
  const tac = 35_000_000 + (index % TACS) * 37;
  const imei = (tac * SERIALS_PER_TAC + (Math.floor(index / TACS) % SERIALS_PER_TAC)) as ImeiKey;
  const statement = { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'stolen' } as const;
  return { envelope: { issuer, timeMs: 1_700_000_000_000, id }, statement };
}

export function plainBlock(issuer: string, index: number): Uint8Array {
  const { envelope, statement } = blockOf(issuer, index);
  return encodeStatement(envelope, statement);
}

export function sealedBlock(issuer: string, index: number): Uint8Array {
  const { envelope, statement } = blockOf(issuer, index);
  return sealStatement(envelope, statement, EPOCH);
}
