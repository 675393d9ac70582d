import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { answerOfN5gEir } from '../../src/probes/answers.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { SmppProbe } from '../../src/probes/smpp.ts';
import { chromiumSkipReason, type WatchedPage, watchedPage } from '../support/chromium.ts';
import { checkPage, tabTo } from '../support/page-checks.ts';
import { openPages, PASSWORD, type PagesUnderTest } from '../support/pages.ts';
import { paymentBody } from '../support/payment-gate.ts';
import { TestCentre } from '../support/smpp-centre.ts';
import {
  GOOD_TEXT,
  HTTP_KEY,
  messageConfig,
  PASSWORD as ACCOUNT_PASSWORD,
  SAESSAK,
  until,
} from '../support/smpp-gate.ts';

const PHONE = '352099001761481';
const LINE = '010-5555-0001';
const PAYER = '+821055550001';

/** One node with all three gates: what each refuses comes to the page beside the others. */
describe('the live feed of refusals, in a browser on a real node', { skip: chromiumSkipReason() }, () => {
  let centre: TestCentre;
  let pages: PagesUnderTest;
  let watched: WatchedPage;
  let merchant: string;
  before(async () => {
    centre = await TestCentre.start();
    const gates = {
      equipment: { n5gEir: { port: 0 }, policy: { defaults: { n5gEir: 'allowed' } } },
      messages: messageConfig(centre.port),
      payments: { port: 0 },
    };
    pages = await openPages({ pages: { secondFactor: 'optional' }, gates }, ['operator', 'certifier']);
    await pages.makeUser('boram', 'supervisor', { displayName: '김보람' });
    await pages.desk.ask('POST', '/v1/lines/block-payments', { body: { line: LINE } });
    const holder = { name: 'byeolbit', role: 'merchant' };
    ({ token: merchant } = await pages.desk.ask<{ token: string }>('POST', '/v1/tokens', { body: holder }));
    watched = await watchedPage(pages.browser, pages.origin);
    const { page } = watched;
    await page.goto('/console');
    await page.getByLabel('사용자 이름').fill('boram');
    await page.getByLabel('비밀번호').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '실시간 거부', exact: true }).click();
    await page.getByText('실시간', { exact: true }).waitFor();
  });
  after(async () => {
    await watched?.close();
    await pages?.close();
    await centre?.die();
  });

  const row = (words: string | RegExp): Locator => watched.page.getByRole('row').filter({ hasText: words });
  const refusedText = async (): Promise<void> => {
    const answer = await fetch(`${pages.node.addresses['messages']}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(GOOD_TEXT),
    });
    assert.equal(answer.status, 403, await answer.text());
  };
  const refusedPayment = async (): Promise<void> => {
    const answer = await fetch(`http://${pages.node.addresses['payments']}/carrier-billing/v0.5/payments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${merchant}`, 'content-type': 'application/json' },
      body: JSON.stringify(paymentBody({ phoneNumber: PAYER })),
    });
    assert.equal(answer.status, 403, await answer.text());
  };

  it('a refused phone, a refused text and a refused payment come to the page, each in words', async () => {
    await watched.page.getByText('아직 거부한 것이 없습니다.').waitFor();
    await checkPage(watched, 'the empty feed');
    await pages.desk.ask('POST', '/v1/device-cases', { body: { devices: [PHONE], reason: 'stolen' } });
    const amf = await N5gEirProbe.connect({ apiRoot: `http://${pages.node.addresses.n5gEir}` });
    const phoneAnswer = async (): Promise<string> =>
      answerOfN5gEir(await amf.check({ pei: `imei-${PHONE}`, supi: 'imsi-450081234567890' }));
    // The statement is on its way from the log to the gate; what passes until then is recorded nowhere.
    await until(async () => (await phoneAnswer()) === 'blocked');
    await amf.close();
    await refusedText();
    const [host, port] = pages.node.addresses['smpp']!.split(':') as [string, string];
    await assert.rejects(SmppProbe.bind({ host, port: Number(port), systemId: 'saessak', password: ACCOUNT_PASSWORD }));
    await refusedPayment();

    const phone = row('휴대전화의 망 접속을 차단했습니다.');
    await phone.getByText(PHONE.slice(0, 14)).waitFor();
    await phone.getByText('hanbit 0').waitFor();
    const text = row('문자를 거부했습니다.');
    await text.getByText('인증받지 않은 업체입니다.').waitFor();
    await text.getByText('SENDER_NOT_CERTIFIED').waitFor();
    await text.getByText(SAESSAK.certificate).waitFor();
    await row('문자 업체의 접속을 거부했습니다.').getByText('smpp').waitFor();
    const payment = row('결제를 거부했습니다.');
    await payment.getByText('가입자가 결제를 막아 두었습니다.').waitFor();
    await payment.getByText('가맹점 byeolbit').waitFor();
    await checkPage(watched, 'the feed of three gates');
  });

  it('nobody is named on it: no line, no subscriber, no sender number, no text', async () => {
    const body = await watched.page.content();
    for (const secret of ['5555', '450081234567890', SAESSAK.number, GOOD_TEXT.to, 'parcels']) {
      assert.ok(!body.includes(secret), secret);
    }
  });

  it('one kind of gate alone is chosen by the keyboard', async () => {
    const { page } = watched;
    await tabTo(page, '모두');
    await page.keyboard.press('ArrowLeft');
    await row('휴대전화의 망 접속을').waitFor({ state: 'detached' });
    assert.equal(await row('결제를 거부했습니다.').count(), 1);
    assert.equal(await row('문자').count(), 0);
    await page.keyboard.press('ArrowRight');
    await row('문자를 거부했습니다.').waitFor();
  });

  it('it pauses and goes on by the keyboard, and counts what came meanwhile', async () => {
    const { page } = watched;
    const before = await row('문자를 거부했습니다.').count();
    await tabTo(page, '잠시 멈추기');
    await page.keyboard.press('Enter');
    await page.getByText('멈춤', { exact: true }).waitFor();
    await refusedText();
    await page.getByText('멈춘 뒤 새 거부: 1건').waitFor();
    assert.equal(await row('문자를 거부했습니다.').count(), before);
    await checkPage(watched, 'the paused feed');
    await tabTo(page, '이어 보기');
    await page.keyboard.press('Enter');
    await row('문자를 거부했습니다.').nth(before).waitFor();
  });

  it('whoever comes later, or listens to the page, is told', async () => {
    const { page } = watched;
    await page.reload();
    await page.getByText('실시간', { exact: true }).waitFor();
    await row('결제를 거부했습니다.').waitFor();
    assert.equal(await page.getByRole('status').textContent(), '');
    await refusedPayment();
    await page.getByRole('status').getByText('새 거부: 결제 1건').waitFor();
    assert.deepEqual(watched.complaints, []);
  });
});
