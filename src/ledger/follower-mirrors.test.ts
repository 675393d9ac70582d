import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { follow } from '../../test/support/follow.ts';
import {
  type LogPlace,
  logPlace,
  numberedEntries,
  openLog,
  serveFolder,
  serveLog,
  temporaryFolder,
} from '../../test/support/ledger.ts';
import { type FollowerOptions, MIRRORS_ASKED_MAX } from './follower.ts';
import type { Sequencer } from './sequencer.ts';

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1/log';

interface Setting {
  readonly base: string;
  readonly place: LogPlace;
  readonly log: Sequencer;
  readonly options: FollowerOptions;
}

/** A log of 300 entries whose own address answers nobody. */
async function setUp(t: TestContext): Promise<Setting> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, 300));
  const options = { folder: join(base, 'mirror'), logKey: place.signingKey.logKey, url: NOWHERE };
  return { base, place, log, options };
}

test('a log whose own address fails is read from the copies of others, and is not current for it', async (t) => {
  const { place, log, options } = await setUp(t);
  const { url } = await serveLog(t, place.folder);
  const followed = await follow(t, options, undefined, { mirrors: () => [url] });
  await followed.until(({ deliveredSize }) => deliveredSize === 300);
  await log.append(numberedEntries(300, 310));
  const state = await followed.until(({ deliveredSize }) => deliveredSize === 310);
  assert.deepEqual([state.fault?.code, state.verifiedAtMs], ['FOLLOW_UNREACHABLE', undefined]);
  assert.deepEqual(
    followed.entries,
    numberedEntries(0, 310).map((entry) => Buffer.from(entry)),
  );
});

test('copies that are behind, wrong or away hold up none that is not', async (t) => {
  const { base, place, log, options } = await setUp(t);
  const old = join(base, 'old');
  cpSync(place.folder, old, { recursive: true });
  await log.append(numberedEntries(300, 600));
  const behind = await serveLog(t, old);
  const good = await serveLog(t, place.folder);
  const wrong = await serveLog(t, place.folder);
  wrong.handler = (path, request, response) => {
    if (path.includes('tile')) response.end(Buffer.alloc(64));
    else serveFolder(place.folder)(path, request, response);
  };
  const mirrors = [NOWHERE, wrong.url, behind.url, NOWHERE, NOWHERE, good.url];
  assert.ok(mirrors.indexOf(good.url) >= MIRRORS_ASKED_MAX);
  const followed = await follow(t, options, undefined, { mirrors: () => mirrors });
  await followed.until(({ deliveredSize }) => deliveredSize === 600);
  assert.deepEqual(
    followed.entries,
    numberedEntries(0, 600).map((entry) => Buffer.from(entry)),
  );
});

test('a copy of another history, signed by the log itself, convicts its owner', async (t) => {
  const { base, place, log, options } = await setUp(t);
  const forked = { ...logPlace(join(base, 'forked'), place.signingKey) };
  cpSync(place.folder, forked.folder, { recursive: true });
  cpSync(place.signingFolder, forked.signingFolder, { recursive: true });
  await log.append(numberedEntries(300, 301));
  const other = await openLog(t, forked);
  await other.append(numberedEntries(900, 902));
  const [first, second] = [await serveLog(t, place.folder), await serveLog(t, forked.folder)];
  let mirrors = [first.url];
  const proofs: string[] = [];
  const followed = await follow(t, options, undefined, {
    mirrors: () => mirrors,
    onEquivocation: (proof) => proofs.push(proof),
  });
  await followed.until(({ deliveredSize }) => deliveredSize === 301);
  mirrors = [second.url];
  await followed.untilFault('FOLLOW_FORKED');
  assert.equal(proofs.length, 1);
});
