import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Followed, follow } from '../../test/support/follow.ts';
import {
  faultCode,
  type LogPlace,
  logPlace,
  numberedEntries,
  numberedEntry,
  openLog,
  type ServedLog,
  serveFolder,
  serveLog,
  temporaryFolder,
} from '../../test/support/ledger.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { verifyEquivocation } from './equivocation.ts';
import type { FollowerOptions } from './follower.ts';
import { DIRECT_BUNDLES_MAX } from './mirror.ts';
import type { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';
import { verifyLog } from './verify.ts';

interface Setting {
  readonly base: string;
  readonly place: LogPlace;
  readonly log: Sequencer;
  readonly server: ServedLog;
  readonly options: FollowerOptions;
}

/** A served log of this many entries, and how to follow it. */
async function setUp(t: TestContext, size: number): Promise<Setting> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  if (size > 0) await log.append(numberedEntries(0, size));
  const server = await serveLog(t, place.folder);
  const options = { folder: join(base, 'mirror'), logKey: place.signingKey.logKey, url: server.url };
  return { base, place, log, server, options };
}

/** The same log, grown another way from here on by an owner who signs both. */
async function fork(t: TestContext, { base, place, log }: Setting, entries: readonly Uint8Array[]): Promise<LogPlace> {
  await log.close();
  const forked = { ...logPlace(join(base, 'forked'), place.signingKey) };
  cpSync(place.folder, forked.folder, { recursive: true });
  cpSync(place.signingFolder, forked.signingFolder, { recursive: true });
  const other = await openLog(t, forked);
  await other.append(entries);
  await other.close();
  return forked;
}

function expected(from: number, to: number): Buffer[] {
  return numberedEntries(from, to).map((entry) => Buffer.from(entry));
}

test('a follower delivers what is appended, in order, and keeps a whole mirror', async (t) => {
  const { log, options, place } = await setUp(t, 300);
  const followed = await follow(t, options);
  await followed.untilCurrent(300);
  await log.append([numberedEntry(300)]);
  await followed.untilCurrent(301);
  await log.append(numberedEntries(301, 5000));
  const state = await followed.untilCurrent(5000);
  assert.equal(state.size, 5000);
  assert.equal(state.rootHex, log.checkpoint.root.toString('hex'));
  assert.equal(state.origin, place.signingKey.name);
  assert.deepEqual(followed.entries, expected(0, 5000));
  const mirrored = await verifyLog({ source: new FolderSource(options.folder), logKey: place.signingKey.logKey });
  assert.equal(mirrored.size, 5000);
});

test('an empty log is followed from its first entry', async (t) => {
  const { log, options } = await setUp(t, 0);
  const followed = await follow(t, options);
  await followed.untilCurrent(0);
  await log.append([numberedEntry(0)]);
  await followed.untilCurrent(1);
  assert.deepEqual(followed.entries, expected(0, 1));
});

test('news is found by polling alone', async (t) => {
  const { log, options } = await setUp(t, 1);
  const followed = await follow(t, options);
  await log.append([numberedEntry(1)]);
  await followed.until(({ deliveredSize }) => deliveredSize === 2);
});

test('a restarted follower goes on where it was, and replays from disk what its receiver lacks', async (t) => {
  const { log, server, options } = await setUp(t, 600);
  const first = await follow(t, options);
  await first.untilCurrent(600);
  await first.follower.close();

  const second = await follow(t, options);
  assert.equal(second.follower.state().size, 600);
  await log.append(numberedEntries(600, 610));
  await second.untilCurrent(610);
  assert.deepEqual(second.entries, expected(600, 610));
  await second.follower.close();

  server.handler = (_path, _request, response) => response.writeHead(503).end();
  const third = await follow(t, { ...options, deliverFrom: 300 });
  await third.untilFault('FOLLOW_UNREACHABLE');
  assert.deepEqual(third.entries, expected(300, 610));
  for await (const { firstIndex, entries } of third.follower.entries(5, 7)) {
    assert.deepEqual([firstIndex, entries], [5, expected(5, 7)]);
  }
});

