import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { HandClock } from '../base/clock.ts';
import { Fault, orThrow } from '../base/fault.ts';
import {
  COSIGNATURE_SECONDS_MAX,
  cosignedAtMs,
  cosigner,
  generateWitnessKey,
  parseWitnessKey,
  parseWitnessSigningKey,
  readWitnessKey,
  witnessSigningKey,
  witnessSigningKeyText,
  writeWitnessKey,
} from './cosignature.ts';
import { openNote, parseNote, signatureLine } from './note.ts';
import { generateLogKey, parseLogKey, signingKeyText } from './note-key.ts';

const known = ledgerVectors('log-of-three.json') as {
  vkey: string;
  checkpoint: string;
  checkpointWithCosignature: string;
};
const WITNESS_VKEY = 'witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU';
const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 2)]);
const witness = witnessSigningKey('witness.example/w1', createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }));

describe('a witness’s key', () => {
  it('follows from the seed, and is read and written alike', () => {
    assert.equal(witness.witnessKey.vkey, WITNESS_VKEY);
    assert.equal(orThrow(parseWitnessKey(WITNESS_VKEY)).vkey, WITNESS_VKEY);
    assert.equal(witness.keyId, 0xdf1c0a35);
    assert.equal(orThrow(parseWitnessSigningKey(witnessSigningKeyText(witness))).witnessKey.vkey, WITNESS_VKEY);
  });

  it('is not taken for a log’s, nor a log’s for it', () => {
    const log = generateLogKey('log.hanbit.example/shared');
    assert.ok(parseLogKey(WITNESS_VKEY) instanceof Fault);
    assert.ok(parseWitnessKey(log.logKey.vkey) instanceof Fault);
    assert.ok(parseWitnessSigningKey(signingKeyText(log)) instanceof Fault);
  });

  it('is kept in a file that only its owner may read, and never written over', async (t) => {
    const file = join(temporaryFolder(t), 'witness.key');
    const key = generateWitnessKey('witness.hanbit.example');
    await writeWitnessKey(file, key);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readWitnessKey(file)).witnessKey.vkey, key.witnessKey.vkey);
    await assert.rejects(writeWitnessKey(file, key), faultCode('KEY_EXISTS'));
  });
});

describe('a cosignature', () => {
  const { text } = orThrow(parseNote(Buffer.from(known.checkpoint)));
  const at = (seconds: number): Buffer => cosigner(witness, new HandClock(seconds * 1000 + 999)).sign(text);

  it('of the known checkpoint comes out octet for octet', () => {
    const line = signatureLine({ name: witness.name, keyId: witness.keyId, signature: at(1_700_000_000) });
    assert.equal(known.checkpoint + line, known.checkpointWithCosignature);
  });

  it('is verified beside the log’s signature, and tells its time', () => {
    const verifiers = [orThrow(parseLogKey(known.vkey)), orThrow(parseWitnessKey(WITNESS_VKEY))];
    const note = orThrow(openNote(Buffer.from(known.checkpointWithCosignature), verifiers));
    assert.deepEqual(
      note.signatures.map(({ name }) => name),
      ['log.op1.example/ledger', 'witness.example/w1'],
    );
    assert.equal(cosignedAtMs(note.signatures[1]!), 1_700_000_000_000);
  });

  it('covers the text, the time and each of its octets', () => {
    const { witnessKey } = witness;
    const signature = at(1_700_000_000);
    assert.ok(witnessKey.verifies(text, signature));
    const octet = fc.nat(signature.length - 1);
    fc.assert(
      fc.property(octet, fc.nat(7), (place, bit) => {
        const other = Buffer.from(signature);
        other[place]! ^= 1 << bit;
        return !witnessKey.verifies(text, other);
      }),
    );
    assert.ok(!witnessKey.verifies(Buffer.concat([text, Buffer.from('more\n')]), signature));
  });

  it('is one of 72 octets and of no other length', () => {
    const signature = at(1_700_000_000);
    for (let length = 0; length < signature.length; length++) {
      assert.ok(!witness.witnessKey.verifies(text, signature.subarray(0, length)));
    }
    assert.ok(!witness.witnessKey.verifies(text, Buffer.concat([signature, Buffer.of(0)])));
  });

  it('has a time from 0 to the last of the year 9999, and does not verify one second later', () => {
    for (const seconds of [0, 1_700_000_000]) assert.ok(witness.witnessKey.verifies(text, at(seconds)));
    const last = at(COSIGNATURE_SECONDS_MAX);
    assert.ok(witness.witnessKey.verifies(text, last));
    assert.equal(new Date(cosignedAtMs({ signature: last })).toISOString(), '9999-12-31T23:59:59.000Z');
    const later = Buffer.from(last);
    later.writeBigUInt64BE(BigInt(COSIGNATURE_SECONDS_MAX) + 1n);
    assert.ok(!witness.witnessKey.verifies(text, later));
    later.writeBigUInt64BE(2n ** 64n - 1n);
    assert.ok(!witness.witnessKey.verifies(text, later));
  });
});
