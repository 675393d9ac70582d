import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { cosigned } from '../../test/support/cosigned.ts';
import { TestGovernance } from '../../test/support/governance.ts';
import { faultCode, serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { flipBit } from '../../test/support/written-log.ts';
import { silentLog } from '../base/log.ts';
import { foundGovernance } from '../governance/founding.ts';
import { readGovernance } from '../governance/governance-reader.ts';
import { GovernanceKeeper } from '../governance/keeper.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { WITNESSED_PATH } from '../ledger/layout.ts';
import { Sequencer } from '../ledger/sequencer.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { dataFolder } from './data-folder.ts';
import { fetchCopy, readEffective, takeUp } from './governance-copy.ts';

const KEEPERS_ADDRESS = 'https://hanbit.example/governance';

interface Setting {
  readonly root: string;
  /** The log as it was founded, and a longer one: in force as a quorum cosigned it. */
  readonly old: string;
  readonly newer: string;
  /** @param keepers where the address of the keeper leads @returns the sizes of what is here, and of what is in force */
  take(
    this: void,
    from: readonly string[],
    keepers?: string,
    takeCopy?: typeof takeUp,
  ): Promise<[size: number, inForce: number]>;
}

/** @param ignored entries that are no proposals, before the one that is */
async function setUp(t: TestContext, ignored = 0): Promise<Setting> {
  const root = temporaryFolder(t);
  const memory = new TestGovernance();
  const place = { folder: join(root, 'newer'), signingFolder: join(root, 'signing'), signingKey: memory.logKey };
  const genesis = await foundGovernance(memory.foundingPaper(), place, { log: silentLog });
  const old = join(root, 'old');
  cpSync(place.folder, old, { recursive: true });
  const sequencer = await Sequencer.open(place, { log: silentLog });
  const rubbish = Array.from({ length: ignored }, (_, index) => Buffer.from(`rubbish ${index}`));
  if (ignored > 0) await sequencer.append(rubbish);
  rubbish.forEach((entry) => memory.takeEntry(entry));
  await sequencer.close();
  const keeper = await GovernanceKeeper.open({ ...place, genesis }, { log: silentLog });
  await keeper.take(
    memory.proposal({ kind: 'member.roles', member: 'duru' as MemberName, roles: ['hub'] }, ['hanbit', 'narae']),
  );
  const witnesses = ['narae', 'duru'].map((name) => memory.member(name).witness);
  const note = witnesses.reduce((one, key) => cosigned(one, key, 1_000), keeper.sequencer.checkpoint.note);
  await keeper.close();
  writeFileSync(join(place.folder, WITNESSED_PATH), note);
  const folder = dataFolder(join(root, 'newcomer'));
  const take: Setting['take'] = async (from, keepers, takeCopy = fetchCopy) => {
    const away = (): Promise<never> => Promise.reject(new TypeError('fetch failed'));
    const fetchFirst = ((url: string, init?: RequestInit) => {
      if (!url.startsWith('https:')) return fetch(url, init);
      const isKeepers = keepers !== undefined && url.startsWith(KEEPERS_ADDRESS);
      return isKeepers ? fetch(keepers + url.slice(KEEPERS_ADDRESS.length), init) : away();
    }) as typeof fetch;
    const options = { folder, member: 'narae', genesis: '', from, mirrors: [], pollIntervalMs: 1_000 };
    const { fold } = await takeCopy(options, genesis, { log: silentLog, fetchFirst });
    const here = await readGovernance({ source: new FolderSource(folder.governanceLog), genesis });
    assert.equal(fold.head.size, here.fold.head.size);
    return [fold.head.size, (await readEffective(folder, genesis, fold.consortium)).head.size];
  };
  return { root, old, newer: place.folder, take };
}

describe('the first copy of the governance log', () => {
  it('is the newest of those that are shown, whichever is named first', async (t) => {
    const { old, newer, take } = await setUp(t);
    const { url } = await serveLog(t, newer);
    assert.deepEqual(await take([old, url]), [2, 2]);
  });

  it('is asked for at the keeper too, and at the members, as an old copy gives their addresses', async (t) => {
    const { old, newer, take } = await setUp(t);
    assert.deepEqual(await take([old]), [1, 1]);
    const { url } = await serveLog(t, newer);
    assert.deepEqual(await take([old], url), [2, 2]);
    // It goes back for nobody.
    assert.deepEqual(await take([old]), [2, 2]);
  });

  it('is asked for by what lies here, where no place shows any', async (t) => {
    const { root, old, newer, take } = await setUp(t);
    cpSync(old, dataFolder(join(root, 'newcomer')).governanceLog, { recursive: true });
    const { url } = await serveLog(t, newer);
    assert.deepEqual(await take([join(root, 'nothing')], url), [2, 2]);
  });

  it('is in force as far as one of the copies shows that witnesses cosigned it', async (t) => {
    const { root, newer, take } = await setUp(t);
    const bare = join(root, 'bare');
    cpSync(newer, bare, { recursive: true });
    rmSync(join(bare, WITNESSED_PATH));
    assert.deepEqual(await take([bare]), [2, 1]);
    assert.deepEqual(await take([bare, newer]), [2, 2]);
  });

  it('waits for nobody who does not answer, and is spoilt by nobody who shows something else', async (t) => {
    const { root, old, newer, take } = await setUp(t);
    const silent = await serveLog(t, newer);
    silent.handler = () => undefined;
    const wrong = await serveLog(t, newer);
    const good = wrong.handler;
    wrong.handler = (path, request, response) =>
      path.startsWith('tile/') ? void response.end('garbage') : good(path, request, response);
    assert.deepEqual(await take([silent.url, wrong.url, join(root, 'nothing'), old]), [1, 1]);
  });

  it('is made whole from another copy where its files have rotted', async (t) => {
    const { root, old, newer, take } = await setUp(t, 300);
    await take([newer]);
    const { governanceLog } = dataFolder(join(root, 'newcomer'));
    for (const file of ['tile/entries/000', 'tile/0/000', 'tile/entries/001.p/46', 'tile/1/000.p/1']) {
      await flipBit(join(governanceLog, file), -1);
      // An older copy is of no use.
      await assert.rejects(take([old], undefined, takeUp), faultCode('GOVERNANCE_NOT_FOUND'));
      assert.deepEqual(await take([old, newer], undefined, takeUp), [302, 302]);
    }
  });

  it('is needed: GOVERNANCE_NOT_FOUND', async (t) => {
    const { root, take } = await setUp(t);
    await assert.rejects(take([join(root, 'nothing')]), faultCode('GOVERNANCE_NOT_FOUND'));
  });
});
