import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { HandClock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { silentLog } from '../base/log.ts';
import { findHolder } from '../portals/tokens.ts';
import type { NodeConfig } from './config.ts';
import { openNodeStore } from './node-store.ts';
import { makeTokenOffline } from './offline-token.ts';

describe('a token made in the store of a node', () => {
  const deps = { clock: new HandClock(0), log: silentLog };
  let config: NodeConfig;
  before(async () => {
    config = { member: 'hanbit', dataFolder: await mkdtemp(join(tmpdir(), 'bongsu-token-')) } as NodeConfig;
  });
  after(() => rm(config.dataFolder, { recursive: true, force: true }));
  const make = (name: string) => makeTokenOffline(config, { name, role: 'supervisor' }, deps);
  const refusedWith = (code: string) => (thrown: unknown) => thrown instanceof Fault && thrown.message === code;

  it('that is stopped is in force at its next start, and stands in the journal', async () => {
    const token = await make('rescue');
    const store = await openNodeStore(config, deps);
    assert.deepEqual(await findHolder(token, { ...deps, store }), { name: 'rescue', role: 'supervisor' });
    const [row] = await store.read(({ journal }) => journal.list({ after: 0, limit: 10 }));
    assert.deepEqual([row?.actor, row?.action], ['node', 'token.created']);
    await store.close();
  });

  it('that runs is refused, and so are a name that is taken and one that is none', async () => {
    const lock = lockFolder(config.dataFolder);
    await assert.rejects(make('second'), refusedWith('FOLDER_IN_USE'));
    lock.release();
    await assert.rejects(make('rescue'), refusedWith('TOKEN_NAME_TAKEN'));
    await assert.rejects(make('Kim Boram'), refusedWith('REQUEST_MALFORMED'));
    assert.match(await make('second'), /^bongsu_/);
  });
});
