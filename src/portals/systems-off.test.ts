import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/member-api.ts';
import { unwiredRoutes } from '../../scripts/unwired-routes.ts';
import type { ProofDesk } from '../desks/proofs/desk.ts';
import type { QuarantineDesk } from '../desks/quarantine/desk.ts';
import { proofRoutes } from './proofs/proof-routes.ts';
import { quarantineRoutes } from './quarantine/quarantine-routes.ts';
import { systemOff } from './systems-off.ts';

describe('a path of a system that a node does not run', () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await apiUnderTest();
  });
  after(() => api.close());

  it('names the system, and what turns it on', async () => {
    const asked = [
      ['GET', '/v1/incidents', 'incident desk', 'desks.incidents'],
      ['POST', '/v1/incidents/I-2026-000001/notices', 'incident desk', 'desks.incidents'],
      ['POST', '/v1/records/search', 'cells and records', 'records.archive'],
      ['GET', '/v1/campaigns?limit=1', 'spam watch', 'watchers.spam'],
      ['POST', '/v1/lines/show', 'line desk', 'the role `operator`, which governance gives'],
    ] as const;
    for (const [method, url, system, configuration] of asked) {
      const answer = await api.ask('supervisor', method, url);
      const problem = answer.json<Record<string, string>>();
      assert.deepEqual([answer.statusCode, problem['code']], [404, 'SYSTEM_OFF']);
      assert.deepEqual([problem['system'], problem['configuration']], [system, configuration]);
    }
  });

  it('is no other unknown path, nor one with another method', async () => {
    for (const [method, url, code] of [
      ['GET', '/v1/incidentally', 'ROUTE_UNKNOWN'],
      ['GET', '/v1', 'ROUTE_UNKNOWN'],
      ['DELETE', '/v1/journal', 'METHOD_UNKNOWN'],
    ] as const) {
      assert.equal((await api.ask('supervisor', method, url)).json<{ code: string }>().code, code);
    }
  });

  it('is not said of a system that runs', async () => {
    const running = await apiUnderTest({ options: { routes: unwiredRoutes().routes } });
    try {
      const answer = await running.ask('supervisor', 'GET', '/v1/incidents/I-2026-000001/nothing');
      assert.equal(answer.json<{ code: string }>().code, 'ROUTE_UNKNOWN');
      const { paths } = (await running.ask(undefined, 'GET', '/openapi.json')).json<{ paths: object }>();
      for (const path of Object.keys(paths)) assert.equal(systemOff(path, Object.keys(paths)), undefined);
    } finally {
      await running.close();
    }
  });

  it('is known for every path of every system', async () => {
    const running = await apiUnderTest({ options: { ...unwiredRoutes() } });
    const { paths } = (await running.ask(undefined, 'GET', '/openapi.json')).json<{ paths: object }>();
    await running.close();
    const everywhere = await apiUnderTest({
      options: { routes: [proofRoutes({ desk: {} as ProofDesk }), quarantineRoutes({ desk: {} as QuarantineDesk })] },
    });
    const { paths: always } = (await everywhere.ask(undefined, 'GET', '/openapi.json')).json<{ paths: object }>();
    await everywhere.close();
    const optional = Object.keys(paths).filter((path) => path.startsWith('/v1/') && !Object.hasOwn(always, path));
    assert(optional.length > 50);
    for (const path of optional) assert(systemOff(path, []) !== undefined, path);
  });
});
