import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { NoticeSender, STATE_LOOK_MS } from '../../src/desks/incidents/notice-sender.ts';
import { openTextSender, type TextSender } from '../../src/node/text-sender.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { incidentsOn, KNOWN_AT, linesOf, OPEN_FORM, SUPERVISOR, TEMPLATE } from '../support/incidents.ts';
import { HTTP_KEY, runMessageGate, type RunningMessageGate, SAESSAK, until } from '../support/smpp-gate.ts';

const PEOPLE = 20;

describe('notices through the message gate, to a message centre that is not ours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-notices-'));
  let running: RunningMessageGate;
  let store: Store;
  let texts: TextSender;
  let parts: Awaited<ReturnType<typeof incidentsOn>>;
  let sender: NoticeSender;
  let incident: string;
  before(async () => {
    running = await runMessageGate();
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    const keyFile = join(folder, 'gate.key');
    writeFileSync(keyFile, `${HTTP_KEY}\n`);
    texts = await openTextSender({ url: running.url, keyFile, originator: SAESSAK.originator });
    parts = await incidentsOn(store, { sender: SAESSAK.number });
    sender = new NoticeSender(parts.settings, { ...texts, store, clock: parts.clock, log: silentLog });
    parts.lists.set('E-2026-000001:1', linesOf(0, PEOPLE));
    ({ incident } = await parts.desk.open(OPEN_FORM, SUPERVISOR));
    await parts.desk.attach(incident, { list: 'E-2026-000001', version: 1, knownAt: KNOWN_AT }, SUPERVISOR);
    await parts.desk.notify(incident, { template: TEMPLATE }, SUPERVISOR);
  });
  after(async () => {
    await running.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const states = async () => (await parts.desk.show(incident, SUPERVISOR)).notices[0]!.states;

  it('brings everybody one text, from the member’s number, in Korean', async () => {
    assert.equal(await sender.run(), PEOPLE);
    const received = await running.centre.received(PEOPLE);
    assert.deepEqual(
      received.map(({ to }) => to).sort(),
      linesOf(0, PEOPLE).map(({ msisdn }) => msisdn),
    );
    assert.equal(new Set(received.map(({ from }) => from)).size, 1);
    assert.match(received[0]!.message, /가입자식별번호\(IMSI\).*확인 번호 [0-9]{4}-[0-9]{4}, 문의 080-000-0114/);
    assert.deepEqual(await states(), { sent: PEOPLE });
  });

  it('a text sent again under its key stays one text', async () => {
    const message = { from: SAESSAK.number, to: '821000000000', text: 'once', idempotencyKey: 'notice-9-9' };
    const [one, two] = [await texts.sendText(message), await texts.sendText(message)];
    assert.deepEqual(one, two);
    assert.equal((await running.centre.received(PEOPLE + 1)).length, PEOPLE + 1);
  });

  it('learns from the receipts who was reached and who was not', async () => {
    for (const [place, text] of running.centre.texts.slice(0, PEOPLE).entries()) {
      running.centre.deliverReceipt(text, `c${place + 1}`, place === 0 ? 'UNDELIV' : 'DELIVRD');
    }
    await running.centre.answered(PEOPLE);
    parts.clock.advance(STATE_LOOK_MS);
    await until(async () => {
      await sender.run();
      parts.clock.advance(STATE_LOOK_MS);
      return (await states())['sent'] === undefined;
    });
    assert.deepEqual(await states(), { bounced: 1, delivered: PEOPLE - 1 });
  });

  it('a suspended sender’s notices wait, and go out once it may send again', async () => {
    parts.lists.set('E-2026-000001:2', linesOf(0, PEOPLE + 1));
    await parts.desk.attach(incident, { list: 'E-2026-000001', version: 2, knownAt: KNOWN_AT }, SUPERVISOR);
    await parts.desk.notify(incident, { template: TEMPLATE }, SUPERVISOR);
    running.senders.suspend(SAESSAK.certificate);
    await until(async () => {
      const message = { from: SAESSAK.number, to: '821000000000', text: 'no', idempotencyKey: 'x' };
      return texts.sendText(message).then(
        () => false,
        () => true,
      );
    });
    await sender.run();
    const second = async () => (await parts.desk.show(incident, SUPERVISOR)).notices[1]!.states;
    assert.deepEqual(await second(), { queued: 1 });
    running.senders.reinstate(SAESSAK.certificate);
    await until(async () => {
      parts.clock.advance(3_600_000);
      await sender.run();
      return (await second())['queued'] === undefined;
    });
    assert.deepEqual(await second(), { sent: 1 });
  });
});
