import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { IMEI } from '../../test/support/desk.ts';
import { JSON_SIZE_MAX } from './limits.ts';

const REPORT = { devices: [IMEI], reason: 'stolen' };
const CSV = { 'content-type': 'text/csv' };
const JSON_TYPE = { 'content-type': 'application/json' };

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
    const timesOfNoZone = ['since=2026-11-22T10:00', 'since=2026-02-31'];
    for (const query of ['status=gone', 'before=x', 'since=yesterday', 'kind=__proto__', ...timesOfNoZone]) {
      const answer = await api.ask('agent', 'GET', `/v1/device-cases?${query}`);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [422, 'FIELD_MALFORMED'], query);
    }
  });

  it('a NUL in an address', async () => {
    for (const path of ['/v1/journal?actor=%00', '/v1/look-ups?actor=kim%00', '/v1/device-cases/%00']) {
      const answer = await api.ask('supervisor', 'GET', path);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [400, 'REQUEST_MALFORMED'], path);
    }
  });

  it('what names a person in an address', async () => {
    const search = await api.ask('agent', 'GET', '/v1/device-cases/search?contact=%2B821012345678');
    assert.deepEqual([search.statusCode, search.json<{ code: string }>().code], [404, 'CASE_UNKNOWN']);
    const check = await api.ask('agent', 'GET', `/v1/devices/${IMEI}?imsi=450050123456789`);
    assert.deepEqual([check.statusCode, check.json<{ code: string }>().code], [400, 'REQUEST_MALFORMED']);
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
    const headOfHints = await api.ask(undefined, 'HEAD', '/hints');
    assert.deepEqual([headOfHints.statusCode, headOfHints.headers['allow']], [405, 'GET']);
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

  it('what a closed case can no longer become, with a status of HTTP', async () => {
    const api = await apiUnderTest();
    await api.ask('agent', 'POST', '/v1/device-cases', REPORT);
    const release = { reason: 'recovered' };
    await api.ask('agent', 'POST', '/v1/device-cases/C-2026-000001/release', release);
    const answer = await api.ask('agent', 'POST', '/v1/device-cases/C-2026-000001/release', release);
    const { status, code, caseStatus } = answer.json<Record<string, unknown>>();
    assert.deepEqual([answer.statusCode, status, code, caseStatus], [409, 409, 'CASE_CLOSED', 'released']);
    await api.close();
  });

  it('guesses of a token, as many as one address may send', async () => {
    const limited = await apiUnderTest({ options: { requestsPerMinuteMax: 3 } });
    const authorization = `Bearer bongsu_${'A'.repeat(43)}`;
    const statuses = [];
    for (let sent = 0; sent < 4; sent++)
      statuses.push((await limited.ask(undefined, 'GET', '/v1/journal', undefined, { authorization })).statusCode);
    assert.deepEqual(statuses, [401, 401, 401, 429]);
    await limited.close();
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
