import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { refused } from '../../../test/support/desk.ts';
import {
  AGENT,
  incidentsOn,
  KNOWN_AT,
  linesOf,
  OPEN_FORM,
  SUPERVISOR,
  TEMPLATE,
} from '../../../test/support/incidents.ts';
import { silentLog } from '../../base/log.ts';
import { openStore } from '../../store/store.ts';
import { REQUEST_EVENTS, REQUEST_STATES, REQUEST_TRANSITIONS } from './incident-states.ts';
import type { ProxyForm } from './request-forms.ts';

const LINE = (place: number): string => `010-0000-000${place}`;

describeOnEngines('what people concerned ask for', (engine) => {
  const ready = async () => {
    const parts = await incidentsOn(await engine.openStore());
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    parts.lists.set('E-2026-000001:1', linesOf(0, 5));
    await parts.desk.attach(incident, { list: 'E-2026-000001', version: 1, knownAt: KNOWN_AT }, SUPERVISOR);
    const usim = (place: number, more: object = {}) =>
      parts.requests.take({ kind: 'usim', incident, line: LINE(place), way: 'shop', shop: 'mapo', ...more }, AGENT);
    const damage = (place: number, paymentId: string) =>
      parts.requests.take({ kind: 'damage', incident, line: LINE(place), what: 'I bought nothing', paymentId }, AGENT);
    const state = async (request: string) => (await parts.requests.show(request, AGENT)).requestState;
    return { ...parts, incident, usim, damage, state };
  };

  it('USIMs go to who waits longest; what is given up is the next one’s', async () => {
    const { usim, requests, state } = await ready();
    const [one, two, three] = [await usim(0), await usim(1), await usim(2)];
    assert.deepEqual(
      [one, two, three].map(({ requestState }) => requestState),
      ['waiting', 'waiting', 'waiting'],
    );
    const brought = await requests.addStock({ shop: 'mapo', count: 2 }, AGENT);
    assert.deepEqual(brought, { shop: 'mapo', free: 0, reserved: [one.request, two.request] });
    await requests.advance(one.request, 'handed-over', AGENT);
    await requests.advance(two.request, 'cancelled', AGENT);
    assert.deepEqual(await Promise.all([one, two, three].map(({ request }) => state(request))), [
      'done',
      'cancelled',
      'reserved',
    ]);
    assert.deepEqual(await requests.stock(), {
      stock: [
        { shop: 'mapo', free: 0 },
        { shop: 'depot', free: 0 },
      ],
    });
  });

  it('no more USIMs are promised than there are, however many ask at once', async () => {
    const { usim, requests } = await ready();
    await requests.addStock({ shop: 'mapo', count: 2 }, AGENT);
    const asked = await Promise.all([0, 1, 2, 3, 4].map((place) => usim(place)));
    const states = asked.map(({ requestState }) => requestState).sort();
    assert.deepEqual(states, ['reserved', 'reserved', 'waiting', 'waiting', 'waiting']);
  });

  it('a courier’s parcel may come back, and a visit needs an address; each way knows its own events', async () => {
    const { usim, requests } = await ready();
    await requests.addStock({ shop: 'depot', count: 2 }, AGENT);
    const toHome = { shop: 'depot', address: 'Mapo-gu 1' };
    await assert.rejects(usim(0, { ...toHome, way: 'visit', address: '' }), { message: 'FIELD_MALFORMED' });
    const { request } = await usim(0, { ...toHome, way: 'courier' });
    const events = ['dispatched', 'returned', 'dispatched', 'delivered'];
    for (const event of events) await requests.advance(request, event, AGENT);
    const again = requests.advance(request, 'dispatched', AGENT);
    await assert.rejects(again, refused({ code: 'REQUEST_STATE', request, requestState: 'done', event: 'dispatched' }));
    const visit = await usim(1, { ...toHome, way: 'visit' });
    const handed = requests.advance(visit.request, 'handed-over', AGENT);
    await assert.rejects(handed, { message: 'REQUEST_OF_OTHER_KIND' });
    await assert.rejects(requests.advance(visit.request, 'judged-fraudulent', AGENT), { message: 'FIELD_MALFORMED' });
    await assert.rejects(requests.advance(visit.request, 'reserved', AGENT), { message: 'FIELD_MALFORMED' });
  });

  it('refuses a USIM twice, for a line on no list, from an unknown shop', async () => {
    const { usim } = await ready();
    const { request } = await usim(0);
    await assert.rejects(usim(0), refused({ code: 'REQUEST_TWICE', request }));
    await assert.rejects(usim(9), { message: 'LINE_NOT_EXPOSED' });
    await assert.rejects(usim(1, { shop: 'nowhere' }), { message: 'SHOP_UNKNOWN' });
  });

  it('a proxy needs the person’s consent on record', async () => {
    const { usim, requests } = await ready();
    const proxy: ProxyForm = { name: 'Kim Boram', relation: 'daughter' };
    await assert.rejects(usim(0, { proxy }), { message: 'CONSENT_MISSING' });
    const consent = { form: 'recorded-call', givenAt: KNOWN_AT };
    const help = { channel: 'counter', language: 'en', largeType: true };
    const { request } = await usim(0, { name: '김 <b>', proxy: { ...proxy, consent }, help });
    const { proxy: kept } = await requests.show(request, AGENT);
    assert.deepEqual([kept?.consentForm, kept?.consentAt], ['recorded-call', KNOWN_AT]);
    const letter = await requests.letter(request, AGENT);
    assert.match(letter.html, /lang="en"/);
    assert.match(letter.html, /font: 20pt/);
    assert(letter.html.includes('김 &#60;b&#62;') && !letter.html.includes('<b>'));
    assert(!/https?:|src=|href=/.test(letter.html));
    assert.match(letter.text, /Dear 김 <b>,\n\n.*I-2026-000001/);
  });

  it('a payment judged fraudulent is given back, again after a failure, and once', async () => {
    const { damage, requests, refunds, state } = await ready();
    const { request } = await damage(0, 'fails-once');
    await assert.rejects(damage(1, 'fails-once'), { message: 'REQUEST_TWICE' });
    await requests.judge(request, 'judged-fraudulent', SUPERVISOR);
    assert.equal(await state(request), 'fraudulent');
    assert.equal(await requests.refundAll(), 1);
    assert.equal(await state(request), 'refunded');
    assert.equal(await requests.refundAll(), 0);
    assert.deepEqual(refunds, ['fails-once', 'fails-once']);
  });

  it('nobody reports another line’s payment', async () => {
    const { damage, decisions } = await ready();
    const money = { amount: 10_000, currency: 'KRW', amountTransaction: '{}', merchantIdentifier: null };
    const asked = { merchant: 'shop', clientCorrelator: null, requestHash: '', steps: 1, cell: null };
    const decided = { decision: 'allow', grounds: '[]', state: 'succeeded', refusedAtOnce: 0, validationToken: null };
    const times = { createdMs: 1, changedMs: 1, chargedMs: 1, refundedMs: null, judgement: null };
    const row = { paymentId: 'p-1', msisdn: '821000000001', ...money, ...asked, ...decided, ...times };
    await decisions.store.write(({ payments }) => payments.add(row));
    const facts = { code: 'FIELD_MALFORMED', field: 'paymentId', expected: 'of this line' };
    await assert.rejects(damage(0, 'p-1'), refused(facts));
    assert.equal((await damage(1, 'p-1')).requestState, 'reported');
  });

  it('damage without a payment of ours, however much of it, keeps no refund waiting', async () => {
    const { damage, requests, refunds, incident } = await ready();
    const elsewhere = { kind: 'damage', incident, what: 'Paid at a bank' } as const;
    for (let count = 0; count < 100; count++) {
      const { request } = await requests.take({ ...elsewhere, line: LINE(count % 5) }, AGENT);
      await requests.judge(request, 'judged-fraudulent', SUPERVISOR);
    }
    const { request } = await damage(0, 'payment-1');
    await requests.judge(request, 'judged-fraudulent', SUPERVISOR);
    assert.deepEqual(refunds, ['payment-1']);
  });

  it('who has a right and no action yet', async () => {
    const { desk, incident, damage, usim, requests, sender } = await ready();
    const rights = async () => {
      const { totals, lines, open, people } = await desk.openRights(incident, {}, AGENT);
      return { totals, open, people, of: Object.fromEntries(lines.map(({ line, rights }) => [line.at(-1)!, rights])) };
    };
    assert.deepEqual((await rights()).totals, { notice: 5, usim: 5, decision: 0, refund: 0 });
    await desk.notify(incident, { template: TEMPLATE }, SUPERVISOR);
    await sender.run();
    await usim(0);
    const { request } = await damage(1, 'P-1');
    await damage(9, 'P-2');
    const before = await rights();
    assert.deepEqual([before.people, before.open], [6, 5]);
    assert.deepEqual([before.of['0'], before.of['1'], before.of['9']], [undefined, ['usim', 'decision'], ['decision']]);
    await requests.judge(request, 'judged-rightful', SUPERVISOR);
    assert.deepEqual((await rights()).of['1'], ['usim']);
    await requests.advance(request, 'appealed', AGENT);
    assert.deepEqual((await rights()).of['1'], ['usim', 'decision']);
    const page = await desk.openRights(incident, { limit: 2 }, AGENT);
    const rest = await desk.openRights(incident, { limit: 9, after: page.next! }, AGENT);
    assert.deepEqual([page.lines.length, rest.lines.length, rest.next], [2, 3, undefined]);
  });

  it('our own numbers reconcile or are refused; those of the police stand beside them', async () => {
    const { desk, incident, damage, requests } = await ready();
    const count = { asOf: KNOWN_AT, payments: 9, won: 2_700_000, refunded: 1 };
    const ours = (victims: number, refunded = 1) =>
      desk.count(incident, { ...count, source: 'operator', victims, refunded }, SUPERVISOR);
    const unreconciled = { code: 'COUNTS_UNRECONCILED', exposed: 5, victims: 6, refunded: 1 };
    await assert.rejects(ours(6), refused(unreconciled));
    await assert.rejects(ours(2, 3), { message: 'COUNTS_UNRECONCILED' });
    await ours(4);
    await desk.count(incident, { ...count, source: 'police', victims: 199 }, SUPERVISOR);
    const { request } = await damage(0, 'P-1');
    await requests.judge(request, 'judged-fraudulent', SUPERVISOR);
    const { counts } = await desk.show(incident, SUPERVISOR);
    const side = { asOf: KNOWN_AT, payments: 9, won: 2_700_000, refunded: 1 };
    assert.deepEqual(counts, {
      exposed: 5,
      registered: { victims: 1, refunded: 1 },
      operator: { ...side, victims: 4 },
      police: { ...side, victims: 199 },
      reconciles: true,
    });
  });
});

