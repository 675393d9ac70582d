import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../test/support/ledger.ts';
import { flipBit, testEntry, writeLog } from '../../test/support/written-log.ts';
import { silentLog } from '../base/log.ts';
import { bundlePath } from '../ledger/layout.ts';
import { readCheckpoint } from '../ledger/reader.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { VerifiedTiles } from '../ledger/verified-tiles.ts';
import { Fault } from '../base/fault.ts';
import type { StandingMember } from '../standing/standing.ts';
import type { KeptLog } from './kept-logs.ts';
import { StandingKeeper } from './standing-keeper.ts';

const SIZE = 300;
const FULL_BUNDLE = bundlePath(0);

test('a file that rotted is not folded, keeps no other log waiting, and is tried again', async (t) => {
  const [hanbit, saerom] = [await keptLog(t, 'hanbit'), await keptLog(t, 'saerom')];
  const file = join(hanbit.folder, FULL_BUNDLE);
  copyFileSync(file, `${file}.whole`);
  await flipBit(file, -1);
  const keeper = await open(t, [hanbit, saerom]);
  assert.equal(keeper.standing.foldedSize('hanbit'), 0);
  assert.equal(keeper.standing.foldedSize('saerom'), SIZE);
  await assert.rejects(keeper.levelWith('hanbit'), { message: 'TREE_FILE_WRONG' });
  await keeper.levelWith('saerom');

  renameSync(`${file}.whole`, file);
  await keeper.levelWith('hanbit');
  assert.equal(keeper.standing.foldedSize('hanbit'), SIZE);
});

test('a log is fresh only once all of it is folded', async (t) => {
  const hanbit = await keptLog(t, 'hanbit');
  let isHeldBack = true;
  const keeper = await open(t, [{ ...hanbit, size: () => (isHeldBack ? 0 : SIZE) }]);
  const reader = keeper.standing.openReader();
  keeper.markFresh('hanbit', { size: SIZE, atMs: 1_000_000 });
  assert.equal(reader.freshAtMs(0), 0);
  isHeldBack = false;
  await keeper.level();
  keeper.markFresh('hanbit', { size: SIZE, atMs: 1_000_000 });
  assert.equal(reader.freshAtMs(0), 1_000_000);
});

test('a fold that stopped within a bundle can be written to disk and taken up again', async (t) => {
  const hanbit = await keptLog(t, 'hanbit', 5);
  const snapshot = join(temporaryFolder(t), 'snapshot');
  const stopping: KeptLog = {
    ...hanbit,
    async *entries() {
      yield { firstIndex: 0, entries: [Buffer.from(testEntry(0))] };
      throw new Fault({ code: 'MIRROR_DAMAGED' });
    },
  };
  const keeper = await open(t, [stopping], snapshot);
  assert.equal(keeper.standing.foldedSize('hanbit'), 1);
  await keeper.writeSnapshot();
  const again = await open(t, [{ ...hanbit, entries: neverAsked }], snapshot);
  assert.equal(again.standing.foldedSize('hanbit'), 1);
});

test('standing is folded anew beside what it is, and stays that where a log cannot be read', async (t) => {
  const hanbit = await keptLog(t, 'hanbit');
  const snapshot = join(temporaryFolder(t), 'snapshot');
  const keeper = await open(t, [hanbit], snapshot);
  const before = keeper.standing.digest();
  const [members, basis] = [[{ name: 'hanbit', roles: ['regulator'] as const }], 'ab'.repeat(32)];
  const file = join(hanbit.folder, FULL_BUNDLE);
  copyFileSync(file, `${file}.whole`);
  await flipBit(file, -1);
  const deps = { log: silentLog };
  await assert.rejects(keeper.foldAnew({ members, basis }, deps), { message: 'STANDING_NOT_ANEW' });
  assert.equal(keeper.standing.digest(), before);

  renameSync(`${file}.whole`, file);
  await keeper.foldAnew({ members, basis }, deps);
  assert.deepEqual(keeper.standing.members, members);
  assert.equal(keeper.standing.foldedSize('hanbit'), SIZE);
  await keeper.writeSnapshot();
  const logs = [hanbit];
  const again = await StandingKeeper.open({ members, logs, snapshot, basis, devicesExpected: SIZE }, deps);
  assert.equal(again.standing.digest(), keeper.standing.digest());
});

function neverAsked(): never {
  throw new Fault({ code: 'MIRROR_DAMAGED' });
}

async function keptLog(t: TestContext, member: string, length = SIZE): Promise<KeptLog> {
  const entries = Array.from({ length }, (_, index) => testEntry(index, member));
  const { folder, key } = await writeLog(temporaryFolder(t), entries);
  const source = new FolderSource(folder);
  const head = await readCheckpoint(source, key.logKey);
  return {
    member,
    folder,
    size: () => length,
    async *entries(from, to) {
      yield* (await VerifiedTiles.open(source, head)).entries(from, to);
    },
  };
}

function open(t: TestContext, logs: readonly KeptLog[], snapshot?: string): Promise<StandingKeeper> {
  const members = logs.map(({ member }) => memberOf(member));
  const options = { members, logs, snapshot: snapshot ?? join(temporaryFolder(t), 'snapshot'), devicesExpected: SIZE };
  return StandingKeeper.open(options, { log: silentLog });
}

function memberOf(name: string): StandingMember {
  return { name, roles: ['operator'] };
}