test('one follower at a time keeps a mirror', async (t) => {
  const { options } = await setUp(t, 1);
  const { follower } = await follow(t, options);
  await assert.rejects(follow(t, options), faultCode('FOLDER_IN_USE'));
  await follower.close();
  await follow(t, options);
});

async function assertForked(
  followed: Followed,
  { base, server, place, options }: Setting,
  size: number,
): Promise<void> {
  const { rootHex } = await followed.untilFault('FOLLOW_FORKED');
  const [file, ...others] = readdirSync(join(options.folder, 'evidence'));
  assert.deepEqual(others, []);
  const shown = orThrow(verifyEquivocation(readFileSync(join(options.folder, 'evidence', file!)), options.logKey));
  const notes = [join(options.folder, 'checkpoint'), join(base, 'forked/log/checkpoint')];
  assert.deepEqual(
    [shown.older.note, shown.newer.note].toSorted(),
    notes.map((path) => readFileSync(path, 'utf8')).toSorted(),
  );
  // The right log comes too late: who signed both is not believed again.
  server.handler = serveFolder(place.folder);
  followed.follower.hint();
  await followed.follower.close();
  assert.deepEqual([followed.follower.state().size, followed.follower.state().rootHex], [size, rootHex]);
  assert.equal(followed.entries.length, size);
}

for (const [name, entries] of Object.entries({
  'of the same size': numberedEntries(900, 905),
  'that is a little larger': numberedEntries(900, 950),
  'that is much larger': numberedEntries(900, 4000),
})) {
  test(`a fork ${name} is refused, kept as evidence, and final across a restart`, async (t) => {
    const setting = await setUp(t, 300);
    const forked = await fork(t, setting, entries);
    const log = await openLog(t, setting.place);
    await log.append(numberedEntries(300, 305));
    const followed = await follow(t, setting.options);
    await followed.untilCurrent(305);
    setting.server.handler = serveFolder(forked.folder);
    await assertForked(followed, setting, 305);

    const restarted = await follow(t, { ...setting.options, deliverFrom: 0 });
    await restarted.until(({ deliveredSize }) => deliveredSize === 305);
    assert.equal(restarted.follower.state().fault?.code, 'FOLLOW_FORKED');
    assert.equal(restarted.follower.state().verifiedAtMs, undefined);
  });
}

test('a smaller checkpoint of another history is a fork', async (t) => {
  const setting = await setUp(t, 300);
  const forked = await fork(t, setting, numberedEntries(900, 902));
  const log = await openLog(t, setting.place);
  await log.append(numberedEntries(300, 305));
  const followed = await follow(t, setting.options);
  await followed.untilCurrent(305);
  setting.server.handler = serveFolder(forked.folder);
  await assertForked(followed, setting, 305);
});

test('an older checkpoint is refused, and following goes on once the log is ahead again', async (t) => {
  const { place, log, server, options } = await setUp(t, 300);
  const older = readFileSync(join(place.folder, 'checkpoint'));
  await log.append(numberedEntries(300, 400));
  const followed = await follow(t, options);
  followed.clock.advance(1000);
  const { verifiedAtMs } = await followed.untilCurrent(400);
  followed.clock.advance(60_000);

  const good = server.handler;
  server.handler = (path, request, response) => {
    if (path === 'checkpoint') response.end(older);
    else good(path, request, response);
  };
  const shrunk = await followed.untilFault('FOLLOW_SHRUNK');
  assert.deepEqual([shrunk.size, shrunk.verifiedAtMs], [400, verifiedAtMs]);
  assert.ok(!existsSync(join(options.folder, 'evidence')));

  await log.append([numberedEntry(400)]);
  server.handler = good;
  const well = await followed.untilCurrent(401);
  assert.equal(well.verifiedAtMs, followed.clock.nowMs());
});

