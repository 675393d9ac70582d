import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '../../src/cli/client.ts';
import { type RunningNode, startNodes, stopNodes } from '../../src/demo/processes.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { answerOfN5gEir, answerOfS13 } from '../../src/probes/answers.ts';
import { S13Probe } from '../../src/probes/s13.ts';
import { deskOf, layOutOperators } from '../support/consortium.ts';
import { paymentBody } from '../support/payment-gate.ts';
import { until } from '../support/smpp-gate.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const LINE = '+82 10-5555-0001';
const IMSI = '450970000000001';
const OWN_PHONE = '352099001761481';
const OTHER_PHONE = '490154203237518';
const BASE = '/carrier-billing/v0.5/payments';

describe('a line, from its desk to the gates of a running node', () => {
  let laidOut: Awaited<ReturnType<typeof layOutOperators>>;
  let node: RunningNode;
  let desk: ApiClient;
  let merchant: string;

  before(async () => {
    laidOut = await layOutOperators(['hanbit']);
    await configure(laidOut.members[0]!.configFile);
    [node] = (await startNodes(laidOut.members)) as [RunningNode];
    desk = await deskOf(node);
    ({ token: merchant } = await desk.ask<{ token: string }>('POST', '/v1/tokens', {
      body: { name: 'shop', role: 'merchant' },
    }));
  });
  after(async () => {
    await stopNodes([node]);
    await laidOut.remove();
  });

  it('protected, is refused in another phone on S13 and N5g-eir, and the record says why', async () => {
    assert.deepEqual(await attach(OTHER_PHONE), ['allowed', 'allowed']);
    const shown = await bongsu('line', 'protect', LINE, '--imsi', IMSI, '--imei', OWN_PHONE);
    assert.equal((shown as { line: string }).line, '+821055550001');
    assert.deepEqual(await attach(OTHER_PHONE), ['blocked', 'blocked']);
    assert.deepEqual(await attach(OWN_PHONE), ['allowed', 'allowed']);
    const check = await bongsu('device', 'check', OTHER_PHONE, '--imsi', IMSI);
    const { gates } = check as { gates: { decidedBy: string; answer: string }[] };
    // The gate writes its records in batches, after it has answered.
    await until(async () => {
      const { refusals } = (await bongsu('gate', 'refusals')) as { refusals: { decidedBy?: string }[] };
      return refusals.some(({ decidedBy }) => decidedBy === 'protected line');
    });
    for (const gate of gates) assert.deepEqual([gate.decidedBy, gate.answer], ['protected line', 'blocked']);
  });

  it('stays protected over a restart, before anything is answered', async () => {
    await stopNodes([node]);
    [node] = (await startNodes(laidOut.members)) as [RunningNode];
    desk = await deskOf(node);
    assert.deepEqual(await attach(OTHER_PHONE), ['blocked', 'blocked']);
    await bongsu('line', 'unprotect', LINE);
    assert.deepEqual(await attach(OTHER_PHONE), ['allowed', 'allowed']);
  });

  it('with payments blocked pays no more at once; two people free it', async () => {
    assert.equal((await pay()).status, 201);
    await bongsu('line', 'block-payments', LINE);
    const refused = await pay();
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /blocked by the customer/);
    const { token } = await desk.ask<{ token: string }>('POST', '/v1/tokens', { body: { name: 'ann', role: 'agent' } });
    const check = ['--check', 'identity-card'];
    await bongsu('line', 'unblock', LINE, ...check, '--token', token);
    assert.equal((await pay()).status, 403);
    await bongsu('line', 'unblock', LINE, ...check);
    assert.equal((await pay()).status, 201);
  });

  it('a held payment is seen and released at the desk; a fraudulent one is given back', async () => {
    // The refused ones count too: they were tried.
    const held = (await (await pay()).json()) as { paymentId: string; paymentStatus: string };
    assert.equal(held.paymentStatus, 'processing');
    const { payments } = (await bongsu('line', 'held')) as { payments: { payment: string }[] };
    assert(payments.some(({ payment }) => payment === held.paymentId));
    const released = await bongsu('line', 'judge', held.paymentId, 'release');
    assert.equal((released as { state: string }).state, 'succeeded');
    await bongsu('line', 'judge', held.paymentId, 'fraudulent');
    const refunded = (await bongsu('line', 'refund', held.paymentId)) as { refundedAt?: string };
    assert.notEqual(refunded.refundedAt, undefined);
  });

  it('on a distrusted cell it pays nothing, after a restart too', async () => {
    const [cell, phoneNumber] = ['450-97-eci-0badce1', '+821055550002'];
    const body = { cell, from: '2026-01-01', reason: 'unregistered' };
    await desk.ask('POST', '/v1/cell-distrusts', { body });
    const { token } = await desk.ask<{ token: string }>('POST', '/v1/tokens', { body: { name: 'mme', role: 'feed' } });
    const at = new Date(Date.now() - 60_000).toISOString();
    const event = { at, imsi: '450970000000002', msisdn: phoneNumber.slice(1), cell, event: 'attach' };
    const delivered = await fetch(new URL('/v1/attaches', node.addresses.api), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [event] }),
    });
    assert.equal(delivered.status, 200);
    assert.match(await (await pay(phoneNumber)).text(), /distrusted serving cell/);
    await stopNodes([node]);
    [node] = (await startNodes(laidOut.members)) as [RunningNode];
    const answer = await pay(phoneNumber);
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /distrusted serving cell/);
  });

  function pay(phoneNumber = '+821055550001'): Promise<Response> {
    return fetch(`http://${node.addresses['payments']}${BASE}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${merchant}`, 'content-type': 'application/json' },
      body: JSON.stringify(paymentBody({ phoneNumber })),
    });
  }

  /** What both gates say of the line in this phone. */
  async function attach(imei: string): Promise<string[]> {
    const [host, port] = node.addresses.s13!.split(':') as [string, string];
    const identity = { originHost: 'mme1.hanbit.example', originRealm: 'hanbit.example' };
    const mme = await S13Probe.connect({ host, port: Number(port), ...identity });
    const fromS13 = answerOfS13(await mme.check({ imei: imei.slice(0, 14), imsi: IMSI }));
    await mme.disconnect();
    const amf = await N5gEirProbe.connect({ apiRoot: `http://${node.addresses.n5gEir}` });
    const fromN5gEir = answerOfN5gEir(await amf.check({ pei: `imei-${imei}`, supi: `imsi-${IMSI}` }));
    await amf.close();
    return [fromS13, fromN5gEir];
  }

  async function bongsu(...args: readonly string[]): Promise<unknown> {
    const token = args.includes('--token') ? [] : ['--token', await tokenOf(node)];
    const words = [...args, '--json', '--url', node.addresses.api, ...token];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [MAIN, ...words], { timeout: 60_000 }, (error, output, errors) =>
        error === null ? resolve(JSON.parse(output)) : reject(new Error(errors, { cause: error })),
      );
    });
  }
});

async function tokenOf({ folder }: RunningNode): Promise<string> {
  return (await readFile(join(folder, 'tokens', 'supervisor'), 'utf8')).trim();
}

async function configure(file: string): Promise<void> {
  const config = JSON.parse(await readFile(file, 'utf8')) as { gates: { equipment: object } };
  const s13 = {
    port: 0,
    originHost: 'eir.hanbit.example',
    originRealm: 'hanbit.example',
    peers: [{ originHost: 'mme1.hanbit.example' }],
  };
  const gates = { equipment: { ...config.gates.equipment, s13 }, payments: { port: 0 } };
  await writeFile(file, JSON.stringify({ ...config, gates, records: { archive: {} } }));
}
