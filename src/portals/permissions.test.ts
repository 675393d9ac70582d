import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { IMEI } from '../../test/support/desk.ts';
import { DESK_ROLES, mayDo, PERMISSIONS, type Action } from './permissions.ts';

/** Every route that asks for a token, with a request that reaches its handler. */
const ROUTES: readonly (readonly [method: string, url: string, action: Action])[] = [
  ['POST', '/v1/device-cases', 'cases.report'],
  ['POST', '/v1/device-cases/import', 'cases.import'],
  ['GET', '/v1/device-cases', 'cases.read'],
  ['POST', '/v1/device-cases/search', 'cases.read'],
  ['GET', '/v1/device-cases/C-2026-000009', 'cases.read'],
  ['PATCH', '/v1/device-cases/C-2026-000009', 'cases.correct'],
  ['POST', '/v1/device-cases/C-2026-000009/release', 'cases.release'],
  ['GET', '/v1/device-cases/C-2026-000009/history', 'cases.history'],
  ['GET', `/v1/devices/${IMEI}`, 'devices.check'],
  ['POST', '/v1/device-checks', 'devices.check'],
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
