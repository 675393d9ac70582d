import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { readAnswerResult } from '../../src/wire/diameter/error-answer.ts';
import { readHeader } from '../../src/wire/diameter/header.ts';
import { readMeIdentityCheckAnswer } from '../../src/wire/diameter/me-identity-check-answer.ts';
import {
  CONNECTIONS_MAX,
  CONNECTIONS_PER_PEER_MAX,
  S13Error,
  S13Server,
  UNIDENTIFIED_CONNECTIONS_MAX,
} from '../../src/gates/equipment/s13/server.ts';
import { S13Probe, S13ProbeError } from '../../src/probes/s13.ts';
import { RawPeer, readS13Vectors, type RunningGate, s13Vector, startS13Gate } from '../support/s13.ts';

const mme = { host: '127.0.0.1', originHost: 'mme.epc.test', originRealm: 'epc.test' };
const outcomeOf = (answer: Buffer) => readMeIdentityCheckAnswer(answer, 0, answer.length).outcome;
const resultOf = (answer: Buffer) => readAnswerResult(answer, 0, answer.length).resultCode;
const hex = (messages: readonly Buffer[]) => messages.map((message) => message.toString('hex'));

/** The same octets in pieces, each sent only when the one before has left this process. */
async function sendInPieces(peer: RawPeer, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise<void>((resolve) => {
      peer.socket.write(bytes.subarray(at, at + size), () => resolve());
    });
  }
}

describe('the S13 gate', () => {
  let gate: RunningGate;
  let port: number;
  before(async () => {
    gate = await startS13Gate();
    port = gate.server.address.port;
  });
  after(() => gate.server.close());

  const conversations: readonly { ask: string; answer: string }[] = [
    { ask: 'ECR', answer: 'ECA_BLACK' },
    { ask: 'ECR_RELAYED', answer: 'ECA_RELAYED' },
    { ask: 'ECR_UNKNOWN_M', answer: 'ECA_5001' },
    { ask: 'ECR_NO_TI', answer: 'ECA_5005' },
    { ask: 'ULR_WRONG_CMD', answer: 'ERR_3001' },
  ];
  for (const { ask, answer } of conversations) {
    it(`answers ${ask} with ${answer}, octet for octet`, async () => {
      const peer = await RawPeer.open(port);
      peer.send(s13Vector(ask));
      assert.deepEqual(hex(await peer.receive(1)), hex([s13Vector(answer)]));
      peer.socket.destroy();
    });
  }

  it('gives one verdict for every form of one device', async () => {
    const peer = await RawPeer.open(port);
    peer.send(s13Vector('ECR'), s13Vector('ECR_IMEI15'), s13Vector('ECR_DRMP_T'));
    assert.deepEqual((await peer.receive(3)).map(outcomeOf), [1, 1, 1]);
    peer.socket.destroy();
  });

  for (const name of ['ECR_BAD_LEN', 'ECR_ZERO_LEN']) {
    it(`answers ${name} with 5014 and a Failed-AVP, and goes on`, async () => {
      const peer = await RawPeer.open(port);
      peer.send(s13Vector(name), s13Vector('ECR'));
      const [refused, answered] = await peer.receive(2);
      assert.equal(resultOf(refused!), 5014);
      assert(refused!.includes(Buffer.from('0000011740', 'hex')));
      assert.equal(outcomeOf(answered!), 1);
      peer.socket.destroy();
    });
  }

  for (const name of ['MSG_LEN_ODD', 'MSG_LEN_SHORT']) {
    it(`resets the connection at ${name}`, async () => {
      const peer = await RawPeer.open(port);
      peer.send(s13Vector(name));
      await peer.closed();
      assert.deepEqual([peer.errorCode, (await peer.receive(1)).length], ['ECONNRESET', 0]);
    });
  }

  it('takes a relay, which has S13 in common as it has everything', async () => {
    const peer = await RawPeer.connect(port);
    peer.send(s13Vector('CER_RELAY'));
    assert.deepEqual((await peer.receive(1)).map(resultOf), [2001]);
    peer.socket.destroy();
  });

  it('refuses with 5010 who has no application in common, and closes', async () => {
    const peer = await RawPeer.connect(port);
    const cer = s13Vector('CER');
    cer.writeUInt32BE(16_777_251, cer.length - 4);
    peer.send(cer);
    const [answer] = await peer.receive(1);
    assert.deepEqual([resultOf(answer!), answer![4]], [5010, 0]);
    await peer.closed();
  });

  it('answers 64 requests of one segment, in order', async () => {
    const peer = await RawPeer.open(port);
    const requests = Array.from({ length: 64 }, (_, place) => {
      const request = s13Vector('ECR');
      request.writeUInt32BE(place, 12);
      return request;
    });
    peer.send(...requests);
    const answers = await peer.receive(64);
    assert.deepEqual(
      answers.map((answer) => readHeader(answer, 0).hopByHop),
      requests.map((_, place) => place),
    );
    peer.socket.destroy();
  });

  it('takes a conversation octet by octet', async () => {
    const peer = await RawPeer.connect(port);
    await sendInPieces(peer, Buffer.concat(['CER', 'ECR_RELAYED', 'DWR', 'ECR', 'DPR'].map(s13Vector)), 1);
    const [, relayed, watchdog, answered, disconnected] = await peer.receive(5);
    assert.deepEqual(
      hex([relayed!, answered!, disconnected!]),
      hex(['ECA_RELAYED', 'ECA_BLACK', 'DPA'].map(s13Vector)),
    );
    assert.equal(resultOf(watchdog!), 2001);
    peer.socket.destroy();
  });

  it('serves two connections of one Origin-Host side by side', async () => {
    const first = await RawPeer.open(port);
    const second = await RawPeer.open(port);
    second.send(s13Vector('ECR'));
    first.send(s13Vector('ECR'));
    assert.deepEqual((await first.receive(1)).map(outcomeOf), [1]);
    assert.deepEqual((await second.receive(1)).map(outcomeOf), [1]);
    first.socket.destroy();
    await first.closed();
    second.send(s13Vector('ECR'));
    assert.deepEqual((await second.receive(1)).map(outcomeOf), [1]);
    second.socket.destroy();
  });

  it('outlives a reset in the middle of a message', async () => {
    for (const size of [1, 4, 19, 20, 100, 215]) {
      const peer = await RawPeer.open(port);
      peer.send(s13Vector('ECR').subarray(0, size));
      peer.socket.resetAndDestroy();
    }
    const probe = await S13Probe.connect({ ...mme, port });
    assert.equal((await probe.check({ imei: '490154203237518' })).outcome, 2);
    await probe.disconnect();
  });

  it('answers hostile octets with an error or the end, never with a verdict on another device', async () => {
    const before = gate.asked.length;
    const malformed = [...readS13Vectors()].filter(([name]) => name.startsWith('MSG_') || name.endsWith('_LEN'));
    for (const [, bytes] of malformed) {
      const peer = await RawPeer.open(port);
      peer.send(bytes);
      peer.socket.end();
      await peer.closed();
    }
    assert.deepEqual([malformed.length, gate.asked.length - before], [4, 0]);
  });
});

