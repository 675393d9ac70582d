import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const PASSWORD = [MAIN, 'message', 'password', '--http-key'];

describe('the hash of an HTTP key, from the command line', () => {
  it('is refused for nothing, with what to do', () => {
    for (const input of ['', '\n', ' \n']) {
      const { status, stdout, stderr } = spawnSync(process.execPath, PASSWORD, { input, encoding: 'utf8' });
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^No key came on standard input\. /);
    }
  });

  it('is printed for a key', () => {
    assert.match(
      execFileSync(process.execPath, PASSWORD, { input: 'x'.repeat(64), encoding: 'utf8' }),
      /^[0-9a-f]{64}\n$/,
    );
  });
});
