import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { follow, NOWHERE, unreachableLog } from '../../test/support/follow.ts';
import { logPlace, numberedEntries, openLog, serveFolder, serveLog } from '../../test/support/ledger.ts';
import { MIRRORS_ASKED_MAX } from './follower.ts';

test('a log whose own address fails is read from the copies of others, and is not current for it', async (t) => {
  const { place, log, options } = await unreachableLog(t, 300);
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
  const { base, place, log, options } = await unreachableLog(t, 300);
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
  const { base, place, log, options } = await unreachableLog(t, 300);
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
