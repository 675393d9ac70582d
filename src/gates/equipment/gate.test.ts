import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import type { ImeiKey } from '../../identifiers/imei.ts';
import { N5gEirProbe } from '../../probes/n5g-eir.ts';
import { S13Probe } from '../../probes/s13.ts';
import { readRecords } from '../../records/record-reader.ts';
import { TestAuthority } from '../../../test/support/certificates.ts';
import { MEMBERS, type RunningGate, runGate, TestStanding } from '../../../test/support/equipment-gate.ts';
import { EQUIPMENT_OUTCOME } from '../../wire/diameter/me-identity-check-answer.ts';
import { PortError } from './free-ports.ts';
import { GateThreadError } from '../gate-thread.ts';
import { PolicyError } from './policy.ts';
import { CAPABILITIES_WAIT_MS_MAX } from './s13/peer-session.ts';

const IMEI = 35_209_900_176_148 as ImeiKey;
const S13 = {
  port: 0,
  originHost: 'eir.hanbit.example',
  originRealm: 'hanbit.example',
  peers: [{ originHost: 'mme1.hanbit.example' }],
};

const ATTEMPTS_MAX = 1_000;

describe('the equipment gates of a node', () => {
  const open: RunningGate[] = [];
  after(() => Promise.all(open.map((running) => running.stop())));

  async function start(part: object): Promise<RunningGate> {
    const running = await runGate(part);
    open.push(running);
    return running;
  }

  it('answer on both interfaces from one standing, and follow it with no restart', async () => {
    const { gate, test, apiRoot } = await start({ s13: S13, n5gEir: { port: 0 } });
    const { host, port } = gate.addresses.s13!;
    const mme = await S13Probe.connect({
      host,
      port,
      originHost: 'mme1.hanbit.example',
      originRealm: 'hanbit.example',
    });
    const amf = await N5gEirProbe.connect({ apiRoot });
    const ask = async () => {
      const { outcome } = await mme.check({ imei: '35209900176148', imsi: '450970000000001' });
      return [outcome, (await amf.check({ pei: 'imei-352099001761481' })).status ?? 'unknown'];
    };
    assert.deepEqual(await ask(), [EQUIPMENT_OUTCOME.unknown, 'unknown']);
    test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' });
    assert.deepEqual(await ask(), [EQUIPMENT_OUTCOME.blacklisted, 'BLACKLISTED']);
    const checks = gate.counters().filter(({ family, value }) => family === 'checks' && value > 0);
    assert.deepEqual(
      checks.map(({ labels, value }) => [labels['gate'], labels['answer'], value]),
      [
        ['s13', 'blocked', 1],
        ['s13', 'unknown', 1],
        ['n5g-eir', 'blocked', 1],
        ['n5g-eir', 'unknown', 1],
      ],
    );
    await mme.disconnect();
    await amf.close();
  });

  it('go on finding devices while the memory grows', async () => {
    const { test, apiRoot } = await start({ n5gEir: { port: 0 } });
    const amf = await N5gEirProbe.connect({ apiRoot });
    let grown = 0;
    test.standing.onMemoryChanged(() => (grown += 1));
    const devices = 20_000;
    for (let place = 0; place < devices; place++) {
      const imei = (IMEI + place) as ImeiKey;
      test.state('hub', { kind: 'device.blocked', target: { kind: 'imei', imei }, reason: 'lost' });
    }
    assert(grown > 0);
    for (let place = 0; place < devices; place += 997) {
      const { status } = await amf.check({ pei: `imei-${IMEI + place}0` });
      assert.equal(status, 'BLACKLISTED', `device ${place}`);
    }
    await amf.close();
  });

  it('share their ports between threads', async () => {
    const { gate, test, apiRoot } = await start({ threads: 3, s13: S13, n5gEir: { port: 0 } });
    assert.deepEqual(gate.threads(), { wanted: 3, running: 3 });
    test.state('duru', { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' });
    const amfs = await Promise.all(Array.from({ length: 12 }, () => N5gEirProbe.connect({ apiRoot })));
    const answers = await Promise.all(amfs.map((amf) => amf.check({ pei: 'imei-352099001761481' })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set(['BLACKLISTED']));
    await Promise.all(amfs.map((amf) => amf.close()));
  });

  it('leave a record of each refusal, for the member itself', async () => {
    // A listener of both families sees IPv4 callers as ::ffff:127.0.0.1.
    const running = await start({ n5gEir: { host: '::', port: 0 } });
    const { test, recordsFolder, gate } = running;
    const apiRoot = `http://127.0.0.1:${gate.addresses.n5gEir!.port}`;
    const index = test.state('hub', { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' });
    const amf = await N5gEirProbe.connect({ apiRoot });
    await amf.check({ pei: 'imeisv-3520990017614801', supi: 'imsi-450970000000001' });
    await amf.check({ pei: 'imei-490154203237518', supi: 'imsi-450970000000001' });
    await amf.close();
    await running.gate.stop();
    const span = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, limit: 10 };
    const [record, ...others] = await readRecords({ folder: recordsFolder, ...span });
    assert.deepEqual(
      { ...record, timeMs: 0 },
      {
        timeMs: 0,
        gate: 'n5g-eir',
        imei: '35209900176148',
        imsi: '450970000000001',
        answer: 'blocked',
        shadow: false,
        entries: [['hub', index]],
        caller: '127.0.0.1',
      },
    );
    assert.deepEqual(others, []);
  });

  it('do not open when a port is taken, and say which', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await assert.rejects(runGate({ s13: S13, n5gEir: { port } }), (error) => {
      assert(error instanceof GateThreadError);
      assert.deepEqual(error.facts, { code: 'N5G_EIR_LISTEN_FAILED', port, reason: 'EADDRINUSE' });
      return true;
    });
    holder.close();
  });

  it('do not share a port with another node, nor with each other', async () => {
    const { gate } = await start({ threads: 2, n5gEir: { port: 0 } });
    const { port } = gate.addresses.n5gEir!;
    const taken = (code: string) => (error: unknown) => {
      assert(error instanceof PortError);
      assert.deepEqual(error.facts, { code, port, reason: 'EADDRINUSE' });
      return true;
    };
    await assert.rejects(runGate({ threads: 2, s13: { ...S13, port } }), taken('S13_LISTEN_FAILED'));
    await gate.stop();
    const both = { threads: 2, s13: { ...S13, port }, n5gEir: { port } };
    await assert.rejects(runGate(both), taken('N5G_EIR_LISTEN_FAILED'));
  });

  it('know a member that is admitted while they run, with its roles, and its struck statements', async () => {
    const rules = [{ members: ['role:register'], reasons: ['stolen'], answer: 'tracked' }];
    const { test, apiRoot } = await start({ n5gEir: { port: 0 }, policy: { rules } });
    const amf = await N5gEirProbe.connect({ apiRoot });
    const ask = async () => (await amf.check({ pei: 'imei-352099001761481' })).status ?? 'unknown';
    test.standing.admit({ name: 'saerom', roles: ['register'] });
    test.state('saerom', { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' });
    await untilAnswer(ask, 'GREYLISTED');
    test.state('saerom', { kind: 'statements.struck', member: 'saerom', from: 0 });
    await untilAnswer(ask, 'unknown');
    await amf.close();
  });

  it('answer on while standing becomes another one under them, with other roles', async () => {
    const rules = [{ members: ['role:register'], reasons: ['stolen'], answer: 'tracked' }];
    const { test, apiRoot } = await start({ n5gEir: { port: 0 }, policy: { rules } });
    const amf = await N5gEirProbe.connect({ apiRoot });
    const ask = async (imei: string) => (await amf.check({ pei: `imei-${imei}` })).status ?? 'unknown';
    const blocked = { kind: 'device.blocked', target: { kind: 'imei', imei: IMEI }, reason: 'stolen' } as const;
    test.state('duru', blocked);
    test.standing.markFresh('duru', 5_000);
    assert.equal(await ask('352099001761481'), 'BLACKLISTED');
    const done = new AbortController();
    const answers = new Set<string>();
    const asking = (async () => {
      while (!done.signal.aborted) answers.add(await ask('352099001761481'));
    })();
    for (const role of ['register', 'operator', 'register'] as const) {
      const members = MEMBERS.map((member) => (member.name === 'duru' ? { ...member, roles: [role] } : member));
      const anew = new TestStanding(members);
      anew.state('duru', blocked);
      test.standing.become(anew.standing);
      const wanted = role === 'register' ? 'GREYLISTED' : 'BLACKLISTED';
      await untilAnswer(() => ask('352099001761481'), wanted);
    }
    done.abort();
    await asking;
    assert.deepEqual(
      [...answers].filter((answer) => !['BLACKLISTED', 'GREYLISTED'].includes(answer)),
      [],
    );
    assert.equal(test.standing.openReader().freshAtMs(1), 5_000);
    // What is stated from now on is seen, and tables that grow too.
    for (let serial = 0; serial < 20_000; serial++) {
      const target = { kind: 'imei', imei: (IMEI + 1 + serial) as ImeiKey } as const;
      test.state('duru', { kind: 'device.blocked', target, reason: 'stolen' });
    }
    await untilAnswer(() => ask('352099001761499'), 'GREYLISTED');
    await amf.close();
  });

  it('do not wait at their stop for a TLS handshake that hangs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bongsu-tls-'));
    const { certFile, keyFile } = new TestAuthority(folder).issue('eir.hanbit.example');
    const { gate } = await start({ s13: { ...S13, tls: { port: 0, certFile, keyFile } } });
    const { host, port } = gate.addresses.s13Tls!;
    const hanging = connect({ host, port });
    await once(hanging, 'connect');
    // A reset is one of the ways in which it may end.
    const closed = new Promise((resolve) => hanging.on('error', () => {}).once('close', resolve));
    const startMs = systemClock.steadyMs();
    await gate.stop();
    assert(systemClock.steadyMs() - startMs < CAPABILITIES_WAIT_MS_MAX / 2);
    await closed;
    await rm(folder, { recursive: true });
  });

  it('do not open when a certificate cannot be read', async () => {
    const tls = { certFile: '/nonexistent/cert.pem', keyFile: '/nonexistent/key.pem' };
    await assert.rejects(runGate({ n5gEir: { port: 0, tls } }), (error) => {
      assert(error instanceof GateThreadError);
      assert.deepEqual(error.facts, { code: 'GATE_TLS_UNREADABLE', file: tls.certFile });
      return true;
    });
  });

  it('do not open with a policy that names nobody', async () => {
    const policy = { rules: [{ members: ['nobody'], reasons: ['*'], answer: 'ignored' }] };
    await assert.rejects(runGate({ n5gEir: { port: 0 }, policy }), PolicyError);
  });
});

/** News reaches a gate's thread beside its requests, and may come a moment after the next of them. */
async function untilAnswer(ask: () => Promise<string>, wanted: string): Promise<void> {
  let answer = await ask();
  for (let attempt = 1; answer !== wanted && attempt < ATTEMPTS_MAX; attempt++) answer = await ask();
  assert.equal(answer, wanted);
}
