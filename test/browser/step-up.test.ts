import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, CDPSession } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Decisions } from '../../src/desks/decisions/decision.ts';
import { LineDesk } from '../../src/desks/lines/line-desk.ts';
import { LineKeeper } from '../../src/desks/lines/line-keeper.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import {
  axeViolations,
  chromiumSkipReason,
  PHONE,
  startChromium,
  type WatchedPage,
  watchedPage,
} from '../support/chromium.ts';
import { AGENT } from '../support/desk.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { PAYER, PAYER_DIGITS, paymentBody, type PaymentGateUnderTest, paymentGateOn } from '../support/payment-gate.ts';

const BASE = '/carrier-billing/v0.5/payments';
const PHONE_BODY = { phoneNumber: PAYER };

describe('the step-up page in Chromium, with a virtual authenticator', { skip: chromiumSkipReason() }, () => {
  let folder: string;
  let store: Store;
  let gate: PaymentGateUnderTest;
  let desk: LineDesk;
  let browser: Browser;
  let watched: WatchedPage;
  let devices: CDPSession;
  let authenticatorId: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-step-up-'));
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    const keeper = await LineKeeper.open(store);
    const logs = { shared: new MemoryLog(), own: new MemoryLog() };
    const decisions = new Decisions({ member: 'hanbit' }, { store, logs, clock: systemClock, log: silentLog });
    desk = new LineDesk({ tagKey: new Uint8Array(32), countryCode: '82' }, { decisions, keeper, clock: systemClock });
    const config = { checks: { linePayments: 1_000 } };
    gate = await paymentGateOn(store, { config, clock: systemClock, keeper });
    // On an exposed list, so that every payment of the line needs a step-up.
    gate.lines.acceptExposed([{ msisdn: PAYER_DIGITS, imsi: '450080000000001', list: 'E-2026-000001' }]);
    browser = await startChromium();
    watched = await watchedPage(browser, gate.publicUrl, { viewport: PHONE });
    devices = await watched.page.context().newCDPSession(watched.page);
    await devices.send('WebAuthn.enable');
    authenticatorId = await addAuthenticator(true);
  });
  after(async () => {
    await watched?.close();
    await browser?.close();
    await gate.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function addAuthenticator(isUserVerified: boolean): Promise<string> {
    const { authenticatorId: added } = await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasUserVerification: true,
        isUserVerified,
        automaticPresenceSimulation: true,
      },
    });
    return added;
  }

  async function checkPage(): Promise<void> {
    assert.deepEqual(await axeViolations(watched.page), []);
    const overhang = await watched.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.equal(overhang, 0);
    assert.deepEqual(watched.complaints, []);
  }

  async function prepare(): Promise<{ path: string; page: string }> {
    const { body } = await gate.ask('POST', `${BASE}/prepare`, paymentBody({ channel: 'ARS' }));
    assert.equal(body['paymentStatus'], 'pending_validation');
    const { action, validationURL } = body['validationInfo'] as { action: string; validationURL: string };
    assert.equal(action, 'open');
    return { path: `${BASE}/${String(body['paymentId'])}`, page: validationURL };
  }

  async function stateOf(path: string): Promise<unknown> {
    return (await gate.ask('GET', path)).body['paymentStatus'];
  }

  it('without a passkey the payment is held, and nobody is sent to a page that could not help', async () => {
    const { body } = await gate.ask('POST', `${BASE}/prepare`, paymentBody());
    assert.equal(body['paymentStatus'], 'processing');
    assert(!('validationInfo' in body));
  });

  it('a wrong enrolment code registers nothing', async () => {
    const { page } = watched;
    await page.goto('/enrol?lang=en');
    await checkPage();
    await page.getByLabel('Registration code').fill('AAAA-BBBB-CCCC');
    await page.getByRole('button', { name: 'Register a passkey' }).click();
    await page.getByText('That could not be registered.').waitFor();
  });

  it('with a code from the desk the line’s holder registers a passkey, once', async () => {
    const { page } = watched;
    const { code } = await desk.enrol({ line: PAYER, check: 'identity-card' }, AGENT);
    await page.goto('/enrol?lang=en');
    await page.getByLabel('Registration code').fill(code.toLowerCase());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Registered.').waitFor();
    assert.equal((await desk.show({ line: PAYER }, AGENT)).passkeys, 1);
    await page.reload();
    await page.getByLabel('Registration code').fill(code);
    await page.getByRole('button', { name: 'Register a passkey' }).click();
    await page.getByText('That could not be registered.').waitFor();
    assert.equal((await desk.show({ line: PAYER }, AGENT)).passkeys, 1);
  });

  it('a payment in one step is told to be prepared instead', async () => {
    const { status, body } = await gate.ask('POST', BASE, paymentBody());
    assert.deepEqual([status, body['code']], [403, 'CARRIER_BILLING.PAYMENT_DENIED']);
    assert.match(String(body['message']), /prepare the payment.*exposed line/);
  });

  it('the payer confirms with the passkey: reserved, confirmed, charged once', async () => {
    const { page } = watched;
    const { path, page: address } = await prepare();
    assert.equal((await gate.ask('POST', `${path}/confirm`, PHONE_BODY)).status, 403);
    await page.goto(address);
    assert.equal(await page.evaluate('document.documentElement.lang'), 'ko');
    await page.getByText('Byeolbit Books').waitFor();
    await page.getByText('₩10,000').waitFor();
    assert(!(await page.content()).includes(PAYER_DIGITS));
    await checkPage();
    await page.getByRole('link', { name: 'English' }).click();
    await checkPage();
    await page.getByRole('button', { name: 'Confirm and pay' }).click();
    await page.getByText('Confirmed. Go back').waitFor();
    assert.equal(await stateOf(path), 'reserved');
    assert.equal((await gate.ask('POST', `${path}/confirm`, PHONE_BODY)).status, 202);
    assert.equal(await stateOf(path), 'succeeded');
    assert.equal((await page.goto(address))!.status(), 410);
  });

  it('who does not know the payment refuses it, and it is never charged', async () => {
    const { page } = watched;
    const { path, page: address } = await prepare();
    await page.goto(`${address}?lang=en`);
    await page.getByRole('button', { name: 'I did not ask for this payment' }).click();
    await page.getByText('Nothing is charged.').waitFor();
    assert.equal(await stateOf(path), 'denied');
    assert.equal((await gate.ask('POST', `${path}/confirm`, PHONE_BODY)).status, 403);
  });

  it('an answer of another challenge, and one without the payer’s own check, confirm nothing', async () => {
    const { page } = watched;
    const { path, page: address } = await prepare();
    await page.goto(`${address}?lang=en`);
    const answered = page.waitForRequest(/\/answer$/);
    await page.getByRole('button', { name: 'Confirm and pay' }).click();
    const replayed = (await answered).postData()!;
    await page.getByText('Confirmed. Go back').waitFor();
    assert.equal(await stateOf(path), 'reserved');
    const second = await prepare();
    const options = await gate.ask('POST', `${new URL(second.page).pathname}/options`);
    assert.equal(options.body['userVerification'], 'required');
    const replay = await gate.ask('POST', `${new URL(second.page).pathname}/answer`, replayed);
    assert.deepEqual(replay.body, { isDone: false });
    // A challenge is used up by the first answer, right or wrong.
    await devices.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${second.page}?lang=en`);
    await page.getByRole('button', { name: 'Confirm and pay' }).click();
    await page.getByText('That could not be confirmed.').waitFor();
    assert.equal(await stateOf(second.path), 'pending_validation');
  });

  it('no policy was breached and no other origin asked', () => {
    assert.deepEqual(watched.complaints, []);
  });
});
