import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest, explanation } from '../../test/support/member-api.ts';
import { IMEI, IMEI_OTHER } from '../../test/support/desk.ts';
import { JSON_SIZE_MAX, LISTENERS_MAX } from './limits.ts';
import { DESK_ROLES, mayDo, PERMISSIONS, type Action } from './permissions.ts';

const REPORT = { devices: [IMEI], reason: 'stolen' };
const CSV = { 'content-type': 'text/csv' };
const JSON_TYPE = { 'content-type': 'application/json' };

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
    const found = await api.ask('agent', 'GET', '/v1/device-cases/search?contact=%2B821012345678');
    assert.equal(found.json<{ cases: unknown[] }>().cases.length, 1);
    const released = await api.ask('agent', 'POST', '/v1/device-cases/C-2026-000001/release', { reason: 'recovered' });
    assert.equal(released.json<{ status: string }>().status, 'released');
    const history = await api.ask('auditor', 'GET', '/v1/device-cases/C-2026-000001/history?limit=1');
    assert.deepEqual(history.json(), await api.desk.history('C-2026-000001', { limit: 1 }));
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
    const check = await api.ask('agent', 'GET', `/v1/devices/${IMEI.slice(0, 14)}?imsi=450050123456789`);
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

/** Every route that asks for a token, with a request that reaches its handler. */
const ROUTES: readonly (readonly [method: string, url: string, action: Action])[] = [
  ['POST', '/v1/device-cases', 'cases.report'],
  ['POST', '/v1/device-cases/import', 'cases.import'],
  ['GET', '/v1/device-cases', 'cases.read'],
  ['GET', '/v1/device-cases/search', 'cases.read'],
  ['GET', '/v1/device-cases/C-2026-000009', 'cases.read'],
  ['PATCH', '/v1/device-cases/C-2026-000009', 'cases.correct'],
  ['POST', '/v1/device-cases/C-2026-000009/release', 'cases.release'],
  ['GET', '/v1/device-cases/C-2026-000009/history', 'cases.history'],
  ['GET', `/v1/devices/${IMEI}`, 'devices.check'],
  ['POST', '/v1/device-listings', 'listings.state'],
  ['POST', '/v1/pairings', 'pairings.state'],
  ['DELETE', '/v1/pairings/C-2026-000009', 'pairings.state'],
  ['POST', '/v1/gate-override', 'override.set'],
  ['POST', '/v1/overrules', 'entries.overrule'],
  ['GET', '/v1/journal', 'journal.read'],
  ['GET', '/v1/refusals', 'refusals.read'],
  ['POST', '/v1/tokens', 'tokens.change'],
  ['GET', '/v1/tokens', 'tokens.read'],
  ['DELETE', '/v1/tokens/nobody', 'tokens.change'],
];

describe('the member API: who may do what', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await apiUnderTest();
  });
  after(() => api.close());

  for (const [method, url, action] of ROUTES) {
    for (const role of DESK_ROLES) {
      const allowed = mayDo(role, action);
      it(`${method} ${url}: ${role} ${allowed ? 'may' : 'may not'}`, async () => {
        const answer = await api.ask(role, method, url);
        const { code } = answer.statusCode >= 400 ? answer.json<{ code: string }>() : { code: undefined };
        assert.equal(code === 'PERMISSION_MISSING', !allowed, `${answer.statusCode} ${code}`);
        assert.equal(answer.statusCode === 403, !allowed);
      });
    }
    it(`${method} ${url}: nobody without a token in force`, async () => {
      const codes = [];
      for (const authorization of ['', 'Basic eDp5', 'Bearer', 'Bearer x', `Bearer bongsu_${'A'.repeat(43)}`]) {
        const answer = await api.ask(undefined, method, url, undefined, { authorization });
        assert.equal(answer.statusCode, 401);
        assert.equal(answer.headers['www-authenticate'], 'Bearer');
        codes.push(answer.json<{ code: string }>().code);
      }
      assert.deepEqual(codes, ['TOKEN_MISSING', 'TOKEN_MISSING', 'TOKEN_MISSING', 'TOKEN_UNKNOWN', 'TOKEN_UNKNOWN']);
    });
  }

  it('the list above has every action and every route of the description', async () => {
    assert.deepEqual(new Set(ROUTES.map(([, , action]) => action)), new Set(Object.keys(PERMISSIONS)));
    const { paths } = (await api.ask(undefined, 'GET', '/openapi.json')).json<{ paths: Record<string, object> }>();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      path.startsWith('/v1/') && path !== '/v1/members' ? Object.keys(methods) : [],
    );
    assert.equal(described.length, ROUTES.length);
  });

  it('what each role may do is this table', () => {
    const may = (role: 'agent' | 'auditor'): string[] =>
      (Object.keys(PERMISSIONS) as Action[]).filter((action) => mayDo(role, action));
    assert.deepEqual(may('agent'), ['cases.report', 'cases.import', 'cases.release', 'cases.read', 'devices.check']);
    assert.deepEqual(may('auditor'), [
      'cases.read',
      'cases.history',
      'devices.check',
      'journal.read',
      'refusals.read',
      'tokens.read',
    ]);
    for (const action of Object.keys(PERMISSIONS) as Action[]) assert(mayDo('supervisor', action));
  });
});

