import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:https';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { makePeerCertificate, type PeerCertificate } from '../../peers/certificate.ts';
import { type Peer, PeerClient } from '../../peers/peer-client.ts';
import { memberOf, peerServerOptions } from '../../peers/peer-server.ts';
import { LISTENERS_PER_ADDRESS_MAX } from '../limits.ts';
import { createPeerApi } from './peer-api.ts';

const REQUESTS_MAX = 5;
/** Above what any other test here asks in a member's name. */
const OF_MEMBER_MAX = 60;
const NAMES = ['hanbit', 'narae', 'duru', 'sakura', 'busy'] as const;

describe('the listener for members', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-peer-api-'));
  const certificates = new Map<string, PeerCertificate>();
  const clients: PeerClient[] = [];
  let peers: Peer[] = [];
  let app: FastifyInstance<Server>;
  let url: string;
  before(async () => {
    for (const name of NAMES) {
      const files = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
      certificates.set(name, await makePeerCertificate({ member: name, ...files }, { clock: systemClock }));
    }
    for (const part of ['log', 'mirrors']) mkdirSync(join(folder, part));
    writeFileSync(join(folder, 'log', 'checkpoint'), 'log\n');
    app = await createPeerApi(
      {
        server: peerServerOptions(certificates.get('hanbit')!),
        logFolder: join(folder, 'log'),
        mirrorsFolder: join(folder, 'mirrors'),
        requestsPerMinuteMax: OF_MEMBER_MAX,
        routes: [
          async (routes) => {
            routes.get('/once', { config: { rateLimit: { max: REQUESTS_MAX } } }, () => 'ok');
          },
        ],
      },
      {
        memberOf: (socket) => memberOf(socket as TLSSocket, peers),
        membersMax: 8,
        subscribe: () => () => undefined,
        log: silentLog,
      },
    );
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    peers = NAMES.map((name) => ({
      name,
      url: name === 'hanbit' ? url : 'https://127.0.0.1:1',
      certificates: [certificates.get(name)!.fingerprint],
    }));
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const as = (name: string): PeerClient => {
    const client = new PeerClient({ own: () => certificates.get(name), peers: () => peers });
    clients.push(client);
    return client;
  };

  it('counts requests by member, wherever they come from: TOO_MANY_REQUESTS with Retry-After', async () => {
    // Two nodes of one member.
    const nodes = [as('narae'), as('narae')];
    for (let i = 0; i < REQUESTS_MAX; i++) assert.equal((await nodes[i % 2]!.fetch(`${url}/once`)).status, 200);
    const refused = await nodes[0]!.fetch(`${url}/once`);
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { code: string }).code, 'TOO_MANY_REQUESTS');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await as('duru').fetch(`${url}/once`)).status, 200, 'another member on the same machine');
  });

  it('counts everything that a member asks in one count, whatever the path and whether it is one', async () => {
    const client = as('busy');
    const paths = ['log/checkpoint', 'mirrors/duru/checkpoint', 'no-such-path'];
    const ask = async (number: number): Promise<Response> => {
      const answer = await client.fetch(`${url}/${paths[number % paths.length]}`);
      await answer.arrayBuffer();
      return answer;
    };
    for (let i = 0; i < OF_MEMBER_MAX; i++) assert.notEqual((await ask(i)).status, 429);
    for (let i = 0; i < paths.length; i++) {
      const refused = await ask(i);
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60']);
    }
    assert.equal((await as('sakura').fetch(`${url}/log/checkpoint`)).status, 200);
  });

  it('counts listeners for hints by member: TOO_MANY_LISTENERS_HERE', async () => {
    const listening = Array.from({ length: LISTENERS_PER_ADDRESS_MAX }, () => as('duru'));
    // Kept until the end: an answer that nobody holds is collected, and with it the listener goes.
    const streams = await Promise.all(listening.map((client) => client.fetch(`${url}/hints`)));
    const answer = await as('duru').fetch(`${url}/hints`);
    assert.equal(((await answer.json()) as { code: string }).code, 'TOO_MANY_LISTENERS_HERE');
    assert.ok(streams.every(({ status }) => status === 200));
    assert.equal((await as('sakura').fetch(`${url}/hints`)).status, 200);
    await Promise.all(listening.map((client) => client.close()));
  });

  it('answers a member of whom governance thinks no more from the next request on: PEER_UNKNOWN', async () => {
    const client = as('sakura');
    assert.equal((await client.fetch(`${url}/log/checkpoint`)).status, 200);
    const before = peers;
    peers = peers.filter(({ name }) => name !== 'sakura');
    const answer = await client.fetch(`${url}/log/checkpoint`).finally(() => (peers = before));
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('connection'), 'close');
  });

  it('has nothing of the people’s API', async () => {
    for (const path of ['healthz', 'metrics', 'v1/members', 'openapi.json']) {
      assert.equal((await as('narae').fetch(`${url}/${path}`)).status, 404, path);
    }
  });
});
