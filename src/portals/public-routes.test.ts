import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { LISTENERS_MAX, LISTENERS_PER_ADDRESS_MAX } from './limits.ts';

describe('the member API: what anybody may read', () => {
  let api: ApiUnderTest;
  let url: string;
  before(async () => {
    api = await apiUnderTest({
      dependencies: {
        members: () => [
          { name: 'hanbit', roles: ['operator'], size: 3, verifiedAtMs: 0 },
          { name: 'dasom', roles: ['operator'], size: 0, fault: 'LOG_FORKED' },
        ],
        health: () => ({ ok: false, logs: { dasom: 'stale' } }),
      },
    });
    for (const folder of ['log', join('mirrors', 'dasom')]) {
      mkdirSync(join(api.folder, folder, 'tile', '0', '000.p'), { recursive: true });
      writeFileSync(join(api.folder, folder, 'checkpoint'), `${folder}\n`);
      writeFileSync(join(api.folder, folder, 'tile', '0', '000.p', '3'), 'hashes');
    }
    writeFileSync(join(api.folder, 'log', 'private'), 'secret');
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => api.close());

  it('checkpoints, never from a cache', async () => {
    const answer = await api.ask(undefined, 'GET', '/log/checkpoint');
    assert.deepEqual([answer.statusCode, answer.body], [200, 'log\n']);
    assert.deepEqual(
      [answer.headers['content-type'], answer.headers['cache-control'], answer.headers['etag']],
      ['text/plain; charset=utf-8', 'no-cache', undefined],
    );
    const mirrored = await api.ask(undefined, 'GET', '/mirrors/dasom/checkpoint');
    assert.equal(mirrored.statusCode, 200);
  });

  it('tiles, for ever from a cache', async () => {
    const answer = await api.ask(undefined, 'GET', '/log/tile/0/000.p/3');
    assert.deepEqual([answer.statusCode, answer.body], [200, 'hashes']);
    assert.deepEqual(
      [answer.headers['content-type'], answer.headers['cache-control']],
      ['application/octet-stream', 'public, max-age=31536000, immutable'],
    );
    for (const path of ['/log/tile/0/001', '/mirrors/dasom/tile/entries/000', '/mirrors/nobody/checkpoint']) {
      const missing = await api.ask(undefined, 'GET', path);
      assert.equal(missing.json<{ code: string }>().code, 'ROUTE_UNKNOWN', path);
      assert.equal(missing.headers['cache-control'], undefined, 'a tile that is yet to come is missing for no cache');
    }
  });

  it('parts of tiles, as a follower asks for them', async () => {
    for (const place of ['/log', '/mirrors/dasom']) {
      const answer = await fetch(`${url}${place}/tile/0/000.p/3`, { headers: { range: 'bytes=4-' } });
      assert.deepEqual([answer.status, await answer.text()], [206, 'es'], place);
      assert.equal(answer.headers.get('content-range'), 'bytes 4-5/6');
      const past = await fetch(`${url}${place}/tile/0/000.p/3`, { headers: { range: 'bytes=6-' } });
      assert.equal(past.status, 416);
      await past.body?.cancel();
    }
  });

  it('and no other file, however the path is spelt', { timeout: 20_000 }, async () => {
    assert.match(await getExactly(url, '/log/checkpoint'), /^HTTP\/1\.1 200 /);
    for (const path of [
      '/log/private',
      '/log/../desk.db',
      '/log/%2e%2e/desk.db',
      '/log/..%2fdesk.db',
      '/log/tile/0/../../private',
      '/log/tile/0/%2e%2e/%2e%2e/private',
      '/log//checkpoint',
      '/log/./checkpoint',
      '/log/tile/../checkpoint',
      '/log/checkpoint/',
      '/log/checkpoint%00',
      '/log/tile/0/000.p/03',
      '/log/tile/00/000.p/3',
      '/mirrors/../log/private',
      '/mirrors/%2e%2e/checkpoint',
      '/mirrors/dasom/../../desk.db',
      '/mirrors/DASOM/checkpoint',
      '/log/%5c..%5cdesk.db',
    ]) {
      const answer = await getExactly(url, path);
      assert.match(answer, /^HTTP\/1\.1 404 /, path);
      assert(!answer.includes('secret'));
    }
  });

  it('who takes part, health and metrics', async () => {
    const members = await api.ask(undefined, 'GET', '/v1/members');
    assert.deepEqual(members.json(), {
      members: [
        { name: 'hanbit', roles: ['operator'], size: 3, verifiedAt: '1970-01-01T00:00:00.000Z' },
        { name: 'dasom', roles: ['operator'], size: 0, fault: 'LOG_FORKED' },
      ],
    });
    const health = await api.ask(undefined, 'GET', '/healthz');
    assert.deepEqual([health.statusCode, health.json()], [503, { ok: false, logs: { dasom: 'stale' } }]);
    const metrics = await api.ask(undefined, 'GET', '/metrics');
    assert.deepEqual(
      [metrics.body, metrics.headers['content-type']],
      ['bongsu_up 1\n', 'text/plain; version=0.0.4; charset=utf-8'],
    );
  });

  it('hints of new checkpoints, until the listener is full or gone', { timeout: 20_000 }, async () => {
    const stop = new AbortController();
    const answer = await fetch(`${url}/hints`, { signal: stop.signal });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, ': hints follow\n\n');
    api.publish(17);
    assert.equal((await reader.read()).value, 'data: 17\n\n');
    const addresses = Array.from(
      { length: LISTENERS_MAX / LISTENERS_PER_ADDRESS_MAX },
      (_, one) => `127.0.0.${one + 1}`,
    );
    for (const address of addresses) {
      // The first listener is there already.
      const count = address === '127.0.0.1' ? LISTENERS_PER_ADDRESS_MAX - 1 : LISTENERS_PER_ADDRESS_MAX;
      for (let listening = 0; listening < count; listening++) {
        assert.match(await listenFrom(address, url, stop.signal), /^HTTP\/1\.1 200 /);
      }
      if (address === addresses.at(-1)) break;
      const oneMore = await listenFrom(address, url, stop.signal);
      assert.match(oneMore, /^HTTP\/1\.1 429 [^]*"code":"TOO_MANY_LISTENERS_HERE","listenersMax":32/);
    }
    const tooMany = await listenFrom('127.0.0.99', url, stop.signal);
    assert.match(tooMany, /^HTTP\/1\.1 503 [^]*"code":"TOO_MANY_LISTENERS"/);
    stop.abort();
    await assert.rejects(reader.read());
  });

  it('nothing for what is no HTTP', { timeout: 20_000 }, async () => {
    const answer = await sendRaw(url, '\u0016\u0003\u0001 garbage\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

/** Listens for hints from an address of this machine. @returns what comes first */
function listenFrom(localAddress: string, url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress }, () =>
      socket.write('GET /hints HTTP/1.1\r\nHost: x\r\n\r\n'),
    );
    socket.once('data', (chunk) => resolve(chunk.toString())).on('error', reject);
    signal.addEventListener('abort', () => socket.destroy());
  });
}

/** Sends a path as it is: clients otherwise tidy it first. */
function getExactly(url: string, path: string): Promise<string> {
  return sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
}

function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}
