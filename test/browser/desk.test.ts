import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { axeViolations, chromiumSkipReason, type WatchedPage, watchedPage } from '../support/chromium.ts';
import { checkPage, tabTo } from '../support/page-checks.ts';
import { openPages, PASSWORD, type PagesUnderTest } from '../support/pages.ts';
import { YEAR } from '../support/year.ts';

const PHONE = '352099001761481';
const OTHER = '490154203237518';

describe('the device desk, in a browser on a real node', { skip: chromiumSkipReason() }, () => {
  let pages: PagesUnderTest;
  let watched: WatchedPage;
  before(async () => {
    pages = await openPages();
    await pages.makeUser('boram', 'supervisor', { displayName: '김보람' });
    await pages.makeUser('mina', 'agent');
    watched = await signedIn('boram');
  });
  after(async () => {
    await watched?.close();
    await pages?.close();
  });

  const signedIn = async (name: string): Promise<WatchedPage> => {
    const opened = await watchedPage(pages.browser, pages.origin);
    await opened.page.goto('/console');
    await opened.page.getByLabel('사용자 이름').fill(name);
    await opened.page.getByLabel('비밀번호').fill(PASSWORD);
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: '지금 할 일' }).waitFor();
    return opened;
  };
  const room = (name: string): Promise<void> => watched.page.getByRole('link', { name, exact: true }).click();

  it('home says what waits and how fresh the logs are', async () => {
    await watched.page.getByRole('cell', { name: 'hanbit' }).waitFor();
    await checkPage(watched, 'home');
  });

  it('a phone is reported by the keyboard alone, and its case says where the statement stands', async () => {
    const { page } = watched;
    await room('휴대전화 사건');
    await checkPage(watched, 'no cases');
    await page.getByRole('link', { name: '새 신고' }).click();
    await checkPage(watched, 'a new report');
    await tabTo(page, 'IMEI (휴대전화 고유번호)');
    await page.keyboard.type(PHONE);
    await tabTo(page, '분실');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, '무엇으로 권리를 확인했나요?');
    await page.keyboard.type('주민등록증');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^사건 C-/ }).waitFor();
    await page.getByRole('cell', { name: 'hanbit 0' }).waitFor();
    await page.getByRole('cell', { name: 'boram' }).first().waitFor();
    await checkPage(watched, 'a case');
    const { statements } = await pages.desk.ask<{ statements: object[] }>(
      'GET',
      `/v1/device-cases/${lastPart(page.url())}`,
    );
    assert.partialDeepStrictEqual(statements, [{ imei: PHONE.slice(0, 14) + '1', reason: 'stolen', standing: true }]);
  });

  it('what is refused says why in words, and a check digit may be insisted on', async () => {
    const { page } = watched;
    await page.goto('/console/phones/new');
    await page.getByLabel(/IMEI/).fill(PHONE);
    await page.getByRole('button', { name: '신고하고 차단' }).click();
    await page.getByText(/이미 신고된 휴대전화입니다/).waitFor();
    await page.getByLabel(/IMEI/).fill('353918057781513');
    await page.getByRole('button', { name: '신고하고 차단' }).click();
    await page.getByText(/마지막 숫자가/).waitFor();
    await checkPage(watched, 'a refusal');
    await page.getByRole('button', { name: /다시 확인했습니다/ }).click();
    await page.getByRole('heading', { name: /^사건 C-/ }).waitFor();
  });

  it('the feed shows a refusal as it happens', async () => {
    const { page } = watched;
    await room('실시간 거부');
    await page.getByText('실시간', { exact: true }).waitFor();
    await page.getByText('아직 거부한 것이 없습니다.').waitFor();
    const probe = await N5gEirProbe.connect({ apiRoot: `http://${pages.node.addresses.n5gEir}` });
    await probe.check({ pei: `imei-${PHONE}`, supi: 'imsi-450081234567890' });
    await probe.close();
    await page.getByRole('cell', { name: PHONE.slice(0, 14) }).waitFor();
    await page.getByRole('cell', { name: 'hanbit 0' }).waitFor();
    await checkPage(watched, 'the feed');
  });

  it('a case is released after a question, by the keyboard alone', async () => {
    const { page } = watched;
    await room('휴대전화 사건');
    await page.getByLabel('사건 번호, IMEI, 연락처로 찾기').fill(PHONE);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: `C-${YEAR}-000002` }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^C-/ }).click();
    await tabTo(page, '차단 해제');
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog');
    await question.waitFor();
    assert.deepEqual(await axeViolations(page), [], 'the question');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '차단 해제' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await question.waitFor();
    await tabTo(page, '차단 해제');
    await page.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    await page.getByText('해제', { exact: true }).waitFor();
  });

  it('a case that there is not is refused once', async () => {
    const { page } = watched;
    await page.goto('/console/phones/C-2026-000099');
    await page.getByRole('alert').first().waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByRole('alert').count(), 1);
  });

  it('a request of the public page is confirmed by an agent with a proof, and becomes a case', async () => {
    const body = { imei: OTHER, reason: 'lost', name: '박하늘', contact: '010-9999-0000' };
    const asked = await fetch(`${pages.origin}/public/phone-requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(asked.status, 201);
    const agent = await signedIn('mina');
    const { page } = agent;
    assert.equal(
      await page.getByRole('link', { name: '실시간 거부' }).count(),
      0,
      'what an agent may not see is not shown',
    );
    await page.getByRole('link', { name: /신고 접수.*1/ }).click();
    await checkPage(agent, 'requests');
    await page.getByRole('button', { name: '확인하고 차단' }).click();
    const question = page.getByRole('dialog');
    await question.getByRole('button', { name: '확인하고 차단' }).click();
    await question.getByText('꼭 적어 주세요.').waitFor();
    await question.getByLabel('무엇으로 권리를 확인했나요?').fill('운전면허증');
    await question.getByRole('button', { name: '확인하고 차단' }).click();
    await page.getByText('차단했습니다').waitFor();
    await page.getByRole('link', { name: /^사건 C-/ }).click();
    await page.getByText('박하늘').waitFor();
    await page.getByText('운전면허증').waitFor();
    await agent.close();
  });

  it('who looked at whose data, without a case or at all', async () => {
    const { page } = watched;
    await room('개인정보 조회');
    await page.getByText('해당하는 조회가 없습니다.').or(page.locator('table')).first().waitFor();
    await page.getByText('모든 조회', { exact: true }).click();
    await page.getByRole('button', { name: '보기' }).click();
    await page.getByText('사건 한 건').first().waitFor();
    await checkPage(watched, 'look-ups');
    await page.getByLabel('조회한 사람').fill('nobody');
    await page.getByRole('button', { name: '보기' }).click();
    await page.getByText('해당하는 조회가 없습니다.').waitFor();
  });

  it('how I sign in, and a page that is not there', async () => {
    const { page } = watched;
    await room('내 로그인');
    await checkPage(watched, 'my sign-in');
    await page.goto('/console/nowhere');
    await page.getByRole('heading', { name: '없는 화면입니다' }).waitFor();
    await checkPage(watched, 'nowhere');
  });

  it('rooms of systems that are off are not shown', async () => {
    const { page } = watched;
    const { systems } = (await (await fetch(`${pages.origin}/public/site`)).json()) as { systems: string[] };
    const shown = await page.locator('nav a').allTextContents();
    for (const [system, name] of [
      ['incidents', '사고 대응'],
      ['cells', '기지국'],
      ['campaigns', '스팸 캠페인'],
      ['senders', '문자 업체'],
    ] as const) {
      assert.equal(shown.includes(name), systems.includes(system), name);
    }
  });
});

function lastPart(url: string): string {
  return new URL(url).pathname.split('/').at(-1)!;
}
