import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { unwiredRoutes } from '../../scripts/unwired-routes.ts';
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
  ['GET', '/v1/look-ups', 'look-ups.read'],
  ['GET', '/v1/refusals', 'refusals.read'],
  ['GET', '/v1/standing-digest', 'standing.digest'],
  ['GET', '/v1/refusals/latest', 'refusals.read'],
  ['POST', '/v1/cell-distrusts', 'cells.distrust'],
  ['GET', '/v1/cell-distrusts', 'cells.read'],
  ['POST', '/v1/cells/001-01-eci-0000001/clear', 'cells.distrust'],
  ['GET', '/v1/cell-findings', 'cells.read'],
  ['POST', '/v1/cell-watch-runs', 'cells.watch'],
  ['POST', '/v1/exposed-lists', 'exposed.make'],
  ['GET', '/v1/exposed-lists', 'exposed.read'],
  ['GET', '/v1/exposed-lists/E-2026-000009/versions/1', 'exposed.read'],
  ['GET', '/v1/exposed-lists/E-2026-000009/versions/1/people', 'exposed.people'],
  ['POST', '/v1/attaches', 'attaches.deliver'],
  ['POST', '/v1/records/search', 'records.search'],
  ['POST', '/v1/tokens', 'tokens.change'],
  ['GET', '/v1/tokens', 'tokens.read'],
  ['DELETE', '/v1/tokens/nobody', 'tokens.change'],
  ['GET', '/v1/exchange/registers', 'exchange.read'],
  ['POST', '/v1/exchange/registers/nobody/lists', 'exchange.change'],
  ['POST', '/v1/exchange/registers/nobody/answers', 'exchange.change'],
  ['POST', '/v1/exchange/registers/nobody/given', 'exchange.change'],
  ['POST', '/v1/exchange/registers/nobody/runs', 'exchange.change'],
  ['GET', '/v1/exchange/registers/nobody/refused', 'exchange.read'],
  ['GET', '/v1/exchange/lists', 'exchange.read'],
  ['GET', '/v1/exchange/lists/9', 'exchange.read'],
  ['GET', '/v1/exchange/lists/9/lines', 'exchange.read'],
  ['GET', '/v1/exchange/lists/9/octets', 'exchange.change'],
  ['GET', '/v1/exchange/conflicts', 'exchange.read'],
  ['POST', '/v1/exchange/conflicts/9/resolution', 'exchange.change'],
  ['POST', '/v1/pledges/reports', 'pledges.report'],
  ['GET', '/v1/receipts/9', 'receipts.give'],
  ['POST', '/v1/evidence', 'files.seal'],
  ['GET', '/v1/evidence/9/proof', 'files.prove'],
  ['POST', '/v1/anchors', 'anchors.state'],
  ['GET', '/v1/quarantine', 'quarantine.read'],
  ['GET', '/v1/quarantine/nobody', 'quarantine.open'],
  ['POST', '/v1/quarantine/confirmations', 'quarantine.decide'],
  ['POST', '/v1/quarantine/strikes', 'quarantine.decide'],
  ['GET', '/v1/me', 'sessions.read'],
  ['POST', '/v1/spam-reports', 'spam.report'],
  ['POST', '/v1/spam-reports/import', 'spam.report'],
  ['POST', '/v1/spam-sightings', 'spam.sight'],
  ['GET', '/v1/campaigns', 'campaigns.read'],
  ['GET', '/v1/campaigns/M-2026-000009', 'campaigns.read'],
  ['POST', '/v1/users', 'users.change'],
  ['GET', '/v1/users', 'users.read'],
  ['DELETE', '/v1/users/nobody', 'users.change'],
  ['GET', '/v1/phone-requests', 'requests.read'],
  ['POST', '/v1/phone-requests/NOBODY22/confirm', 'requests.decide'],
  ['POST', '/v1/phone-requests/NOBODY22/decline', 'requests.decide'],
  ['GET', '/v1/firms/me', 'firms.own'],
  ['POST', '/v1/lines/show', 'lines.show'],
  ['POST', '/v1/lines/protect', 'lines.protect'],
  ['POST', '/v1/lines/unprotect', 'lines.unprotect'],
  ['POST', '/v1/lines/block-payments', 'lines.block'],
  ['POST', '/v1/lines/unblock-payments', 'lines.unblock'],
  ['POST', '/v1/lines/priority', 'lines.prioritise'],
  ['POST', '/v1/lines/enrolments', 'lines.enrol'],
  ['GET', '/v1/held-payments', 'payments.read'],
  ['GET', '/v1/payments/nobody', 'payments.read'],
  ['POST', '/v1/payments/nobody/judgement', 'payments.judge'],
  ['POST', '/v1/payments/nobody/refund', 'payments.judge'],
  ['POST', '/v1/firms/F-2026-000009/token', 'firms.renew-token'],
  ['POST', '/v1/applications', 'applications.make'],
  ['GET', '/v1/applications', 'applications.read'],
  ['GET', '/v1/applications/A-2026-000009', 'applications.read'],
  ['POST', '/v1/applications/A-2026-000009/step', 'applications.make'],
  ['POST', '/v1/applications/A-2026-000009/review', 'applications.review'],
  ['POST', '/v1/applications/A-2026-000009/findings', 'applications.review'],
  ['POST', '/v1/applications/A-2026-000009/decision', 'applications.decide'],
  ['POST', '/v1/applications/A-2026-000009/evidence?item=1.1', 'evidence.add'],
  ['GET', `/v1/applications/A-2026-000009/evidence/${'0'.repeat(64)}`, 'evidence.read'],
  ['GET', '/v1/certificates', 'certificates.read'],
  ['GET', '/v1/certificates/KS-2026-000009', 'certificates.read'],
  ['POST', '/v1/certificates/KS-2026-000009/rate-limit', 'certificates.change'],
  ['POST', '/v1/certificates/KS-2026-000009/suspend', 'certificates.change'],
  ['POST', '/v1/certificates/KS-2026-000009/reinstate', 'certificates.change'],
  ['POST', '/v1/certificates/KS-2026-000009/cancel', 'certificates.change'],
  ['POST', '/v1/certificates/KS-2026-000009/numbers', 'numbers.register'],
  ['GET', '/v1/certificates/KS-2026-000009/numbers', 'numbers.read'],
  ['POST', '/v1/certificates/KS-2026-000009/numbers/9/decision', 'numbers.decide'],
  ['DELETE', '/v1/certificates/KS-2026-000009/numbers/9', 'numbers.register'],
  ['POST', '/v1/proposals', 'proposals.make'],
  ['GET', '/v1/proposals', 'proposals.read'],
  ['POST', '/v1/proposals/S-2026-000009/approve', 'proposals.decide'],
  ['POST', '/v1/proposals/S-2026-000009/dismiss', 'proposals.decide'],
  ['POST', '/v1/incidents', 'incidents.open'],
  ['GET', '/v1/incidents', 'incidents.read'],
  ['GET', '/v1/incidents/I-2026-000009', 'incidents.read'],
  ['GET', '/v1/incident-clocks', 'incidents.read'],
  ['POST', '/v1/incidents/I-2026-000009/facts', 'incidents.change'],
  ['POST', '/v1/incidents/I-2026-000009/clocks/1/filing', 'incidents.change'],
  ['POST', '/v1/incidents/I-2026-000009/lists', 'incidents.change'],
  ['POST', '/v1/incidents/I-2026-000009/counts', 'incidents.change'],
  ['POST', '/v1/incidents/I-2026-000009/close', 'incidents.open'],
  ['POST', '/v1/incidents/I-2026-000009/reopen', 'incidents.open'],
  ['GET', '/v1/incidents/I-2026-000009/open-rights', 'open-rights.read'],
  ['POST', '/v1/incidents/I-2026-000009/evidence', 'incidents.change'],
  ['GET', `/v1/incidents/I-2026-000009/evidence/${'0'.repeat(64)}`, 'incidents.change'],
  ['POST', '/v1/incidents/I-2026-000009/notices', 'notices.send'],
  ['GET', '/v1/incidents/I-2026-000009/notices', 'incidents.read'],
  ['GET', '/v1/incidents/I-2026-000009/unreached', 'open-rights.read'],
  ['POST', '/v1/incidents/I-2026-000009/told', 'incident-requests.take'],
  ['POST', '/v1/incident-requests', 'incident-requests.take'],
  ['GET', '/v1/incident-requests/R-2026-000009', 'incident-requests.take'],
  ['POST', '/v1/incident-requests/R-2026-000009/events', 'incident-requests.take'],
  ['POST', '/v1/incident-requests/R-2026-000009/judgement', 'incident-requests.judge'],
  ['GET', '/v1/incident-requests/R-2026-000009/letter', 'incident-requests.take'],
  ['POST', '/v1/usim-stock', 'incident-requests.take'],
  ['GET', '/v1/usim-stock', 'incident-requests.take'],
  ['POST', '/v1/line-look-ups', 'lines.look-up'],
];

