import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { POLICY, TestGovernance } from '../../../test/support/governance.ts';
import { type ApiUnderTest, apiUnderTest } from '../../../test/support/member-api.ts';
import { silentLog } from '../../base/log.ts';
import { ApiClient } from '../../cli/client.ts';
import { foundGovernance } from '../../governance/founding.ts';
import { GovernanceError } from '../../governance/governance-fault.ts';
import { GovernanceKeeper } from '../../governance/keeper.ts';
import { readGovernance } from '../../governance/governance-reader.ts';
import { PAPER_SIZE_MAX } from '../../governance/signed-paper.ts';
import { openSource } from '../../ledger/tile-source.ts';
import { governanceRoutes, PROPOSALS_PER_MINUTE_MAX } from './governance-routes.ts';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

describe('governance over HTTP', () => {
  const root = mkdtempSync(join(tmpdir(), 'bongsu-governance-'));
  const memory = new TestGovernance();
  let genesis: Buffer;
  let keeper: GovernanceKeeper;
  let api: ApiUnderTest;
  let elsewhere: ApiUnderTest;
  let url: string;
  before(async () => {
    const place = { folder: join(root, 'log'), signingFolder: join(root, 'signing'), signingKey: memory.logKey };
    genesis = await foundGovernance(memory.foundingPaper(), place, { log: silentLog });
    keeper = await GovernanceKeeper.open({ ...place, genesis }, { log: silentLog });
    const files = { logFolder: place.folder, genesisFile: join(root, 'genesis') };
    writeFileSync(files.genesisFile, genesis);
    const routes = governanceRoutes(files, { take: (note) => keeper.take(note) });
    api = await apiUnderTest({ options: { publicRoutes: [routes] } });
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const refuse = async (): Promise<never> => {
      throw new GovernanceError({ code: 'GOVERNANCE_KEPT_ELSEWHERE', keeper: 'hanbit' });
    };
    elsewhere = await apiUnderTest({ options: { publicRoutes: [governanceRoutes(files, { take: refuse })] } });
  });
  after(async () => {
    await api.close();
    await elsewhere.close();
    await keeper.close();
    rmSync(root, { recursive: true, force: true });
  });
  const post = (body: unknown, headers: Record<string, string> = TEXT) =>
    api.ask(undefined, 'POST', '/governance/proposals', body, headers);
  const change = { kind: 'policy.set', policy: { ...POLICY, faultyWitnesses: 1 } } as const;

  it('a proposal with too few signatures is told how many are missing', async () => {
    const answer = await post(memory.proposal(change, ['narae']));
    assert.equal(answer.statusCode, 422);
    assert.partialDeepStrictEqual(answer.json(), { code: 'GOVERNANCE_SIGNATURES_MISSING', required: 2, missing: 1 });
  });

  it('a signed one is appended, once, and anybody reads the log from there', async () => {
    const paper = memory.proposal(change, ['narae', 'duru']);
    const client = new ApiClient({ url });
    const send = () => client.ask('POST', '/governance/proposals', { body: paper, mediaType: 'text/plain' });
    assert.deepEqual(await send(), { index: 1, size: 2, isNew: true });
    assert.deepEqual(await send(), { index: 1, size: 2, isNew: false });
    const { fold } = await readGovernance({ source: openSource(`${url}/governance`), genesis });
    assert.equal(fold.consortium.policy.faultyWitnesses, 1);
    const served = await fetch(`${url}/governance/genesis`);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), genesis);
  });

  it('what is stale, cut, no note, of another type or too large is refused, each with its code', async () => {
    const stale = memory.proposal(change, ['narae', 'duru'], { after: { size: 0, root: Buffer.alloc(32) } });
    const codes = new Map<string, unknown>([
      ['GOVERNANCE_STALE', stale],
      ['NOTE_MALFORMED', stale.subarray(0, -9)],
      ['GOVERNANCE_MALFORMED', Buffer.from('bongsu/constitution@v1\n{}\n\n')],
      ['REQUEST_TOO_LARGE', Buffer.alloc(PAPER_SIZE_MAX + 1, 0x61)],
    ]);
    for (const [code, body] of codes) assert.equal((await post(body)).json<{ code: string }>().code, code);
    const json = await post(Buffer.from('{}'), { 'content-type': 'application/json' });
    assert.equal(json.json<{ code: string }>().code, 'MEDIA_TYPE_UNKNOWN');
    const empty = await post(Buffer.alloc(0));
    assert.ok(empty.statusCode >= 400 && empty.statusCode < 500);
  });

  it('a node that does not keep the log says who does', async () => {
    const paper = memory.proposal(change, ['narae', 'duru']);
    const answer = await elsewhere.ask(undefined, 'POST', '/governance/proposals', paper, TEXT);
    assert.partialDeepStrictEqual(answer.json(), { code: 'GOVERNANCE_KEPT_ELSEWHERE', keeper: 'hanbit' });
  });

  it('no other file of the folder is served', async () => {
    for (const path of ['checkpoint.witnessed', 'lock', '../genesis', 'tile/9/000']) {
      assert.equal((await api.ask(undefined, 'GET', `/governance/${path}`)).statusCode, 404, path);
    }
  });

  it('more proposals than a consortium has use for are turned away', async () => {
    let last = 0;
    for (let i = 0; i <= PROPOSALS_PER_MINUTE_MAX; i++) last = (await post(Buffer.from('x'))).statusCode;
    assert.equal(last, 429);
  });
});
