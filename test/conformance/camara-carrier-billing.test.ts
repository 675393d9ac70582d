import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { describeOnEngines } from '../support/engines.ts';
import {
  type Answer,
  distrust,
  HOME_CELL,
  onCell,
  PAYER,
  paymentBody,
  type PaymentGateUnderTest,
  paymentGateOn,
  ROGUE_CELL,
} from '../support/payment-gate.ts';
import type { Store } from '../../src/store/store.ts';

const BASE = '/carrier-billing/v0.5/payments';
const PHONE = { phoneNumber: PAYER };

function camaraError({ status, body }: Answer): [number, unknown] {
  assert.deepEqual(Object.keys(body).sort(), ['code', 'message', 'status']);
  assert.equal(body['status'], status);
  return [status, body['code']];
}

describeOnEngines('CAMARA carrier-billing v0.5', (engine) => {
  let store: Store;
  let gate: PaymentGateUnderTest;
  let correlators = 0;
  const correlator = (): string => `c-${(correlators += 1)}`;
  /** A payer of its own for each test, so that no test slows another one's line down. */
  let payer = 0;
  let phoneNumber = '';
  const body = (options: Parameters<typeof paymentBody>[0] = {}, charging?: object) =>
    paymentBody({ phoneNumber, ...options }, charging);
  before(async () => {
    store = await engine.openStore();
    gate = await paymentGateOn(store);
  });
  after(() => gate.close());
  beforeEach(() => {
    phoneNumber = `+8210${(20_000_000 + (payer += 1)).toString()}`;
  });
  const phone = (): { phoneNumber: string } => ({ phoneNumber });
  const charges = async (): Promise<number> => {
    const digits = phoneNumber.slice(1);
    return store.read(({ payments }) => payments.spent(digits, 0));
  };

  it('createPayment charges at once: succeeded, in the shape of PaymentCreated', async () => {
    const asked = body({ correlator: correlator() });
    const answer = await gate.ask('POST', BASE, asked, { 'x-correlator': 'abc-1' });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get('x-correlator'), 'abc-1');
    const { paymentId, paymentCreationDate, paymentDate, ...rest } = answer.body;
    assert.equal(paymentCreationDate, paymentDate);
    assert.deepEqual(rest, {
      amountTransaction: { ...(asked['amountTransaction'] as object), serverReferenceCode: paymentId },
      paymentStatus: 'succeeded',
    });
    assert.equal(await charges(), 10_000);
    assert.deepEqual((await gate.ask('GET', `${BASE}/${String(paymentId)}`)).body, answer.body);
  });

  it('the same clientCorrelator is the same payment, charged once; with another request it is ALREADY_EXISTS', async () => {
    const asked = body({ correlator: correlator() });
    const answers = await Promise.all([1, 2, 3].map(() => gate.ask('POST', BASE, asked)));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(await charges(), 10_000);
    const { clientCorrelator } = asked['amountTransaction'] as { clientCorrelator: string };
    const other = await gate.ask('POST', BASE, body({ correlator: clientCorrelator, amount: 20_000 }));
    assert.deepEqual(camaraError(other), [409, 'ALREADY_EXISTS']);
    const prepared = await gate.ask('POST', `${BASE}/prepare`, asked);
    assert.deepEqual(camaraError(prepared), [409, 'ALREADY_EXISTS']);
    assert.equal(await charges(), 10_000);
  });

  it('preparePayment without validation reserves; confirmPayment charges, once', async () => {
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
    assert.equal(prepared.status, 201);
    assert.equal(prepared.body['paymentStatus'], 'reserved');
    assert(!('validationInfo' in prepared.body) && !('paymentDate' in prepared.body));
    const path = `${BASE}/${String(prepared.body['paymentId'])}`;
    assert.deepEqual(camaraError(await gate.ask('POST', `${path}/confirm`, {})), [422, 'MISSING_IDENTIFIER']);
    const confirmed = await gate.ask('POST', `${path}/confirm`, phone());
    assert.deepEqual([confirmed.status, confirmed.text], [202, '']);
    const again = await gate.ask('POST', `${path}/confirm`, phone());
    assert.deepEqual(camaraError(again), [409, 'CARRIER_BILLING.PAYMENT_CONFIRMED']);
    const cancelled = await gate.ask('POST', `${path}/cancel`, phone());
    assert.deepEqual(camaraError(cancelled), [409, 'CARRIER_BILLING.PAYMENT_CONFIRMED']);
    assert.equal(await charges(), 10_000);
  });

  it('cancelPayment gives a reservation up for good', async () => {
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
    const path = `${BASE}/${String(prepared.body['paymentId'])}`;
    assert.equal((await gate.ask('POST', `${path}/cancel`, phone())).status, 202);
    for (const step of ['cancel', 'confirm']) {
      const answer = await gate.ask('POST', `${path}/${step}`, phone());
      assert.deepEqual(camaraError(answer), [409, 'CARRIER_BILLING.PAYMENT_CANCELLED']);
    }
    assert.equal(await charges(), 0);
  });

  it('a reservation that nobody confirms in time is given up', async () => {
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
    gate.clock.advance(15 * 60_000 + 1);
    const path = `${BASE}/${String(prepared.body['paymentId'])}/confirm`;
    assert.deepEqual(camaraError(await gate.ask('POST', path, phone())), [409, 'CARRIER_BILLING.PAYMENT_CANCELLED']);
    assert.equal(await charges(), 0);
  });

  it('validatePayment takes no code: INVALID_AUTHORIZATION_ID', async () => {
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
    const path = `${BASE}/${String(prepared.body['paymentId'])}/validate`;
    const answer = await gate.ask('POST', path, { authorizationId: 'a', code: '123456' });
    assert.deepEqual(camaraError(answer), [400, 'CARRIER_BILLING.INVALID_AUTHORIZATION_ID']);
  });

  it('a merchant sees its own payments alone, and not those refused at once', async () => {
    const mine = await gate.ask('POST', BASE, body());
    const path = `${BASE}/${String(mine.body['paymentId'])}`;
    const theirs = { authorization: 'Bearer other-token' };
    assert.deepEqual(camaraError(await gate.ask('GET', path, undefined, theirs)), [404, 'NOT_FOUND']);
    assert.deepEqual((await gate.ask('GET', BASE, undefined, theirs)).body, []);
    const listed = await gate.ask('GET', `${BASE}?paymentStatus=succeeded&perPage=1&order=desc`);
    assert.deepEqual(listed.body, [mine.body]);
    assert(Number(listed.headers.get('x-total-count')) >= 2);
    assert.equal(listed.headers.get('content-last-key'), '1');
    const late = await gate.ask('GET', `${BASE}?paymentCreationDate.gte=2030-01-01T00:00:00Z`);
    assert.deepEqual(late.body, []);
    const reversed = `${BASE}?paymentCreationDate.gte=2030-01-01T00:00:00Z&paymentCreationDate.lte=2029-01-01T00:00:00Z`;
    assert.deepEqual(camaraError(await gate.ask('GET', reversed)), [400, 'CARRIER_BILLING.INVALID_DATE_RANGE']);
    for (const query of [
      'perPage=0',
      'perPage=101',
      'page=x',
      'order=up',
      'paymentStatus=lost',
      'paymentCreationDate.gte=2030',
    ]) {
      assert.deepEqual(camaraError(await gate.ask('GET', `${BASE}?${query}`)), [400, 'INVALID_ARGUMENT'], query);
    }
  });

  it('nobody without a merchant’s token', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer nobody', 'Basic eDp5']) {
      assert.deepEqual(camaraError(await gate.ask('POST', BASE, body(), { authorization })), [401, 'UNAUTHENTICATED']);
    }
    const agent = await gate.ask('POST', BASE, body(), { authorization: 'Bearer agent-token' });
    assert.deepEqual(camaraError(agent), [403, 'PERMISSION_DENIED']);
  });

  it('a payment on a distrusted cell is refused by name, before and at the confirmation', async () => {
    onCell(gate, ROGUE_CELL, 1, phoneNumber.slice(1));
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
    assert.equal(prepared.body['paymentStatus'], 'reserved');
    distrust(gate, ROGUE_CELL);
    const path = `${BASE}/${String(prepared.body['paymentId'])}/confirm`;
    const answers = [await gate.ask('POST', path, phone()), await gate.ask('POST', BASE, body())];
    for (const answer of answers) {
      assert.deepEqual(camaraError(answer), [403, 'CARRIER_BILLING.PAYMENT_DENIED']);
      assert.match(String(answer.body['message']), /distrusted serving cell/);
    }
    gate.distrusts.clear();
    assert.equal(await charges(), 0);
  });

  it('a reservation is no way round the step-up: by ARS, once the line is on a cell of nobody, it is not charged', async () => {
    onCell(gate, HOME_CELL, 120, phoneNumber.slice(1));
    const prepared = await gate.ask('POST', `${BASE}/prepare`, body({ channel: 'ARS' }));
    assert.equal(prepared.body['paymentStatus'], 'reserved');
    gate.unknownCells.add(ROGUE_CELL);
    onCell(gate, ROGUE_CELL, 1, phoneNumber.slice(1));
    const paymentId = String(prepared.body['paymentId']);
    const answer = await gate.ask('POST', `${BASE}/${paymentId}/confirm`, phone());
    gate.unknownCells.clear();
    assert.deepEqual(camaraError(answer), [403, 'CARRIER_BILLING.PAYMENT_DENIED']);
    assert.match(String(answer.body['message']), /not in inventory, readable authentication channel/);
    assert.equal(await charges(), 0);
    const kept = await store.read(({ payments }) => payments.find(paymentId));
    assert.deepEqual([kept!.state, kept!.decision], ['denied', 'step-up']);
    assert.match(kept!.grounds, /readable authentication channel/, 'the desk sees why');
  });

  it('a refused payment stays refused under its correlator', async () => {
    const asked = body({ correlator: correlator() });
    gate.lines.accept({ msisdn: phoneNumber.slice(1), paymentsBlocked: true, priority: false });
    const refused = await gate.ask('POST', BASE, asked);
    assert.deepEqual(camaraError(refused), [403, 'CARRIER_BILLING.PAYMENT_DENIED']);
    gate.lines.accept({ msisdn: phoneNumber.slice(1), paymentsBlocked: false, priority: false });
    assert.equal((await gate.ask('POST', BASE, asked)).text, refused.text);
    assert.equal((await gate.ask('POST', BASE, body({ correlator: correlator() }))).status, 201);
  });

  it('many payments in a short time are held: processing, until a person has judged', async () => {
    for (const status of ['succeeded', 'succeeded', 'processing', 'processing']) {
      assert.equal((await gate.ask('POST', BASE, body())).body['paymentStatus'], status);
    }
    gate.clock.advance(11 * 60_000);
    assert.equal((await gate.ask('POST', BASE, body())).body['paymentStatus'], 'succeeded');
  });

  it('the memory of many payments survives a restart of the gate', async () => {
    await gate.ask('POST', BASE, body());
    await gate.ask('POST', BASE, body());
    const again = await paymentGateOn(store, { clock: gate.clock });
    const answer = await again.ask('POST', BASE, body());
    await again.close();
    assert.equal(answer.body['paymentStatus'], 'processing');
  });

  describe('amounts', () => {
    const cases: readonly (readonly [string, object, number, string])[] = [
      ['negative', { amount: -1 }, 400, 'INVALID_ARGUMENT'],
      ['nothing', { amount: 0 }, 400, 'INVALID_ARGUMENT'],
      ['a part of a won', { amount: 0.5 }, 400, 'INVALID_ARGUMENT'],
      ['a won and a bit', { amount: 1.001 }, 400, 'INVALID_ARGUMENT'],
      ['a text', { amount: '10000' }, 400, 'INVALID_ARGUMENT'],
      ['another currency', { currency: 'USD' }, 400, 'INVALID_ARGUMENT'],
      ['a currency in small letters', { currency: 'krw' }, 400, 'INVALID_ARGUMENT'],
      ['a negative tax', { taxAmount: -1 }, 400, 'INVALID_ARGUMENT'],
      ['the most that is allowed and one more', { amount: 500_001 }, 422, 'CARRIER_BILLING.UNAUTHORIZED_AMOUNT'],
      ['with a tax that is too much', { amount: 500_000, taxAmount: 1 }, 422, 'CARRIER_BILLING.UNAUTHORIZED_AMOUNT'],
      ['huge', { amount: 1e300 }, 400, 'INVALID_ARGUMENT'],
      ['beyond every unit', { amount: 9e15 }, 422, 'CARRIER_BILLING.UNAUTHORIZED_AMOUNT'],
    ];
    for (const [name, charging, status, code] of cases) {
      it(`${name}: ${code}`, async () => {
        assert.deepEqual(camaraError(await gate.ask('POST', BASE, body({}, charging))), [status, code]);
        assert.equal(await charges(), 0);
      });
    }

    it('up to the month’s limit, reservations counted, and not a won beyond; the next month begins anew', async () => {
      const large = await paymentGateOn(store, {
        clock: gate.clock,
        config: { monthlyLimit: 1_000, checks: { linePayments: 1_000 } },
      });
      await large.ask('POST', `${BASE}/prepare`, body({ amount: 600 }));
      assert.equal((await large.ask('POST', BASE, body({ amount: 400 }))).status, 201);
      const beyond = await large.ask('POST', BASE, body({ amount: 1 }));
      assert.deepEqual(camaraError(beyond), [422, 'CARRIER_BILLING.USER_AMOUNT_THRESHOLD_OVERPASSED']);
      gate.clock.advance(10 * 24 * 60 * 60_000);
      await store.write(({ payments }) => payments.cancelOld(['reserved'], gate.clock.nowMs(), gate.clock.nowMs()));
      assert.equal((await large.ask('POST', BASE, body({ amount: 1_000 }))).status, 201);
      await large.close();
    });
  });

  describe('hostile requests', () => {
    const secret = '821099998888';
    const cases: readonly (readonly [string, string])[] = [
      ['no JSON', `{"phone": "${secret}"`],
      ['a list', `["${secret}"]`],
      ['null', 'null'],
      ['a prototype', `{"__proto__": {"amountTransaction": {}}, "phone": "${secret}"}`],
      ['deep', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
      ['no number', JSON.stringify(paymentBody({ phoneNumber: secret }))],
      ['a number with letters', JSON.stringify(paymentBody({ phoneNumber: `+${secret}x` }))],
      ['too short a number', JSON.stringify(paymentBody({ phoneNumber: '+8210' }))],
      ['larger than allowed', JSON.stringify({ ...paymentBody(), filler: 'x'.repeat(20_000) })],
      ['a long text', JSON.stringify(paymentBody({}, { description: secret.repeat(50) }))],
      ['an address for events', JSON.stringify({ ...paymentBody(), sink: 'https://shop.example/events' })],
    ];
    for (const [name, text] of cases) {
      it(`${name}: 400, and nothing of it is repeated`, async () => {
        const answer = await gate.ask('POST', BASE, text);
        assert.equal(answer.status, 400, answer.text);
        assert(['INVALID_ARGUMENT', 'INVALID_SINK'].includes(String(answer.body['code'])));
        assert(!answer.text.includes(secret) && !answer.text.includes('99998888'));
      });
    }

    it('no phone number: MISSING_IDENTIFIER', async () => {
      const asked = paymentBody();
      delete (asked['amountTransaction'] as { phoneNumber?: string }).phoneNumber;
      assert.deepEqual(camaraError(await gate.ask('POST', BASE, asked)), [422, 'MISSING_IDENTIFIER']);
    });

    it('an x-correlator that is none: INVALID_ARGUMENT, and it is not repeated', async () => {
      const answer = await gate.ask('POST', BASE, body(), { 'x-correlator': 'a b' });
      assert.deepEqual(camaraError(answer), [400, 'INVALID_ARGUMENT']);
      assert.equal(answer.headers.get('x-correlator'), null);
    });

    it('somebody else’s number at the confirmation: NOT_FOUND', async () => {
      const prepared = await gate.ask('POST', `${BASE}/prepare`, body());
      const path = `${BASE}/${String(prepared.body['paymentId'])}/confirm`;
      assert.deepEqual(camaraError(await gate.ask('POST', path, PHONE)), [404, 'NOT_FOUND']);
    });
  });

  describe('the risk answer', () => {
    const RISK = '/risk/v0/decisions';
    const question = (more: object = {}) => ({
      phoneNumber,
      amount: { amount: 10_000, currency: 'KRW' },
      ...more,
    });
    it('allows what nothing speaks against, and keeps nothing', async () => {
      const { status, body } = await gate.ask('POST', RISK, question());
      assert.equal(status, 200);
      assert.deepEqual({ ...body, decidedAt: '' }, { decision: 'allow', reasons: [], decidedAt: '' });
      assert.equal((await gate.ask('GET', `${BASE}?merchantIdentifier=none`)).text, '[]');
    });

    it('names every reason, the strictest decides, and tells no cell and no list', async () => {
      const msisdn = phoneNumber.slice(1);
      onCell(gate, HOME_CELL, 120, msisdn);
      onCell(gate, ROGUE_CELL, 2, msisdn);
      gate.unknownCells.add(ROGUE_CELL);
      gate.lines.acceptExposed([{ msisdn, imsi: '450080000000001', list: 'E-2026-000001' }]);
      const asked = question({ authenticationChannel: 'ars', amount: { amount: 300_000, currency: 'KRW' } });
      const { body, text } = await gate.ask('POST', RISK, asked);
      assert.equal(body['decision'], 'hold', 'no passkey is registered, so nobody can step up');
      assert.deepEqual(
        (body['reasons'] as { name: string }[]).map(({ name }) => name),
        [
          'serving cell not in inventory',
          'exposed line',
          'readable authentication channel',
          'large amount soon after a new cell',
        ],
      );
      assert(!text.includes('450-08') && !text.includes('E-2026'));
      gate.unknownCells.clear();
      gate.lines.acceptExposed([]);
    });
  });
});
