import assert from 'node:assert/strict';
import { it } from 'node:test';
import { refused } from '../../../test/support/desk.ts';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { AGENT, incidentsOn, KNOWN_AT, linesOf, OPEN_FORM, SUPERVISOR } from '../../../test/support/incidents.ts';
import { listLookUps, type LookUpsForm } from '../decisions/look-up-list.ts';
import { ANSWER_SIZE } from './line-answer.ts';

const EXPOSED = '010-0000-0003';
const UNTOUCHED = '+82 10 9999 9999';
const ASKER = { address: '192.0.2.1' };

describeOnEngines('the self-check of a line', (engine) => {
  const ready = async (change = {}) => {
    const parts = await incidentsOn(await engine.openStore(), change);
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    parts.lists.set('E-2026-000001:1', linesOf(0, 10, ['imsi', 'imei']));
    await parts.desk.attach(incident, { list: 'E-2026-000001', version: 1, knownAt: KNOWN_AT }, SUPERVISOR);
    /** The code that went to the line itself. */
    const codeTo = (number: string): string => /[0-9]{6}/.exec(parts.texts.to(number))![0];
    const begin = (line: string) => parts.checks.begin({ line }, ASKER);
    const check = async (line: string, number: string) => {
      const { check } = await begin(line);
      return parts.checks.answer({ check, code: codeTo(number) }, ASKER);
    };
    return { ...parts, incident, begin, check, codeTo };
  };

  it('answers who holds the line: yes with what and when, or no; both of one size and shape', async () => {
    const { check, incident } = await ready();
    const yes = await check(EXPOSED, '821000000003');
    const no = await check(UNTOUCHED, '821099999999');
    assert.equal(yes.exposed, true);
    assert.deepEqual(yes.incidents, [
      { incident, items: ['imei', 'imsi'], firstDay: '2026-11-12', lastDay: '2026-11-13' },
    ]);
    assert.deepEqual([no.exposed, no.incidents], [false, []]);
    assert.deepEqual(Object.keys(yes), Object.keys(no));
    const sizes = [yes, no].map((answer) => Buffer.byteLength(JSON.stringify(answer)));
    assert.deepEqual(sizes, [ANSWER_SIZE, ANSWER_SIZE]);
  });

  it('one code, one answer: wrong, used, over or unknown, the refusal is the same', async () => {
    const { begin, checks, codeTo, clock } = await ready();
    const { check } = await begin(EXPOSED);
    const code = codeTo('821000000003');
    const wrong = { message: 'LINE_CODE_WRONG' };
    const other = ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0');
    await assert.rejects(checks.answer({ check, code: other }, ASKER), wrong);
    await checks.answer({ check, code }, ASKER);
    await assert.rejects(checks.answer({ check, code }, ASKER), wrong);
    await assert.rejects(checks.answer({ check: '0'.repeat(32), code }, ASKER), wrong);
    const late = await begin(EXPOSED);
    clock.advance(600_000);
    await assert.rejects(checks.answer({ check: late.check, code: codeTo('821000000003') }, ASKER), wrong);
  });

  it('a code is over after as many wrong ones as may be', async () => {
    const { begin, checks, codeTo } = await ready();
    const { check } = await begin(EXPOSED);
    const code = codeTo('821000000003');
    for (let guess = 0; guess < 5; guess++) {
      await assert.rejects(checks.answer({ check, code: 'guess' }, ASKER), { message: 'LINE_CODE_WRONG' });
    }
    await assert.rejects(checks.answer({ check, code }, ASKER), { message: 'LINE_CODE_WRONG' });
  });

  it('a line that nobody answers for gets codes later and later, and waits an hour at most', async () => {
    const { checks, texts, clock } = await ready();
    let stranger = 0;
    const begin = () => checks.begin({ line: EXPOSED }, { address: `192.0.2.${stranger++}` });
    for (const retryAfterSeconds of [60, 300, 1_800, 3_600, 3_600]) {
      await begin();
      const { asked } = texts;
      await assert.rejects(begin(), refused({ code: 'LINE_CHECKS_TOO_MANY', retryAfterSeconds }));
      clock.advance(retryAfterSeconds * 1_000 - 1);
      await assert.rejects(begin(), refused({ code: 'LINE_CHECKS_TOO_MANY', retryAfterSeconds: 1 }));
      assert.equal(texts.asked, asked);
      clock.advance(1);
    }
    await begin();
    clock.advance(24 * 3_600_000);
    await begin();
    await assert.rejects(begin(), refused({ code: 'LINE_CHECKS_TOO_MANY', retryAfterSeconds: 60 }));
  });

  it('who answers a code has no longer wait from those that strangers asked for', async () => {
    const { begin, check, clock } = await ready();
    for (const waitSeconds of [60, 300, 1_800]) {
      await begin(EXPOSED);
      clock.advance(waitSeconds * 1_000);
    }
    await check(EXPOSED, '821000000003');
    await begin(EXPOSED);
    await assert.rejects(begin(EXPOSED), refused({ code: 'LINE_CHECKS_TOO_MANY', retryAfterSeconds: 60 }));
  });

  it('takes so many questions from an address in an hour', async () => {
    const { begin, checks, clock } = await ready();
    for (let time = 0; time < 60; time++) {
      await assert.rejects(checks.answer({ check: '1'.repeat(32), code: '1' }, ASKER), { message: 'LINE_CODE_WRONG' });
    }
    await assert.rejects(begin(UNTOUCHED), { message: 'LINE_CHECKS_TOO_MANY' });
    await checks.begin({ line: UNTOUCHED }, { address: '192.0.2.2' });
    clock.advance(3_600_000);
    await begin(EXPOSED);
  });

  it('no code that does not go out; nothing that is no number', async () => {
    const { begin, texts } = await ready();
    texts.refused.add('821000000003');
    await assert.rejects(begin(EXPOSED), { message: 'TEXTS_NOT_SENT' });
    for (const line of ['', '0', 'x', '010-0000-0003-0000-000', '1'.repeat(99), "0'; drop table x"]) {
      await assert.rejects(begin(line), { message: /^MSISDN_(LENGTH|NOT_E164)$/ });
    }
  });

  it('lets the person ask for a USIM with the proof, for her own line only, while it lasts', async () => {
    const { check, requests, begin, checks, codeTo, clock, incident } = await ready();
    const { check: id } = await begin(EXPOSED);
    const { token } = await checks.answer({ check: id, code: codeTo('821000000003') }, ASKER);
    const usim = { kind: 'usim', incident, way: 'shop', shop: 'mapo' } as const;
    const answer = await requests.takeOwn({ ...usim, check: id, token });
    assert.equal(answer.requestState, 'waiting');
    assert.equal((await requests.show(answer.request, AGENT)).line, '821000000003');
    await assert.rejects(requests.takeOwn({ ...usim, check: id, token: 'x' }), { message: 'LINE_CODE_WRONG' });
    await assert.rejects(requests.takeOwn({ ...usim, check: 'x', token }), { message: 'LINE_CODE_WRONG' });
    clock.advance(600_000);
    await assert.rejects(requests.takeOwn({ ...usim, check: id, token }), { message: 'LINE_CODE_WRONG' });
    assert.equal((await check(EXPOSED, '821000000003')).exposed, true);
  });

  it('keeps neither number nor code in the journal', async () => {
    const { check, decisions } = await ready();
    await check(EXPOSED, '821000000003');
    const rows = await decisions.store.read(({ journal }) => journal.list({ after: 0, limit: 100 }));
    assert(rows.some(({ action }) => action === 'line-check.answered'));
    assert(!JSON.stringify(rows).includes('00000003'));
  });
});

