import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { it } from 'node:test';
import { freePort } from './ports.ts';

it('a port that is not free is not given, nor one twice', async (t) => {
  const first = await freePort();
  const server = createServer().listen(first, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const second = await freePort(first);
  assert.notEqual(second, first);
  assert.notEqual(await freePort(first, new Set([second])), second);
});

it('a port is one that can be called: fetch and browsers refuse 10080, whoever listens there', async () => {
  await assert.rejects(fetch('http://127.0.0.1:10080/'), ({ cause }: Error) => (cause as Error).message === 'bad port');
  const others = new Set(Array.from({ length: 65_536 }, (_, port) => port));
  others.delete(10_080);
  await assert.rejects(freePort(0, others), /no port from 10100 to 31999 is free/);
});
