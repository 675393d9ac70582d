import type { Page } from 'playwright-core';
import type { AllSystems } from './all-systems.ts';
import { assertFocusShows } from './keyboard.ts';
import { YEAR } from './year.ts';

export const STOLEN = '352099001761481';
const NEW = '490154203237518';
const OTHER_CELL = '450-08-eci-00a1b2d';
const LINE = '010-0000-0007';
export const CERTIFICATE = `KS-${YEAR}-000001`;
/** A past moment, part by part, as the field of date and time of an English Chromium takes it from the keys. */
const PAST_DAY = '01012026';
const PAST_MINUTE = '1000AM';
const PAST_SECOND = '100000AM';

/** What the keys do on a page that stands open. Nothing here touches a mouse. */
export interface Keys {
  readonly page: Page;
  /** Tabs on to what bears this name; it must show that it has the focus. */
  readonly to: (name: string) => Promise<void>;
  readonly press: (...keys: string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly see: (text: string | RegExp) => Promise<void>;
  /** Opens the question of a button, sees that it keeps the focus and gives it back, and opens it again. */
  readonly ask: (button: string) => Promise<void>;
  /** Presses the button of the open question and sees it close; the focus is somewhere. */
  readonly answer: (button: string) => Promise<void>;
}

export interface Walk {
  readonly name: string;
  readonly path: string;
  /** Its main task. */
  readonly task: (keys: Keys, systems: AllSystems) => Promise<void>;
}

/** What anybody does, page by page. */
export const PUBLIC_WALKS: readonly Walk[] = [
  {
    name: 'the first page leads to a task',
    path: '/',
    task: async ({ page, to, press, see }) => {
      await to('본문으로 건너뛰기');
      await press('Enter', 'Tab');
      await assertFocusShows(page, 'after the way past the menu');
      await press('Enter');
      await see('누구의 휴대전화인지, 왜 차단되었는지는 알려 드리지 않습니다.');
      await page.getByRole('heading', { level: 1 }).and(page.locator(':focus')).waitFor();
    },
  },
  {
    name: 'is this phone blocked',
    path: '/phone',
    task: async ({ to, type, press, see }) => {
      await to('IMEI (휴대전화 고유번호)');
      await press('Enter');
      await see('꼭 적어 주세요.');
      await type(STOLEN);
      await press('Enter');
      await see('차단된 휴대전화입니다');
    },
  },
  {
    name: 'report my phone',
    path: '/report',
    task: async ({ to, type, press, see }) => {
      await to('분실');
      await press('ArrowRight');
      await to('IMEI (휴대전화 고유번호)');
      await type(NEW);
      await to('언제 일어났나요?');
      await type(PAST_DAY);
      await to('이름');
      await type('김보람');
      await to('연락받을 번호');
      await type('010-1234-5678');
      await to('신고 보내기');
      await press('Enter');
      await see('신고를 받았습니다');
    },
  },
  {
    name: 'is this firm certified',
    path: '/firm',
    task: async ({ to, type, press, see }) => {
      await to('인증 번호');
      await type(CERTIFICATE);
      await to('확인하기');
      await press('Space');
      await see('문자를 보낼 수 있는 업체입니다');
    },
  },
  {
    name: 'was my line exposed, and a USIM',
    path: '/line',
    task: async ({ page, to, type, press, see }, { gate }) => {
      await to('휴대전화 번호');
      await type(LINE);
      await press('Enter');
      await see('확인 번호를 보냈습니다');
      await assertFocusShows(page, 'the field of the code');
      await gate.centre.received(1);
      await type(/[0-9]{6}/.exec(gate.centre.texts.at(-1)!.message)![0]);
      await press('Enter');
      await see('노출된 적이 있습니다');
      await to('매장에서');
      await press('ArrowRight', 'ArrowLeft');
      await to('가까운 매장');
      await type('mapo');
      await to('유심 신청');
      await press('Enter');
      await see('유심 신청을 받았습니다');
    },
  },
  {
    name: 'is this notice real',
    path: '/line',
    task: async ({ to, type, press, see }) => {
      await to('문자를 받은 번호');
      await type(LINE);
      await to('문자에 적힌 부호');
      await type('12345678');
      await to('문자 확인');
      await press('Space');
      await see('저희가 보낸 것이 아닙니다');
    },
  },
  {
    name: 'help leads back',
    path: '/help',
    task: async ({ to, press, see }) => {
      await to('차단 조회');
      await press('Enter');
      await see('이 휴대전화는 차단되었나요?');
    },
  },
];

/** What a supervisor does, room by room, each on what the one before has left. */
export const CONSOLE_WALKS: readonly Walk[] = [
  {
    name: 'what waits leads to where it waits',
    path: '/console',
    task: async ({ page, press, see }) => {
      const queue = page.getByRole('link', { name: /신고 접수.*1/ });
      await queue.waitFor();
      for (let keys = 0; keys < 30 && !(await queue.and(page.locator(':focus')).count()); keys++) await press('Tab');
      await assertFocusShows(page, 'a queue');
      await press('Enter');
      await see('공개 화면에서 들어온 신고입니다.');
    },
  },
  {
    name: 'a request is declined or confirmed',
    path: '/console/phones/requests',
    task: async ({ ask, to, type, answer, see }) => {
      await ask('확인하고 차단');
      await type('주민등록증');
      await answer('확인하고 차단');
      await see('차단했습니다');
      await to(`사건 C-${YEAR}-000002`);
    },
  },
  {
    name: 'a case is found',
    path: '/console/phones',
    task: async ({ to, type, press, see }) => {
      await to('사건 번호, IMEI, 연락처로 찾기');
      await type(STOLEN);
      await press('Enter');
      await to(`C-${YEAR}-000001`);
      await press('Enter');
      await see(`사건 C-${YEAR}-000001`);
    },
  },
  {
    name: 'a case is released',
    path: `/console/phones/C-${YEAR}-000002`,
    task: async ({ ask, to, press, answer, see }) => {
      await ask('차단 해제');
      await to('찾았습니다');
      await press('ArrowRight');
      await answer('차단 해제');
      await see('철회');
    },
  },
  {
    name: 'a phone is reported',
    path: '/console/phones/new',
    task: async ({ to, type, press, see }) => {
      await to('IMEI (휴대전화 고유번호)');
      await type('354999001761486');
      await to('분실');
      await press('ArrowRight');
      await to('신고하고 차단');
      await press('Enter');
      await see(/마지막 숫자가|사건 C-/);
    },
  },
  {
    name: 'a firm is suspended',
    path: '/console/senders',
    task: async ({ ask, to, press, answer, see }) => {
      await ask('정지');
      await to('불법 스팸');
      await press('ArrowRight');
      await answer('정지');
      await see('정지 해제');
    },
  },
  {
    name: 'an application is accepted',
    path: `/console/senders/A-${YEAR}-000002`,
    task: async ({ ask, to, type, answer, see }) => {
      await ask('접수');
      await to('더 알려 주실 것');
      await type('서류가 모두 있습니다.');
      await answer('접수');
      await see('서류 심사');
    },
  },
  {
    name: 'a campaign is looked at',
    path: '/console/campaigns',
    task: async ({ to, press, see }) => {
      await to(`M-${YEAR}-000001`);
      await press('Enter');
      await see('보낸 업체');
    },
  },
  {
    name: 'a cell is distrusted',
    path: '/console/cells',
    task: async ({ ask, to, type, press, answer, page }) => {
      await ask('믿지 않기');
      await to('기지국');
      await type(OTHER_CELL);
      await to('언제부터');
      await type(PAST_DAY);
      await press('ArrowRight');
      await type(PAST_SECOND);
      await answer('믿지 않기');
      await page.getByRole('cell', { name: OTHER_CELL }).waitFor();
    },
  },
  {
    name: 'an exposed list is made',
    path: '/console/exposed',
    task: async ({ ask, to, type, answer, see }) => {
      await ask('새 목록');
      await to('제목');
      await type('둘째 목록');
      await answer('새 목록');
      await see(/둘째 목록/);
    },
  },
  {
    name: 'an incident is opened',
    path: '/console/incidents',
    task: async ({ ask, to, type, press, answer, see }) => {
      await ask('사고 열기');
      await to('제목');
      await type('둘째 사고');
      await to('무엇을 알았나요?');
      await type('경찰이 알려 왔습니다.');
      await to('안 때');
      await type(PAST_DAY);
      await press('ArrowRight');
      await type(PAST_MINUTE);
      await to('침해 사고');
      await press('Space');
      await answer('사고 열기');
      await see('둘째 사고');
    },
  },
  {
    name: 'a clock of an incident is stopped',
    path: `/console/incidents/I-${YEAR}-000001`,
    task: async ({ ask, to, type, answer, see }) => {
      await ask('신고함');
      await to('접수 번호');
      await type('KISA-1');
      await answer('신고함');
      await see('KISA-1');
    },
  },
  {
    name: 'refusals are read',
    path: '/console/feed',
    task: ({ see }) => see('실시간 거부'),
  },
  {
    name: 'what a member stated is struck',
    path: '/console/quarantine',
    task: async ({ ask, to, type, answer, see }) => {
      await see('격리된 기록이 없습니다.');
      await ask('모두 되돌리기');
      await to('첫 번호');
      await type('0');
      await to('마지막 번호');
      await type('0');
      await see(/적용 중인 기록 [0-9]+건/);
      await answer('모두 되돌리기');
    },
  },
  {
    name: 'who looked at whose data is read, and narrowed down',
    path: '/console/look-ups',
    task: async ({ to, type, press, see }) => {
      await to('조회한 사람');
      await type('nobody');
      await press('Enter');
      await see('해당하는 조회가 없습니다.');
    },
  },
  {
    name: 'a passkey is made, and opens the door',
    path: '/console/account',
    task: async ({ to, type, press, see }) => {
      await to('패스키 이름');
      await type('사무실 컴퓨터');
      await press('Enter');
      await see('사무실 컴퓨터');
      await to('로그아웃');
      await press('Enter');
      await see('담당자 로그인');
      await to('패스키로 로그인');
      await press('Space');
      await see('기다리는 일과 경보');
    },
  },
];
