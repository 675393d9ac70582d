import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import type { ApiClient } from '../../src/cli/client.ts';
import { layOutConsortium, type NodeFile } from '../../src/demo/lay-out.ts';
import { type RunningNode, startNodes, stopNodes, untilLevel } from '../../src/demo/processes.ts';
import {
  axeViolations,
  chromiumSkipReason,
  startChromium,
  type WatchedPage,
  watchedPage,
} from '../support/chromium.ts';
import { deskOf } from '../support/consortium.ts';
import { checkPage } from '../support/page-checks.ts';
import { PASSWORD } from '../support/pages.ts';

const PHONES = Array.from({ length: 5 }, (_, at) => `3520990017614${at}`);

describe('the quarantine, in a browser at a register’s node', { skip: chromiumSkipReason() }, () => {
  let folder: string;
  let nodes: RunningNode[] = [];
  let browser: Browser;
  let watched: WatchedPage;
  let register: ApiClient;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-quarantine-pages-'));
    nodes = await startNodes(await layOutConsortium(twoMembers(), folder));
    await untilLevel(nodes, { clock: systemClock });
    const [hanbit, registers] = nodes as [RunningNode, RunningNode];
    register = await deskOf(registers);
    await register.ask('POST', '/v1/users', { body: { name: 'boram', role: 'supervisor', password: PASSWORD } });
    await register.ask('POST', '/v1/users', { body: { name: 'mina', role: 'agent', password: PASSWORD } });
    const desk = await deskOf(hanbit);
    await desk.ask('POST', '/v1/device-cases', { body: { devices: PHONES, reason: 'stolen' } });
    browser = await startChromium();
    watched = await signedIn('boram');
  });
  after(async () => {
    await watched?.close();
    await browser?.close();
    await stopNodes(nodes);
    await rm(folder, { recursive: true, force: true });
  });

  const signedIn = async (name: string): Promise<WatchedPage> => {
    const opened = await watchedPage(browser, `http://localhost:${new URL(nodes[1]!.addresses.api).port}`);
    await opened.page.goto('/console');
    await opened.page.getByLabel('사용자 이름').fill(name);
    await opened.page.getByLabel('비밀번호').fill(PASSWORD);
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: '지금 할 일' }).waitFor();
    return opened;
  };

  it('home is alarmed, and leads to the page that says whose and how many', async () => {
    const { page } = watched;
    const alarm = page.getByRole('alert').filter({ hasText: '한도를 넘긴 회원사가 있습니다' });
    await alarm.getByText('hanbit: 격리된 기록 3건').waitFor();
    await checkPage(watched, 'home with an alarm');
    await alarm.getByRole('link', { name: '격리된 기록 보기' }).click();
    await page.getByRole('cell', { name: '2–4' }).waitFor();
    await checkPage(watched, 'the quarantine');
    await page.getByRole('link', { name: 'hanbit' }).click();
    await page.getByRole('heading', { name: 'hanbit의 격리된 기록' }).waitFor();
    for (const imei of PHONES.slice(2)) await page.getByRole('cell', { name: imei }).waitFor();
    await page.getByText('기록 3건, 기기 3대').first().waitFor();
    await checkPage(watched, 'a member’s quarantine');
  });

  it('a part is confirmed: the question says beforehand what it does', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: '확인하고 적용' }).click();
    const question = page.getByRole('dialog');
    await question.getByText('격리된 기록 3건, 기기 3대에 적용됩니다.').waitFor();
    await question.getByLabel('마지막 번호').fill('2');
    await question.getByText('격리된 기록 1건, 기기 1대에 적용됩니다.').waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await question.getByRole('button', { name: '확인하고 적용' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByText('기록 2건, 기기 2대').first().waitFor();
  });

  it('all is struck, and the alarm ends', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: '모두 되돌리기' }).click();
    const question = page.getByRole('dialog');
    await question.getByLabel('첫 번호').fill('0');
    await question.getByText('적용 중인 기록 3건, 격리된 기록 2건이 풀립니다.').waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await question.getByRole('button', { name: '모두 되돌리기' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: '격리된 기록', exact: true }).click();
    await page.getByText('격리된 기록이 없습니다.').waitFor();
    await page.getByRole('link', { name: '지금 할 일', exact: true }).click();
    await page.getByRole('heading', { name: '지금 할 일' }).waitFor();
    await page.getByText('한도를 넘긴 회원사가 있습니다').waitFor({ state: 'detached' });
    assert.deepEqual(watched.complaints, []);
  });

  it('an agent is alarmed too, and is offered neither the devices nor the decisions', async () => {
    const desk = await deskOf(nodes[0]!);
    await desk.ask('POST', '/v1/device-cases', { body: { devices: ['49015420323751'], reason: 'lost' } });
    const agent = await signedIn('mina');
    await agent.page.getByText('hanbit: 격리된 기록 1건').waitFor();
    await agent.page.getByRole('link', { name: '격리된 기록 보기' }).click();
    await agent.page.getByRole('cell', { name: 'hanbit' }).waitFor();
    assert.equal(await agent.page.getByRole('link', { name: 'hanbit' }).count(), 0);
    assert.equal(await agent.page.getByRole('button', { name: '모두 되돌리기' }).count(), 0);
    await agent.close();
  });
});

function twoMembers() {
  const members = [
    { name: 'hanbit', roles: ['operator'] },
    { name: 'c-eir', roles: ['register'] },
  ];
  const node = (member: string): NodeFile => ({
    member,
    governanceFrom: ['../governance'],
    api: { port: 0 },
    log: { level: 'error' },
    pages: { secondFactor: 'optional' },
  });
  const policy = { budgetFloor: { perHour: 2, perDay: 5, perTac: 5 } };
  return { consortium: { name: 'test', members, policy }, nodes: members.map(({ name }) => node(name)) };
}
