import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runOnLoopbackAlone } from '../support/freediameter.ts';
import { programSkipReason } from '../support/programs.ts';

const SCENARIO = fileURLToPath(new URL('freediameter-scenario.ts', import.meta.url));
/** How many tests the scenario holds: it must not pass on nothing. */
const TESTS = 6;
const skip = programSkipReason('freeDiameterd', 'openssl', 'ip', 'unshare');

it('works with freeDiameter as a peer and as a relay', { skip, timeout: 90_000 }, async (test) => {
  const { code, output } = await runOnLoopbackAlone(SCENARIO);
  assert.equal(code, 0, output);
  assert.equal(/^. pass (\d+)$/m.exec(output)?.[1], String(TESTS), output);
  test.diagnostic(
    output
      .split('\n')
      .filter((line) => line.includes('✔'))
      .join('; '),
  );
});
