import assert from 'node:assert/strict';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  faultCode,
  type LogPlace,
  logPlace,
  numberedEntries,
  numberedEntry,
  openLog,
  serveLog,
  temporaryFolder,
} from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import { restoreLog } from './restore.ts';
import { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';
import { verifyLog } from './verify.ts';

interface Setting {
  readonly place: LogPlace;
  /** The log at its full size of 900, as another member mirrors it. */
  readonly mirror: string;
  /** The log and its signing state at size 300. */
  readonly backup: string;
}

async function setUp(t: TestContext): Promise<Setting> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const [mirror, backup] = [join(base, 'mirror'), join(base, 'backup')];
  await grow(place, 0, 300);
  cpSync(place.folder, join(backup, 'log'), { recursive: true });
  cpSync(place.signingFolder, join(backup, 'signing'), { recursive: true });
  await grow(place, 300, 900);
  cpSync(place.folder, mirror, { recursive: true });
  return { place, mirror, backup };
}

async function grow(place: LogPlace, from: number, to: number): Promise<void> {
  const log = await Sequencer.open(place, { log: silentLog });
  await log.append(numberedEntries(from, to));
  await log.close();
}

function replace(folder: string, by: string): void {
  rmSync(folder, { recursive: true });
  cpSync(by, folder, { recursive: true });
}

function restoring({ place, mirror }: Setting, from = mirror): ReturnType<typeof restoreLog> {
  return restoreLog({ ...place, from, logKey: place.signingKey.logKey });
}

async function assertGoesOn(t: TestContext, place: LogPlace, size: number): Promise<void> {
  const log = await openLog(t, place);
  assert.deepEqual(await log.append([numberedEntry(size)]), { firstIndex: size, size: size + 1 });
  const verified = await verifyLog({ source: new FolderSource(place.folder), logKey: place.signingKey.logKey });
  assert.equal(verified.size, size + 1);
}

test('a log folder restored from a backup is completed from a mirror', async (t) => {
  const setting = await setUp(t);
  replace(setting.place.folder, join(setting.backup, 'log'));
  const { size } = await restoring(setting);
  assert.equal(size, 900);
  await assertGoesOn(t, setting.place, 900);
});

test('a log folder that is gone is made again from a mirror over HTTP', async (t) => {
  const setting = await setUp(t);
  rmSync(setting.place.folder, { recursive: true });
  const { url } = await serveLog(t, setting.mirror);
  await restoring(setting, url);
  await assertGoesOn(t, setting.place, 900);
});

test('a damaged log folder is mended from a mirror', async (t) => {
  const setting = await setUp(t);
  for (const file of ['tile/0/001', 'tile/entries/002', 'tile/0/003.p/132']) {
    writeFileSync(join(setting.place.folder, file), 'rotten');
  }
  await restoring(setting);
  await assertGoesOn(t, setting.place, 900);
});

test('a lost signing state is taken from what a mirror saw', async (t) => {
  const setting = await setUp(t);
  rmSync(setting.place.signingFolder, { recursive: true });
  await restoring(setting);
  await assertGoesOn(t, setting.place, 900);
});

test('log and signing state restored from one backup go on from what a mirror saw', async (t) => {
  const setting = await setUp(t);
  replace(setting.place.folder, join(setting.backup, 'log'));
  replace(setting.place.signingFolder, join(setting.backup, 'signing'));
  await restoring(setting);
  await assertGoesOn(t, setting.place, 900);
});

test('a mirror that has less than was signed or published is refused', async (t) => {
  const setting = await setUp(t);
  await grow(setting.place, 900, 901);
  await assert.rejects(restoring(setting), faultCode('LEDGER_RESTORE_TOO_OLD'));
  rmSync(setting.place.signingFolder, { recursive: true });
  await assert.rejects(restoring(setting), faultCode('LEDGER_RESTORE_TOO_OLD'));
});

test('a mirror of another history is refused', async (t) => {
  const setting = await setUp(t);
  const { place, backup, mirror } = setting;
  const forked = { ...place, folder: join(backup, 'log'), signingFolder: join(backup, 'signing') };
  const log = await Sequencer.open(forked, { log: silentLog });
  await log.append(numberedEntries(5000, 6000));
  await log.close();
  await assert.rejects(restoring(setting, forked.folder), faultCode('LEDGER_RESTORE_FORKED'));
  assert.deepEqual(readFileSync(join(place.folder, 'checkpoint')), readFileSync(join(mirror, 'checkpoint')));
});

test('a mirror with a wrong file gives nothing, and a good one afterwards all', async (t) => {
  const setting = await setUp(t);
  const bad = `${setting.mirror}-bad`;
  cpSync(setting.mirror, bad, { recursive: true });
  const bundle = readFileSync(join(bad, 'tile/entries/002'));
  bundle[bundle.length - 1]! ^= 1;
  writeFileSync(join(bad, 'tile/entries/002'), bundle);
  rmSync(setting.place.folder, { recursive: true });
  await assert.rejects(restoring(setting, bad), faultCode('TREE_FILE_WRONG'));
  await assert.rejects(Sequencer.open(setting.place, { log: silentLog }), faultCode('LEDGER_BEHIND_SIGNED_STATE'));
  await restoring(setting);
  await assertGoesOn(t, setting.place, 900);
});

test('a log that is open is not restored', async (t) => {
  const setting = await setUp(t);
  await openLog(t, setting.place);
  await assert.rejects(restoring(setting), faultCode('FOLDER_IN_USE'));
});

test('a copy without a checkpoint is refused', async (t) => {
  const setting = await setUp(t);
  renameSync(join(setting.mirror, 'checkpoint'), join(setting.mirror, 'away'));
  await assert.rejects(restoring(setting), faultCode('LOG_FILE_MISSING'));
});
