import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CompactEncrypt } from 'jose';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { Fault } from '../base/fault.ts';
import {
  complainOf,
  generateEpochKey,
  keyDigest,
  unwrapEpochKey,
  WRAPPED_KEY_LENGTH_MAX,
  wrapEpochKey,
} from './epoch-key.ts';
import {
  generateSealingKey,
  parseSealingKey,
  parseSealingPublicKey,
  readSealingKey,
  sealingKeyText,
  writeSealingKey,
} from './sealing-key.ts';

const ours = generateSealingKey();
const others = generateSealingKey();
const HEADER = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' } as const;

describe("a member's sealing key", () => {
  it('is read back from its file, which only its owner may read, and is never written over', async (t) => {
    const file = join(temporaryFolder(t), 'sealing.key');
    await writeSealingKey(file, ours);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await readSealingKey(file)).publicText, ours.publicText);
    await assert.rejects(writeSealingKey(file, others), isFault('SEALING_KEY_EXISTS'));
    assert.equal((await readSealingKey(file)).publicText, ours.publicText);
    await assert.rejects(readSealingKey(`${file}.none`), isFault('SEALING_KEY_UNREADABLE'));
  });

  it('is read back from its written form, and cut nowhere', () => {
    const text = sealingKeyText(ours);
    const read = parseSealingKey(text);
    assert.ok(!(read instanceof Fault) && read.publicText === ours.publicText);
    for (let size = 0; size < text.length; size++) {
      assert.ok(parseSealingKey(text.slice(0, size)) instanceof Fault, `cut at ${size}`);
    }
  });

  for (const [why, text] of [
    ['nothing', ''],
    ['31 octets', Buffer.alloc(31).toString('base64')],
    ['33 octets', Buffer.alloc(33).toString('base64')],
    ['no padding', ours.publicText.slice(0, -1)],
    ['a line feed behind it', `${ours.publicText}\n`],
    ['letters of URLs', Buffer.alloc(32, 0xff).toString('base64url')],
  ] as const) {
    it(`is no public key: ${why}`, () => {
      assert.equal((parseSealingPublicKey(text) as Fault).facts.code, 'SEALING_KEY_MALFORMED');
    });
    it(`is no private key: ${why}`, () => {
      assert.equal((parseSealingKey(`PRIVATE+X25519+${text}`) as Fault).facts.code, 'SEALING_KEY_MALFORMED');
    });
  }

  it('is no private key: without its prefix', () => {
    assert.equal((parseSealingKey(ours.publicText) as Fault).facts.code, 'SEALING_KEY_MALFORMED');
  });
});

describe('an epoch key', () => {
  it('is opened by the member that it was wrapped for, and by nobody else', async () => {
    const key = generateEpochKey();
    const wrapped = await wrapEpochKey(key, ours.publicText);
    assert.deepEqual(await unwrapEpochKey(wrapped, ours), key);
    await assert.rejects(unwrapEpochKey(wrapped, others), isFault('WRAPPED_KEY_NOT_FOR_US'));
  });

  it('has a digest that tells it from another and from a plain hash', () => {
    assert.equal(keyDigest(Buffer.alloc(32, 1)), 'c91f1437b1a5dc33b6caf5cd03febd241c34263ecbc9e3cc7755922b1ddb582c');
    assert.notEqual(keyDigest(Buffer.alloc(32, 1)), keyDigest(Buffer.alloc(32, 2)));
  });

  it('is not wrapped for a public key of low order, whose secret everybody knows', async () => {
    const low = Buffer.alloc(32).toString('base64');
    await assert.rejects(wrapEpochKey(generateEpochKey(), low), isFault('EPOCH_KEY_NOT_WRAPPED'));
  });

  it('is refused with any character of its wrap changed', async () => {
    const wrapped = await wrapEpochKey(generateEpochKey(), ours.publicText);
    for (let place = 0; place < wrapped.length; place++) {
      const changed = wrapped.slice(0, place) + (wrapped[place] === 'A' ? 'B' : 'A') + wrapped.slice(place + 1);
      await assert.rejects(unwrapEpochKey(changed, ours), isFault('WRAPPED_KEY_MALFORMED', 'WRAPPED_KEY_NOT_FOR_US'));
    }
  });

  it('is refused where what was wrapped is no key', async () => {
    const recipient = parseSealingPublicKey(ours.publicText);
    if (recipient instanceof Fault) throw recipient;
    for (const size of [0, 31, 33]) {
      const wrapped = await new CompactEncrypt(Buffer.alloc(size)).setProtectedHeader(HEADER).encrypt(recipient);
      await assert.rejects(unwrapEpochKey(wrapped, ours), isFault('WRAPPED_KEY_MALFORMED'), `${size} octets`);
    }
  });

  it('is refused with another algorithm, or anything more in its header', async () => {
    const recipient = parseSealingPublicKey(ours.publicText);
    if (recipient instanceof Fault) throw recipient;
    for (const header of [
      { ...HEADER, alg: 'ECDH-ES' },
      { ...HEADER, alg: 'ECDH-ES+A128KW' },
      { ...HEADER, enc: 'A128GCM' },
      { ...HEADER, kid: 'hanbit' },
      { ...HEADER, apu: 'aGFuYml0' },
    ]) {
      const wrapped = await new CompactEncrypt(generateEpochKey()).setProtectedHeader(header).encrypt(recipient);
      await assert.rejects(unwrapEpochKey(wrapped, ours), isFault('WRAPPED_KEY_MALFORMED'), JSON.stringify(header));
    }
  });

  it('is refused when too long, before anything of it is read', () => {
    const partOf = (length: number): unknown => {
      try {
        return complainOf('A'.repeat(length));
      } catch (error) {
        return error instanceof Fault && error.facts['part'];
      }
    };
    assert.equal(partOf(WRAPPED_KEY_LENGTH_MAX), 'base64url');
    assert.equal(partOf(WRAPPED_KEY_LENGTH_MAX + 1), 'length');
  });
});

function isFault(...codes: string[]): (error: unknown) => boolean {
  return (error) => error instanceof Fault && codes.includes(error.facts.code);
}
