import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import {
  bringToCommittee,
  certifiedFirm,
  CHAIR,
  DAY_MS,
  FIRM,
  REVIEWER,
  sendersOn,
  type SendersUnderTest,
} from '../../../test/support/senders.ts';

describeOnEngines('the certification desk', (engine) => {
  let senders: SendersUnderTest;
  before(async () => {
    senders = await sendersOn(await engine.openStore());
  });
  after(() => senders.remove());

  it('certifies a firm, step by step, and states it in the log', async () => {
    const { desk, shared, own } = senders;
    const { request, application, certificate, originator } = await certifiedFirm(senders);
    assert.match(certificate, /^KS-2026-[0-9]{6}$/);
    const { statement } = shared.statements().at(-1)!;
    assert.deepEqual(statement, {
      kind: 'sender.certified',
      certificate,
      firm: FIRM.name,
      originator,
      priority: 'normal',
      validUntilMs: senders.clock.nowMs() + 730 * DAY_MS,
      reference: application,
    });
    assert.equal(own.entries.length, 3, 'each file is sealed in the own log');
    const status = await desk.status(request);
    assert.deepEqual(
      status.applications.map(({ state }) => state),
      ['certified'],
    );
    assert.equal(status.certificates[0]?.certificate, certificate);
  });

  it('a firm that has an application under way, or a certificate, makes no other first one', async () => {
    const { desk } = senders;
    const { request } = await senders.firm({ businessNumber: '2000000001' });
    const { application } = await desk.apply({ service: 'api' }, request);
    await assert.rejects(desk.apply({ service: 'api' }, request), refused({ code: 'APPLICATION_OPEN', application }));
    const holder = await certifiedFirm(senders, { businessNumber: '2000000002' });
    const facts = { code: 'CERTIFICATE_IN_FORCE', certificate: holder.certificate };
    await assert.rejects(desk.apply({ service: 'api' }, holder.request), refused(facts));
  });

  it('nothing goes out of order, and another’s application is like none', async () => {
    const { desk } = senders;
    const { request } = await senders.firm({ businessNumber: '2000000003' });
    const other = await senders.firm({ businessNumber: '2000000004' });
    const { application } = await desk.apply({ service: 'module' }, request);
    const illegal = (state: string, step: string) => refused({ code: 'STEP_ILLEGAL', of: application, state, step });
    await assert.rejects(desk.review(application, { step: 'pass' }, REVIEWER), illegal('applied', 'pass'));
    await assert.rejects(desk.decide(application, { decision: 'certify' }, CHAIR), illegal('applied', 'certify'));
    await assert.rejects(desk.stepAsFirm(application, 'resubmit', request), illegal('applied', 'resubmit'));
    const unknown = refused({ code: 'APPLICATION_UNKNOWN' });
    await assert.rejects(desk.showApplication(application, other.request), unknown);
    await assert.rejects(desk.stepAsFirm(application, 'withdraw', other.request), unknown);
    await assert.rejects(senders.upload(application, '1.1', other.request), unknown);
    await assert.rejects(desk.showApplication('A-2026-999999', CHAIR), unknown);
    await assert.rejects(desk.showApplication('C-2026-000001', CHAIR), unknown);
    await desk.stepAsFirm(application, 'withdraw', request);
    await assert.rejects(desk.stepAsFirm(application, 'withdraw', request), illegal('withdrawn', 'withdraw'));
  });

  it('the committee sees a file only when every demanded item has a finding, and certifies only when all are met', async () => {
    const { desk } = senders;
    const { request } = await senders.firm({ businessNumber: '2000000005' });
    const { application } = await desk.apply({ service: 'web' }, request);
    await senders.upload(application, '1.1', request);
    await desk.review(application, { step: 'accept' }, REVIEWER);
    await desk.find(application, { item: '1.1', finding: 'met' }, REVIEWER);
    const missing = refused({ code: 'EVIDENCE_MISSING', item: '2.1' });
    await assert.rejects(desk.find(application, { item: '2.1', finding: 'met' }, REVIEWER), missing);
    await desk.review(application, { step: 'pass' }, REVIEWER);
    const unjudged = refused({ code: 'ITEMS_WITHOUT_FINDING', items: '2.1 5.1' });
    await assert.rejects(desk.review(application, { step: 'pass' }, REVIEWER), unjudged);
    await desk.find(application, { item: '2.1', finding: 'unmet', remark: 'one account for a whole firm' }, REVIEWER);
    await desk.find(application, { item: '5.1', finding: 'met' }, REVIEWER);
    await desk.review(application, { step: 'pass' }, REVIEWER);
    const unmet = refused({ code: 'ITEMS_UNMET', items: '2.1' });
    await assert.rejects(desk.decide(application, { decision: 'certify' }, CHAIR), unmet);
    await desk.review(application, { step: 'return', note: 'mend 2.1' }, REVIEWER);
    await desk.stepAsFirm(application, 'resubmit', request);
    const { items } = await desk.showApplication(application, CHAIR);
    assert.deepEqual(
      items.map(({ item, finding }) => [item, finding]),
      [
        ['1.1', 'met'],
        ['2.1', undefined],
        ['5.1', 'met'],
      ],
    );
  });

  it('a refused firm may apply again at once, a cancelled one after its time', async () => {
    const { desk, clock } = senders;
    const { request } = await senders.firm({ businessNumber: '2000000006' });
    const first = await desk.apply({ service: 'web' }, request);
    await bringToCommittee(senders, first.application, request);
    assert.equal((await desk.decide(first.application, { decision: 'refuse' }, CHAIR)).state, 'refused');
    const second = await desk.apply({ service: 'web' }, request);
    await bringToCommittee(senders, second.application, request);
    const { certificate } = await desk.decide(second.application, { decision: 'certify' }, CHAIR);
    await desk.sanction(certificate!, 'suspend', { reason: 'spam' }, CHAIR);
    await desk.sanction(certificate!, 'cancel', { reason: 'spam' }, CHAIR);
    const from = new Date(clock.nowMs() + 180 * DAY_MS).toISOString();
    await assert.rejects(desk.apply({ service: 'web' }, request), refused({ code: 'APPLICATION_TOO_EARLY', from }));
    await assert.rejects(
      desk.apply({ kind: 'renewal', service: 'web' }, request),
      refused({ code: 'CERTIFICATE_NONE' }),
    );
    clock.advance(180 * DAY_MS);
    assert.equal((await desk.apply({ service: 'web' }, request)).state, 'applied');
    clock.advance(-180 * DAY_MS);
  });

  it('a change of fact is a new application: the certificate stays in force, and keeps its codes and its sanction', async () => {
    const { desk, shared } = senders;
    const held = await certifiedFirm(senders, { businessNumber: '2000000007' }, { priority: 'emergency' });
    await desk.sanction(held.certificate, 'rate-limit', { reason: 'spam' }, CHAIR);
    const facts = { name: '더바른문자', officeAddress: '부산 해운대구 2' };
    const { application, state } = await desk.apply({ kind: 'change', service: 'web', facts }, held.request);
    assert.equal(state, 'applied');
    assert.equal((await desk.showCertificate(held.certificate, CHAIR)).state, 'rate-reduced');
    assert.equal((await desk.status(held.request)).name, FIRM.name, 'nothing changes before it is decided');
    await bringToCommittee(senders, application, held.request);
    const { certificate, originator } = await desk.decide(application, { decision: 'certify' }, CHAIR);
    assert.deepEqual([certificate, originator], [held.certificate, held.originator]);
    const { statement } = shared.statements().at(-1)!;
    assert(statement?.kind === 'sender.certified');
    assert.equal(statement.firm, facts.name);
    assert.equal(statement.priority, 'emergency', 'a change of fact is no change of priority');
    assert.equal((await desk.showCertificate(held.certificate, CHAIR)).state, 'rate-reduced');
  });

  it('a change names what changes, and nothing else does', async () => {
    const { desk } = senders;
    const { request } = await certifiedFirm(senders, { businessNumber: '2000000008' });
    const expected = 'what changes, for a change alone';
    const malformed = refused({ code: 'FIELD_MALFORMED', field: 'facts', expected });
    await assert.rejects(desk.apply({ kind: 'change', service: 'web' }, request), malformed);
    await assert.rejects(desk.apply({ service: 'web', facts: { name: 'x' } }, request), malformed);
  });

  it('a renewal waits for its window, and begins a whole period', async () => {
    const { desk, clock } = senders;
    const { request, certificate } = await certifiedFirm(senders, { businessNumber: '2000000009' });
    const renewal = { kind: 'renewal', service: 'web' };
    const from = new Date(clock.nowMs() + 640 * DAY_MS).toISOString();
    await assert.rejects(desk.apply(renewal, request), refused({ code: 'RENEWAL_TOO_EARLY', certificate, from }));
    clock.advance(640 * DAY_MS);
    const { application } = await desk.apply(renewal, request);
    await bringToCommittee(senders, application, request);
    await desk.decide(application, { decision: 'certify' }, CHAIR);
    const { validUntil } = await desk.showCertificate(certificate, CHAIR);
    assert.equal(validUntil, new Date(clock.nowMs() + 730 * DAY_MS).toISOString());
    clock.advance(-640 * DAY_MS);
  });

  it('what is demanded is what was demanded on the day of the application', async () => {
    const { desk, clock } = senders;
    clock.advance(-60 * DAY_MS);
    const { request } = await senders.firm({ businessNumber: '2000000010' });
    const { application } = await desk.apply({ service: 'web' }, request);
    clock.advance(60 * DAY_MS);
    const { items } = await desk.showApplication(application, CHAIR);
    assert.deepEqual(
      items.map(({ item }) => item),
      ['1.1'],
    );
  });

  it('sanctions are graded: only an order or the firm’s own request ends a certificate at once', async () => {
    const { desk, shared } = senders;
    const { certificate } = await certifiedFirm(senders, { businessNumber: '2000000011' });
    const hard = refused({ code: 'SANCTION_TOO_HARD', state: 'certified', reason: 'spam' });
    await assert.rejects(desk.sanction(certificate, 'cancel', { reason: 'spam' }, CHAIR), hard);
    const states = [];
    for (const kind of ['rate-limit', 'suspend', 'reinstate', 'suspend', 'cancel'] as const) {
      states.push((await desk.sanction(certificate, kind, { reason: 'spam' }, CHAIR)).state);
    }
    assert.deepEqual(states, ['rate-reduced', 'suspended', 'certified', 'suspended', 'cancelled']);
    const kinds = shared.statements().map(({ statement }) => statement?.kind);
    assert.deepEqual(kinds.slice(-5), [
      'sender.rate-limited',
      'sender.suspended',
      'sender.reinstated',
      'sender.suspended',
      'sender.cancelled',
    ]);
    const ended = refused({ code: 'STEP_ILLEGAL', of: certificate, state: 'cancelled', step: 'reinstate' });
    await assert.rejects(desk.sanction(certificate, 'reinstate', { reason: 'remedied' }, CHAIR), ended);
    const other = await certifiedFirm(senders, { businessNumber: '2000000012' });
    assert.equal((await desk.sanction(other.certificate, 'cancel', { reason: 'order' }, CHAIR)).state, 'cancelled');
  });

  it('a reduced rate is what is said, or what the rules say', async () => {
    const { desk } = senders;
    const { certificate } = await certifiedFirm(senders, { businessNumber: '2000000013' });
    const limit = async (permille?: number): Promise<number> =>
      (await desk.sanction(certificate, 'rate-limit', { reason: 'spam', ...(permille && { permille }) }, CHAIR))
        .permille;
    assert.deepEqual([await limit(), await limit(999), await limit(1)], [500, 999, 1]);
    const expected = 'a whole number from 1 to 999';
    await assert.rejects(limit(1_000), refused({ code: 'FIELD_MALFORMED', field: 'permille', expected }));
  });

  it('a repeated request under one key is carried out once', async () => {
    const { desk, shared } = senders;
    const { certificate } = await certifiedFirm(senders, { businessNumber: '2000000014' });
    const size = shared.size;
    const again = { ...CHAIR, idempotency: { key: 'k-1', requestHash: 'a' } };
    const first = await desk.sanction(certificate, 'suspend', { reason: 'spam' }, again);
    assert.deepEqual(await desk.sanction(certificate, 'suspend', { reason: 'spam' }, again), first);
    assert.equal(shared.size, size + 1);
    const { statement } = shared.statements().at(-1)!;
    assert(statement?.kind === 'sender.suspended');
    assert.equal(statement.reference, first.case, 'a refused text leads to the case');
    const { proposals } = await desk.proposals({ limit: 1 }, CHAIR);
    assert.deepEqual([proposals[0]?.proposal, proposals[0]?.state], [first.case, 'approved']);
    const other = { ...CHAIR, idempotency: { key: 'k-1', requestHash: 'b' } };
    const reused = refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(desk.sanction(certificate, 'cancel', { reason: 'spam' }, other), reused);
  });

  it('when the codes are used up, nobody is certified in part', async () => {
    const narrow = await sendersOn(await engine.openStore(), {
      originators: { first: '999999998', last: '999999999' },
    });
    const originators = [];
    for (const businessNumber of ['3000000001', '3000000002']) {
      originators.push((await certifiedFirm(narrow, { businessNumber })).originator);
    }
    assert.deepEqual(originators, ['999999998', '999999999']);
    const exhausted = refused({ code: 'CODES_EXHAUSTED', what: 'originators' });
    await assert.rejects(certifiedFirm(narrow, { businessNumber: '3000000003' }), exhausted);
    assert.equal(narrow.shared.size, 2);
    narrow.remove();
  });
});
