import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { faultCode, numberedEntry, serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { type Log, silentLog } from '../base/log.ts';
import type { Member } from '../governance/consortium.ts';
import { newMember } from '../governance/governed.ts';
import type { MemberName } from '../identifiers/member-name.ts';
import { generateLogKey, readSigningKey, writeSigningKey } from '../ledger/note-key.ts';
import { restoreLog } from '../ledger/restore.ts';
import { isAtSigningPlace } from '../ledger/signing-place.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { MemberLog } from './member-log.ts';
import { refuseRollback } from './rollback.ts';

const NOWHERE = 'http://127.0.0.1:1';

interface Setting {
  readonly folder: DataFolder;
  /** A copy of all that the member keeps, with one entry. */
  readonly copy: string;
  readonly self: Member;
}

/** A member's data folder whose log has `size` entries, and a copy of it. */
async function setUp(t: TestContext, size = 1): Promise<Setting> {
  const base = temporaryFolder(t);
  const folder = dataFolder(join(base, 'hanbit'));
  mkdirSync(folder.keys, { recursive: true });
  await writeSigningKey(folder.logKey, generateLogKey('log.hanbit.example/shared'));
  const self = member('hanbit', (await readSigningKey(folder.logKey)).logKey.vkey, NOWHERE);
  const log = await open({ folder, self });
  for (let number = 0; number < size; number++) await log.append([numberedEntry(number)]);
  await log.close();
  const copy = join(base, 'copy');
  cpSync(folder.root, copy, { recursive: true });
  return { folder, copy, self };
}

async function open({ folder, self }: Pick<Setting, 'folder' | 'self'>): Promise<MemberLog> {
  const signingKey = await readSigningKey(folder.logKey);
  return MemberLog.openShared(folder, self, { log: silentLog, logKey: signingKey.logKey, keyAt: () => signingKey });
}

/** What a start asks before anything is signed. */
async function start(setting: Setting, others: readonly Member[], log: Log = silentLog): Promise<void> {
  const sharedLog = await open(setting);
  try {
    const signingFolder = setting.folder.signing;
    await refuseRollback({ self: setting.self, sharedLog, signingFolder }, others, { log, fetch });
  } finally {
    await sharedLog.close();
  }
}

function member(name: string, logKey: string, url: string): Member {
  const keys = { logKey, ownLogKey: '', governanceKey: '', witnessKey: '', sealingKey: '', certificates: [] };
  return newMember({ ...keys, name: name as MemberName, roles: [], url }, 0, 0);
}

function away(): Member {
  return member('narae', generateLogKey('log.narae.example/shared').logKey.vkey, NOWHERE);
}

/** Another member, which has this log in its mirror. */
async function holding(t: TestContext, log: string): Promise<Member> {
  const base = temporaryFolder(t);
  cpSync(log, join(base, 'log'), { recursive: true });
  const served = await serveLog(t, join(base, 'log'));
  const good = served.handler;
  served.handler = (path, request, response) => {
    const place = 'mirrors/hanbit/';
    if (path.startsWith(place)) good(path.slice(place.length), request, response);
    else response.writeHead(404).end();
  };
  return { ...away(), url: served.url };
}

function bring(from: string, to: string): void {
  rmSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}

test('on its own disk a node starts though nobody can be asked, again and again', async (t) => {
  const setting = await setUp(t);
  await start(setting, [away()]);
  const log = await open(setting);
  await log.append([numberedEntry(2)]);
  await log.close();
  await start(setting, [away()]);
});

test('a folder that was renamed on its disk is no copy', async (t) => {
  const setting = await setUp(t);
  const moved = `${setting.folder.root}-moved`;
  renameSync(setting.folder.root, moved);
  await start({ ...setting, folder: dataFolder(moved) }, [away()]);
});

test('what is said of the comparison is true: with how many, or with nothing', async (t) => {
  const setting = await setUp(t);
  const said: string[] = [];
  const log: Log = { ...silentLog, info: (facts, message) => void said.push(`${JSON.stringify(facts)} ${message}`) };
  await start(setting, [away()], log);
  await start(setting, [away(), await holding(t, setting.folder.log)], log);
  assert.match(said[0]!, /"answered":0.* no other member has said .* compared with nothing$/);
  assert.match(said[1]!, /"answered":1.* the members that answered hold a beginning/);
});

test('a restored folder does not start alone: LEDGER_MOVED_ALONE; one word is enough, for ever', async (t) => {
  const setting = await setUp(t);
  bring(setting.copy, setting.folder.root);
  await assert.rejects(start(setting, [away()]), faultCode('LEDGER_MOVED_ALONE'));
  await assert.rejects(start(setting, [away()]), faultCode('LEDGER_MOVED_ALONE'));
  await start(setting, [away(), await holding(t, setting.folder.log)]);
  await start(setting, [away()]);
});

test('so does one of which only the signing state was exchanged for a copy', async (t) => {
  const setting = await setUp(t);
  const { signing } = setting.folder;
  const file = join(signing, 'signed-checkpoint');
  cpSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
  await assert.rejects(start(setting, [away()]), faultCode('LEDGER_MOVED_ALONE'));
});

test('who has nothing of a log that has entries gives no word of it', async (t) => {
  const setting = await setUp(t);
  bring(setting.copy, setting.folder.root);
  await assert.rejects(start(setting, [await holding(t, setting.folder.keys)]), faultCode('LEDGER_MOVED_ALONE'));
});

test('a log without an entry is what everybody has of it', async (t) => {
  const setting = await setUp(t, 0);
  bring(setting.copy, setting.folder.root);
  await assert.rejects(start(setting, [away()]), faultCode('LEDGER_MOVED_ALONE'));
  await start(setting, [await holding(t, setting.folder.keys)]);
});

test('where another member knows more it does not start, at its place or not: LEDGER_BEHIND_MIRROR', async (t) => {
  const setting = await setUp(t);
  const log = await open(setting);
  await log.append([numberedEntry(2)]);
  await log.close();
  const other = await holding(t, setting.folder.log);
  bring(setting.copy, setting.folder.root);
  await assert.rejects(start(setting, [other]), faultCode('LEDGER_BEHIND_MIRROR'));
  // The refusal is no word: it is still not at its place.
  await assert.rejects(start(setting, [away()]), faultCode('LEDGER_MOVED_ALONE'));

  const { log: folder, signing: signingFolder, logKey: file } = setting.folder;
  const { logKey } = await readSigningKey(file);
  await restoreLog({ from: `${other.url}/mirrors/hanbit`, folder, signingFolder, logKey });
  await start(setting, [away()]);
});

test('a member that is alone has nobody to ask: it is warned, once', async (t) => {
  const setting = await setUp(t);
  bring(setting.copy, setting.folder.root);
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (_, message) => void warned.push(message) };
  await start(setting, [], log);
  assert.equal(warned.length, 1);
  await start(setting, [], log);
  assert.equal(warned.length, 1);
  assert.equal(isAtSigningPlace(setting.folder.signing), true);
});