test('a clock that jumps either way stops nothing', async (t) => {
  const { log, options } = await setUp(t, 1);
  const followed = await follow(t, options);
  for (const [turn, ms] of [365 * 86_400_000, -2 * 365 * 86_400_000, 3_600_000].entries()) {
    followed.clock.jump(ms);
    await log.append([numberedEntry(1 + turn)]);
    const state = await followed.untilCurrent(2 + turn);
    assert.equal(state.verifiedAtMs, followed.clock.nowMs());
  }
});

test('what its receiver refuses comes again, and nothing is lost', async (t) => {
  const { options } = await setUp(t, 2000);
  let refusals = 0;
  const followed = await follow(t, options, ({ firstIndex }) => {
    if (firstIndex === 512 && refusals++ < 2) throw new Fault({ code: 'TEST_REFUSED' });
  });
  await followed.untilFault('FOLLOW_FAILED');
  await followed.untilCurrent(2000);
  assert.deepEqual(followed.entries, expected(0, 2000));
});

test('a mirror damaged on disk is noticed before it is delivered, and mended', async (t) => {
  const { place, options } = await setUp(t, 700);
  const first = await follow(t, options);
  await first.untilCurrent(700);
  await first.follower.close();
  for (const file of ['tile/entries/001', 'tile/0/000', 'tile/0/002.p/188', 'tile/1/000.p/2']) {
    const path = join(options.folder, file);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const followed = await follow(t, { ...options, deliverFrom: 0 });
    await followed.untilCurrent(700);
    assert.deepEqual(followed.entries, expected(0, 700));
    await followed.follower.close();
    await verifyLog({ source: new FolderSource(options.folder), logKey: place.signingKey.logKey });
  }
});

test('a mirror whose checkpoint rotted is made anew', async (t) => {
  const { options } = await setUp(t, 300);
  const first = await follow(t, options);
  await first.untilCurrent(300);
  await first.follower.close();
  writeFileSync(join(options.folder, 'checkpoint'), 'rotten');
  const followed = await follow(t, { ...options, deliverFrom: 0 });
  assert.equal(followed.follower.state().size, 0);
  await followed.untilCurrent(300);
  assert.deepEqual(followed.entries, expected(0, 300));
});

test('a growth within few bundles is verified from the bundles alone, a larger one bundle by bundle', async (t) => {
  for (const [bundles, usesTiles] of [
    [DIRECT_BUNDLES_MAX, false],
    [DIRECT_BUNDLES_MAX + 1, true],
  ] as const) {
    const { server, options } = await setUp(t, bundles * 256);
    const good = server.handler;
    let tiles = 0;
    server.handler = (path, request, response) => {
      if (path.startsWith('tile/0/')) tiles += 1;
      good(path, request, response);
    };
    const followed = await follow(t, options);
    await followed.untilCurrent(bundles * 256);
    assert.equal(tiles > 0, usesTiles);
  }
});

test('while its member says what is new it looks seldom, and at once when that ends', async (t) => {
  const { log, options, place, server } = await setUp(t, 3);
  const looks = { listening: 0, polling: 0 };
  const polled = await serveLog(t, place.folder);
  const counting = (name: keyof typeof looks): typeof server.handler => {
    const folder = serveFolder(place.folder);
    return (path, request, response) => {
      if (path === 'checkpoint') looks[name] += 1;
      folder(path, request, response);
    };
  };
  const listening = await follow(t, options);
  await listening.untilCurrent(3);
  listening.follower.listening(true);
  await listening.untilCurrent(3);
  [server.handler, polled.handler] = [counting('listening'), counting('polling')];
  const polling = await follow(t, { ...options, folder: `${options.folder}-polling`, url: polled.url });
  await log.append([numberedEntry(3)]);
  await polling.until(() => looks.polling >= 10);
  assert.ok(looks.listening <= 2, `${looks.listening}`);
  assert.equal(listening.follower.state().size, 3);
  listening.follower.listening(false);
  await listening.until(({ deliveredSize }) => deliveredSize === 4);
});
