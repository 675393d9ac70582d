import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../src/base/log.ts';
import { openStore } from '../../src/store/store.ts';
import { paymentBody, TOKEN } from '../support/payment-gate.ts';

const WRITER = fileURLToPath(new URL('payment-writer.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 12);
const KILL_AFTER_MS_MAX = 250;
const SHOPPERS = 8;
const AMOUNT = 1_000;
const BASE = '/carrier-billing/v0.5/payments';

interface Shopping {
  /** What a shopper was told, by the correlator under which it asked. */
  readonly paid: Map<string, string>;
  readonly confirmed: Set<string>;
  /** What a kill cut off: to be asked again under the same correlator. */
  readonly unsure: string[];
}

test(`${KILLS} kills at random instants: nothing is charged twice, and no accepted payment is lost`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-payment-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shopping: Shopping = { paid: new Map(), confirmed: new Set(), unsure: [] };
  for (let kill = 0; kill < KILLS; kill++) {
    const { gate, address } = await startGate(folder);
    const shoppers = Array.from({ length: SHOPPERS }, (_, shopper) => shop(address, `${kill}-${shopper}`, shopping));
    await wait(randomInt(KILL_AFTER_MS_MAX));
    gate.kill('SIGKILL');
    await Promise.all([once(gate, 'exit'), ...shoppers]);
  }
  const { gate, address } = await startGate(folder);
  // A retry after the kill is the payment that was cut off, or a new one; both are one.
  for (const correlator of shopping.unsure) await pay(address, correlator, shopping);
  gate.kill('SIGKILL');
  await once(gate, 'exit');
  await assertChargedOnce(folder, shopping);
  t.diagnostic(
    `${shopping.paid.size} payments, ${shopping.confirmed.size} of two steps, ${shopping.unsure.length} asked again`,
  );
  assert(shopping.paid.size > KILLS);
});

async function startGate(folder: string): Promise<{ gate: ChildProcess; address: string }> {
  const gate = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [address] = (await once(createInterface({ input: gate.stdout }), 'line')) as [string];
  return { gate, address };
}

/** Pays, one payment after the other, until the gate is gone. */
async function shop(address: string, name: string, shopping: Shopping): Promise<void> {
  for (let number = 0; ; number++) {
    const correlator = `${number % 2 === 0 ? 'one' : 'two'}-${name}-${number}`;
    try {
      await pay(address, correlator, shopping);
    } catch {
      shopping.unsure.push(correlator);
      return;
    }
  }
}

async function pay(address: string, correlator: string, { paid, confirmed }: Shopping): Promise<void> {
  const phoneNumber = `+8210${(10_000_000 + (hash(correlator) % 80_000_000)).toString()}`;
  const isOneStep = correlator.startsWith('one');
  const path = isOneStep ? BASE : `${BASE}/prepare`;
  const answer = await ask(address, path, paymentBody({ amount: AMOUNT, correlator, phoneNumber }));
  assert.equal(answer.status, 201);
  const { paymentId } = (await answer.json()) as { paymentId: string };
  assert.equal(paid.get(correlator) ?? paymentId, paymentId, 'one correlator is one payment');
  paid.set(correlator, paymentId);
  if (isOneStep) return;
  const confirmation = await ask(address, `${BASE}/${paymentId}/confirm`, { phoneNumber });
  await confirmation.text();
  assert([202, 409].includes(confirmation.status), `${confirmation.status}`);
  confirmed.add(paymentId);
}

function ask(address: string, path: string, body: object): Promise<Response> {
  return fetch(`http://${address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function assertChargedOnce(folder: string, { paid, confirmed }: Shopping): Promise<void> {
  const store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
  const rows = await store.read(({ payments }) => payments.list({}, { order: 'asc', offset: 0, limit: 1_000_000 }));
  const correlators = rows.map(({ clientCorrelator }) => clientCorrelator);
  assert.equal(new Set(correlators).size, rows.length, 'no correlator has two payments');
  const byId = new Map(rows.map((row) => [row.paymentId, row]));
  for (const [correlator, paymentId] of paid) assert.equal(byId.get(paymentId)?.clientCorrelator, correlator);
  const due = new Map<string, number>();
  for (const row of rows) {
    if (row.steps === 1 || confirmed.has(row.paymentId)) assert.equal(row.state, 'succeeded');
    due.set(row.msisdn, (due.get(row.msisdn) ?? 0) + AMOUNT);
  }
  for (const [msisdn, amount] of due) {
    assert.equal(await store.read(({ payments }) => payments.spent(msisdn, 0)), amount, 'each payment once');
  }
  await store.close();
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
