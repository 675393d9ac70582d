import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { after, describe, it } from 'node:test';
import { systemClock } from '../base/clock.ts';
import {
  ensurePeerCertificate,
  makePeerCertificate,
  type PeerCertificate,
  readPeerCertificate,
} from './certificate.ts';
import { type Peer, PeerClient } from './peer-client.ts';
import { PeerError } from './peer-fault.ts';
import { memberOf, peerServerOptions } from './peer-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'bongsu-peers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function files(name: string): { member: string; certificateFile: string; keyFile: string } {
  return { member: name, certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

/** Answers with the member that it takes its caller for. */
async function startServer(
  own: PeerCertificate,
  peers: () => readonly Peer[],
): Promise<{ server: Server; url: string }> {
  const server = createServer(peerServerOptions(own), (call, answer) => {
    answer.end(memberOf(call.socket as TLSSocket, peers()) ?? 'nobody');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('members that call each other', { timeout: 30_000 }, () => {
  it('know each other by the certificates that governance binds', async () => {
    const hanbit = await makePeerCertificate(files('hanbit'), { clock: systemClock });
    const narae = await makePeerCertificate(files('narae'), { clock: systemClock });
    let peers: Peer[] = [];
    const { server, url } = await startServer(narae, () => peers);
    peers = [
      { name: 'hanbit', url: 'https://127.0.0.1:1', certificates: [hanbit.fingerprint] },
      { name: 'narae', url, certificates: [narae.fingerprint] },
    ];
    const client = new PeerClient({ own: () => hanbit, peers: () => peers });
    assert.equal(await (await client.fetch(`${url}/`)).text(), 'hanbit');

    // Before governance is here, nothing binds the one that answers: it knows the caller all the same.
    const newcomer = new PeerClient({ own: () => hanbit, peers: () => [] });
    await assert.rejects(newcomer.fetch(`${url}/`));
    assert.equal(await (await newcomer.fetchFromAnybody(`${url}/`)).text(), 'hanbit');
    await newcomer.close();

    const stranger = await makePeerCertificate(files('stranger'), { clock: systemClock });
    const unknown = new PeerClient({ own: () => stranger, peers: () => peers });
    assert.equal(await (await unknown.fetch(`${url}/`)).text(), 'nobody');
    const silent = new PeerClient({ own: () => undefined, peers: () => peers });
    assert.equal(await (await silent.fetch(`${url}/`)).text(), 'nobody');
    await Promise.all([client, unknown, silent].map((one) => one.close()));
    server.close();
  });

  it('hang up on whoever answers in the place of a member', async () => {
    const impostor = await makePeerCertificate(files('impostor'), { clock: systemClock });
    const { server, url } = await startServer(impostor, () => []);
    const client = new PeerClient({
      own: () => undefined,
      peers: () => [{ name: 'duru', url, certificates: ['00'.repeat(32)] }],
    });
    await assert.rejects(client.fetch(`${url}/`), ({ cause }: Error) => {
      return cause instanceof PeerError && cause.facts.code === 'PEER_NOT_THAT_MEMBER';
    });
    await client.close();
    server.close();
  });

  it('exchange a certificate without a call lost: both are bound for a while', async () => {
    const old = await makePeerCertificate(files('old'), { clock: systemClock });
    const next = await makePeerCertificate(files('next'), { clock: systemClock });
    const peers: Peer[] = [];
    const { server, url } = await startServer(old, () => peers);
    peers.push({ name: 'duru', url, certificates: [old.fingerprint, next.fingerprint] });
    const client = new PeerClient({ own: () => old, peers: () => peers });
    assert.equal(await (await client.fetch(`${url}/`)).text(), 'duru');
    server.setSecureContext(peerServerOptions(next));
    await client.renew();
    assert.equal(await (await client.fetch(`${url}/`)).text(), 'duru');
    peers[0] = { name: 'duru', url, certificates: [next.fingerprint] };
    await client.renew();
    // It still shows the old one, which is bound no more.
    assert.equal(await (await client.fetch(`${url}/`)).text(), 'nobody');
    await client.close();
    server.close();
  });

  it('keep the certificate that they have, and name a file that holds none', async () => {
    const first = await ensurePeerCertificate(files('sakura'), { clock: systemClock });
    assert.equal((await ensurePeerCertificate(files('sakura'), { clock: systemClock })).fingerprint, first.fingerprint);
    const { keyFile } = files('sakura');
    await assert.rejects(
      readPeerCertificate({ certificateFile: keyFile, keyFile }),
      (error) => error instanceof PeerError && error.facts.code === 'PEER_CERTIFICATE_UNREADABLE',
    );
  });
});
