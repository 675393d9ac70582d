import assert from 'node:assert/strict';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logPlace, numberedEntries, openLog, temporaryFolder, whenOver } from '../../test/support/ledger.ts';
import { until } from '../../test/support/nodes.ts';
import { type RunningStore, startStaticStore } from '../../test/support/static-store.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { TILE_WIDTH } from '../ledger/layout.ts';
import type { LogKey } from '../ledger/note-key.ts';
import { FolderSource } from '../ledger/tile-source.ts';
import { verifyLog } from '../ledger/verify.ts';
import { BUNDLES_PER_NOTE, Publisher, PUTS_AT_ONCE_MAX } from './publisher.ts';
import { FolderStore, type StaticStore, WebStore } from './static-store.ts';

const TOKEN = 'a-token';

test('what is appended stands in the folder, and verifies there', async (t) => {
  const base = temporaryFolder(t);
  const { log, place, open } = await setUp(t, base);
  const published = join(base, 'published');
  await log.append(numberedEntries(0, 700));
  const publisher = await open(new FolderStore(published));
  await until(() => publisher.state().size === 700);
  await log.append(numberedEntries(700, 701));
  publisher.hint();
  await until(() => publisher.state().size === 701);
  assert.equal(await verified(join(published, 'log'), place.signingKey.logKey), 701);
});

test('a web server that takes files by PUT has each full tile once, and tiles before their checkpoint', async (t) => {
  const base = temporaryFolder(t);
  const { log, place, open } = await setUp(t, base);
  const store = await startStore(t, join(base, 'store'));
  await log.append(numberedEntries(0, 600));
  const first = await open(new WebStore({ url: store.url, token: TOKEN }, { signal: new AbortController().signal }));
  await until(() => first.state().size === 600);
  assert.equal(store.puts.at(-1), '/log/checkpoint');
  await first.close();
  await log.append(numberedEntries(600, 1_000));
  const again = await open(new WebStore({ url: store.url, token: TOKEN }, { signal: new AbortController().signal }));
  await until(() => again.state().size === 1_000);
  assert.equal(store.puts.filter((path) => path === '/log/tile/0/000').length, 1, 'a restart goes on where it was');
  assert.equal(await verified(join(base, 'store', 'log'), place.signingKey.logKey), 1_000);
});

test('a store that breaks off in the middle of a long log is whole in the end, and has few files twice', async (t) => {
  const base = temporaryFolder(t);
  const { log, place, open } = await setUp(t, base);
  const size = TILE_WIDTH ** 2 + 3 * TILE_WIDTH + 5;
  for (let from = 0; from < size; from += 8_192) await log.append(numberedEntries(from, Math.min(size, from + 8_192)));
  const folder = new FolderStore(join(base, 'published'));
  const puts: string[] = [];
  const store: StaticStore = {
    place: folder.place,
    put: async (path, bytes) => {
      puts.push(path);
      if (puts.length === 300) throw Object.assign(new Error('away'), { code: 'ECONNRESET' });
      await folder.put(path, bytes);
    },
  };
  const first = await open(store);
  await until(() => first.state().fault === 'ECONNRESET');
  await first.close();
  const again = await open(store);
  await until(() => again.state().size === size);
  assert.equal(await verified(join(base, 'published', 'log'), place.signingKey.logKey), size);
  const twice = puts.length - new Set(puts).size;
  assert.ok(twice <= 2 * BUNDLES_PER_NOTE + PUTS_AT_ONCE_MAX, String(twice));
});

test('a store that is away, or refuses the token, is tried again, and the reason is said', async (t) => {
  const base = temporaryFolder(t);
  const { log, open } = await setUp(t, base);
  await log.append(numberedEntries(0, 10));
  const store = await startStore(t, join(base, 'store'));
  const { signal } = new AbortController();
  const refused = await open(new WebStore({ url: store.url, token: 'another' }, { signal }), 'refused');
  await until(() => refused.state().fault === 'STORE_REFUSED');
  const away = await open(new WebStore({ url: 'http://127.0.0.1:1' }, { signal }), 'away');
  await until(() => away.state().fault === 'STORE_UNREACHABLE');
  let isDown = true;
  const folder = new FolderStore(join(base, 'later'));
  const later = await open({
    place: folder.place,
    put: async (path, bytes) => {
      if (isDown) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      await folder.put(path, bytes);
    },
  });
  await until(() => later.state().fault === 'ENOSPC');
  isDown = false;
  await until(() => later.state().size === 10 && later.state().fault === undefined);
});

test('a file that is not there holds back the checkpoint that covers it: PUBLISH_FILE_MISSING', async (t) => {
  const base = temporaryFolder(t);
  const { log, place, open } = await setUp(t, base);
  await log.append(numberedEntries(0, 300));
  const [tile, aside] = [join(place.folder, 'tile', '0', '000'), join(base, 'aside')];
  renameSync(tile, aside);
  const published = join(base, 'published');
  const publisher = await open(new FolderStore(published));
  await until(() => publisher.state().fault === 'PUBLISH_FILE_MISSING');
  assert.equal(existsSync(join(published, 'log', 'checkpoint')), false);
  renameSync(aside, tile);
  await until(() => publisher.state().size === 300 && publisher.state().fault === undefined);
  assert.equal(await verified(join(published, 'log'), place.signingKey.logKey), 300);
});

test('a log that went back in time does not roll the store back: PUBLISH_BEHIND_STORE', async (t) => {
  const base = temporaryFolder(t);
  const { log, place, open } = await setUp(t, base);
  await log.append(numberedEntries(0, 5));
  cpSync(place.folder, join(base, 'backup'), { recursive: true });
  await log.append(numberedEntries(5, 9));
  const store = new FolderStore(join(base, 'published'));
  const first = await open(store);
  await until(() => first.state().size === 9);
  await first.close();
  rmSync(place.folder, { recursive: true });
  cpSync(join(base, 'backup'), place.folder, { recursive: true });
  const again = await open(store);
  await until(() => again.state().fault === 'PUBLISH_BEHIND_STORE');
  assert.equal(await verified(join(base, 'published', 'log'), place.signingKey.logKey), 9);
});

async function setUp(t: TestContext, base: string) {
  const place = logPlace(base);
  const log = await openLog(t, place);
  const open = async (store: StaticStore, name = 'state'): Promise<Publisher> => {
    const options = { folder: place.folder, stateFile: join(base, `${name}.json`), store };
    const publisher = await Publisher.open(options, { clock: systemClock, log: silentLog });
    whenOver(t, () => publisher.close());
    return publisher;
  };
  return { place, log, open };
}

async function startStore(t: TestContext, root: string): Promise<RunningStore> {
  const store = await startStaticStore(root, TOKEN);
  whenOver(t, () => store.close());
  return store;
}

async function verified(folder: string, logKey: LogKey): Promise<number> {
  return (await verifyLog({ source: new FolderSource(folder), logKey })).size;
}
