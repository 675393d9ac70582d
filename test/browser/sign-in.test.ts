import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { chromiumSkipReason, watchedPage } from '../support/chromium.ts';
import { OidcProvider } from '../support/oidc-provider.ts';
import { checkPage, tabTo } from '../support/page-checks.ts';
import { openPages, PASSWORD, type PagesUnderTest } from '../support/pages.ts';
import { totpCode } from '../support/totp.ts';

const HOME = '지금 할 일';

describe('signing in, in a browser on a real node that asks for two factors', { skip: chromiumSkipReason() }, () => {
  let folder: string;
  let provider: OidcProvider;
  let pages: PagesUnderTest;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-sign-in-'));
    provider = await OidcProvider.start({ sub: 'u-17', email: 'mina@hanbit.example', name: '이미나' });
    const clientSecretFile = join(folder, 'secret');
    await writeFile(clientSecretFile, `${provider.client.secret}\n`);
    const oidc = {
      id: 'company',
      name: '한빛',
      discoveryUrl: `${provider.issuer}/.well-known/openid-configuration`,
      clientId: provider.client.id,
      clientSecretFile,
    };
    pages = await openPages({ pages: { oidc } });
    await pages.makeUser('boram', 'supervisor', { displayName: '김보람' });
    await pages.makeUser('jisu', 'agent');
    await pages.makeUser('mina', 'agent', { email: 'mina@hanbit.example' });
  });
  after(async () => {
    await pages?.close();
    await provider?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = () => watchedPage(pages.browser, pages.origin, { others: [provider.issuer] });
  const givePassword = async (page: Page, name: string): Promise<void> => {
    await page.goto('/console');
    await page.getByLabel('사용자 이름').fill(name);
    await page.getByLabel('비밀번호').fill(PASSWORD);
    await page.getByRole('button', { name: '로그인', exact: true }).click();
  };

  it('nothing of the console shows before, and the door is whole', async () => {
    const watched = await open();
    await watched.page.goto('/console/phones');
    await watched.page.waitForURL('**/console/sign-in');
    await checkPage(watched, 'the door');
    await watched.close();
  });

  it('by the keyboard alone; a wrong password says no more than that', async () => {
    const { page, complaints, close } = await open();
    await page.goto('/console/sign-in');
    await page.locator('h1').waitFor();
    await tabTo(page, '사용자 이름');
    await page.keyboard.type('boram');
    await tabTo(page, '비밀번호');
    await page.keyboard.type('beacon-on-no-hill');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('로그인하지 못했습니다. 적은 내용을 확인하고').waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('a password leads to an authenticator app, and from then on asks for its code', async () => {
    const watched = await open();
    const { page, complaints } = watched;
    await givePassword(page, 'boram');
    await page.getByText('두 번째 확인 방법이 필요합니다').waitFor();
    await checkPage(watched, 'what is missing');
    await page.getByLabel('비밀번호').fill(PASSWORD);
    await page.getByRole('button', { name: '인증 앱 설정' }).click();
    const totpUri = (await page.getByRole('link', { name: /인증 앱에서 열기/ }).getAttribute('href'))!;
    await page.getByLabel('인증 번호').fill(totpCode(totpUri, systemClock.nowMs()));
    await page.getByRole('button', { name: '설정 마치기' }).click();
    await page.getByRole('heading', { name: HOME }).waitFor();
    await page.getByRole('link', { name: '내 로그인' }).click();
    await page.getByText('인증 앱이 켜져 있습니다').waitFor();

    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.waitForURL('**/console/sign-in');
    await givePassword(page, 'boram');
    // The code of a moment ago is spent: an app that is a little ahead shows the next one.
    await page.getByLabel('인증 번호').fill(totpCode(totpUri, systemClock.nowMs() + 30_000));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: HOME }).waitFor();
    await page.getByText('김보람').waitFor();
    await checkPage(watched, 'home');
    assert.deepEqual(complaints, []);
    await watched.close();
  });

  it('a passkey with the person’s own lock is enough; one without is refused', async () => {
    const { page, complaints, close } = await open();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await givePassword(page, 'jisu');
    await page.getByText('두 번째 확인 방법이 필요합니다').waitFor();
    await page.getByLabel('패스키 이름').fill('사무실 컴퓨터');
    await page.getByRole('button', { name: '패스키 만들기' }).click();
    await page.getByRole('cell', { name: '사무실 컴퓨터', exact: true }).waitFor();
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByRole('button', { name: '패스키로 로그인' }).click();
    await page.getByRole('heading', { name: HOME }).waitFor();

    await page.getByRole('button', { name: '로그아웃' }).click();
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.getByRole('button', { name: '패스키로 로그인' }).click();
    await page
      .getByRole('alert')
      .getByText(/패스키를 쓰지 못했습니다/)
      .waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('the company’s own sign-in opens the console to whom it was made for, and to nobody else', async () => {
    const { page, complaints, close } = await open();
    await page.goto('/console/sign-in');
    await page.getByRole('button', { name: '한빛 계정으로 로그인' }).click();
    await page.getByRole('heading', { name: HOME }).waitFor();
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name.endsWith('session_token'));
    assert.deepEqual([session?.httpOnly, session?.sameSite], [true, 'Strict']);
    await page.getByRole('button', { name: '로그아웃' }).click();

    provider.person = { sub: 'u-99', email: 'stranger@hanbit.example', name: 'Stranger' };
    await page.waitForURL('**/console/sign-in');
    await page.getByRole('button', { name: '한빛 계정으로 로그인' }).click();
    await page.getByText(/회사 계정으로 로그인하지 못했습니다/).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
});
