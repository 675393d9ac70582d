import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { HandClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { Payment } from '../../records/payment.ts';
import type { Store } from '../../store/store.ts';
import { AGENT, refused, SUPERVISOR } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { MemoryLog } from '../../../test/support/memory-log.ts';
import { Decisions } from '../decisions/decision.ts';
import { PaymentDesk } from './payment-desk.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 9);
const MSISDN = '821012345678';

function payment(changes: Partial<Payment> = {}): Payment {
  return {
    paymentId: 'p-1',
    merchant: 'shop',
    clientCorrelator: null,
    requestHash: '',
    steps: 1,
    msisdn: MSISDN,
    amount: 10_000,
    currency: 'KRW',
    amountTransaction: '{}',
    merchantIdentifier: null,
    cell: null,
    decision: 'hold',
    grounds: '[]',
    state: 'processing',
    refusedAtOnce: 0,
    validationToken: null,
    createdMs: NOW_MS,
    changedMs: NOW_MS,
    chargedMs: null,
    refundedMs: null,
    judgement: null,
    ...changes,
  };
}

describeOnEngines('the payment desk', (engine) => {
  let store: Store;
  let desk: PaymentDesk;
  const add = (changes: Partial<Payment> = {}) => store.write(({ payments }) => payments.add(payment(changes)));
  const spent = () => store.read(({ payments }) => payments.spent(MSISDN, 0));

  beforeEach(async () => {
    store = await engine.openStore();
    const clock = new HandClock(NOW_MS);
    const logs = { shared: new MemoryLog(), own: new MemoryLog() };
    desk = new PaymentDesk({ decisions: new Decisions({ member: 'hanbit' }, { store, logs, clock, log: silentLog }) });
  });

  it('shows what waits, the oldest first', async () => {
    await add({ paymentId: 'p-2', createdMs: NOW_MS + 1 });
    await add();
    await add({ paymentId: 'p-3', state: 'reserved' });
    const { payments } = await desk.held(AGENT);
    assert.deepEqual(
      payments.map((shown) => shown.payment),
      ['p-1', 'p-2'],
    );
  });

  it('a release charges a payment in one step and reserves one in two', async () => {
    await add();
    await add({ paymentId: 'p-2', steps: 2 });
    assert.equal((await desk.judge('p-1', { judgement: 'release' }, SUPERVISOR)).state, 'succeeded');
    assert.equal((await desk.judge('p-2', { judgement: 'release' }, SUPERVISOR)).state, 'reserved');
    assert.equal(await spent(), 20_000);
  });

  it('nobody releases what the customer has blocked since', async () => {
    await add();
    const line = { msisdn: MSISDN, imsi: null, boundImei: null, protectedMs: null, paymentsBlockedMs: NOW_MS };
    const unasked = { priorityMs: null, unblockAskedMs: null, unblockAskedBy: null, unblockCheck: null };
    await store.write(({ lines }) => lines.put({ ...line, ...unasked }));
    const release = desk.judge('p-1', { judgement: 'release' }, SUPERVISOR);
    await assert.rejects(release, refused({ code: 'PAYMENT_LINE_BLOCKED' }));
    assert.equal((await desk.show('p-1', AGENT)).state, 'processing');
    assert.equal((await desk.judge('p-1', { judgement: 'refuse' }, SUPERVISOR)).state, 'denied');
  });

  it('a judged payment stays judged, but a released one may prove fraudulent', async () => {
    await add();
    await add({ paymentId: 'p-2' });
    assert.equal((await desk.judge('p-1', { judgement: 'refuse' }, SUPERVISOR)).state, 'denied');
    for (const judgement of ['release', 'refuse', 'fraudulent']) {
      const facts = { code: 'PAYMENT_JUDGED_ALREADY', judgement: 'refused' };
      await assert.rejects(desk.judge('p-1', { judgement }, SUPERVISOR), refused(facts));
    }
    await desk.judge('p-2', { judgement: 'release' }, SUPERVISOR);
    const view = await desk.judge('p-2', { judgement: 'fraudulent' }, SUPERVISOR);
    assert.deepEqual([view.state, view.judgement], ['succeeded', 'fraudulent']);
    assert.equal(await spent(), 10_000);
  });

  it('refunds a fraudulent payment once, however often it is asked', async () => {
    await add({ state: 'succeeded', chargedMs: NOW_MS });
    await assert.rejects(desk.refund('p-1', SUPERVISOR), refused({ code: 'PAYMENT_NOT_FRAUDULENT' }));
    await desk.judge('p-1', { judgement: 'fraudulent' }, SUPERVISOR);
    const first = await desk.refund('p-1', SUPERVISOR);
    assert.deepEqual(await desk.refund('p-1', SUPERVISOR), first);
    assert.deepEqual(await desk.refundFraudulent('p-1', SUPERVISOR), first);
    assert.equal(await spent(), 0);
  });

  it('another desk’s judgement and its refund are one', async () => {
    await add({ state: 'succeeded', chargedMs: NOW_MS });
    const [first, second] = await Promise.all([1, 2].map(() => desk.refundFraudulent('p-1', SUPERVISOR)));
    assert.deepEqual(first, second);
    assert.equal(first!.judgement, 'fraudulent');
    assert.equal(await spent(), 0);
  });

  it('nothing is given back that was not charged, and nothing found that is not there', async () => {
    await add();
    const facts = { code: 'PAYMENT_NOT_CHARGED', state: 'processing' };
    await assert.rejects(desk.refundFraudulent('p-1', SUPERVISOR), refused(facts));
    await desk.judge('p-1', { judgement: 'fraudulent' }, SUPERVISOR);
    await assert.rejects(desk.refund('p-1', SUPERVISOR), refused({ code: 'PAYMENT_NOT_CHARGED', state: 'denied' }));
    for (const asking of [desk.show('p-9', AGENT), desk.refund('p-9', SUPERVISOR)]) {
      await assert.rejects(asking, refused({ code: 'PAYMENT_NUMBER_UNKNOWN' }));
    }
    const expected = 'one of: release, refuse, fraudulent';
    const asking = desk.judge('p-1', { judgement: 'pardon' }, SUPERVISOR);
    await assert.rejects(asking, refused({ code: 'FIELD_MALFORMED', field: 'judgement', expected }));
  });
});