describeOnEngines('looking a line up', (engine) => {
  const lookUpLimits = { withoutCasePerHourMax: 3, withCasePerHourMax: 4 };

  it('is journalled, throttled without a case, and shown to whoever guards privacy', async () => {
    const { desk, requests, lists, decisions, clock } = await incidentsOn(
      await engine.openStore(),
      {},
      { lookUpLimits },
    );
    const { incident } = await desk.open(OPEN_FORM, SUPERVISOR);
    lists.set('E-2026-000001:1', linesOf(0, 10));
    await desk.attach(incident, { list: 'E-2026-000001', version: 1, knownAt: KNOWN_AT }, SUPERVISOR);
    const usim = { kind: 'usim', incident, line: EXPOSED, way: 'shop', shop: 'mapo' } as const;
    const { request } = await requests.take(usim, AGENT);
    const asked = { actor: 'desk-2', role: 'agent' };
    const found = await desk.lookUp({ line: EXPOSED, case: request }, asked);
    assert.deepEqual([found.withoutCase, found.incidents.length, found.requests.length], [false, 1, 1]);
    for (const line of [UNTOUCHED, '010-0000-0001', '010-0000-0002']) {
      assert.equal((await desk.lookUp({ line, case: request }, asked)).withoutCase, true, 'another person’s request');
    }
    await assert.rejects(desk.lookUp({ line: UNTOUCHED }, asked), { message: 'LOOK_UPS_TOO_MANY' });
    assert.equal((await desk.lookUp({ line: EXPOSED, case: request }, asked)).withoutCase, false, 'a case goes on');
    assert.equal((await desk.lookUp({ line: UNTOUCHED }, AGENT)).withoutCase, true, 'somebody else');
    const list = (form: LookUpsForm) => decisions.store.read((tables) => listLookUps(tables, form));
    const shown = await list({ actor: 'desk-2', withoutCase: true });
    assert.deepEqual(
      shown.lookUps.map(({ refused }) => refused),
      [true, false, false, false],
    );
    const page = await list({ limit: 2 });
    assert.deepEqual([page.lookUps.length, page.next], [2, 6]);
    clock.advance(3_600_000);
    await desk.lookUp({ line: UNTOUCHED }, asked);
    const rows = await decisions.store.read(({ journal }) => journal.list({ after: 0, limit: 100 }));
    assert.equal(rows.filter(({ action }) => action === 'line.looked-up').length, 8);
    assert(!JSON.stringify(rows).includes('99999999'));
  });
});
