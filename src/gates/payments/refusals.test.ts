import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { parsePaymentRecord } from '../../records/payment-record.ts';
import { openStore, type Store } from '../../store/store.ts';
import {
  distrust,
  HOME_CELL,
  onCell,
  paymentBody,
  paymentGateOn,
  type PaymentGateUnderTest,
  PAYER_DIGITS,
  ROGUE_CELL,
} from '../../../test/support/payment-gate.ts';

const BASE = '/carrier-billing/v0.5/payments';

describe('what the payment gate records of payments that it does not simply let pass', () => {
  let folder: string;
  let store: Store;
  let gate: PaymentGateUnderTest;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-payment-records-'));
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    gate = await paymentGateOn(store, { config: { monthlyLimit: 100_000 } });
    onCell(gate, HOME_CELL);
  });
  afterEach(async () => {
    await gate.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const pay = async (form: Parameters<typeof paymentBody>[0] = {}): Promise<number> =>
    (await gate.ask('POST', BASE, paymentBody(form))).status;

  it('nothing of one that passes', async () => {
    assert.equal(await pay(), 201);
    assert.deepEqual(gate.recorded, []);
  });

  it('a refused one with its checks and entries, once, however often its merchant asks', async () => {
    onCell(gate, ROGUE_CELL, 1);
    distrust(gate, ROGUE_CELL);
    assert.equal(await pay({ correlator: 'order-1' }), 403);
    assert.equal(await pay({ correlator: 'order-1' }), 403);
    const [record, ...others] = gate.recorded;
    assert.deepEqual(others, []);
    const { paymentId, ...told } = record!;
    assert.match(paymentId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(told, {
      timeMs: gate.clock.nowMs(),
      gate: 'carrier-billing',
      merchant: 'shop',
      verdict: 'refuse',
      reasons: ['distrusted serving cell', 'distrusted cell lately'],
      entries: [['hanbit', 7]],
    });
    assert.deepEqual(parsePaymentRecord(JSON.stringify(record)), record);
    assert.ok(!JSON.stringify(record).includes(PAYER_DIGITS.slice(-8)));
  });

  it('a held one', async () => {
    for (let payments = 0; payments < 3; payments++) assert.equal(await pay(), 201);
    const told = gate.recorded.map(({ verdict, reasons }) => [verdict, reasons]);
    assert.deepEqual(told, [['hold', ['many payments of one line']]]);
  });

  it('one for which the line has no room under the monthly limit', async () => {
    assert.equal(await pay({ amount: 100_001 }), 422);
    const told = gate.recorded.map(({ verdict, reasons, paymentId }) => [verdict, reasons, paymentId]);
    assert.deepEqual(told, [['refuse', ['monthly limit'], '']]);
  });

  it('one that was reserved, when its confirmation is refused', async () => {
    const { body } = await gate.ask('POST', `${BASE}/prepare`, paymentBody());
    assert.equal(gate.recorded.length, 0);
    distrust(gate, HOME_CELL);
    const { paymentId } = body as { paymentId: string };
    const confirmed = await gate.ask('POST', `${BASE}/${paymentId}/confirm`, { phoneNumber: '+821012345678' });
    assert.equal(confirmed.status, 403, confirmed.text);
    const told = gate.recorded.map((record) => `${record.paymentId} ${record.verdict}`);
    assert.deepEqual(told, [`${paymentId} refuse`]);
  });
});
