import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest, explanation } from '../../test/support/member-api.ts';
import { IMEI, IMEI_OTHER } from '../../test/support/desk.ts';

const REPORT = { devices: [IMEI], reason: 'stolen' };
const CSV = { 'content-type': 'text/csv' };

describe('the member API: its desk', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await apiUnderTest();
  });
  after(() => api.close());

  it('takes a report, shows it, and releases it', async () => {
    const reported = await api.ask('agent', 'POST', '/v1/device-cases', {
      ...REPORT,
      requester: { name: 'Kim', contact: '+821012345678' },
    });
    assert.equal(reported.statusCode, 201);
    assert.equal(reported.headers['location'], '/v1/device-cases/C-2026-000001');
    assert.deepEqual(reported.json(), {
      case: 'C-2026-000001',
      status: 'open',
      warnings: [],
      entries: [{ kind: 'device.blocked', entry: { member: 'hanbit', index: 0 } }],
    });
    const shown = await api.ask('auditor', 'GET', '/v1/device-cases/C-2026-000001');
    assert.deepEqual(shown.json(), await api.desk.show('C-2026-000001', { actor: 'x', role: 'auditor' }));
    const listed = await api.ask('agent', 'GET', '/v1/device-cases?status=open&limit=1');
    assert.deepEqual(listed.json(), await api.desk.cases({}));
    assert(!listed.body.includes('Kim'));
    const found = await api.ask('agent', 'POST', '/v1/device-cases/search', { contact: '+821012345678' });
    assert.equal(found.json<{ cases: unknown[] }>().cases.length, 1);
    const released = await api.ask('agent', 'POST', '/v1/device-cases/C-2026-000001/release', { reason: 'recovered' });
    assert.equal(released.json<{ status: string }>().status, 'released');
    const history = await api.ask('auditor', 'GET', '/v1/device-cases/C-2026-000001/history?limit=1');
    assert.deepEqual(history.json(), await api.desk.history('C-2026-000001', { limit: 1 }));
  });

  it('empties private fields that a correction gives as null or empty', async () => {
    const api = await apiUnderTest();
    await api.ask('agent', 'POST', '/v1/device-cases', { ...REPORT, place: 'Seoul', requester: { name: 'Kim' } });
    const body = { place: '', requester: { name: null } };
    const answer = await api.ask('supervisor', 'PATCH', '/v1/device-cases/C-2026-000001', body);
    assert.equal(answer.statusCode, 200, answer.body);
    const shown = await api.ask('agent', 'GET', '/v1/device-cases/C-2026-000001');
    const { place, requester } = shown.json<Record<string, unknown>>();
    assert.deepEqual([place, requester], [undefined, undefined]);
    await api.close();
  });

  it('shows what a regulator has overruled', async () => {
    const api = await apiUnderTest();
    await api.ask('agent', 'POST', '/v1/device-cases', REPORT);
    api.overruled.add(0);
    const shown = await api.ask('agent', 'GET', '/v1/device-cases/C-2026-000001');
    const { statements } = shown.json<{ statements: object[] }>();
    assert.partialDeepStrictEqual(statements[0], { standing: false, overruled: true });
    await api.close();
  });

  it('describes the header of whatever changes something', async () => {
    type Description = { paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>> };
    const { paths } = (await api.ask(undefined, 'GET', '/openapi.json')).json<Description>();
    const keyed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { parameters = [] }]) =>
          parameters.some((one) => one.in === 'header' && one.name === 'idempotency-key'),
        )
        .map(([method]) => `${method} ${path}`),
    );
    assert.deepEqual(keyed.sort(), [
      'delete /v1/pairings/{number}',
      'patch /v1/device-cases/{number}',
      'post /v1/device-cases',
      'post /v1/device-cases/import',
      'post /v1/device-cases/{number}/release',
      'post /v1/device-listings',
      'post /v1/gate-override',
      'post /v1/overrules',
      'post /v1/pairings',
      'post /v1/tokens',
    ]);
  });

  it('reads what the gates refused while reports go on', async () => {
    const asked = Promise.withResolvers<void>();
    const read = Promise.withResolvers<never[]>();
    const readRefusals = (): Promise<never[]> => {
      asked.resolve();
      return read.promise;
    };
    const slow = await apiUnderTest({ dependencies: { readRefusals } });
    const refusals = slow.ask('auditor', 'GET', '/v1/refusals');
    await asked.promise;
    assert.equal((await slow.ask('agent', 'POST', '/v1/device-cases', REPORT)).statusCode, 201);
    read.resolve([]);
    assert.deepEqual((await refusals).json(), { refusals: [] });
    await slow.close();
  });

  it('gives the same answer to the same request under one key, and refuses the key for another', async () => {
    const key = { 'idempotency-key': '"7d1f"' };
    const report = { ...REPORT, devices: [IMEI_OTHER] };
    const answers = await Promise.all([1, 2, 3].map(() => api.ask('agent', 'POST', '/v1/device-cases', report, key)));
    assert.deepEqual(new Set(answers.map(({ body }) => body)).size, 1);
    assert.equal(answers[2]?.statusCode, 201);
    const other = await api.ask('agent', 'POST', '/v1/device-cases', REPORT, key);
    assert.deepEqual([other.statusCode, other.json<{ code: string }>().code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    const ofOther = await api.ask('supervisor', 'POST', '/v1/device-cases', { ...report, reason: 'lost' }, key);
    assert.equal(ofOther.json<{ code: string }>().code, 'ALREADY_STATED', 'a key belongs to its sender');
  });

  it('tells a file’s rows apart, done or not', async () => {
    const file = `imei,reason\n35209900400000,lost\n${IMEI_OTHER},lost\n`;
    const refused = await api.ask('agent', 'POST', '/v1/device-cases/import', file, CSV);
    assert.equal(refused.statusCode, 422);
    const { code, rowsRefused, results } = refused.json<{ code: string; rowsRefused: number; results: unknown[] }>();
    assert.deepEqual([code, rowsRefused], ['IMPORT_REFUSED', 1]);
    assert.deepEqual(results, [
      { row: 1, line: 2, status: 'valid' },
      { row: 2, line: 3, status: 'refused', fault: { code: 'ALREADY_STATED', field: 'imei', case: 'C-2026-000002' } },
    ]);
    const done = await api.ask('agent', 'POST', '/v1/device-cases/import?partial=true', file, CSV);
    const { reported, rows } = done.json<{ reported: number; rows: { fault?: object }[] }>();
    assert.equal(reported, 1);
    assert.deepEqual(rows[1]?.fault, { code: 'ALREADY_STATED', field: 'imei', case: 'C-2026-000002' });
  });

  it('explains how a device is answered, with what its entries say', async () => {
    const check = await api.ask('agent', 'POST', '/v1/device-checks', { imei: IMEI, imsi: '450050123456789' });
    assert.deepEqual(check.json(), {
      imei: IMEI,
      gates: [JSON.parse(JSON.stringify(explanation('s13')))],
      entries: [
        {
          member: 'hanbit',
          index: 0,
          statedAt: '2026-11-22T09:00:00.000Z',
          kind: 'device.blocked',
          reason: 'stolen',
          imei: IMEI.slice(0, 14),
          reference: 'C-2026-000001',
        },
      ],
    });
  });

  it('makes, lists and revokes tokens, and never shows one twice', async () => {
    const body = { name: 'desk-9', role: 'agent' };
    const key = { 'idempotency-key': 'k' };
    const made = await api.ask('supervisor', 'POST', '/v1/tokens', body, key);
    const { token } = made.json<{ token: string }>();
    assert.match(token, /^bongsu_[A-Za-z0-9_-]{43}$/);
    const again = await api.ask('supervisor', 'POST', '/v1/tokens', body, key);
    assert.equal(again.json<{ code: string }>().code, 'TOKEN_GIVEN_ALREADY');
    const taken = await api.ask('supervisor', 'POST', '/v1/tokens', body);
    assert.equal(taken.json<{ code: string }>().code, 'TOKEN_NAME_TAKEN');
    const use = (): ReturnType<typeof api.ask> =>
      api.ask(undefined, 'GET', '/v1/device-cases', undefined, { authorization: `Bearer ${token}` });
    assert.equal((await use()).statusCode, 200);
    const listed = await api.ask('auditor', 'GET', '/v1/tokens');
    assert(!listed.body.includes(token));
    assert.deepEqual(
      listed.json<{ tokens: { name: string; lastUsedDay?: string }[] }>().tokens.find(({ name }) => name === 'desk-9'),
      {
        name: 'desk-9',
        role: 'agent',
        createdAt: '2026-11-22T09:00:00.000Z',
        createdBy: 'supervisor-1',
        lastUsedDay: '2026-11-22',
      },
    );
    assert.equal((await api.ask('supervisor', 'DELETE', '/v1/tokens/desk-9')).statusCode, 200);
    assert.equal((await use()).json<{ code: string }>().code, 'TOKEN_UNKNOWN');
    const last = await api.ask('supervisor', 'DELETE', '/v1/tokens/supervisor-1');
    assert.equal(last.json<{ code: string }>().code, 'TOKEN_LAST_SUPERVISOR');
  });

  it('says 503 and when to come back while the log cannot be written', async () => {
    api.log.failure = 'before';
    const body = { devices: ['35209900500000'], reason: 'lost' };
    const answer = await api.ask('agent', 'POST', '/v1/device-cases', body);
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.headers['retry-after'], '2');
    assert.match(answer.json<{ case: string }>().case, /^C-2026-/);
  });
});
