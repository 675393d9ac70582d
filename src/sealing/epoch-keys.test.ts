import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { Fault } from '../base/fault.ts';
import { generateEpochKey, keyDigest, wrapEpochKey } from './epoch-key.ts';
import { EpochKeys, EPOCHS_MAX, type WrappedEpoch } from './epoch-keys.ts';
import { generateSealingKey } from './sealing-key.ts';

const ours = generateSealingKey();

describe('the epoch keys of a member', () => {
  it('are taken from their wraps, kept in private files, and there again after a restart', async (t) => {
    const folder = temporaryFolder(t);
    const { key, epoch } = await wrappedEpoch(3);
    const ring = await EpochKeys.open(folder);
    await ring.take(epoch, ours);
    await ring.take(epoch, ours);
    assert.deepEqual(ring.keyOf(3)?.export(), key);
    assert.equal((await stat(join(folder, '3.key'))).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    const again = await EpochKeys.open(folder);
    assert.deepEqual(again.epochs, [3]);
    assert.deepEqual(again.keyOf(3)?.export(), key);
    assert.equal(again.keyOf(2), undefined);
  });

  it('are refused where the digest is of another key, whether held or new', async (t) => {
    const ring = await EpochKeys.open(temporaryFolder(t));
    const { epoch } = await wrappedEpoch(1);
    const other = { ...epoch, keyDigest: keyDigest(generateEpochKey()) };
    await assert.rejects(ring.take(other, ours), isFault('EPOCH_KEY_OTHER'));
    assert.deepEqual(ring.epochs, []);
    await ring.take(epoch, ours);
    await assert.rejects(ring.take(other, ours), isFault('EPOCH_KEY_OTHER'));
  });

  it('are refused where the wrap is for another member', async (t) => {
    const ring = await EpochKeys.open(temporaryFolder(t));
    const { epoch } = await wrappedEpoch(1);
    await assert.rejects(ring.take(epoch, generateSealingKey()), isFault('WRAPPED_KEY_NOT_FOR_US'));
  });

  it('do not come back once destroyed, although the governance log still has their wraps', async (t) => {
    const folder = temporaryFolder(t);
    const { epoch } = await wrappedEpoch(1);
    const ring = await EpochKeys.open(folder);
    await ring.take(epoch, ours);
    await ring.destroy(1);
    await ring.destroy(1);
    assert.equal(ring.keyOf(1), undefined);
    assert.deepEqual(await readdir(folder), ['1.destroyed']);
    const again = await EpochKeys.open(folder);
    assert.equal(again.isDestroyed(1), true);
    await assert.rejects(again.take(epoch, ours), isFault('EPOCH_KEY_DESTROYED'));
  });

  it('are as many as there may be, and not one more', async (t) => {
    const folder = temporaryFolder(t);
    const text = `${generateEpochKey().toString('base64')}\n`;
    for (let number = 1; number <= EPOCHS_MAX; number++) writeFileSync(join(folder, `${number}.key`), text);
    const ring = await EpochKeys.open(folder);
    assert.equal(ring.epochs.length, EPOCHS_MAX);
    const { epoch } = await wrappedEpoch(EPOCHS_MAX + 1);
    await assert.rejects(ring.take(epoch, ours), isFault('EPOCH_KEYS_TOO_MANY'));
  });

  it('are not read from a damaged file', async (t) => {
    const folder = temporaryFolder(t);
    await writeFile(join(folder, '1.key'), `${Buffer.alloc(31).toString('base64')}\n`);
    await assert.rejects(EpochKeys.open(folder), isFault('EPOCH_KEY_UNREADABLE'));
  });

  it('are not read from files of other names', async (t) => {
    const folder = temporaryFolder(t);
    const text = `${generateEpochKey().toString('base64')}\n`;
    for (const name of ['0.key', '01.key', '1.key.unfinished', '1.key.77', 'x.key', '1e3.key']) {
      await writeFile(join(folder, name), text);
    }
    assert.deepEqual((await EpochKeys.open(folder)).epochs, []);
  });
});

async function wrappedEpoch(number: number): Promise<{ key: Buffer; epoch: WrappedEpoch }> {
  const key = generateEpochKey();
  const wrapped = await wrapEpochKey(key, ours.publicText);
  return { key, epoch: { number, keyDigest: keyDigest(key), wrapped } };
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.facts.code === code;
}
