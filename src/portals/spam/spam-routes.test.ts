import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { spamOn } from '../../../test/support/spam.ts';
import { FAMILIES } from '../../../test/support/spam-texts.ts';
import { silentLog } from '../../base/log.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { SuspensionProposal } from '../../watchers/spam/proposals.ts';
import { REPORTS_PER_REQUEST_MAX, type SpamLine } from '../../watchers/spam/spam-line.ts';
import { SIGHTINGS_PER_REQUEST_MAX } from '../../watchers/spam/sighting.ts';
import type { CampaignView } from '../../watchers/spam/views.ts';
import { fingerprint } from '../../texts/fingerprint.ts';
import { mayDo } from '../permissions.ts';
import { spamRoutes } from './spam-routes.ts';

const SIGHTING = {
  fingerprint: fingerprint(FAMILIES.loan),
  certificate: 'KS-2026-000002',
  hour: '2026-11-22T08:00:00.000Z',
  texts: 7,
};

describe('the API of the spam watch', () => {
  let api: ApiUnderTest;
  let store: Store;
  let spam: SpamLine;
  let proposals: SuspensionProposal[];
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-spam-api-'));
  before(async () => {
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'store.db') } }, { log: silentLog });
    ({ spam, proposals } = await spamOn(store, { reportsMin: 2 }));
    api = await apiUnderTest({ store, options: { routes: [spamRoutes({ spam })] } });
  });
  after(async () => {
    await api.close();
    await spam.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const json = { 'content-type': 'application/json' };
  const post = (role: 'agent' | 'feed', path: string, body: unknown, headers = {}) =>
    api.ask(role, 'POST', path, JSON.stringify(body), { ...json, ...headers });

  it('takes reports and sightings, shows their campaign, and proposes its firms', async () => {
    const seen = await post('feed', '/v1/spam-sightings', { sightings: [SIGHTING] }, { 'idempotency-key': 'k-1' });
    assert.deepEqual([seen.statusCode, seen.json()], [200, { counted: 7, dropped: 0 }]);
    const reports = [1, 2].map((place) => ({ text: FAMILIES.loan, reference: `${place}`, originator: '301200001' }));
    const reported = await post('agent', '/v1/spam-reports', { reports });
    const [first] = reported.json<{ reports: { campaign: string }[] }>().reports;
    assert.equal(reported.statusCode, 201);
    const listed = (await api.ask('auditor', 'GET', '/v1/campaigns')).json<{ campaigns: object[] }>();
    assert.deepEqual(listed.campaigns.length, 1);
    const path = `/v1/campaigns/${first!.campaign}`;
    const shown = (await api.ask('auditor', 'GET', `${path}?texts=true`)).json<CampaignView>();
    assert.deepEqual(
      shown.firms.map((firm) => ({ ...firm })),
      [
        { certificate: 'KS-2026-000001', reports: 2, texts: 0 },
        { certificate: 'KS-2026-000002', reports: 0, texts: 7 },
      ],
    );
    assert.deepEqual(
      shown.reportList.map(({ text }) => text),
      [FAMILIES.loan, FAMILIES.loan],
    );
    assert.deepEqual(
      shown.proposed.map(({ certificate }) => certificate),
      proposals.map(({ certificate }) => certificate),
    );
    assert.equal((await api.ask('agent', 'GET', path)).body.includes('대출'), false);
  });

  it('takes a file, and answers a wrong one with a result for every row', async () => {
    const csv = (body: string, query = '') =>
      api.ask('agent', 'POST', `/v1/spam-reports/import${query}`, body, { 'content-type': 'text/csv' });
    const right = await csv(`text,kind\n"${FAMILIES.parcel}",parcel`);
    assert.deepEqual([right.statusCode, right.json<{ recorded: number }>().recorded], [200, 1]);
    const wrong = await csv(`text,kind\n"${FAMILIES.parcel}",parcel\n***,parcel`);
    const { code, results } = wrong.json<{ code: string; results: { status: string }[] }>();
    assert.deepEqual(
      [wrong.statusCode, code, results.map(({ status }) => status)],
      [422, 'IMPORT_REFUSED', ['valid', 'refused']],
    );
    const partial = await csv(`text,kind\n"${FAMILIES.parcel}",parcel\n***,parcel`, '?partial=true');
    assert.deepEqual([partial.statusCode, partial.json<{ refused: number }>().refused], [200, 1]);
    const notCsv = await post('agent', '/v1/spam-reports/import', {});
    assert.equal(notCsv.json<{ code: string }>().code, 'MEDIA_TYPE_UNKNOWN');
  });

  it('refuses what is no such request, and names the place', async () => {
    const cases: readonly (readonly [
      role: 'agent' | 'feed',
      path: string,
      body: unknown,
      status: number,
      code: string,
    ])[] = [
      ['agent', '/v1/spam-reports', { reports: [] }, 400, 'REQUEST_MALFORMED'],
      [
        'agent',
        '/v1/spam-reports',
        { reports: Array.from({ length: REPORTS_PER_REQUEST_MAX + 1 }, () => ({ text: '가' })) },
        400,
        'REQUEST_MALFORMED',
      ],
      ['agent', '/v1/spam-reports', { reports: [{ text: '***' }] }, 422, 'REPORT_TEXT_EMPTY'],
      ['agent', '/v1/spam-reports', { reports: [{ text: '가'.repeat(4_001) }] }, 400, 'REQUEST_MALFORMED'],
      ['agent', '/v1/spam-reports', { reports: [{ text: 'a'.repeat(70_000) }] }, 413, 'REQUEST_TOO_LARGE'],
      ['feed', '/v1/spam-sightings', { sightings: [{ ...SIGHTING, texts: 0 }] }, 400, 'REQUEST_MALFORMED'],
      [
        'feed',
        '/v1/spam-sightings',
        { sightings: [{ ...SIGHTING, hour: '2026-11-22T08:30:00Z' }] },
        400,
        'REQUEST_MALFORMED',
      ],
      [
        'feed',
        '/v1/spam-sightings',
        { sightings: [{ ...SIGHTING, hour: '2026-13-22T08:00:00Z' }] },
        422,
        'FIELD_MALFORMED',
      ],
      [
        'feed',
        '/v1/spam-sightings',
        { sightings: [{ ...SIGHTING, hour: '2026-11-23T08:00:00Z' }] },
        422,
        'FIELD_MALFORMED',
      ],
      ['feed', '/v1/spam-sightings', { sightings: [{ ...SIGHTING, fingerprint: 'x' }] }, 400, 'REQUEST_MALFORMED'],
      [
        'feed',
        '/v1/spam-sightings',
        { sightings: [{ ...SIGHTING, fingerprint: '0'.repeat(16) }] },
        400,
        'REQUEST_MALFORMED',
      ],
    ];
    for (const [role, path, body, status, code] of cases) {
      const answer = await post(role, path, body);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [status, code]);
      assert.equal(answer.body.includes('가가'), false);
    }
    const unknown = await api.ask('agent', 'GET', '/v1/campaigns/M-2026-999999');
    assert.deepEqual([unknown.statusCode, unknown.json<{ code: string }>().code], [404, 'CAMPAIGN_UNKNOWN']);
  });

  it('takes the longest request of sightings in one body', async () => {
    const sightings = Array.from({ length: SIGHTINGS_PER_REQUEST_MAX }, (_, place) => ({
      ...SIGHTING,
      certificate: 'INJEUNGX-2026-000001',
      fingerprint: ((BigInt(place + 1) * 0x9e3779b97f4a7c15n) % 2n ** 64n).toString(16).padStart(16, '0'),
      texts: 1_000_000_000,
    }));
    const answer = await post('feed', '/v1/spam-sightings', { sightings });
    assert.deepEqual([answer.statusCode, answer.json<{ dropped: number }>().dropped], [200, 0]);
  });

  it('lets feeds count, desks report and auditors look, and nobody else', () => {
    const may = (action: 'spam.report' | 'spam.sight' | 'campaigns.read') =>
      (['agent', 'supervisor', 'auditor', 'privacy-officer', 'firm', 'merchant', 'feed'] as const).filter((role) =>
        mayDo(role, action),
      );
    assert.deepEqual(may('spam.report'), ['agent', 'supervisor', 'feed']);
    assert.deepEqual(may('spam.sight'), ['feed']);
    assert.deepEqual(may('campaigns.read'), ['agent', 'supervisor', 'auditor']);
  });
});