describe('the member API: who may do what', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await apiUnderTest({ options: { routes: unwiredRoutes().routes } });
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
    assert.deepEqual(may('agent'), [
      'cases.report',
      'cases.import',
      'cases.release',
      'cases.read',
      'devices.check',
      'sessions.read',
      'requests.read',
      'requests.decide',
      'applications.read',
      'applications.review',
      'evidence.add',
      'evidence.read',
      'certificates.read',
      'numbers.read',
      'proposals.make',
      'proposals.read',
      'cells.read',
      'exposed.read',
      'spam.report',
      'campaigns.read',
      'incidents.read',
      'open-rights.read',
      'incident-requests.take',
      'lines.look-up',
      'receipts.give',
      'files.seal',
      'files.prove',
      'quarantine.read',
      'lines.show',
      'lines.protect',
      'lines.block',
      'lines.unblock',
      'lines.enrol',
      'payments.read',
    ]);
    assert.deepEqual(may('auditor'), [
      'cases.read',
      'cases.history',
      'devices.check',
      'journal.read',
      'refusals.read',
      'standing.digest',
      'tokens.read',
      'users.read',
      'sessions.read',
      'requests.read',
      'applications.read',
      'evidence.read',
      'certificates.read',
      'numbers.read',
      'proposals.read',
      'cells.read',
      'exposed.read',
      'campaigns.read',
      'incidents.read',
      'exchange.read',
      'pledges.report',
      'files.prove',
      'quarantine.read',
      'quarantine.open',
    ]);
    // What only programs do, each for its own affairs.
    const programs = (Object.keys(PERMISSIONS) as Action[]).filter((action) => !mayDo('supervisor', action));
    assert.deepEqual(programs, [
      'firms.own',
      'applications.make',
      'numbers.register',
      'attaches.deliver',
      'spam.sight',
    ]);
  });
});