describe('the member API: what it refuses', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await apiUnderTest();
  });
  after(() => api.close());

  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  type Hostile = readonly [
    reason: string,
    body: unknown,
    headers: Record<string, string>,
    status: number,
    code: string,
  ];
  const HOSTILE: readonly Hostile[] = [
    ['no body', undefined, {}, 400, 'REQUEST_MALFORMED'],
    ['an empty body', '', JSON_TYPE, 400, 'REQUEST_NOT_JSON'],
    ['no JSON', '{', JSON_TYPE, 400, 'REQUEST_NOT_JSON'],
    ['JSON of another kind', '"x"', JSON_TYPE, 400, 'REQUEST_MALFORMED'],
    ['null', 'null', JSON_TYPE, 400, 'REQUEST_MALFORMED'],
    [
      'an IMEI as a number, which loses leading zeros',
      { devices: [352099001761481], reason: 'lost' },
      {},
      400,
      'REQUEST_MALFORMED',
    ],
    ['a text for a list', { devices: IMEI, reason: 'lost' }, {}, 400, 'REQUEST_MALFORMED'],
    ['a field that there is not', { ...REPORT, status: 'open' }, {}, 400, 'REQUEST_MALFORMED'],
    ['no device', { devices: [], reason: 'lost' }, {}, 400, 'REQUEST_MALFORMED'],
    ['101 devices', { devices: Array.from({ length: 101 }, () => IMEI), reason: 'lost' }, {}, 400, 'REQUEST_MALFORMED'],
    ['nested 30,000 deep', deep, JSON_TYPE, 400, 'REQUEST_MALFORMED'],
    [
      'a prototype to poison',
      '{"__proto__":{"role":"supervisor"},"devices":[],"reason":"lost"}',
      JSON_TYPE,
      400,
      'REQUEST_NOT_JSON',
    ],
    ['one octet more than the limit', `"${'x'.repeat(JSON_SIZE_MAX - 1)}"`, JSON_TYPE, 413, 'REQUEST_TOO_LARGE'],
    ['octets that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPE, 400, 'REQUEST_NOT_UTF8'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'MEDIA_TYPE_UNKNOWN'],
    ['an IMEI of 13 digits', { devices: ['3520990017614'], reason: 'lost' }, {}, 422, 'IMEI_LENGTH'],
    ['letters in an IMEI', { devices: ['35209900176148a'], reason: 'lost' }, {}, 422, 'IMEI_NOT_DIGITS'],
    ['digits of another script', { devices: ['٣٥٢٠٩٩٠٠١٧٦١٤٨١'], reason: 'lost' }, {}, 422, 'IMEI_NOT_DIGITS'],
    ['a device twice', { devices: [IMEI, IMEI.slice(0, 14)], reason: 'lost' }, {}, 422, 'DEVICE_TWICE'],
    ['a reason that there is not', { ...REPORT, reason: 'toString' }, {}, 422, 'FIELD_MALFORMED'],
    ['a day that there is not', { ...REPORT, occurredAt: '2026-02-30' }, {}, 422, 'FIELD_MALFORMED'],
    ['tomorrow', { ...REPORT, occurredAt: '2026-11-23T12:00:00Z' }, {}, 422, 'FIELD_MALFORMED'],
    ['NUL in a text', { ...REPORT, place: 'a\u0000b' }, {}, 422, 'FIELD_MALFORMED'],
    ['a terminal’s escape', { ...REPORT, place: '\u001b[2J' }, {}, 422, 'FIELD_MALFORMED'],
    [
      'half a surrogate pair',
      '{"devices":["352099001761481"],"reason":"lost","place":"\\ud800"}',
      JSON_TYPE,
      422,
      'FIELD_MALFORMED',
    ],
    ['a key of 129 characters', REPORT, { 'idempotency-key': 'k'.repeat(129) }, 400, 'REQUEST_MALFORMED'],
  ];
  for (const [reason, body, headers, status, code] of HOSTILE) {
    it(reason, async () => {
      const answer = await api.ask('agent', 'POST', '/v1/device-cases', body, headers);
      const problem = answer.json<Record<string, unknown>>();
      assert.deepEqual([answer.statusCode, problem['code']], [status, code], answer.body);
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
      assert.deepEqual([problem['type'], problem['status']], ['about:blank', status]);
      assert(String(problem['detail']).length > 10);
    });
  }

  it('nothing of all that was done', () => assert.equal(api.log.size, 0));

  it('a report at the limits is taken', async () => {
    const devices = Array.from({ length: 100 }, (_, serial) => `35209900${(100_000 + serial).toString()}`);
    const body = { devices, reason: 'lost', note: '가'.repeat(2_000), place: 'x'.repeat(200) };
    assert.equal((await api.ask('agent', 'POST', '/v1/device-cases', body)).statusCode, 201);
  });

  it('queries with a field twice, unknown or beyond its limit', async () => {
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'status=open&status=open', 'page=2', 'limit=1e9']) {
      const answer = await api.ask('agent', 'GET', `/v1/device-cases?${query}`);
      assert.equal(answer.statusCode, 400, query);
    }
    for (const query of ['status=gone', 'before=x', 'since=yesterday', 'kind=__proto__']) {
      const answer = await api.ask('agent', 'GET', `/v1/device-cases?${query}`);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [422, 'FIELD_MALFORMED'], query);
    }
  });

  it('a file as JSON, and JSON as a file', async () => {
    const asJson = await api.ask('agent', 'POST', '/v1/device-cases/import', REPORT);
    assert.deepEqual([asJson.statusCode, asJson.json<{ code: string }>().code], [415, 'MEDIA_TYPE_UNKNOWN']);
    const asFile = await api.ask('agent', 'POST', '/v1/device-cases', 'imei,reason', CSV);
    assert.equal(asFile.statusCode, 400);
  });

  it('unknown paths with 404 and unknown methods with 405 and an Allow header', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v1/x',
      '/v2/device-cases',
      '/%',
      '/v1/device-cases/a/b',
      '/log',
      `/${'x'.repeat(9_000)}`,
    ]) {
      const answer = await api.ask('agent', 'GET', path);
      assert.deepEqual(
        [answer.statusCode, answer.json<{ code: string }>().code],
        [404, 'ROUTE_UNKNOWN'],
        path.slice(0, 40),
      );
    }
    const answer = await api.ask('agent', 'PUT', '/v1/device-cases/C-2026-000001');
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD, PATCH']);
  });

  it('an error of ours tells its caller nothing', async () => {
    const broken = await apiUnderTest({
      dependencies: {
        members: () => {
          throw new TypeError('secret of the inside');
        },
      },
    });
    const answer = await broken.ask(undefined, 'GET', '/v1/members');
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [500, 'INTERNAL']);
    assert(!answer.body.includes('secret'));
    await broken.close();
  });

  it('more requests than one address may send', async () => {
    const limited = await apiUnderTest({ options: { requestsPerMinuteMax: 3 } });
    const statuses = [];
    for (let sent = 0; sent < 4; sent++)
      statuses.push((await limited.ask('agent', 'GET', '/v1/device-cases')).statusCode);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const answer = await limited.ask('agent', 'GET', '/v1/device-cases');
    assert.equal(answer.json<{ code: string }>().code, 'TOO_MANY_REQUESTS');
    assert(Number(answer.headers['retry-after']) > 0);
    await limited.close();
  });
});

