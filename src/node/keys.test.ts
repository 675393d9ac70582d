import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { TestGovernance } from '../../test/support/governance.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateEpochKey, keyDigest } from '../sealing/epoch-key.ts';
import { wrapsFor } from '../sealing/shared-key.ts';
import { readSecretKey, readTagKey, SECRET_KEY_SIZE } from './keys.ts';
import { makeMemberKeys } from './member-keys.ts';

/** A consortium as governance has it, whose tag key is wrapped for one member. */
async function wrappedFor(t: TestContext, key: Uint8Array, digest = keyDigest(key)) {
  const root = temporaryFolder(t);
  const { sealing } = await makeMemberKeys(root, 'hanbit.example');
  const wraps = await wrapsFor(key, [{ name: 'hanbit', sealingKey: sealing.publicText }]);
  const { consortium } = new TestGovernance();
  const tagKey = { keyDigest: digest, wraps: wraps as ReadonlyMap<MemberName, string> };
  return { root, consortium: { ...consortium, tagKey } };
}

describe('the tag key of a consortium', () => {
  const key = generateEpochKey();

  it('is opened by the member that it was wrapped for', async (t) => {
    const { root, consortium } = await wrappedFor(t, key);
    assert.deepEqual(await readTagKey(consortium, 'hanbit', root), Buffer.from(key));
  });

  it('is not there for a member that nobody has granted it', async (t) => {
    const { root, consortium } = await wrappedFor(t, key);
    await assert.rejects(readTagKey(consortium, 'narae', root), faultCode('TAG_KEY_NOT_GRANTED'));
  });

  it('is refused where it is another than all were given', async (t) => {
    const { root, consortium } = await wrappedFor(t, key, keyDigest(generateEpochKey()));
    await assert.rejects(readTagKey(consortium, 'hanbit', root), faultCode('TAG_KEY_OTHER'));
  });

  it('does not open with the sealing key of another member', async (t) => {
    const { consortium } = await wrappedFor(t, key);
    const { root } = await wrappedFor(t, key);
    await assert.rejects(readTagKey(consortium, 'hanbit', root), faultCode('WRAPPED_KEY_NOT_FOR_US'));
  });
});

describe('a secret of this node', () => {
  it('has 32 octets in base64, and is nothing else', async (t) => {
    const file = join(temporaryFolder(t), 'secret.key');
    await assert.rejects(readSecretKey(file), faultCode('NODE_KEY_UNREADABLE'));
    const secret = Buffer.alloc(SECRET_KEY_SIZE, 7);
    await writeFile(file, `${secret.toString('base64')}\n`);
    assert.deepEqual(await readSecretKey(file), secret);
    for (const text of ['', 'no base64', secret.subarray(1).toString('base64'), secret.toString('hex')]) {
      await writeFile(file, text);
      await assert.rejects(readSecretKey(file), faultCode('NODE_KEY_UNREADABLE'), text);
    }
  });
});
