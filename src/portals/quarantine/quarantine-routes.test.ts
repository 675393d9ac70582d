import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ApiUnderTest, apiUnderTest } from '../../../test/support/member-api.ts';
import { deskOn } from '../../../test/support/desk.ts';
import { blockedPhone, quarantineLogs } from '../../../test/support/quarantine.ts';
import { silentLog } from '../../base/log.ts';
import { PAGE_LENGTH_MAX, QuarantineDesk } from '../../desks/quarantine/desk.ts';
import { openStore, type Store } from '../../store/store.ts';
import { quarantineRoutes } from './quarantine-routes.ts';

describe('the quarantine over HTTP', () => {
  let api: ApiUnderTest;
  let store: Store;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-quarantine-'));
    store = await openStore({ member: 'hanbit', place: { file: join(folder, 'desk.db') } }, { log: silentLog });
    const { decisions } = deskOn(store);
    const { logs, state } = quarantineLogs(['operator', 'register']);
    for (let at = 0; at < 4; at++) state('narae', blockedPhone(at));
    const desk = new QuarantineDesk({ decisions, logs });
    api = await apiUnderTest({ store, options: { routes: [quarantineRoutes({ desk })] } });
  });
  after(async () => {
    await api.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  const strike = (body: object) => api.ask('supervisor', 'POST', '/v1/quarantine/strikes', body);

  it('an agent sees how many, and no device; a supervisor sees them page by page', async () => {
    const list = await api.ask('agent', 'GET', '/v1/quarantine');
    assert.partialDeepStrictEqual(list.json<{ members: object[] }>().members[1], { member: 'narae', quarantined: 2 });
    assert.doesNotMatch(list.body, /3500000/);
    const page = await api.ask('supervisor', 'GET', '/v1/quarantine/narae?limit=1');
    assert.partialDeepStrictEqual(page.json(), { statements: [{ index: 2, imei: '35000002000002' }], next: 3 });
    assert.equal((await api.ask('supervisor', 'GET', '/v1/quarantine/nobody')).statusCode, 404);
  });

  it('a dry run counts and states nothing; then it is stated once', async () => {
    const tried = await strike({ member: 'narae', from: 0, dryRun: true });
    const counts = { inForce: { statements: 2, devices: 2 }, quarantined: { statements: 2, devices: 2 } };
    assert.equal(tried.statusCode, 200, tried.body);
    assert.deepEqual(tried.json(), { member: 'narae', from: 0, to: 4, ...counts, unread: 0, countedTo: 4 });
    const struck = await strike({ member: 'narae', from: 0 });
    assert.deepEqual(struck.json<{ entry: object }>().entry, { member: 'hanbit', index: 0 });
  });

  it('refuses what is too much or no range, by its code', async () => {
    const codeOf = async (body: object): Promise<unknown> => {
      const answer = await strike(body);
      return [answer.statusCode, answer.json<{ code: string }>().code];
    };
    for (const body of [
      {},
      { member: 'narae', from: -1 },
      { member: 'narae', from: 0.5 },
      { member: 'narae', from: 2 ** 53 },
      { member: 'n'.repeat(33), from: 0 },
      { member: 'narae', from: 0, everything: true },
    ]) {
      assert.deepEqual(await codeOf(body), [400, 'REQUEST_MALFORMED'], JSON.stringify(body));
    }
    const far = { member: 'narae', from: 0, to: 2 ** 53 - 1 };
    assert.deepEqual(await codeOf(far), [422, 'QUARANTINE_RANGE_AHEAD']);
    assert.deepEqual(await codeOf({ member: 'narae', from: 2 ** 53 - 1 }), [422, 'QUARANTINE_RANGE_EMPTY']);
    assert.deepEqual(await codeOf({ member: 'constructor', from: 0 }), [404, 'QUARANTINE_MEMBER_UNKNOWN']);
    for (const limit of [0, PAGE_LENGTH_MAX + 1]) {
      assert.equal((await api.ask('supervisor', 'GET', `/v1/quarantine/narae?limit=${limit}`)).statusCode, 400);
    }
  });
});
