import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deskOn } from '../../../test/support/desk.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { LOOK_UP_LIMITS } from '../../desks/decisions/look-ups.ts';
import { silentLog } from '../../base/log.ts';
import { CellDesk } from '../../desks/cells/desk.ts';
import type { AttachEvent } from '../../records/attach.ts';
import type { RecordSearch } from '../../records/archive/searching.ts';
import { openStore, type Store } from '../../store/store.ts';
import { cellRoutes } from './cell-routes.ts';
import { exposedRoutes } from './exposed-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { ATTACHES_MAX } from './schemas.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const CELL = '001-01-nci-fffffffff';
const EVENT = { at: '2026-11-22T17:59:00+09:00', imsi: '001010000000001', cell: CELL, event: 'attach' };

describe('the routes of cells and records', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-cell-api-'));
  let store: Store;
  let api: ApiUnderTest;
  const delivered: AttachEvent[] = [];
  const searches: RecordSearch[] = [];
  before(async () => {
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    const { decisions, clock } = deskOn(store);
    const desk = new CellDesk({
      decisions,
      clock,
      distrusts: () => Promise.resolve([]),
      findExposed: () => Promise.resolve([]),
      onExposedList: () => undefined,
    });
    const routes = [
      cellRoutes({ desk, decisions }),
      exposedRoutes({ desk }),
      recordRoutes({
        decisions,
        clock,
        countryCode: '82',
        deliver: (events) => Promise.resolve(void delivered.push(...events)),
        search: (search) => {
          searches.push(search);
          return Promise.resolve({ rows: [{ at_ms: 1, cell: CELL }], more: false, damaged: [] });
        },
      }),
    ];
    api = await apiUnderTest({ options: { routes }, store });
  });
  after(async () => {
    await api.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (role: 'feed' | 'supervisor' | 'privacy-officer', url: string, body: unknown) =>
    api.ask(role, 'POST', url, JSON.stringify(body), JSON_TYPE);

  it('take as many events as one delivery may have, and none of one more', async () => {
    const events = Array.from({ length: ATTACHES_MAX }, () => EVENT);
    const answer = await post('feed', '/v1/attaches', { events });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { kept: ATTACHES_MAX }]);
    assert.equal(delivered.length, ATTACHES_MAX);
    const more = await post('feed', '/v1/attaches', { events: [...events, EVENT] });
    assert.deepEqual([more.statusCode, more.json<{ code: string }>().code], [400, 'REQUEST_MALFORMED']);
    assert.equal(delivered.length, ATTACHES_MAX);
  });

  const HOSTILE: readonly (readonly [why: string, event: object, field: string])[] = [
    ['no offset', { at: '2026-11-22T17:59:00' }, 'events[1].at'],
    ['a day alone', { at: '2026-11-22' }, 'events[1].at'],
    ['the future', { at: '2026-11-22T18:06:00+09:00' }, 'events[1].at'],
    ['letters in the IMSI', { imsi: 'x1010000000001' }, 'events[1].imsi'],
    ['a number without its country', { msisdn: '01012345678' }, 'events[1].msisdn'],
    ['a short IMEI', { imei: '123' }, 'events[1].imei'],
    ['37 bits of a cell', { cell: '001-01-nci-1fffffffff' }, 'events[1].cell'],
    ['a word of another network', { event: 'ATTACH' }, 'events[1].event'],
  ];
  for (const [why, wrong, field] of HOSTILE) {
    it(`keep nothing of a delivery with ${why}, and repeat nobody’s number`, async () => {
      const before = delivered.length;
      const answer = await post('feed', '/v1/attaches', { events: [EVENT, { ...EVENT, ...wrong }] });
      const problem = answer.json<{ code: string; field: string }>();
      assert.deepEqual([answer.statusCode, problem.code, problem.field], [422, 'RECORD_EVENT_MALFORMED', field]);
      assert(!answer.body.includes(EVENT.imsi));
      assert.equal(delivered.length, before);
    });
  }

  it('journal a search by its fields, never by the number', async () => {
    const body = { kind: 'attaches', msisdn: '+821012345678', since: '2026-11-20' };
    const answer = await post('privacy-officer', '/v1/records/search', body);
    assert.deepEqual(answer.json(), { rows: [{ at_ms: 1, cell: CELL }], more: false, damaged: [] });
    assert.deepEqual(searches.at(-1), {
      kind: 'attaches',
      limit: 500,
      msisdn: '821012345678',
      sinceMs: Date.UTC(2026, 10, 20),
    });
    const { actions } = (await api.ask('supervisor', 'GET', '/v1/journal?limit=500')).json<{
      actions: { action: string; actor: string; detail: object }[];
    }>();
    const look = actions.find(({ action }) => action === 'records.searched')!;
    const detail = { kind: 'attaches', by: ['since', 'msisdn'], withoutCase: true };
    assert.deepEqual([look.actor, look.detail], ['privacy-officer-1', detail]);
  });

  it('list whom a search was for, refuse a case that there is not, and more searches than an hour has', async () => {
    const body = { kind: 'attaches', msisdn: '+821012345678' };
    const unknown = await post('supervisor', '/v1/records/search', { ...body, case: 'I-2026-000009' });
    assert.deepEqual([unknown.statusCode, unknown.json<{ code: string }>().code], [422, 'LOOK_UP_CASE_UNKNOWN']);
    const before = searches.length;
    for (let count = 0; count < LOOK_UP_LIMITS.withoutCasePerHourMax; count++) {
      assert.equal((await post('supervisor', '/v1/records/search', body)).statusCode, 200);
    }
    const refused = await post('supervisor', '/v1/records/search', body);
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '3600']);
    assert.equal(refused.json<{ code: string }>().code, 'LOOK_UPS_TOO_MANY');
    assert.equal(
      searches.length,
      before + LOOK_UP_LIMITS.withoutCasePerHourMax,
      'no file was read for the refused one',
    );
    const url = '/v1/look-ups?withoutCase=true&actor=supervisor-1&limit=1';
    const { lookUps } = (await api.ask('privacy-officer', 'GET', url)).json<{ lookUps: Record<string, unknown>[] }>();
    const { action, subject, refused: isRefused } = lookUps[0]!;
    assert.deepEqual([action, subject, isRefused], ['records.searched', '821012345678', true]);
  });

  it('search for a number however it is typed, and list both a number and an IMSI as looked up', async () => {
    const body = { kind: 'attaches', msisdn: '010-1234-5678', imsi: '450 08 0000000001' };
    assert.equal((await post('privacy-officer', '/v1/records/search', body)).statusCode, 200);
    const searched = { kind: 'attaches', limit: 500, msisdn: '821012345678', imsi: '450080000000001' };
    assert.deepEqual(searches.at(-1), searched);
    const url = '/v1/look-ups?actor=privacy-officer-1&limit=2';
    const { lookUps } = (await api.ask('privacy-officer', 'GET', url)).json<{ lookUps: { subject: string }[] }>();
    assert.deepEqual(
      lookUps.map(({ subject }) => subject),
      ['imsi-450080000000001', '821012345678'],
    );
  });

  it('search until a day has all of the day in it', async () => {
    await post('privacy-officer', '/v1/records/search', { kind: 'attaches', since: '2026-11-22', until: '2026-11-22' });
    const day = { sinceMs: Date.UTC(2026, 10, 22), untilMs: Date.UTC(2026, 10, 23) - 1 };
    assert.deepEqual(searches.at(-1), { kind: 'attaches', limit: 500, ...day });
  });

  it('refuse a kind, a cell, a number, an IMSI and a time that are none', async () => {
    const wrong = [
      [{ kind: 'calls' }, 'RECORD_KIND_UNKNOWN'],
      [{ kind: 'attaches', cell: 'x' }, 'CELL_MALFORMED'],
      [{ kind: 'attaches', msisdn: 'somebody' }, 'MSISDN_NOT_E164'],
      [{ kind: 'attaches', imsi: 'x1010000000001' }, 'IMSI_NOT_DIGITS'],
      [{ kind: 'attaches', since: 'yesterday' }, 'FIELD_MALFORMED'],
      [{ kind: 'attaches', sql: '1' }, 'REQUEST_MALFORMED'],
    ] as const;
    for (const [body, code] of wrong) {
      const answer = await post('privacy-officer', '/v1/records/search', body);
      assert.equal(answer.json<{ code: string }>().code, code);
    }
  });

  it('answer nothing of a watch that this node does not have', async () => {
    const answer = await post('supervisor', '/v1/cell-watch-runs', { since: '2026-11-20', until: '2026-11-21' });
    assert.equal(answer.json<{ code: string }>().code, 'SYSTEM_OFF');
  });
});
