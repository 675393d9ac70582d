import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { orThrow } from '../base/fault.ts';
import { decodeEntry, decodePlainEntry, encodeEntry, isSealed } from '../ledger/entry.ts';
import { leafHash } from '../ledger/merkle.ts';
import { keyDigest, unwrapEpochKey } from './epoch-key.ts';
import { open, seal } from './seal.ts';
import { parseSealingKey } from './sealing-key.ts';

interface SealedVectors {
  readonly keyHex: string;
  readonly keyDigest: string;
  readonly rHex: string;
  readonly nonceHex: string;
  readonly plain: string;
  readonly epoch: number;
  readonly sealed: readonly { name: string; continues?: number; hex: string; leafHash: string }[];
  readonly wrapped: { privateKey: string; publicKey: string; jwe: string };
}
interface StatementVectors {
  readonly statements: readonly { name: string; hex: string }[];
}

const vectors = ledgerVectors('sealed.json') as SealedVectors;
const { statements } = ledgerVectors('statements.json') as StatementVectors;
const key = Buffer.from(vectors.keyHex, 'hex');

describe('what another language has computed', () => {
  const { hex: plainHex } = statements.find(({ name }) => name === vectors.plain)!;
  const { body, ...envelope } = decodePlainEntry(Buffer.from(plainHex, 'hex'));
  for (const { name, continues, hex, leafHash: leaf } of vectors.sealed) {
    it(`is sealed and opened: ${name}`, () => {
      const given = [vectors.rHex, vectors.nonceHex].map((hex) => Buffer.from(hex, 'hex'));
      const header = { ...envelope, ...(continues !== undefined && { continues }) };
      const epochKey = { epoch: vectors.epoch, key: createSecretKey(key) };
      const octets = seal(header, body, epochKey, () => given.shift()!);
      assert.equal(Buffer.from(octets).toString('hex'), hex);
      assert.equal(leafHash(octets).toString('hex'), leaf);
      const entry = decodeEntry(octets);
      assert.ok(isSealed(entry));
      const opening = orThrow(open(entry, () => epochKey.key));
      const again = encodeEntry({ ...envelope, body: opening.body });
      assert.equal(Buffer.from(again).toString('hex'), plainHex);
    });
  }

  it('is unwrapped: an epoch key in a JWE', async () => {
    const { privateKey, publicKey, jwe } = vectors.wrapped;
    const sealingKey = orThrow(parseSealingKey(privateKey));
    assert.equal(sealingKey.publicText, publicKey);
    assert.deepEqual(await unwrapEpochKey(jwe, sealingKey), key);
    assert.equal(keyDigest(key), vectors.keyDigest);
  });
});
