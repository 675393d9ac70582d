import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { testMember } from '../../test/support/governance.ts';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { readLogKey } from '../ledger/note-key.ts';
import type { Member } from '../governance/consortium.ts';
import { newMember } from '../governance/governed.ts';
import { generateEpochKey, wrapEpochKey } from '../sealing/epoch-key.ts';
import { dataFolder } from './data-folder.ts';
import {
  adoptNextKeys,
  certificateDigest,
  makeMemberKeys,
  makeNextKey,
  MEMBER_KEYS,
  openWrap,
  readGovernanceKeys,
  readMemberKeys,
  readSealingKeys,
} from './member-keys.ts';

const root = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
after(() => rmSync(root, { recursive: true, force: true }));

describe('a member’s keys', () => {
  it('are made once, for their owner’s eyes, under names of one domain', async () => {
    const keys = await makeMemberKeys(root, 'hanbit.example');
    const again = await makeMemberKeys(root, 'other.example');
    assert.deepEqual(
      [again.log, again.ownLog, again.governance, again.witness].map(({ name, keyId }) => [name, keyId]),
      [keys.log, keys.ownLog, keys.governance, keys.witness].map(({ name, keyId }) => [name, keyId]),
    );
    assert.equal(keys.ownLog.name, 'log.hanbit.example/shared/own');
    assert.equal(again.sealing.publicText, keys.sealing.publicText);
    for (const name of MEMBER_KEYS) {
      assert.equal(statSync(join(dataFolder(root).keys, `${name}.key`)).mode & 0o777, 0o600, name);
    }
  });

  it('name a certificate by its digest, and no file that holds none', async () => {
    for (const name of ['log.key', 'nothing-there']) {
      await assert.rejects(
        certificateDigest(join(dataFolder(root).keys, name)),
        faultCode('MEMBER_CERTIFICATE_UNREADABLE'),
      );
    }
  });

  it('are exchanged once the consortium has the next ones, and what was sealed for the old one still opens', async () => {
    const keys = await readMemberKeys(root);
    const next: Record<string, string> = Object.fromEntries(
      await Promise.all(MEMBER_KEYS.map(async (name) => [name, await makeNextKey(root, name)])),
    );
    assert.equal(await makeNextKey(root, 'log'), next['log'], 'asked for twice, it is made once');
    assert.equal((await readGovernanceKeys(root)).length, 2);
    const inForce = memberWith(keys.governance.logKey.vkey, keys.sealing.publicText);
    assert.deepEqual(
      await adoptNextKeys(root, inForce, keys.ownLog.logKey.vkey),
      [],
      'not before the consortium has them',
    );

    const epochKey = generateEpochKey();
    const wrapped = await wrapEpochKey(epochKey, keys.sealing.publicText);
    const after = memberWith(next['governance']!, next['sealing']!);
    assert.deepEqual(await adoptNextKeys(root, after, next['own-log']!), ['own-log', 'governance', 'sealing']);
    const now = await readMemberKeys(root);
    assert.deepEqual(
      [now.governance.logKey.vkey, now.sealing.publicText, now.log.logKey.vkey],
      [next['governance'], next['sealing'], keys.log.logKey.vkey],
    );
    assert.deepEqual(await openWrap(wrapped, await readSealingKeys(root)), epochKey);
    assert.equal(readdirSync(dataFolder(root).keys).filter((name) => name.includes('.before-')).length, 3);
  });

  it('of the log: the file that people check with holds the one in use, and that of before stays beside it', async (t) => {
    const own = temporaryFolder(t);
    const { log } = await makeMemberKeys(own, 'hanbit.example');
    const { keys, logPublicKey } = dataFolder(own);
    assert.equal((await readLogKey(logPublicKey)).vkey, log.logKey.vkey);
    const next = await makeNextKey(own, 'log');
    assert.equal((await readLogKey(logPublicKey)).vkey, log.logKey.vkey, 'not before the consortium has it');
    const member = newMember({ ...testMember('hanbit').fields, logKey: next }, 0, 0);
    assert.deepEqual(await adoptNextKeys(own, member, ''), ['log']);
    assert.equal((await readLogKey(logPublicKey)).vkey, next);
    const [before] = readdirSync(keys).filter((name) => /^log\.before-[0-9a-f]{8}\.vkey$/.test(name));
    assert.equal((await readLogKey(join(keys, before!))).vkey, log.logKey.vkey);
    // A kill before the public half was written, or a folder of an older version.
    writeFileSync(logPublicKey, `${log.logKey.vkey}\n`);
    assert.deepEqual(await adoptNextKeys(own, member, ''), []);
    assert.equal((await readLogKey(logPublicKey)).vkey, next);
  });

  it('that are missing are named', async () => {
    await assert.rejects(readMemberKeys(join(root, 'nowhere')), faultCode('MEMBER_KEY_MISSING'));
  });
});

function memberWith(governanceKey: string, sealingKey: string): Member {
  return { ...newMember(testMember('hanbit').fields, 0, 0), governanceKey, sealingKey };
}
