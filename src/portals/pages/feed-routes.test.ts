import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HandClock, systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { PaymentRecord } from '../../records/payment-record.ts';
import { RECORD_LENGTH_MAX } from '../../records/record-line.ts';
import { KIND_REFUSALS_MAX, RecordTail } from '../../records/record-tail.ts';
import type { CheckRecord } from '../../records/record.ts';
import { openStore, type Store } from '../../store/store.ts';
import { deskOn } from '../../../test/support/desk.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { REFUSED_TEXT } from '../../../test/support/refused-text.ts';
import { sessionRoutes } from '../sessions/session-routes.ts';
import { Sessions } from '../sessions/sessions.ts';
import { createUser, disableUser } from '../sessions/users.ts';
import { revokeToken } from '../tokens.ts';
import { feedRoutes, WATCHERS_MAX } from './feed-routes.ts';

const ORIGIN = 'https://desk.hanbit.example';
const PASSWORD = 'beacon-on-every-hill';
const NODE = { actor: 'node', role: 'node' };
const AT = '2026-11-22T12:00:00.000Z';
const timeMs = Date.parse(AT);
const CHECK: CheckRecord = {
  timeMs,
  gate: 's13',
  imei: '35209900176148',
  imsi: '450081234567890',
  answer: 'blocked',
  shadow: false,
  entries: [['hanbit', 3]],
  caller: 'mme1.hanbit.example',
};
const PAYMENT: PaymentRecord = {
  timeMs,
  gate: 'carrier-billing',
  paymentId: '77e4c0fa-2f0f-4a61-a1c5-6c1b4a2f9d10',
  merchant: 'byeolbit',
  verdict: 'hold',
  reasons: ['many payments of one line'],
  entries: [],
};
/** What people are shown of them: no IMSI, no sender number, no fingerprint. */
const VIEWS = [
  {
    gateKind: 'equipment',
    at: AT,
    gate: 's13',
    entries: [{ member: 'hanbit', index: 3 }],
    imei: '35209900176148',
    caller: 'mme1.hanbit.example',
    verdict: 'blocked',
    shadow: false,
  },
  {
    gateKind: 'messages',
    at: AT,
    gate: 'smpp',
    entries: [{ member: 'injeung', index: 2 }],
    certificate: 'KS-2026-000001',
    account: 'saessak',
    verdict: 'refused',
    check: 'not-suspended',
    reason: 'SENDER_SUSPENDED',
    shadow: false,
  },
  {
    gateKind: 'payments',
    at: AT,
    gate: 'carrier-billing',
    entries: [],
    paymentId: '77e4c0fa-2f0f-4a61-a1c5-6c1b4a2f9d10',
    merchant: 'byeolbit',
    verdict: 'hold',
    reasons: ['many payments of one line'],
  },
];

