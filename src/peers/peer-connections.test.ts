import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddressInfo, connect as connectPlainly, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../base/clock.ts';
import { makePeerCertificate } from './certificate.ts';
import {
  PEER_CONNECTIONS_EACH_MAX,
  PEER_CONNECTIONS_MAX,
  PeerConnections,
  UNKNOWN_PER_ADDRESS_MAX,
} from './peer-connections.ts';
import { peerServerOptions } from './peer-server.ts';

/** A listener, and connections to it. */
async function setUp(t: TestContext, memberOf: () => string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-connections-'));
  const files = { certificateFile: join(folder, 'own.pem'), keyFile: join(folder, 'own.key') };
  const server = createServer(
    peerServerOptions(await makePeerCertificate({ member: 'one', ...files }, { clock: systemClock })),
  );
  const connections = new PeerConnections(server, memberOf);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { port } = server.address() as AddressInfo;
  const open = async (localAddress = '127.0.0.1'): Promise<TLSSocket> => {
    const plain = connectPlainly({ host: '127.0.0.1', port, localAddress });
    const socket = connect({ socket: plain, rejectUnauthorized: false });
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    const taken = once(server, 'secureConnection');
    await once(socket, 'secureConnect');
    await taken;
    return socket;
  };
  /** Connects, and begins no handshake. */
  const openSilently = async (): Promise<Socket> => {
    const socket = connectPlainly({ host: '127.0.0.1', port, localAddress: '127.0.0.1' });
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    const taken = once(server, 'connection');
    await Promise.all([once(socket, 'connect'), taken]);
    return socket;
  };
  return { server, connections, open, openSilently };
}

test('a member has as many connections as its node needs, and not one more', async (t) => {
  const { server, connections, open } = await setUp(t, () => 'two');
  for (let i = 0; i < PEER_CONNECTIONS_EACH_MAX; i++) await open();
  assert.equal(connections.count, PEER_CONNECTIONS_EACH_MAX);
  const beyond = await open();
  if (!beyond.closed) await once(beyond, 'close');
  assert.equal(connections.count, PEER_CONNECTIONS_EACH_MAX);
  assert.equal(server.maxConnections, PEER_CONNECTIONS_MAX);
});

test('the connections of who is a member no longer are ended', async (t) => {
  let member: string | undefined = 'two';
  const { connections, open } = await setUp(t, () => member);
  const socket = await open();
  assert.equal(connections.endStrangers(), 0);
  member = undefined;
  const closed = once(socket, 'close');
  assert.equal(connections.endStrangers(), 1);
  await closed;
  assert.equal(connections.count, 0);
});

test('who is no member is let go after a moment, whether it asks or not', async (t) => {
  const { connections, open } = await setUp(t, () => undefined);
  const socket = await open();
  assert.equal(connections.count, 0);
  await once(socket, 'close');
});

test('one address holds so many connections without saying who it is, and not one more; another is not held up', async (t) => {
  const { connections, open, openSilently } = await setUp(t, () => 'two');
  // Of a member: they are known, and not counted.
  await open();
  const silent: Socket[] = [];
  for (let i = 0; i < UNKNOWN_PER_ADDRESS_MAX; i++) silent.push(await openSilently());
  assert.deepEqual([...new Set(silent.map(({ closed }) => closed))], [false]);
  const beyond = await openSilently();
  if (!beyond.closed) await once(beyond, 'close');
  await open('127.0.0.2');
  assert.equal(connections.count, 2);
  // They are let go by the listener, and then there is room again.
  for (const socket of silent) if (!socket.closed) await once(socket, 'close');
  await open();
  assert.equal(connections.count, 3);
});
