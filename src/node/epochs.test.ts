import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { faultCode, temporaryFolder } from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import type { Epoch } from '../governance/consortium.ts';
import { PROBLEMS } from '../portals/problem-table.ts';
import { generateSealingKey, writeSealingKey } from '../sealing/sealing-key.ts';
import { newSharedKey } from '../sealing/shared-key.ts';
import { dataFolder } from './data-folder.ts';
import { Epochs } from './epochs.ts';
import type { NodeGovernance } from './governance.ts';

describe('the epoch that a node seals under', () => {
  it('is the newest that it holds: what it states does not wait for the key of a newer one', async (t) => {
    const { epochs, first, second, become } = await epochsOf(t);
    assert.deepEqual([epochs.current.epoch, epochs.missing], [1, undefined]);
    await become([first, { ...second, wraps: new Map() }]);
    assert.deepEqual([epochs.current.epoch, epochs.missing], [1, 2]);
    await become([first, second]);
    assert.deepEqual([epochs.current.epoch, epochs.missing], [2, undefined]);
  });

  it('is none when the last one that it holds has ended, and who asks hears why', async (t) => {
    const { epochs, first, second, become } = await epochsOf(t);
    await become([
      { ...first, isEnded: true },
      { ...second, wraps: new Map() },
    ]);
    assert.throws(() => epochs.current, faultCode('EPOCH_KEY_NOT_HELD'));
    const [status, detail] = PROBLEMS.EPOCH_KEY_NOT_HELD;
    assert.equal(status, 503);
    assert.match(detail, /have to grant it/);
  });

  it('is taken up by who asks again, when what kept it from being read is gone', async (t) => {
    const { folder, epochs, first, second, become } = await epochsOf(t);
    const next = join(folder.keys, 'sealing.next.key');
    await writeFile(next, 'rubbish');
    await assert.rejects(become([first, second]), faultCode('SEALING_KEY_MALFORMED'));
    await rm(next);
    await epochs.level();
    assert.deepEqual([epochs.current.epoch, epochs.missing], [2, undefined]);
  });
});

/** The epochs at hanbit, which is given the first of two. */
async function epochsOf(t: TestContext) {
  const folder = dataFolder(temporaryFolder(t));
  await mkdir(folder.keys);
  const sealingKey = generateSealingKey();
  await writeSealingKey(folder.sealingKey, sealingKey);
  const epoch = async (number: number): Promise<Epoch> => {
    const shared = await newSharedKey([{ name: 'hanbit', sealingKey: sealingKey.publicText }]);
    return { ...shared, number, isEnded: false };
  };
  const [first, second] = [await epoch(1), await epoch(2)];
  let tell: (consortium: { epochs: readonly Epoch[] }) => void = () => undefined;
  const governance = {
    consortium: { epochs: [first] },
    onChanged: (listener: typeof tell) => {
      tell = listener;
      return () => undefined;
    },
  };
  const epochs = await Epochs.open(
    { folder, member: 'hanbit' },
    { governance: governance as unknown as NodeGovernance, ownKeys: { settled: Promise.resolve() }, log: silentLog },
  );
  const become = (next: Epoch[]): Promise<void> => {
    governance.consortium = { epochs: next };
    tell(governance.consortium);
    return epochs.level();
  };
  return { folder, epochs, first, second, become };
}
