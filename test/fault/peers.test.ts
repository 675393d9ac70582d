import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import type { LaidOutMember } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import {
  fingerprintOf,
  makePeerCertificate,
  type PeerCertificate,
  readPeerCertificate,
} from '../../src/peers/certificate.ts';
import { type Peer, PeerClient } from '../../src/peers/peer-client.ts';
import { peerServerOptions } from '../../src/peers/peer-server.ts';
import { layOutOperators } from '../support/consortium.ts';
import { ConsortiumCommands } from '../support/consortium-commands.ts';
import { healthOf, reportStolen, until } from '../support/nodes.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const WAIT_MS_MAX = 30_000;

describe('members that serve each other over TLS alone', { timeout: 180_000 }, () => {
  let members: LaidOutMember[];
  let nodes: RunningNode[] = [];
  let folder: string;
  let commands: ConsortiumCommands;
  let remove: () => Promise<void>;
  let reported = 0;
  const clients: PeerClient[] = [];
  before(async () => {
    const laidOut = await layOutOperators(['one', 'two', 'three'], {
      peers: { port: 0 },
      certificate: { adoptAfterSeconds: 2 },
    });
    ({ folder, members, remove } = laidOut);
    commands = new ConsortiumCommands({ folder, keeper: 'one' });
    nodes = await startNodes(members);
    await untilLevel(nodes, { clock: systemClock });
  });
  after(async () => {
    await stopNodes(nodes);
    await Promise.all(clients.map((client) => client.close()));
    commands.close();
    await remove();
  });

  const address = (place: number): string => nodes[place]!.addresses['peers']!;
  const certificateOf = (place: number, name = 'tls'): Promise<PeerCertificate> => {
    const keys = join(members[place]!.folder, 'keys');
    return readPeerCertificate({ certificateFile: join(keys, `${name}.pem`), keyFile: join(keys, `${name}.key`) });
  };
  const makeStranger = (name: string): Promise<PeerCertificate> => {
    const files = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
    return makePeerCertificate({ member: name, ...files }, { clock: systemClock });
  };
  /** Calls the first member as somebody. */
  const callerAs = (own: PeerCertificate | undefined, first: Peer): PeerClient => {
    const client = new PeerClient({ own: () => own, peers: () => [first] });
    clients.push(client);
    return client;
  };
  const firstPeer = async (): Promise<Peer> => ({
    name: 'one',
    url: address(0),
    certificates: [(await certificateOf(0)).fingerprint],
  });
  const report = (): Promise<string> => reportStolen(nodes[0]!, `3520990017${String(reported++).padStart(4, '0')}`);

  it('serve their logs to nobody on the API’s port, unless the configuration says so', async () => {
    for (const path of ['log/checkpoint', 'mirrors/two/checkpoint', 'hints', 'governance/checkpoint']) {
      const answer = await fetch(`${nodes[0]!.addresses.api}/${path}`);
      assert.equal(answer.status, 404, path);
    }
    const own = await certificateOf(1);
    const client = callerAs(own, await firstPeer());
    for (const path of ['log/checkpoint', 'governance/checkpoint']) {
      assert.equal((await client.fetch(`${address(0)}/${path}`)).status, 200, path);
    }
    assert.equal((await client.fetch(`${address(0)}/healthz`)).status, 404);
  });

  it('turn away whoever shows no certificate of an active member: PEER_UNKNOWN', async () => {
    for (const own of [undefined, await makeStranger('stranger')]) {
      const answer = await callerAs(own, await firstPeer()).fetch(`${address(0)}/log/checkpoint`);
      assert.equal(answer.status, 403);
      assert.equal(((await answer.json()) as { code: string }).code, 'PEER_UNKNOWN');
    }
  });

  it('exchange a certificate while statements flow, and no log is late for it', async () => {
    const [before, hands] = [await certificateOf(0), { isFlowing: true }];
    const faults = new Set<string>();
    const flow = (async () => {
      while (hands.isFlowing) {
        await report();
        for (const node of nodes)
          for (const { name, fault } of (await healthOf(node)).logs) if (fault) faults.add(`${name} ${fault}`);
        await wait(50);
      }
    })();
    await commands.decide(['one', 'two'], 'rotate', 'certificate');
    await until(async () => (await shownAt(address(0))) !== before.fingerprint);
    const next = await certificateOf(0);
    assert.equal(await shownAt(address(0)), next.fingerprint);
    const late = reported;
    await commands.decide(['one', 'two'], 'rotate', 'certificate', '--finish');
    const first = await firstPeer();
    // A connection is ended, also under a request, when its certificate is bound no longer: the next one is answered so.
    const statusNow = (): Promise<number | undefined> =>
      statusOf(callerAs(before, first), `${address(0)}/log/checkpoint`).catch(() => undefined);
    await until(async () => (await statusNow()) === 403);
    await until(async () => reported > late + 3);
    hands.isFlowing = false;
    await flow;
    assert.deepEqual([...faults], []);
    await until(async () => (await sizeAt(nodes[1]!, 'one')) === (await sizeAt(nodes[0]!, 'one')));
    assert.ok((await sizeAt(nodes[0]!, 'one')) >= reported);
  });

  it('turn away a member that is removed, on the connections that it has too', async () => {
    const own = await certificateOf(2);
    const client = callerAs(own, await firstPeer());
    const hints = await client.fetch(`${address(0)}/hints`);
    const listening = (async () => {
      for await (const _ of hints.body!);
    })();
    const logSize = String(await sizeAt(nodes[0]!, 'three'));
    await commands.decide(['one', 'two'], 'remove', 'three', '--log-size', logSize);
    await assert.rejects(listening);
    assert.equal(await statusOf(client, `${address(0)}/log/checkpoint`), 403);
  });

  it('give a log back to its own member, whose command shows its certificate', async () => {
    await reportStolen(nodes[1]!, '353918057781516');
    await until(async () => (await sizeAt(nodes[0]!, 'two')) > 0);
    await stopNodes([nodes[1]!]);
    const { folder: data } = members[1]!;
    await rm(join(data, 'log'), { recursive: true });
    const { output, errors } = await bongsu('ledger', 'restore', data, '--from', `${address(0)}/mirrors/two`);
    assert.match(output, /^ok: log\.two\.example\/shared$/m, errors);
  });

  it('hang up on whoever answers at a member’s address', async () => {
    const port = Number(new URL(address(1)).port);
    let requests = 0;
    const impostor = createServer(peerServerOptions(await makeStranger('impostor')), (_, answer) => {
      requests += 1;
      answer.end();
    });
    // Before the handshake has ended for it, it is left.
    let connections = 0;
    impostor.on('connection', () => (connections += 1));
    impostor.listen(port, '127.0.0.1');
    await once(impostor, 'listening');
    try {
      await until(async () => connections > 2);
      const fault = (await healthOf(nodes[0]!)).logs.find(({ name }) => name === 'two')?.fault;
      assert.deepEqual([fault, requests], ['FOLLOW_UNREACHABLE', 0]);
    } finally {
      impostor.closeAllConnections();
      impostor.close();
    }
  });

  it('do not start without a certificate that governance binds: NODE_CERTIFICATE_…', async () => {
    const { configFile, folder: data } = members[1]!;
    const keys = join(data, 'keys');
    await cp(join(folder, 'stranger.pem'), join(keys, 'tls.pem'));
    await cp(join(folder, 'stranger.key'), join(keys, 'tls.key'));
    assert.match((await bongsu('node', 'start', configFile)).errors, /^NODE_CERTIFICATE_NOT_BOUND /m);
    await rm(join(keys, 'tls.pem'));
    assert.match((await bongsu('node', 'start', configFile)).errors, /^NODE_CERTIFICATE_MISSING /m);
  });
});

async function sizeAt(node: RunningNode, member: string): Promise<number> {
  return (await healthOf(node)).logs.find(({ name }) => name === member)!.size;
}

async function statusOf(client: PeerClient, url: string): Promise<number> {
  const answer = await client.fetch(url);
  await answer.body?.cancel();
  return answer.status;
}

/** The fingerprint of the certificate that is shown there. */
async function shownAt(url: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const fingerprint = fingerprintOf(socket.getPeerCertificate().raw);
  socket.destroy();
  return fingerprint;
}

function bongsu(...words: readonly string[]): Promise<{ output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { timeout: WAIT_MS_MAX }, (_, output, errors) =>
      resolve({ output, errors }),
    );
  });
}
