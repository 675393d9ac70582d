import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeOnEngines } from '../../../test/support/engines.ts';
import {
  AGENT,
  incidentsOn,
  KNOWN_AT,
  linesOf,
  OPEN_FORM,
  SUPERVISOR,
  TEMPLATE,
} from '../../../test/support/incidents.ts';
import { ATTEMPTS_MAX, CHUNK_MAX, DELIVERY_MS_MAX, STATE_LOOK_MS } from './notice-sender.ts';
import { NOTICE_OCTETS_MAX, noticeText, readTemplate } from './notice-template.ts';

const LIST = 'E-2026-000001';
const HOUR_MS = 3_600_000;

describeOnEngines('exposed lists and notices', (engine) => {
  const opened = async () => {
    const parts = await incidentsOn(await engine.openStore());
    const { incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR);
    const attach = (version: number, lines: ReturnType<typeof linesOf>) => {
      parts.lists.set(`${LIST}:${version}`, lines);
      return parts.desk.attach(incident, { list: LIST, version, knownAt: KNOWN_AT }, SUPERVISOR);
    };
    const notify = () => parts.desk.notify(incident, { template: TEMPLATE }, SUPERVISOR) as Promise<Queued>;
    const states = async () => (await parts.desk.show(incident, SUPERVISOR)).notices.map(({ states }) => states);
    return { ...parts, incident, attach, notify, states };
  };
  type Queued = { batch: number; recipients: number };

  it('three versions: each one’s delta, and nobody drops out silently', async () => {
    const { attach, desk, incident } = await opened();
    const { fact: _, clocks, ...first } = await attach(1, linesOf(0, 5));
    assert.deepEqual(first, { incident, lines: 5, added: 5, grown: 0, dropped: 0, exposed: 5 });
    assert.deepEqual(clocks, [2], 'the people must be told within 72 hours; five are too few for the regulator');
    const items = ['imsi', 'imei', 'msisdn'];
    const second = await attach(2, [...linesOf(1, 2), ...linesOf(3, 5, items)]);
    assert.deepEqual([second.added, second.grown, second.dropped, second.exposed], [3, 2, 1, 8]);
    const third = await attach(3, linesOf(0, 9));
    assert.deepEqual([third.added, third.grown, third.dropped, third.exposed], [1, 0, 0, 9]);
    assert.equal((await desk.show(incident, SUPERVISOR)).counts.exposed, 9);
  });

  it('a version of a thousand lines sets the regulator’s clock running', async () => {
    const { attach } = await opened();
    assert.deepEqual((await attach(1, linesOf(0, 1_000))).clocks, [2, 3]);
  });

  it('refuses a version twice, one behind, and one that is not there', async () => {
    const { attach, desk, incident } = await opened();
    await attach(2, linesOf(0, 1));
    await assert.rejects(attach(2, linesOf(0, 1)), { message: 'LIST_ATTACHED_ALREADY' });
    await assert.rejects(attach(1, linesOf(0, 1)), { message: 'LIST_VERSION_BEHIND' });
    const missing = desk.attach(incident, { list: LIST, version: 9, knownAt: KNOWN_AT }, SUPERVISOR);
    await assert.rejects(missing, { message: 'LIST_UNKNOWN' });
  });

  it('tells everybody once; the next version’s notices reach only who is new or whose items grew', async () => {
    const { attach, notify, sender, texts, states } = await opened();
    const lines = linesOf(0, CHUNK_MAX + 3);
    await attach(1, lines);
    assert.equal((await notify()).recipients, lines.length);
    await assert.rejects(notify(), { message: 'NOTICE_NOBODY_LEFT' });
    assert.equal(await sender.run(), lines.length);
    assert.equal(texts.asked, lines.length);
    const sentTo = () => [...texts.byKey.values()].map(({ to }) => to).sort();
    assert.deepEqual(
      sentTo(),
      lines.map(({ msisdn }) => msisdn),
    );
    assert.equal(await sender.run(), 0);

    await attach(2, [...lines.slice(1), { ...lines[0]!, items: ['imsi', 'imei'] }, ...linesOf(900, 2)]);
    texts.byKey.clear();
    assert.equal((await notify()).recipients, 3);
    await sender.run();
    assert.deepEqual(sentTo(), [lines[0]!.msisdn, ...linesOf(900, 2).map(({ msisdn }) => msisdn)]);
    assert.match(texts.to(lines[0]!.msisdn), /단말기식별번호/);
    assert.deepEqual(await states(), [{ sent: lines.length }, { sent: 3 }]);
  });

  it('tries again what the gate did not take, later and later, and then leaves it to another channel', async () => {
    const { attach, notify, sender, texts, states, clock, desk, incident } = await opened();
    const [lost, found] = linesOf(0, 2);
    await attach(1, [lost!, found!]);
    texts.refused.add(lost!.msisdn);
    await notify();
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      await sender.run();
      assert.equal(await sender.run(), 0, 'not before its time');
      const given = attempt === ATTEMPTS_MAX ? { failed: 1, sent: 1 } : { queued: 1, sent: 1 };
      assert.deepEqual(await states(), [given]);
      clock.advance(HOUR_MS * 2);
    }
    const { unreached } = (await desk.unreached(incident, AGENT)) as { unreached: object[] };
    assert.deepEqual(unreached, [{ batch: 1, notice: 1, msisdn: lost!.msisdn, noticeState: 'failed' }]);
    const told = { batch: 1, notice: 1, channel: 'letter' };
    await desk.toldOtherwise(incident, told, AGENT);
    assert.deepEqual(await desk.unreached(incident, AGENT), { unreached: [] });
    await assert.rejects(desk.toldOtherwise(incident, told, AGENT), { message: 'NOTICE_STATE' });
    await assert.rejects(desk.toldOtherwise(incident, { ...told, batch: 2 }, AGENT), { message: 'NOTICE_UNKNOWN' });
  });

  it('takes nobody for told before the network says so; a bounce, or silence for two days, is another channel’s', async () => {
    const { attach, notify, sender, texts, states, clock } = await opened();
    await attach(1, linesOf(0, 3));
    await notify();
    await sender.run();
    texts.states.set('m-notice-1-1', 'delivered').set('m-notice-1-2', 'undelivered');
    clock.advance(STATE_LOOK_MS);
    await sender.run();
    assert.deepEqual(await states(), [{ bounced: 1, delivered: 1, sent: 1 }]);
    clock.advance(DELIVERY_MS_MAX);
    await sender.run();
    assert.deepEqual(await states(), [{ bounced: 2, delivered: 1 }]);
  });

  it('what the gate cannot say to have sent is uncertain: never sent again, and listed until somebody told the person', async () => {
    const { attach, notify, sender, texts, states, clock, desk, incident } = await opened();
    const [line] = linesOf(0, 1);
    await attach(1, [line!]);
    texts.unknown.add(line!.msisdn);
    await notify();
    await sender.run();
    clock.advance(DELIVERY_MS_MAX);
    assert.equal(await sender.run(), 0);
    assert.deepEqual([texts.asked, await states()], [1, [{ uncertain: 1 }]]);
    const { totals } = await desk.openRights(incident, {}, SUPERVISOR);
    assert.equal(totals.notice, 1, 'a right is open');
    const listed = [{ batch: 1, notice: 1, msisdn: line!.msisdn, noticeState: 'uncertain' }];
    assert.deepEqual(await desk.unreached(incident, AGENT), { unreached: listed });
    await desk.toldOtherwise(incident, { batch: 1, notice: 1, channel: 'call' }, AGENT);
    assert.deepEqual(await desk.unreached(incident, AGENT), { unreached: [] });
  });

  it('a line without a known number is another channel’s at once', async () => {
    const { attach, notify, sender, states } = await opened();
    await attach(1, [{ ...linesOf(0, 1)[0]!, msisdn: 'imsi-450080000000000' }]);
    await notify();
    assert.equal(await sender.run(), 0);
    assert.deepEqual(await states(), [{ failed: 1 }]);
  });

  it('who reads out the code of a notice learns that it is real; any other line or code is none', async () => {
    const { attach, notify, sender, texts, checks } = await opened();
    const [line, other] = linesOf(0, 2);
    await attach(1, [line!, other!]);
    await notify();
    await sender.run();
    const code = /확인 번호 ([0-9]{4}-[0-9]{4})/.exec(texts.to(line!.msisdn))![1]!;
    const asker = { address: '192.0.2.1' };
    const ask = (number: string, code: string) => checks.isNoticeReal({ line: number, code }, asker);
    assert.deepEqual(await ask(line!.msisdn, code), { notice: 'real' });
    assert.deepEqual(await ask(line!.msisdn, code.replace('-', ' ')), { notice: 'real' });
    assert.deepEqual(await ask(other!.msisdn, code), { notice: 'none' });
    assert.deepEqual(await ask('010-9999-9999', code), { notice: 'none' });
    for (let guess = 2; guess < 5; guess++) await ask(line!.msisdn, '00000000');
    await assert.rejects(ask(line!.msisdn, '00000001'), { message: 'LINE_CHECKS_TOO_MANY' });
  });
});