describe('the member API: what anybody may read', () => {
  let api: ApiUnderTest;
  let url: string;
  before(async () => {
    api = await apiUnderTest({
      dependencies: {
        members: () => [
          { name: 'hanbit', roles: ['operator'], size: 3, verifiedAtMs: 0 },
          { name: 'dasom', roles: ['operator'], size: 0, fault: 'LOG_FORKED' },
        ],
        health: () => ({ ok: false, logs: { dasom: 'stale' } }),
      },
    });
    for (const folder of ['log', join('mirrors', 'dasom')]) {
      mkdirSync(join(api.folder, folder, 'tile', '0', '000.p'), { recursive: true });
      writeFileSync(join(api.folder, folder, 'checkpoint'), `${folder}\n`);
      writeFileSync(join(api.folder, folder, 'tile', '0', '000.p', '3'), 'hashes');
    }
    writeFileSync(join(api.folder, 'log', 'private'), 'secret');
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => api.close());

  it('checkpoints, never from a cache', async () => {
    const answer = await api.ask(undefined, 'GET', '/log/checkpoint');
    assert.deepEqual([answer.statusCode, answer.body], [200, 'log\n']);
    assert.deepEqual(
      [answer.headers['content-type'], answer.headers['cache-control'], answer.headers['etag']],
      ['text/plain; charset=utf-8', 'no-cache', undefined],
    );
    const mirrored = await api.ask(undefined, 'GET', '/mirrors/dasom/checkpoint');
    assert.equal(mirrored.statusCode, 200);
  });

  it('tiles, for ever from a cache', async () => {
    const answer = await api.ask(undefined, 'GET', '/log/tile/0/000.p/3');
    assert.deepEqual([answer.statusCode, answer.body], [200, 'hashes']);
    assert.deepEqual(
      [answer.headers['content-type'], answer.headers['cache-control']],
      ['application/octet-stream', 'public, max-age=31536000, immutable'],
    );
    for (const path of ['/log/tile/0/001', '/mirrors/dasom/tile/entries/000', '/mirrors/nobody/checkpoint']) {
      assert.equal((await api.ask(undefined, 'GET', path)).json<{ code: string }>().code, 'ROUTE_UNKNOWN', path);
    }
  });

  it('and no other file, however the path is spelt', { timeout: 20_000 }, async () => {
    assert.match(await getExactly(url, '/log/checkpoint'), /^HTTP\/1\.1 200 /);
    for (const path of [
      '/log/private',
      '/log/../desk.db',
      '/log/%2e%2e/desk.db',
      '/log/..%2fdesk.db',
      '/log/tile/0/../../private',
      '/log/tile/0/%2e%2e/%2e%2e/private',
      '/log//checkpoint',
      '/log/./checkpoint',
      '/log/tile/../checkpoint',
      '/log/checkpoint/',
      '/log/checkpoint%00',
      '/log/tile/0/000.p/03',
      '/log/tile/00/000.p/3',
      '/mirrors/../log/private',
      '/mirrors/%2e%2e/checkpoint',
      '/mirrors/dasom/../../desk.db',
      '/mirrors/DASOM/checkpoint',
      '/log/%5c..%5cdesk.db',
    ]) {
      const answer = await getExactly(url, path);
      assert.match(answer, /^HTTP\/1\.1 404 /, path);
      assert(!answer.includes('secret'));
    }
  });

  it('who takes part, health and metrics', async () => {
    const members = await api.ask(undefined, 'GET', '/v1/members');
    assert.deepEqual(members.json(), {
      members: [
        { name: 'hanbit', roles: ['operator'], size: 3, verifiedAt: '1970-01-01T00:00:00.000Z' },
        { name: 'dasom', roles: ['operator'], size: 0, fault: 'LOG_FORKED' },
      ],
    });
    const health = await api.ask(undefined, 'GET', '/healthz');
    assert.deepEqual([health.statusCode, health.json()], [503, { ok: false, logs: { dasom: 'stale' } }]);
    const metrics = await api.ask(undefined, 'GET', '/metrics');
    assert.deepEqual(
      [metrics.body, metrics.headers['content-type']],
      ['bongsu_up 1\n', 'text/plain; version=0.0.4; charset=utf-8'],
    );
  });

  it('hints of new checkpoints, until the listener is full or gone', { timeout: 20_000 }, async () => {
    const stop = new AbortController();
    const answer = await fetch(`${url}/hints`, { signal: stop.signal });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, ': hints follow\n\n');
    api.publish(17);
    assert.equal((await reader.read()).value, 'data: 17\n\n');
    const others = await Promise.all(
      Array.from({ length: LISTENERS_MAX - 1 }, () => fetch(`${url}/hints`, { signal: stop.signal })),
    );
    assert(others.every(({ status }) => status === 200));
    const tooMany = await fetch(`${url}/hints`);
    assert.equal(tooMany.status, 503);
    assert.equal(((await tooMany.json()) as { code: string }).code, 'TOO_MANY_LISTENERS');
    stop.abort();
    await assert.rejects(reader.read());
  });

  it('nothing for what is no HTTP', { timeout: 20_000 }, async () => {
    const answer = await sendRaw(url, '\u0016\u0003\u0001 garbage\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

/** Sends a path as it is: clients otherwise tidy it first. */
function getExactly(url: string, path: string): Promise<string> {
  return sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
}

function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}
