import assert from 'node:assert/strict';
import { it, describe } from 'node:test';
import { apiUnderTest } from '../../test/support/member-api.ts';

const LIMIT = 3;
const PROXY = '10.1.2.3';

describe('the limit of requests', () => {
  const ready = async (trustedProxies: readonly string[], t: { after: (work: () => Promise<void>) => void }) => {
    const api = await apiUnderTest({ options: { requestsPerMinuteMax: LIMIT, trustedProxies } });
    t.after(() => api.close());
    return async (remoteAddress: string, forwardedFor?: string): Promise<number> => {
      const headers = { ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }) };
      return (await api.app.inject({ url: '/v1/journal', remoteAddress, headers })).statusCode;
    };
  };

  it('counts an IPv6 client by its /64', async (t) => {
    const ask = await ready([], t);
    for (let host = 1; host <= LIMIT; host++) assert.equal(await ask(`2001:db8:1:2::${host}`), 401);
    assert.equal(await ask('2001:db8:1:2:ffff::9'), 429);
    assert.equal(await ask('2001:db8:1:3::1'), 401);
    assert.equal(await ask('::ffff:192.0.2.1'), 401);
  });

  it('believes a proxy that is trusted, and nobody else', async (t) => {
    const ask = await ready(['10.0.0.0/8'], t);
    for (let count = 0; count < LIMIT; count++) assert.equal(await ask(PROXY, '192.0.2.1'), 401);
    assert.equal(await ask(PROXY, '192.0.2.1'), 429);
    assert.equal(await ask(PROXY, '192.0.2.2'), 401, 'another client behind the same proxy');
    assert.equal(
      await ask(PROXY, '192.0.2.3, 192.0.2.1'),
      429,
      'what the client itself has written counts for nothing',
    );
    for (let count = 0; count < LIMIT; count++) assert.equal(await ask('198.51.100.1', `192.0.2.${count + 100}`), 401);
    assert.equal(await ask('198.51.100.1', '192.0.2.200'), 429, 'a header from anywhere else');
  });

  it('believes nobody where no proxy is named', async (t) => {
    const ask = await ready([], t);
    for (let count = 0; count < LIMIT; count++) assert.equal(await ask(PROXY, `192.0.2.${count}`), 401);
    assert.equal(await ask(PROXY, '192.0.2.9'), 429);
  });
});
