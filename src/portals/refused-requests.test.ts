import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Log } from '../base/log.ts';
import { apiUnderTest } from '../../test/support/member-api.ts';
import { silentLog } from '../base/log.ts';

describe('a request that is refused for want of a right', () => {
  it('is counted by its status and logged with its route, without whom or what it names', async () => {
    const lines: object[] = [];
    const log = { ...silentLog, info: (facts: object) => lines.push(facts) } as unknown as Log;
    const api = await apiUnderTest({ dependencies: { log } });
    await api.ask(undefined, 'GET', '/v1/devices/352099001761481');
    await api.ask('agent', 'DELETE', '/v1/tokens/kim-boram');
    await api.ask('agent', 'GET', '/v1/device-cases');
    await api.ask('agent', 'GET', '/v1/nowhere');
    const body = { devices: ['00000000000000'], reason: 'lost', acceptShared: true };
    assert.equal((await api.ask('agent', 'POST', '/v1/device-cases', body)).statusCode, 403);
    assert.deepEqual(api.refused.counts, { 401: 1, 403: 2 });
    assert.deepEqual(lines, [
      { method: 'GET', route: '/v1/devices/:imei', status: 401 },
      { method: 'DELETE', route: '/v1/tokens/:name', status: 403 },
      { method: 'POST', route: '/v1/device-cases', status: 403 },
    ]);
    await api.close();
  });
});
