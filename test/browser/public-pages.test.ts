import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chromiumSkipReason, watchedPage } from '../support/chromium.ts';
import { checkPage, tabTo } from '../support/page-checks.ts';
import { openPages, type PagesUnderTest } from '../support/pages.ts';

const STOLEN = '352099001761481';
const CLEAN = '490154203237518';

describe('the public pages, in a browser on a real node', { skip: chromiumSkipReason() }, () => {
  let pages: PagesUnderTest;
  before(async () => {
    pages = await openPages();
    await pages.desk.ask('POST', '/v1/device-cases', { body: { devices: [STOLEN], reason: 'stolen' } });
  });
  after(() => pages?.close());
  const open = (options = {}) => watchedPage(pages.browser, pages.origin, options);

  for (const path of ['/', '/phone', '/report', '/help']) {
    it(`${path} is whole in both languages and on a phone`, async () => {
      const watched = await open();
      await watched.page.goto(path);
      await watched.page.locator('h1').waitFor();
      await checkPage(watched, path);
      await watched.close();
    });
  }

  it('Korean unless the browser says English', async () => {
    for (const [locale, language] of [
      ['ko-KR', 'ko'],
      ['en-GB', 'en'],
      ['fr-FR', 'ko'],
    ] as const) {
      const { page, close } = await open({ locale });
      await page.goto('/');
      await page.locator('h1').waitFor();
      assert.equal(await page.evaluate('document.documentElement.lang'), language, locale);
      await close();
    }
  });

  it('is this phone blocked: yes, no, and a number typed wrongly', async () => {
    const watched = await open();
    const { page, complaints } = watched;
    await page.goto('/phone');
    const field = page.getByLabel(/IMEI/);
    const check = page.getByRole('button', { name: '확인하기' });
    await field.fill(STOLEN);
    await check.click();
    await page.getByText('차단된 휴대전화입니다').waitFor();
    await checkPage(watched, 'a blocked phone');
    await field.fill(CLEAN);
    await check.click();
    await page.getByText('차단되지 않았습니다').waitFor();
    await field.fill('490154203237519');
    await check.click();
    await page.getByText(/마지막 숫자가/).waitFor();
    await checkPage(watched, 'a wrong number');
    assert.deepEqual(complaints, []);
    await watched.close();
  });

  it('report my phone by the keyboard alone: it waits for an agent, and nothing is blocked yet', async () => {
    const { page, complaints, close } = await open();
    await page.goto('/report');
    await tabTo(page, '분실');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'IMEI (휴대전화 고유번호)');
    await page.keyboard.type(CLEAN);
    await tabTo(page, '이름');
    await page.keyboard.type('김보람');
    await tabTo(page, '연락받을 번호');
    await page.keyboard.type('010-1234-5678');
    await page.keyboard.press('Enter');
    const number = await page.locator('.big-number').textContent();
    assert.match(number ?? '', /^[2-9A-HJKMNP-TV-Z]{8}$/);
    const { requests } = await pages.desk.ask<{ requests: object[] }>('GET', '/v1/phone-requests');
    assert.equal(requests.length, 1);
    assert.partialDeepStrictEqual(requests[0], { request: number, reason: 'stolen', name: '김보람' });
    const answer = await fetch(`${pages.origin}/public/phone-checks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ imei: CLEAN }),
    });
    assert.deepEqual(await answer.json(), { blocked: false });
    assert.deepEqual(complaints, []);
    await close();
  });

  it('the first stop of the keyboard skips to the content', async () => {
    const { page, close } = await open();
    await page.goto('/');
    await page.locator('h1').waitFor();
    await tabTo(page, '본문으로 건너뛰기', 1);
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#main');
    await close();
  });

  it('the policy lets nothing in from elsewhere and no script or style inside the page', async () => {
    const { headers } = await fetch(`${pages.origin}/`);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*|data:/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    const { page, complaints, close } = await open();
    await page.goto('/');
    await page
      .evaluate(`document.body.append(Object.assign(document.createElement('script'), { src: '/assets/x.js' }))`)
      .catch((error: Error) => assert.match(error.message, /TrustedScriptURL/));
    await page
      .evaluate(`document.body.insertAdjacentHTML('beforeend', '<p>')`)
      .catch((error: Error) => assert.match(error.message, /TrustedHTML/));
    assert.ok(
      complaints.some((complaint) => complaint.includes('policy breached')),
      'a breach would be seen',
    );
    await close();
  });

  it('files are kept for ever by their names, the document is asked for each time, and there is nothing else', async () => {
    const document = await fetch(`${pages.origin}/phone`);
    assert.equal(document.headers.get('cache-control'), 'no-cache');
    const [, script] = /src="(\/assets\/[^"]+)"/.exec(await document.text()) ?? [];
    const file = await fetch(`${pages.origin}${script}`);
    assert.match(file.headers.get('cache-control') ?? '', /immutable/);
    for (const path of [
      '/assets/../.built',
      '/assets/%2e%2e%2f.built',
      '/.built',
      '/assets/nothing.js',
      '/elsewhere',
    ]) {
      assert.equal((await fetch(`${pages.origin}${path}`)).status, 404, path);
    }
  });
});
