import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logPlace, numberedEntries, numberedEntry, openLog, serveLog, temporaryFolder } from '../../test/support/ledger.ts';
import { HandClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { Follower, type FollowerOptions } from './follower.ts';

interface Received {
  readonly entries: Buffer[];
  /** Settles once the follower found the log current at this size, or larger. */
  current(size: number): Promise<void>;
}

async function follow(
  t: TestContext,
  options: Omit<FollowerOptions, 'backoffMsMax'>,
): Promise<{ follower: Follower; received: Received; clock: HandClock }> {
  const clock = new HandClock();
  const entries: Buffer[] = [];
  const waiting = new Set<{ size: number; done: () => void }>();
  const dependencies = {
    clock,
    log: silentLog,
    onEntries(batch: { firstIndex: number; entries: readonly Uint8Array[] }) {
      assert.equal(batch.firstIndex, (options.deliverFrom ?? 0) + entries.length);
      entries.push(...batch.entries.map((entry) => Buffer.from(entry)));
    },
    onCurrent() {
      for (const waiter of waiting) if (entries.length >= waiter.size) waiter.done();
    },
  };
  const follower = await Follower.open({ ...options, backoffMsMax: 20 }, dependencies);
  t.after(() => follower.close());
  const current = (size: number): Promise<void> =>
    new Promise((done) => {
      waiting.add({ size, done });
      follower.hint();
    });
  return { follower, received: { entries, current }, clock };
}

test('a follower delivers what is appended, in order, and keeps a whole mirror', async (t) => {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await openLog(t, place);
  const server = await serveLog(t, place.folder);
  await log.append(numberedEntries(0, 300));
  const { follower, received } = await follow(t, { folder: join(base, 'mirror'), logKey: place.signingKey.logKey.vkey, url: server.url });
  await received.current(300);
  await log.append([numberedEntry(300)]);
  await received.current(301);
  await log.append(numberedEntries(301, 60_000));
  await received.current(60_000);
  assert.equal(follower.state().size, 60_000);
  assert.equal(follower.state().rootHex, log.checkpoint.root.toString('hex'));
  void cpSync;
});