describe('the S13 gate and crowds', () => {
  it('takes as many connections of a peer and of all peers as its limits say, and none more', async () => {
    const peersMax = CONNECTIONS_MAX / CONNECTIONS_PER_PEER_MAX;
    const names = Array.from({ length: peersMax + 1 }, (_, number) => `mme${number}.epc.test`);
    const { server, events } = await startS13Gate({ peers: names.map((originHost) => ({ originHost })) });
    const { port } = server.address;
    const open = (originHost: string) => S13Probe.connect({ ...mme, originHost, port });
    const probes = await Promise.all(Array.from({ length: CONNECTIONS_PER_PEER_MAX }, () => open(names[0]!)));
    await assert.rejects(open(names[0]!), (error) => {
      assert(error instanceof S13ProbeError);
      assert.deepEqual(error.facts, { code: 'S13_PROBE_REFUSED', resultCode: 5012 });
      return true;
    });
    for (const name of names.slice(1, peersMax)) {
      probes.push(...(await Promise.all(Array.from({ length: CONNECTIONS_PER_PEER_MAX }, () => open(name)))));
    }
    assert.equal(probes.length, CONNECTIONS_MAX);
    assert(!events.includes('connectionRefused'));
    await assert.rejects(open(names[peersMax]!), S13ProbeError);
    assert(events.includes('connectionRefused'));
    await Promise.all([server.close(), ...probes.map((probe) => probe.closed)]);
  });

  it('keeps strangers from crowding out peers', async () => {
    const { server, events } = await startS13Gate();
    const { port } = server.address;
    const peer = await RawPeer.open(port);
    const strangers = await Promise.all(
      Array.from({ length: UNIDENTIFIED_CONNECTIONS_MAX }, () => RawPeer.connect(port)),
    );
    // Accepted in order: when the one past the limit is closed, those before it have been counted.
    const onePast = await RawPeer.connect(port);
    await onePast.closed();
    assert(events.includes('connectionRefused'));
    peer.send(s13Vector('ECR'));
    assert.deepEqual((await peer.receive(1)).map(outcomeOf), [1]);
    for (const { socket } of [...strangers, peer]) socket.destroy();
    await server.close();
  });

  it('stops reading a peer that does not read, and answers it all when it does', async () => {
    const { server, asked } = await startS13Gate();
    const peer = await RawPeer.open(server.address.port);
    peer.socket.pause();
    const requests = 100_000;
    const batch = Buffer.concat(Array.from({ length: 1_000 }, () => s13Vector('ECR')));
    let sent = 0;
    while (sent < requests) {
      sent += 1_000;
      if (!peer.socket.write(batch) && sent > 60_000) break;
    }
    // Another peer is served all the while.
    const other = await RawPeer.open(server.address.port);
    other.send(s13Vector('ECR'));
    assert.equal((await other.receive(1)).length, 1);
    assert(asked.length < sent, 'the gate read on though nobody took its answers');
    const taken = peer.receive(sent);
    peer.socket.resume();
    assert.equal((await taken).length, sent);
    peer.socket.destroy();
    other.socket.destroy();
    await server.close();
  });

  it('answers TOO_BUSY above the limit of a connection', async () => {
    const { server } = await startS13Gate({}, { requestsPerSecondMax: 10 });
    const peer = await RawPeer.open(server.address.port);
    peer.send(...Array.from({ length: 11 }, () => s13Vector('ECR_RELAYED')));
    const answers = await peer.receive(11);
    assert.deepEqual(
      answers.slice(0, 10).map(resultOf),
      Array.from({ length: 10 }, () => 2001),
    );
    const busy = answers[10]!;
    assert.deepEqual([resultOf(busy), busy[4]], [3004, 0x60]);
    assert(busy.includes(Buffer.from('0000011c40000030', 'hex')), 'Proxy-Info comes back');
    peer.socket.destroy();
    await server.close();
  });
});

