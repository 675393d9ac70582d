import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { ApiClient } from '../../src/cli/client.ts';
import { type AllSystems, openAllSystems, REPORTS } from '../support/all-systems.ts';
import { chromiumSkipReason, type WatchedPage, watchedPage } from '../support/chromium.ts';
import { assertEveryStop, assertFocusShows } from '../support/keyboard.ts';
import { CERTIFICATE, CONSOLE_WALKS, type Keys, PUBLIC_WALKS, STOLEN, type Walk } from '../support/keyboard-walks.ts';
import { tabTo } from '../support/page-checks.ts';
import { PASSWORD } from '../support/pages.ts';

const HOUR_MS = 3_600_000;
const CELL = '450-08-eci-00a1b2c';

describe('every page by the keyboard alone', { skip: chromiumSkipReason() }, () => {
  let systems: AllSystems;
  let outside: WatchedPage;
  let desk: WatchedPage;
  before(async () => {
    systems = await openAllSystems();
    await fill(systems);
    outside = await watchedPage(systems.pages.browser, systems.pages.origin);
    desk = await watchedPage(systems.pages.browser, systems.pages.origin);
    await addLock(desk.page);
  });
  after(async () => {
    await outside?.close();
    await desk?.close();
    await systems?.close();
  });

  const walk = async ({ page, complaints }: WatchedPage, { name, path, task }: Walk): Promise<void> => {
    await page.goto(path);
    await settled(page);
    await assertEveryStop(page, 'body', name);
    await task(keysOf(page, name), systems);
    assert.deepEqual(complaints, [], name);
  };

  for (const one of PUBLIC_WALKS) it(`${one.path}: ${one.name}`, () => walk(outside, one));

  it('the door: every control is reached, and a password opens it', async () => {
    await walk(desk, {
      name: 'the door',
      path: '/console/sign-in',
      task: async ({ to, type, press, see }) => {
        await to('사용자 이름');
        await type('boram');
        await to('비밀번호');
        await type(PASSWORD);
        await press('Enter');
        await see('기다리는 일과 경보');
      },
    });
  });

  for (const one of CONSOLE_WALKS) it(`${one.path}: ${one.name}`, () => walk(desk, one));

  it('what cannot be reached, and what does not show the focus, would be seen', async () => {
    const { page } = outside;
    await page.goto('/phone');
    await settled(page);
    await page.evaluate(`document.querySelector('main button').onfocus = (event) => event.target.blur()`);
    await assert.rejects(assertEveryStop(page, 'body', 'a control that lets go'));
    await page.goto('/phone');
    await settled(page);
    await page.evaluate(`document.querySelector('main input').style.outline = 'none'`);
    await assert.rejects(assertEveryStop(page, 'body', 'a control without a ring'), /no ring/);
  });
});

function keysOf(page: Page, what: string): Keys {
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const to = async (name: string): Promise<void> => {
    await tabTo(page, name);
    await assertFocusShows(page, what);
  };
  const question = page.getByRole('dialog');
  return {
    page,
    to,
    press,
    type: (text) => page.keyboard.type(text),
    see: (text) => page.getByText(text).first().waitFor(),
    ask: async (button) => {
      await page.getByRole('button', { name: button, exact: true }).first().waitFor();
      await to(button);
      await press('Enter');
      await question.waitFor();
      await assertEveryStop(page, '[role=dialog]', `${what}, the question`);
      await press('Escape');
      await question.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: button, exact: true }).and(page.locator(':focus')).waitFor();
      await press('Enter');
      await question.waitFor();
    },
    answer: async (button) => {
      await to(button);
      await press('Enter');
      await question.waitFor({ state: 'detached' });
      await page.locator(':focus').waitFor();
    },
  };
}

async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor();
  // What this node has, and so what its menu holds, is known.
  await page.locator('.brand-member').waitFor();
  const loading = page.locator('.loading');
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
}

/** The person's own lock: a virtual authenticator that finds the person there. */
async function addLock(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
}

/** Something of everything: a case, a certified firm and one that applies, a campaign, an exposed line, an incident. */
async function fill({ pages, registerFirm }: AllSystems): Promise<void> {
  const { desk } = pages;
  await pages.makeUser('boram', 'supervisor', { displayName: '김보람' });
  await desk.ask('POST', '/v1/device-cases', { body: { devices: [STOLEN], reason: 'stolen' } });
  await certify(await registerFirm(), desk);
  const text = '무료 주식 정보방 오늘만 입장 가능합니다 지금 바로 들어오세요';
  const reports = Array.from({ length: REPORTS }, (_, at) => ({
    text,
    certificate: CERTIFICATE,
    reference: `c-${at}`,
  }));
  await desk.ask('POST', '/v1/spam-reports', { body: { reports } });
  await exposeLine(pages.node.addresses.api, desk);
}

async function certify(firm: ApiClient, desk: ApiClient): Promise<void> {
  const { application } = await firm.ask<{ application: string }>('POST', '/v1/applications', {
    body: { service: 'module' },
  });
  const path = `/v1/applications/${application}`;
  await desk.ask('POST', `${path}/review`, { body: { step: 'accept' } });
  await desk.ask('POST', `${path}/findings`, { body: { item: '1.1', finding: 'met' } });
  await desk.ask('POST', `${path}/review`, { body: { step: 'pass' } });
  await desk.ask('POST', `${path}/review`, { body: { step: 'pass' } });
  await desk.ask('POST', `${path}/decision`, { body: { decision: 'certify' } });
  await firm.ask('POST', '/v1/applications', {
    body: { service: 'module', kind: 'change', facts: { officeAddress: '서울 마포구' } },
  });
}

async function exposeLine(url: string, desk: ApiClient): Promise<void> {
  const ago = (ms: number): string => new Date(systemClock.nowMs() - ms).toISOString();
  const attach = { at: ago(HOUR_MS), imsi: '450081234567890', msisdn: '821000000007', cell: CELL, event: 'attach' };
  const { token } = await desk.ask<{ token: string }>('POST', '/v1/tokens', { body: { name: 'feed-1', role: 'feed' } });
  await new ApiClient({ url, token }).ask('POST', '/v1/attaches', { body: { events: [attach] } });
  const distrust = { cell: CELL, from: ago(2 * HOUR_MS), reason: 'unregistered' };
  await desk.ask('POST', '/v1/cell-distrusts', { body: distrust });
  const { list } = await desk.ask<{ list: string }>('POST', '/v1/exposed-lists', { body: { title: '불법 기지국' } });
  const fact = { title: '불법 기지국 사고', what: '경찰이 알려 왔습니다.', knownAt: ago(HOUR_MS), marks: ['incident'] };
  const { incident } = await desk.ask<{ incident: string }>('POST', '/v1/incidents', { body: fact });
  const attached = { list, version: 1, knownAt: ago(HOUR_MS / 2) };
  await desk.ask('POST', `/v1/incidents/${incident}/lists`, { body: attached });
}
