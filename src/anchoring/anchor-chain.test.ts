import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { anchorAt, OWN_LOG_GROWING, OWN_LOGS_BROKEN, SHARED_ORIGIN } from '../../test/support/anchors.ts';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { testEntries, writeLog } from '../../test/support/written-log.ts';
import { decodeEntry } from '../ledger/entry.ts';
import { generateLogKey } from '../ledger/note-key.ts';
import { AnchorChain } from './anchor-chain.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const key = generateLogKey(SHARED_ORIGIN);

function chainOf(entries: readonly Uint8Array[]): AnchorChain {
  const chain = new AnchorChain(SHARED_ORIGIN);
  for (const [index, bytes] of entries.entries()) chain.take(decodeEntry(bytes), index);
  return chain;
}

describe('the anchors of a shared log', () => {
  it('show an own log that only grew', () => {
    const chain = chainOf([...testEntries(3), ...OWN_LOG_GROWING, ...testEntries(3)]);
    chain.check();
    assert.equal(chain.count, OWN_LOG_GROWING.length);
  });

  for (const [what, anchors] of OWN_LOGS_BROKEN) {
    it(`show an own log that was ${what}, also once it goes on from there`, () => {
      const chain = chainOf([...testEntries(2), ...anchors]);
      assert.throws(() => chain.check(), { facts: { code: 'LOG_ANCHORS_BROKEN', index: 3, anchors: 2 } });
    });
  }

  it('are those of this log alone', () => {
    const chain = new AnchorChain('log.duru.example/shared');
    for (const [index, bytes] of OWN_LOG_GROWING.entries()) chain.take(decodeEntry(bytes), index);
    assert.equal(chain.count, 0);
  });

  it('are looked at by ledger verify', async (t) => {
    const whole = await writeLog(temporaryFolder(t), [...testEntries(300), ...OWN_LOG_GROWING], key);
    const { stdout } = await verify(whole.folder);
    assert.match(stdout, /^ok: .*\n.*306 entries.*\n.*\n {4}6 anchors of an own log that only grew\n$/);
    const broken = [...testEntries(300), ...OWN_LOG_GROWING, anchorAt(32, 32)];
    const { code, stderr } = await verify((await writeLog(temporaryFolder(t), broken, key)).folder);
    assert.equal(code, 1);
    assert.match(stderr, /^LOG_ANCHORS_BROKEN index=306 anchors=7\n/);
  });
});

function verify(folder: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = [MAIN, 'ledger', 'verify', folder, '--key', key.logKey.vkey];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
