import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { KEY_TEXT_SIZE_MAX } from './ed25519-key.ts';
import {
  generateLogKey,
  parseLogKey,
  parseSigningKey,
  readLogKey,
  readSigningKey,
  signingKey,
  signingKeyText,
  writeSigningKey,
} from './note-key.ts';

const known = ledgerVectors('log-of-three.json') as { vkey: string; signingKey: string; seed: string; origin: string };
const { vkey } = known;
const [name, id, base64] = /^([^+]*)\+([^+]*)\+(.*)$/.exec(vkey)!.slice(1) as [string, string, string];

describe('a log’s public key', () => {
  it('is read and written alike', () => {
    const key = orThrow(parseLogKey(vkey));
    assert.equal(key.vkey, vkey);
    assert.equal(key.name, known.origin);
    assert.equal(key.keyId, 0x31502466);
  });

  it('follows from the seed', () => assert.equal(orThrow(parseSigningKey(known.signingKey)).logKey.vkey, vkey));

  for (const [why, text, field] of [
    ['nothing', '', 'parts'],
    ['one part', name, 'parts'],
    ['no name', `+${id}+${base64}`, 'name'],
    ['a name with a space', `a b+${id}+${base64}`, 'name'],
    ['a key ID in capitals', `${name}+ABCDEF01+${base64}`, 'key ID'],
    ['a key ID of 7 digits', `${name}+${id.slice(1)}+${base64}`, 'key ID'],
    ['the key ID of another name', `${name}x+${id}+${base64}`, 'key ID'],
    ['base64 without a key', `${name}+${id}+`, 'type'],
    ['base64 with a line feed behind it', `${vkey}\n`, 'base64'],
    ['URL-safe base64', `${name}+${id}+${base64.replace('+', '-').replace('/', '_')}`, 'base64'],
    ['a cosigner’s type', `${name}+${id}+${retyped(4, 32)}`, 'type'],
    ['a post-quantum type', `${name}+${id}+${retyped(6, 1312)}`, 'type'],
    ['a key of 31 octets', `${name}+${id}+${retyped(1, 31)}`, 'length'],
    ['a key of 33 octets', `${name}+${id}+${retyped(1, 33)}`, 'length'],
    ['a text that is far too long', `${name}+${id}+${'A'.repeat(KEY_TEXT_SIZE_MAX)}`, 'length'],
  ] as const) {
    it(`is refused: ${why}`, () => assertFault(parseLogKey(text), { code: 'KEY_MALFORMED', field }));
  }

  it('is parsed without a throw, whatever the text', () => {
    const parts = fc.tuple(fc.string(), fc.stringMatching(/^[0-9a-f]{8}$/), fc.uint8Array({ maxLength: 40 }));
    const near = parts.map(([name, id, key]) => `${name}+${id}+${Buffer.from(key).toString('base64')}`);
    fc.assert(fc.property(fc.oneof(fc.string(), near), (text) => void parseLogKey(text)));
    fc.assert(fc.property(fc.oneof(fc.string(), near), (text) => void parseSigningKey(`PRIVATE+KEY+${text}`)));
  });
});

describe('a signing key', () => {
  it('is read back from its text', () => {
    const key = generateLogKey('log.hanbit.example/shared');
    const again = orThrow(parseSigningKey(signingKeyText(key)));
    assert.equal(again.logKey.vkey, key.logKey.vkey);
    const text = Buffer.from('text\n');
    assert.ok(key.logKey.verifies(text, again.sign(text)));
  });

  it('is refused without its prefix, with the key ID of another seed, and with another type', () => {
    assertFault(parseSigningKey(vkey), { code: 'KEY_MALFORMED', field: 'prefix' });
    const other = known.signingKey.replace(/[^+]*$/, Buffer.alloc(33, 1).fill(2, 1).toString('base64'));
    assertFault(parseSigningKey(other), { code: 'KEY_MALFORMED', field: 'key ID' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.throws(() => signingKey('name', privateKey), isFault('KEY_MALFORMED'));
    assert.throws(() => generateLogKey('a name'), isFault('KEY_MALFORMED'));
  });

  it('is kept in a file that only its owner may read, and never written over', async (test) => {
    const file = join(temporaryFolder(test), 'log.key');
    const key = generateLogKey('log.hanbit.example/shared');
    await writeSigningKey(file, key);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readSigningKey(file)).logKey.vkey, key.logKey.vkey);
    await assert.rejects(writeSigningKey(file, key), isFault('KEY_EXISTS'));
  });

  it('tells a missing file from a damaged one', async (test) => {
    const file = join(temporaryFolder(test), 'log.key');
    await assert.rejects(readSigningKey(file), isFault('KEY_UNREADABLE'));
    await assert.rejects(readLogKey(file), isFault('KEY_UNREADABLE'));
    await writeFile(file, 'PRIVATE+KEY+half');
    await assert.rejects(readSigningKey(file), isFault('KEY_MALFORMED'));
    await writeFile(file, `${vkey}\n`);
    assert.equal((await readLogKey(file)).vkey, vkey);
  });

  it('holds the seed of RFC 8032 and no more', () => {
    const key = orThrow(parseSigningKey(known.signingKey));
    const der = Buffer.from(`302e020100300506032b657004220420${known.seed}`, 'hex');
    assert.ok(key.privateKey.equals(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })));
    assert.equal(signingKeyText(key), known.signingKey);
  });
});

function retyped(type: number, size: number): string {
  return Buffer.concat([Buffer.of(type), Buffer.alloc(size, 7)]).toString('base64');
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}

function assertFault(parsed: unknown, facts: object): void {
  assert.ok(parsed instanceof Fault);
  assert.deepEqual(parsed.facts, facts);
}