describe('the feed of refusals', () => {
  let folder: string;
  let records: string;
  let store: Store;
  let api: ApiUnderTest;
  let url: string;
  const sockets: Socket[] = [];
  const warned: { code?: string; reason?: string }[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-feed-'));
    records = join(folder, 'records');
    await mkdir(records);
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    const tail = new RecordTail(records);
    const routes = feedRoutes({
      decisions: deskOn(store).decisions,
      clock: new HandClock(timeMs),
      log: { ...silentLog, warn: (facts) => void warned.push(facts) },
      look: (nowMs) => tail.look(nowMs),
      latest: (nowMs) => new RecordTail(records).look(nowMs),
    });
    const settings = {
      member: 'hanbit',
      origin: ORIGIN,
      secondFactor: 'optional',
      secret: 'a secret, and long',
    } as const;
    const sessions = new Sessions(settings, { store, clock: systemClock });
    const options = { routes: [routes], publicRoutes: [sessionRoutes(sessions)] };
    api = await apiUnderTest({ store, options, dependencies: { sessions } });
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    api.app.server.on('connection', (socket) => sockets.push(socket));
    url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/v1/refusals/stream`;
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    warned.length = 0;
    await api.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = (name: string, record: object, count = 1): Promise<void> =>
    appendFile(join(records, `${name}-2026-11-22-0.jsonl`), `${JSON.stringify(record)}\n`.repeat(count));
  const watch = async (
    headers: Record<string, string> = { authorization: `Bearer ${api.tokens.supervisor}` },
  ): Promise<IncomingMessage> => {
    const asked = get(url, { agent: false, headers });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer;
  };
  /** What a stream says until it holds, without the heartbeat. */
  const until = async (stream: IncomingMessage, holds: (said: string) => boolean): Promise<string> => {
    let said = '';
    for await (const chunk of stream.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      said += chunk;
      if (holds(said)) break;
    }
    return said;
  };
  const dataOf = (said: string): unknown[] => [...said.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!));

  it('lists the latest of every gate, the latest first, and names nobody', async () => {
    await write('checks', CHECK);
    await write('texts', { ...REFUSED_TEXT, timeMs: timeMs + 1 });
    await write('payments', { ...PAYMENT, timeMs: timeMs + 2 });
    const { refusals } = (await api.ask('auditor', 'GET', '/v1/refusals/latest')).json<{ refusals: object[] }>();
    const later = (ms: number): string => new Date(timeMs + ms).toISOString();
    const [phone, text, payment] = VIEWS;
    assert.deepEqual(refusals, [{ ...payment, at: later(2) }, { ...text, at: later(1) }, phone]);
  });

  it('tells a watcher what each gate refuses from then on, and nothing from before', async () => {
    await write('texts', { ...REFUSED_TEXT, certificate: 'KS-2026-000009' });
    const stream = await watch();
    assert.equal(stream.headers['content-type'], 'text/event-stream');
    await write('checks', CHECK);
    await write('texts', { ...REFUSED_TEXT, timeMs: timeMs + 1 });
    await write('payments', { ...PAYMENT, timeMs: timeMs + 2 });
    const said = await until(stream, (text) => dataOf(text).length === 3);
    const ats = VIEWS.map((view, ms) => ({ ...view, at: new Date(timeMs + ms).toISOString() }));
    assert.deepEqual(new Set(dataOf(said)), new Set(ats));
    for (const secret of [CHECK.imsi, REFUSED_TEXT.from, REFUSED_TEXT.fingerprint]) assert.ok(!said.includes(secret));
  });

  it('a flood is told as far as a look goes, with a word for what is passed over, and a phone beside it', async () => {
    const stream = await watch();
    await write('texts', REFUSED_TEXT, 3 * KIND_REFUSALS_MAX);
    await write('checks', CHECK);
    const said = await until(stream, (text) => /passed-over/.test(text) && text.includes(CHECK.imei));
    assert.match(said, /^event: passed-over\ndata: \{"gateKind":"messages"\}$/m);
    assert.ok(dataOf(said).length >= KIND_REFUSALS_MAX + 2);
  });

  it('one who does not read is let go, and costs those who do nothing', async () => {
    const slow = await watch();
    slow.pause();
    const [slowSocket] = sockets;
    const reader = await watch();
    reader.resume();
    const long = 'x'.repeat(RECORD_LENGTH_MAX - 500);
    const gone = once(slowSocket!, 'close');
    const isGone = (): boolean => slowSocket?.destroyed === true;
    for (let flood = 0; !isGone() && flood < 100; flood++) {
      await write('checks', { ...CHECK, caller: long }, 30);
      await write('texts', { ...REFUSED_TEXT, account: long }, 30);
      await write('payments', { ...PAYMENT, paymentId: '', merchant: long }, 30);
      await Promise.race([gone, once(reader, 'data')]);
    }
    assert.ok(isGone());
    await write('payments', PAYMENT);
    assert.match(await until(reader, (text) => text.includes(PAYMENT.paymentId)), /byeolbit/);
  });

  it('takes WATCHERS_MAX watchers and no more, until one leaves', async () => {
    const watchers = [];
    for (let count = 0; count < WATCHERS_MAX; count++) watchers.push(await watch());
    assert.ok(watchers.every(({ statusCode }) => statusCode === 200));
    const refused = await watch();
    assert.equal(refused.statusCode, 503);
    assert.match(await until(refused, (text) => text.endsWith('}')), /WATCHERS_TOO_MANY/);
    const left = once(sockets[0]!, 'close');
    watchers[0]!.destroy();
    await left;
    assert.equal((await watch()).statusCode, 200);
  });

  it('tells one whose session or token has ended nothing more, and ends the stream', async () => {
    const who = { name: 'boram', role: 'supervisor', password: PASSWORD } as const;
    const dependencies = { store, clock: systemClock };
    await createUser(who, NODE, dependencies);
    const body = { username: who.name, password: PASSWORD };
    const signedIn = await api.ask(undefined, 'POST', '/auth/sign-in/username', body, { origin: ORIGIN });
    const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
    const bySession = await watch({ cookie });
    const byToken = await watch({ authorization: `Bearer ${api.tokens.auditor}` });
    const stays = await watch();
    await write('checks', CHECK);
    for (const stream of [bySession, byToken]) await until(stream, (text) => text.includes(CHECK.imei));
    await disableUser(who.name, NODE, dependencies);
    await revokeToken('auditor-1', NODE, dependencies);
    await write('payments', PAYMENT);
    for (const stream of [bySession, byToken]) assert.equal(await until(stream, () => false), '', 'the stream ends');
    await until(stays, (text) => text.includes(PAYMENT.paymentId));
  });

  it('says once that a file cannot be read, and goes on with the others', async () => {
    const stream = await watch();
    await mkdir(join(records, 'checks-2026-11-22-7.jsonl'));
    await write('payments', PAYMENT);
    await until(stream, (text) => dataOf(text).length === 1);
    await write('payments', PAYMENT);
    await until(stream, (text) => dataOf(text).length === 1);
    assert.deepEqual(warned, [{ code: 'RECORDS_NOT_READ', reason: 'EISDIR' }]);
  });
});