describeOnEngines('an incident’s timeline', (engine) => {
  it('seals facts and files into the member’s own log, with nothing of them but a hash', async () => {
    const { desk, own } = await incidentsOn(await engine.openStore());
    const { incident } = await desk.open({ ...OPEN_FORM, what: 'Kim Boram called' }, SUPERVISOR);
    const octets = Buffer.from('a log of the gateway');
    const sealed = await desk.seal(incident, { name: 'gateway.log', octets }, SUPERVISOR);
    assert.deepEqual(sealed.entry, { member: 'hanbit', index: 1 });
    assert.deepEqual(await desk.evidence(incident, sealed.sha256, SUPERVISOR), octets);
    await assert.rejects(desk.seal(incident, { name: 'again', octets }, SUPERVISOR), {
      message: 'EVIDENCE_SEALED_ALREADY',
    });
    await assert.rejects(desk.seal(incident, { name: 'empty', octets: Buffer.of() }, SUPERVISOR), {
      message: 'EVIDENCE_EMPTY',
    });
    await assert.rejects(desk.evidence(incident, '0'.repeat(64), SUPERVISOR), { message: 'EVIDENCE_UNKNOWN' });
    const log = own.entries.map((entry) => Buffer.from(entry).toString('latin1')).join();
    assert.match(log, /evidence:I-2026-000001/);
    for (const secret of ['Kim', 'gateway']) assert(!log.includes(secret), secret);
  });

  it('is only added to: the database itself refuses a change', async () => {
    const place = await engine.emptyPlace();
    const store = await openStore({ member: 'hanbit', place }, { log: silentLog });
    const { desk } = await incidentsOn(store);
    await desk.open(OPEN_FORM, SUPERVISOR);
    await assert.rejects(engine.administer(place, "update incident_facts set what = 'x'"), /append-only/);
    await assert.rejects(engine.administer(place, 'delete from incident_facts'), /append-only/);
    await store.close();
  });

  it('refuses what happened after it was known, what is to come, a day alone, and a closed incident', async () => {
    const { desk } = await incidentsOn(await engine.openStore());
    const malformed = { message: 'FIELD_MALFORMED' };
    const later = { ...OPEN_FORM, happenedAt: '2026-11-22T12:00:01+09:00' };
    await assert.rejects(desk.open(later, SUPERVISOR), malformed);
    for (const knownAt of ['2026-11-23T12:00:00+09:00', '2026-11-22', '2026-11-22T12:00:00', 'now']) {
      await assert.rejects(desk.open({ ...OPEN_FORM, knownAt }, SUPERVISOR), malformed);
    }
    await assert.rejects(desk.open({ ...OPEN_FORM, marks: ['end of the world'] }, SUPERVISOR), malformed);
    const { incident } = await desk.open(OPEN_FORM, SUPERVISOR);
    await desk.close(incident, SUPERVISOR);
    const fact = { what: 'more', knownAt: KNOWN_AT };
    await assert.rejects(desk.recordFact(incident, fact, SUPERVISOR), refused({ code: 'INCIDENT_CLOSED', incident }));
    await desk.reopen(incident, SUPERVISOR);
    await desk.recordFact(incident, fact, SUPERVISOR);
    await assert.rejects(desk.show('I-2026-000009', SUPERVISOR), { message: 'INCIDENT_UNKNOWN' });
    await assert.rejects(desk.show('C-2026-000001', SUPERVISOR), { message: 'INCIDENT_UNKNOWN' });
  });
});

describe('the table of requests', () => {
  it('leads only to states that it has, and every state is reached', () => {
    const reached = new Set<string>(['waiting', 'reserved', 'reported']);
    for (const state of REQUEST_STATES) {
      for (const [event, next] of Object.entries(REQUEST_TRANSITIONS[state])) {
        assert((REQUEST_EVENTS as readonly string[]).includes(event));
        reached.add(next);
      }
    }
    assert.deepEqual([...reached].sort(), [...REQUEST_STATES].sort());
  });
});
