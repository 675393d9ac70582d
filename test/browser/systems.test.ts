import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { ApiClient } from '../../src/cli/client.ts';
import { axeViolations, chromiumSkipReason, type WatchedPage, watchedPage } from '../support/chromium.ts';
import { type AllSystems, localTime, openAllSystems, REPORTS } from '../support/all-systems.ts';
import { checkPage } from '../support/page-checks.ts';
import { PASSWORD, type PagesUnderTest } from '../support/pages.ts';
import { FIRM } from '../support/senders.ts';
import type { RunningMessageGate } from '../support/smpp-gate.ts';
import { YEAR } from '../support/year.ts';

const HOUR_MS = 3_600_000;
const CELL = '450-08-eci-00a1b2c';
const CERTIFICATE = `KS-${YEAR}-000001`;
const EXPOSED = '010-0000-0007';

/** One node with every system that has a page, and a message gate through which its codes go out. */
describe(
  'senders, campaigns, cells, lists and incidents, in a browser on a real node',
  {
    skip: chromiumSkipReason(),
  },
  () => {
    let systems: AllSystems;
    let gate: RunningMessageGate;
    let pages: PagesUnderTest;
    let desk: WatchedPage;
    let outside: WatchedPage;
    before(async () => {
      systems = await openAllSystems();
      ({ pages, gate } = systems);
      await pages.makeUser('boram', 'supervisor', { displayName: '김보람' });
      desk = await watchedPage(pages.browser, pages.origin);
      outside = await watchedPage(pages.browser, pages.origin);
      await desk.page.goto('/console');
      await desk.page.getByLabel('사용자 이름').fill('boram');
      await desk.page.getByLabel('비밀번호').fill(PASSWORD);
      await desk.page.keyboard.press('Enter');
      await desk.page.getByRole('heading', { name: '지금 할 일' }).waitFor();
    });
    after(async () => {
      await desk?.close();
      await outside?.close();
      await systems?.close();
    });

    const room = (name: string): Promise<void> => desk.page.getByRole('link', { name, exact: true }).click();
    /** Presses a button, fills the question that it asks, and confirms. */
    const answer = async (ask: string | RegExp, fill?: (question: ReturnType<Page['getByRole']>) => Promise<void>) => {
      await desk.page.getByRole('button', { name: ask }).first().click();
      const question = desk.page.getByRole('dialog');
      await question.waitFor();
      assert.deepEqual(await axeViolations(desk.page), [], String(ask));
      await fill?.(question);
      await question.getByRole('button', { name: ask }).click();
      await question.waitFor({ state: 'detached' });
    };
    const publicFirm = async (code: string): Promise<Page> => {
      await outside.page.goto('/firm');
      await outside.page.getByLabel('인증 번호').fill(code);
      await outside.page.keyboard.press('Enter');
      return outside.page;
    };

    it('an application goes from the firm to its certificate, and anybody can see that it stands', async () => {
      const firm = await systems.registerFirm();
      const { application } = await firm.ask<{ application: string }>('POST', '/v1/applications', {
        body: { service: 'module' },
      });
      await room('문자 업체');
      await checkPage(desk, 'senders');
      await desk.page.getByRole('link', { name: application }).click();
      await answer('접수');
      await answer('충족');
      await desk.page.getByRole('cell', { name: '충족', exact: true }).waitFor();
      await checkPage(desk, 'an application');
      await answer('다음 단계로');
      await desk.page.getByText('현장 심사').waitFor();
      await answer('다음 단계로');
      await answer('인증');
      await desk.page.getByText(CERTIFICATE).waitFor();

      const page = await publicFirm(CERTIFICATE);
      await page.getByText('문자를 보낼 수 있는 업체입니다').waitFor();
      await page.getByText(FIRM.name).waitFor();
      await checkPage(outside, 'a certified firm');
    });

    it('reports become a campaign, the campaign a proposal, and one approval stops the firm', async () => {
      const text = '무료 주식 정보방 오늘만 입장 가능합니다 지금 바로 들어오세요';
      const reports = Array.from({ length: REPORTS }, (_, at) => ({
        text,
        certificate: CERTIFICATE,
        reference: `complaint-${at}`,
      }));
      await pages.desk.ask('POST', '/v1/spam-reports', { body: { reports } });
      await room('스팸 캠페인');
      await desk.page.getByRole('link', { name: /^M-/ }).waitFor();
      await checkPage(desk, 'campaigns');
      await desk.page.getByRole('link', { name: /^M-/ }).click();
      await desk.page.getByText('정지를 제안했습니다').waitFor();
      await checkPage(desk, 'a campaign');
      await desk.page.getByRole('link', { name: '제안 보기' }).click();
      await desk.page.getByRole('heading', { name: /정지 제안/ }).waitFor();
      await checkPage(desk, 'a proposal');
      await room('지금 할 일');
      await desk.page.getByRole('link', { name: /제재 제안.*1/ }).click();
      await answer('승인');
      await desk.page.getByText('결정을 기다리는 제안이 없습니다.').waitFor();
      await desk.page.getByText('정지', { exact: true }).first().waitFor();

      const page = await publicFirm(CERTIFICATE);
      await page.getByText('지금은 문자를 보낼 수 없는 업체입니다').waitFor();
      await checkPage(outside, 'a suspended firm');
    });

    it('a cell is distrusted, and a list says how many it has exposed', async () => {
      const at = new Date(systemClock.nowMs() - HOUR_MS).toISOString();
      const attach = { at, imsi: '450081234567890', msisdn: '821000000007', cell: CELL, event: 'attach' };
      const feed = { name: 'feed-1', role: 'feed' };
      const { token } = await pages.desk.ask<{ token: string }>('POST', '/v1/tokens', { body: feed });
      const deliverer = new ApiClient({ url: pages.node.addresses.api, token });
      await deliverer.ask('POST', '/v1/attaches', { body: { events: [attach] } });
      await room('기지국');
      await checkPage(desk, 'cells');
      await answer('믿지 않기', async (question) => {
        await question.getByLabel('기지국', { exact: true }).fill(CELL);
        await question.getByLabel('언제부터').fill(localTime(systemClock.nowMs() - 2 * HOUR_MS));
      });
      await desk.page.getByRole('cell', { name: CELL }).waitFor();
      await checkPage(desk, 'a distrusted cell');
      await room('노출 목록');
      await answer('새 목록', (question) => question.getByLabel('제목').fill('불법 기지국'));
      await desk.page.getByRole('heading', { name: /^E-.*불법 기지국/ }).waitFor();
      await checkPage(desk, 'an exposed list');
      assert.equal(await desk.page.getByText('821000000007').count(), 0, 'nobody’s number');
    });

    it('an incident starts its clocks, and a filing stops one', async () => {
      await room('사고 대응');
      await checkPage(desk, 'no incidents');
      await answer('사고 열기', async (question) => {
        await question.getByLabel('제목').fill('불법 기지국 사고');
        await question.getByLabel('무엇을 알았나요?').fill('경찰이 알려 왔습니다.');
        await question.getByLabel('안 때').fill(localTime(systemClock.nowMs() - HOUR_MS));
        await question.getByText('침해 사고').click();
      });
      await desk.page.getByRole('link', { name: /^I-/ }).last().waitFor();
      await checkPage(desk, 'incidents');
      await room('지금 할 일');
      await desk.page.getByText('가장 이른 기한:').waitFor();
      await checkPage(desk, 'home with a clock');
      await room('사고 대응');
      await desk.page.getByRole('link', { name: /^I-/ }).last().click();
      await desk.page.getByRole('heading', { name: '불법 기지국 사고' }).waitFor();
      await answer('신고함', (question) => question.getByLabel('접수 번호').fill('KISA-1'));
      await desk.page.getByText('KISA-1').waitFor();
      await answer('새 사실', async (question) => {
        await question.getByLabel('무엇을 알았나요?').fill('접속한 회선이 밝혀졌습니다.');
        await question.getByLabel('안 때').fill(localTime(systemClock.nowMs()));
        await question.getByText('개인정보 유출').click();
        await question.getByLabel('몇 사람인가요?').fill('1');
      });
      await desk.page.getByText('접속한 회선이 밝혀졌습니다.').waitFor();
      await checkPage(desk, 'an incident');
    });

    it('was my line exposed: a code to the line, one answer, and a USIM', async () => {
      const { incidents } = await pages.desk.ask<{ incidents: { incident: string }[] }>('GET', '/v1/incidents');
      const { lists } = await pages.desk.ask<{ lists: { list: string }[] }>('GET', '/v1/exposed-lists');
      const body = { list: lists[0]!.list, version: 1, knownAt: new Date(systemClock.nowMs() - 60_000).toISOString() };
      await pages.desk.ask('POST', `/v1/incidents/${incidents[0]!.incident}/lists`, { body });

      await desk.page.reload();
      await desk.page.getByText(/^노출 목록 E-.* 제1판: 1회선, 새로 1/).waitFor();
      await desk.page.getByRole('cell', { name: '정보주체', exact: true }).first().waitFor();

      const { page } = outside;
      await page.goto('/line');
      await page.locator('h1').waitFor();
      await checkPage(outside, 'the line page');
      await page.getByLabel('휴대전화 번호').fill(EXPOSED);
      await page.getByRole('button', { name: '확인 번호 받기' }).click();
      await page.getByText('확인 번호를 보냈습니다').waitFor();
      await gate.centre.received(1);
      const [code] = /[0-9]{6}/.exec(gate.centre.texts.at(-1)!.message)!;
      await page.getByLabel('확인 번호', { exact: true }).fill(code);
      await page.keyboard.press('Enter');
      await page.getByText('노출된 적이 있습니다').waitFor();
      await checkPage(outside, 'an exposed line');
      await page.getByLabel('가까운 매장').fill('mapo');
      await page.getByRole('button', { name: '유심 신청' }).click();
      await page.getByText('유심 신청을 받았습니다').waitFor();
      await checkPage(outside, 'a USIM is asked for');

      await page.goto('/line');
      await page.getByLabel('문자를 받은 번호').fill(EXPOSED);
      await page.getByLabel('문자에 적힌 부호').fill('12345678');
      await page.getByRole('button', { name: '문자 확인' }).click();
      await page.getByText('저희가 보낸 것이 아닙니다').waitFor();
      assert.deepEqual(outside.complaints, []);
    });
  },
);
