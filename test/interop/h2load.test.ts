import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { readRecords } from '../../src/records/record-reader.ts';
import { runGate } from '../support/equipment-gate.ts';
import { programSkipReason } from '../support/programs.ts';

const execute = promisify(execFile);
const RESOURCE = '/n5g-eir-eic/v1/equipment-status';
const REQUESTS = 6_000;
const ATTEMPTS_MAX = 5;

describe('h2load', { skip: programSkipReason('h2load') }, () => {
  it('loads two threads, gets every answer, and every refusal leaves its record', async () => {
    let attempts = 0;
    while (!(await isLoaded())) assert.ok(++attempts < ATTEMPTS_MAX, 'it was congested each time');
  });

  /** @returns whether no thread was kept waiting so long that the gate said, as it should, that it is congested */
  async function isLoaded(): Promise<boolean> {
    const gate = await runGate({ threads: 2, n5gEir: { port: 0 }, policy: { defaults: { n5gEir: 'allowed' } } });
    const imei = 35_209_900_176_148 as ImeiKey;
    gate.test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'stolen' });
    try {
      const urls = ['imei-352099001761481', 'imei-490154203237518'].map(
        (pei) => `${gate.apiRoot}${RESOURCE}?pei=${pei}`,
      );
      const args = ['-c8', '-m32', '-t1', `-n${REQUESTS}`, '--connection-inactivity-timeout=10', ...urls];
      const { stdout } = await execute('h2load', args);
      assert.match(stdout, /, 0 errored, 0 timeout/);
      if (!stdout.includes(' 0 5xx')) return false;
      assert.match(stdout, new RegExp(`${REQUESTS} succeeded, 0 failed,`));
      assert.match(stdout, new RegExp(`status codes: ${REQUESTS} 2xx, 0 3xx, 0 4xx, 0 5xx`));
      await gate.gate.stop();
      const series = gate.gate.counters();
      const count = (family: string, label: string) =>
        series.find((one) => one.family === family && Object.values(one.labels).at(-1) === label)?.value;
      const checks = series.filter(({ family, labels }) => family === 'checks' && labels['gate'] === 'n5g-eir');
      assert.deepEqual(
        checks.map(({ labels, value }) => [labels['answer'], value]),
        [
          ['allowed', REQUESTS / 2],
          ['blocked', REQUESTS / 2],
          ['tracked', 0],
          ['unknown', 0],
        ],
      );
      assert.equal(count('records', 'written'), REQUESTS / 2);
      const span = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, limit: REQUESTS };
      assert.equal((await readRecords({ folder: gate.recordsFolder, ...span })).length, REQUESTS / 2);
      return true;
    } finally {
      await gate.stop();
    }
  }
});
