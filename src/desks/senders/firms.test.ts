import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { certifiedFirm, CHAIR, FIRM, sendersOn, type SendersUnderTest } from '../../../test/support/senders.ts';

describeOnEngines('firms', (engine) => {
  let senders: SendersUnderTest;
  before(async () => {
    senders = await sendersOn(await engine.openStore());
  });
  after(() => senders.remove());

  it('a firm that was cut off and comes back under another name is shown to the reviewer, and only there', async () => {
    const { desk } = senders;
    const old = await certifiedFirm(senders);
    const phoenix = await senders.firm({
      name: '새출발',
      businessNumber: '6000000001',
      representative: '김 보람',
      phone: '+82 2 123 4567',
      officeAddress: '제주 1',
      bankAccount: '110123456789',
    });
    const { application } = await desk.apply({ service: 'web' }, phoenix.request);
    const before = await desk.showApplication(application, CHAIR);
    assert.deepEqual(before.likenesses, [], 'a firm in good standing is nobody to be warned of');
    await desk.sanction(old.certificate, 'cancel', { reason: 'order' }, CHAIR);
    const { likenesses } = await desk.showApplication(application, CHAIR);
    const { code: firm, certificate } = old;
    const cancelledAt = new Date(senders.clock.nowMs()).toISOString();
    const alike = ['bankAccount', 'phone', 'representative'];
    assert.deepEqual(likenesses, [{ firm, certificate, cancelledAt, alike }]);
    assert.equal((await desk.showApplication(application, phoenix.request)).likenesses, undefined);
    const other = { phone: '02-999-9999', representative: '박', officeAddress: '강릉 3', bankAccount: '999999999' };
    const stranger = await senders.firm({ ...other, businessNumber: '6000000002' });
    const { application: clean } = await desk.apply({ service: 'web' }, stranger.request);
    assert.deepEqual((await desk.showApplication(clean, CHAIR)).likenesses, []);
  });

  it('an account is kept as a keyed hash alone', async () => {
    const rows = await senders.store.read(async ({ senders: tables }) => tables.firms.byBusinessNumber('1234567890'));
    assert(rows !== undefined);
    assert(!JSON.stringify(rows).includes('110123456789'));
  });

  it('registers once, and gets another token when it is lost', async () => {
    const { desk } = senders;
    const { code, request } = await senders.firm({ businessNumber: '6000000003' });
    await assert.rejects(senders.firm({ businessNumber: '600-00-00003' }), refused({ code: 'FIRM_KNOWN' }));
    await desk.renewToken(code, 'f'.repeat(64), CHAIR);
    await assert.rejects(desk.status(request), refused({ code: 'FIRM_UNKNOWN' }));
    assert.equal((await desk.status({ ...request, actor: `${request.actor}.2` })).firm, code);
    await assert.rejects(desk.renewToken('F-2026-999999', 'e'.repeat(64), CHAIR), refused({ code: 'FIRM_UNKNOWN' }));
  });

  it('a token of the role that no firm registered with opens nothing', async () => {
    const { desk } = senders;
    const stray = { actor: 'made-by-hand', role: 'firm' };
    await assert.rejects(desk.apply({ service: 'web' }, stray), refused({ code: 'FIRM_UNKNOWN' }));
    await assert.rejects(desk.applications({}, stray), refused({ code: 'FIRM_UNKNOWN' }));
  });

  const HOSTILE: readonly [string, object, object][] = [
    ['no name', { name: ' ' }, { code: 'FIELD_MALFORMED', field: 'name', expected: 'a text with letters or digits' }],
    [
      'a name that turns the direction of a text',
      { name: 'a\u202eb' },
      { code: 'FIELD_MALFORMED', field: 'name', expected: 'printable characters' },
    ],
    [
      'a name longer than the log takes',
      { name: '가'.repeat(101) },
      { code: 'FIELD_MALFORMED', field: 'name', expected: 'the registered name, at most 100 characters' },
    ],
    [
      'an address of signs alone, which would be like every other such',
      { officeAddress: '--- ---' },
      { code: 'FIELD_MALFORMED', field: 'officeAddress', expected: 'a text with letters or digits' },
    ],
    [
      'a business number of nine digits',
      { businessNumber: '123456789' },
      { code: 'FIELD_MALFORMED', field: 'businessNumber', expected: 'ten digits' },
    ],
    ['a telephone that is none', { phone: 'x' }, { code: 'SENDER_NUMBER_MALFORMED', field: 'phone' }],
    [
      'an account with letters',
      { bankAccount: '11x' },
      { code: 'FIELD_MALFORMED', field: 'bankAccount', expected: '6 to 20 digits' },
    ],
  ];
  for (const [why, form, facts] of HOSTILE) {
    it(`${why}: refused`, async () => {
      const fault = refused(facts as { code: string });
      await assert.rejects(senders.firm({ ...FIRM, businessNumber: '6000000009', ...form }), fault);
    });
  }
});
