import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { incidentsOn, KNOWN_AT, linesOf, OPEN_FORM, TEMPLATE } from '../../../test/support/incidents.ts';
import { silentLog } from '../../base/log.ts';
import { openStore, type Store } from '../../store/store.ts';
import { EVIDENCE_SIZE_MAX } from '../../desks/incidents/sealing.ts';
import { incidentRoutes } from './incident-routes.ts';

import { requestRoutes } from './request-routes.ts';
import { selfCheckRoutes } from './self-check-routes.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const OCTETS = { 'content-type': 'application/octet-stream' };

describe('the incident desk over HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-incident-routes-'));
  let store: Store;
  let api: ApiUnderTest;
  let parts: Awaited<ReturnType<typeof incidentsOn>>;
  before(async () => {
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    parts = await incidentsOn(store);
    const options = {
      routes: [incidentRoutes(parts), requestRoutes(parts)],
      publicRoutes: [selfCheckRoutes(parts)],
    };
    api = await apiUnderTest({ options, store });
    parts.lists.set('E-2026-000001:1', linesOf(0, 10));
    await post('supervisor', '/v1/incidents', OPEN_FORM);
    await post('supervisor', `${INCIDENT}/lists`, { list: 'E-2026-000001', version: 1, knownAt: KNOWN_AT });
  });
  after(async () => {
    await api.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const INCIDENT = '/v1/incidents/I-2026-000001';
  const post = (role: Parameters<ApiUnderTest['ask']>[0], url: string, body: object) =>
    api.ask(role, 'POST', url, body, JSON_BODY);

  it('shows an incident whole: times with the offset, clocks, lists, counts', async () => {
    const shown = (await api.ask('agent', 'GET', INCIDENT)).json<Record<string, unknown>>();
    const { facts, clocks, lists, ...rest } = shown as { facts: object[]; clocks: object[]; lists: object[] };
    assert.deepEqual(rest, {
      incident: 'I-2026-000001',
      title: OPEN_FORM.title,
      incidentState: 'open',
      openedAt: '2026-11-22T18:00:00+09:00',
      openedBy: 'supervisor-1',
      evidence: [],
      counts: { exposed: 10, registered: { victims: 0, refunded: 0 }, reconciles: true },
      notices: [],
    });
    assert.equal(facts.length, 2);
    assert.equal(lists.length, 1);
    const [clock] = clocks as Record<string, unknown>[];
    assert.deepEqual([clock!['knownAt'], clock!['dueAt']], [KNOWN_AT, '2026-11-23T12:00:00+09:00']);
    assert.equal(clock!['warnsAt'], '2026-11-23T07:12:00+09:00');
  });

  it('takes a file as it is, up to the limit and no octet more', async () => {
    const seal = (octets: Buffer, headers: Record<string, string> = OCTETS) =>
      api.ask('supervisor', 'POST', `${INCIDENT}/evidence?name=gateway.log&fact=1`, octets, headers);
    const octets = Buffer.from([0, 255, 10, 13]);
    const { sha256 } = (await seal(octets)).json<{ sha256: string }>();
    const file = await api.ask('supervisor', 'GET', `${INCIDENT}/evidence/${sha256}`);
    assert.deepEqual(file.rawPayload, octets);
    assert.equal((await seal(Buffer.alloc(EVIDENCE_SIZE_MAX))).statusCode, 201);
    assert.equal((await seal(Buffer.alloc(EVIDENCE_SIZE_MAX + 1))).json<{ code: string }>().code, 'REQUEST_TOO_LARGE');
    assert.equal((await seal(Buffer.from('{}'), JSON_BODY)).json<{ code: string }>().code, 'MEDIA_TYPE_UNKNOWN');
    const path = `${INCIDENT}/evidence/..%2f..%2fdesk.db`;
    assert.equal((await api.ask('supervisor', 'GET', path)).statusCode, 400);
  });

  it('yes and no have the same number of octets, and the same headers', async () => {
    const answers = [];
    for (const [line, number] of [
      ['010-0000-0003', '821000000003'],
      ['010-9999-9999', '821099999999'],
    ] as const) {
      const { check } = (await post(undefined, '/line-checks', { line })).json<{ check: string }>();
      const [code] = /[0-9]{6}/.exec(parts.texts.to(number))!;
      answers.push(await post(undefined, `/line-checks/${check}/answer`, { code }));
    }
    assert.deepEqual(
      answers.map((answer) => answer.json<{ exposed: boolean }>().exposed),
      [true, false],
    );
    const [yes, no] = answers;
    assert.equal(yes!.rawPayload.length, no!.rawPayload.length);
    assert.deepEqual(Object.keys(yes!.headers), Object.keys(no!.headers));
    assert.equal(yes!.headers['content-length'], no!.headers['content-length']);
    assert.equal(yes!.headers['cache-control'], 'no-store');
  });

  it('lets a person ask for a USIM with the proof of her line, and an agent hand it over', async () => {
    const { check } = (await post(undefined, '/line-checks', { line: '01000000004' })).json<{ check: string }>();
    const [code] = /[0-9]{6}/.exec(parts.texts.to('821000000004'))!;
    const { token } = (await post(undefined, `/line-checks/${check}/answer`, { code })).json<{ token: string }>();
    const usim = { kind: 'usim', incident: 'I-2026-000001', way: 'shop', shop: 'mapo', token };
    const asked = await post(undefined, `/line-checks/${check}/requests`, usim);
    assert.deepEqual([asked.statusCode, asked.json<{ requestState: string }>().requestState], [201, 'waiting']);
    const { request } = asked.json<{ request: string }>();
    await post('agent', '/v1/usim-stock', { shop: 'mapo', count: 1 });
    const handed = await post('agent', `/v1/incident-requests/${request}/events`, { event: 'handed-over' });
    assert.equal(handed.json<{ requestState: string }>().requestState, 'done');
    const letter = await api.ask('agent', 'GET', `/v1/incident-requests/${request}/letter?format=html`);
    assert.equal(letter.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(String(letter.headers['content-security-policy']), /default-src 'none'/);
    assert.match(letter.body, /유심 교체가 끝났습니다/);
  });

  it('an agent neither judges nor sends notices nor sees who looked; the privacy officer does, and changes nothing', async () => {
    const codes = async (role: 'agent' | 'privacy-officer') => {
      const answers = [
        await post(role, '/v1/incident-requests/R-2026-000001/judgement', { event: 'judged-fraudulent' }),
        await post(role, `${INCIDENT}/notices`, { template: TEMPLATE }),
        await api.ask(role, 'GET', '/v1/look-ups'),
      ];
      return answers.map(({ statusCode }) => statusCode);
    };
    await post('agent', '/v1/line-look-ups', { line: '010-0000-0001' });
    assert.deepEqual(await codes('agent'), [403, 403, 403]);
    assert.deepEqual(await codes('privacy-officer'), [403, 403, 200]);
    const { lookUps } = (await api.ask('privacy-officer', 'GET', '/v1/look-ups?withoutCase=true')).json<{
      lookUps: object[];
    }>();
    assert.deepEqual(lookUps, [
      {
        lookUp: 4,
        at: '2026-11-22T09:00:00.000Z',
        actor: 'agent-1',
        role: 'agent',
        action: 'line.looked-up',
        subject: '821000000001',
        withoutCase: true,
        refused: false,
      },
    ]);
  });

  it('no refusal repeats a number, a code or a name', async () => {
    const secret = '010-7777-1234x';
    const answers = [
      await post(undefined, '/line-checks', { line: secret }),
      await post(undefined, '/notice-checks', { line: secret, code: '77771234' }),
      await post(undefined, `/line-checks/${'7'.repeat(32)}/answer`, { code: '777712' }),
      await post('agent', '/v1/line-look-ups', { line: secret }),
      await post('agent', '/v1/incident-requests', { kind: 'damage', line: secret, what: '7777', name: 7777 }),
      await post('supervisor', `${INCIDENT}/notices`, { template: 'https://7777.example {code}' }),
    ];
    for (const answer of answers) {
      assert(answer.statusCode >= 400 && answer.statusCode < 500, answer.body);
      assert(!answer.body.includes('7777'), answer.body);
    }
  });

  it('queues a notice once for a key, however often it is asked', async () => {
    const ask = () =>
      api.ask(
        'supervisor',
        'POST',
        `${INCIDENT}/notices`,
        { template: TEMPLATE },
        { ...JSON_BODY, 'idempotency-key': 'k' },
      );
    const [one, two] = [await ask(), await ask()];
    assert.deepEqual([one.statusCode, one.json(), two.json()], [201, one.json(), one.json()]);
    const { notices } = (await api.ask('auditor', 'GET', `${INCIDENT}/notices`)).json<{ notices: object[] }>();
    assert.deepEqual(notices, [
      { batch: 1, createdBy: 'supervisor-1', language: 'ko', recipients: 10, states: { queued: 10 } },
    ]);
  });
});