describe('the S13 gate and its end', () => {
  it('sends DPR, delivers what is in flight, and is closed when the peer has answered', async () => {
    const { server } = await startS13Gate();
    const probe = await S13Probe.connect({ ...mme, port: server.address.port });
    const checks = Array.from({ length: 200 }, () => ({ imei: '352099001761481' }));
    const answered = probe.checkAll(checks, { window: 200 });
    const closed = server.close();
    assert((await answered).every(({ outcome }) => outcome === 1));
    await closed;
    await probe.closed;
    assert.equal(server.connections, 0);
  });

  it('refuses a port that is taken', async () => {
    const { server } = await startS13Gate();
    const { port } = server.address;
    await assert.rejects(startS13Gate({ port }), (error) => {
      assert(error instanceof S13Error);
      assert.deepEqual(error.facts, { code: 'S13_LISTEN_FAILED', port, reason: 'EADDRINUSE' });
      return true;
    });
    await server.close();
  });

  it('shares its port between threads where the system can', { skip: process.platform !== 'linux' }, async () => {
    const first = await startS13Gate({}, { threads: 2 });
    const { port } = first.server.address;
    const second = await startS13Gate({ port }, { threads: 2 });
    assert.equal(second.server.address.port, port);
    assert(second.server instanceof S13Server);
    await Promise.all([first.server.close(), second.server.close()]);
  });

  it('lets the probe say why it was refused', async () => {
    const { server } = await startS13Gate();
    const { port } = server.address;
    await assert.rejects(S13Probe.connect({ ...mme, originHost: 'stranger.epc.test', port }), (error) => {
      assert(error instanceof S13ProbeError);
      assert.deepEqual(error.facts, { code: 'S13_PROBE_REFUSED', resultCode: 3010 });
      return true;
    });
    await server.close();
  });
});

describe('docs/gates/s13.md', () => {
  it('shows the relay configuration that is tested', () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    assert(read('docs/gates/s13.md').includes(read('examples/freediameter/relay.conf')));
  });
});