describe('a notice’s template', () => {
  const fill = { code: '1234-5678', contact: '080-000-0114', incident: 'I-2026-000001', items: 'IMSI' };

  for (const [link, why] of [
    ['https://hanbit.example/check', 'an address'],
    ['http : // hanbit', 'one pulled apart'],
    ['ｈｔｔｐ：／／hanbit', 'one in full-width letters'],
    ['hanbit.example', 'the name of a host'],
    ['hanbit。example', 'one with the dot of another script'],
    ['bit\u200b.ly/x', 'one with something invisible in it'],
    ['한빛.한국', 'one in Hangul'],
    ['www hanbit', 'the beginning of one'],
    ['192.0.2.1/x', 'a number for one'],
    ['me@hanbit.example', 'a mail address'],
    ['hanbit.{code}example', 'one made with a field'],
  ] as const) {
    it(`refuses a link: ${why}`, () => {
      assert.throws(() => readTemplate(`${link} {code}`), { message: 'NOTICE_HOLDS_LINK' });
    });
  }

  it('takes numbers, days, amounts and sentences', () => {
    const text = '2026.11.22. 확인되었습니다. 금액 3.5만 원. 번호 {code}, 문의 {contact} (24h). No. 1';
    assert.equal(readTemplate(text), text);
    assert.match(noticeText(text, fill), /1234-5678, 문의 080-000-0114/);
  });

  it('needs the code, and knows no other field', () => {
    assert.throws(() => readTemplate('no code'), { message: 'NOTICE_LACKS_CODE' });
    assert.throws(() => readTemplate('{code} {name}'), { message: 'NOTICE_FIELD_UNKNOWN' });
    assert.throws(() => readTemplate('{code} {constructor}'), { message: 'NOTICE_FIELD_UNKNOWN' });
  });

  it('is refused where its text is longer than networks carry', () => {
    const fits = `{code}${'가'.repeat((NOTICE_OCTETS_MAX - fill.code.length - 1) / 2)}`;
    assert.equal(noticeText(fits, fill).length, fits.length - '{code}'.length + fill.code.length);
    assert.throws(() => noticeText(`${fits}가`, fill), { message: 'NOTICE_TOO_LONG' });
  });

  it('is refused where a field brings the link', () => {
    assert.throws(() => noticeText('{code} {contact}', { ...fill, contact: 'hanbit.example' }), {
      message: 'NOTICE_HOLDS_LINK',
    });
  });
});
