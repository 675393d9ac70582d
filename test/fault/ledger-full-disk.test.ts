import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../src/base/fault.ts';
import type { Sequencer } from '../../src/ledger/sequencer.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { verifyLog } from '../../src/ledger/verify.ts';
import { follow } from '../support/follow.ts';
import { logPlace, numberedEntries, numberedEntry, openLog, serveLog, temporaryFolder } from '../support/ledger.ts';
import { fill, smallDisk } from '../support/small-disk.ts';

async function outcomeOf(log: Sequencer, entries: Uint8Array[]): Promise<string> {
  try {
    await log.append(entries);
    return 'appended';
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return (error as Fault).facts.code;
  }
}

test('a disk that fills up at any step of a commit loses nothing acknowledged, and the log goes on once there is room', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const place = logPlace(disk);
  const log = await openLog(t, place);
  // Just before a bundle is full, so that new folders are made as well.
  await log.append(numberedEntries(0, 250));
  const outcomes = new Set<string>();
  let acknowledged = log.size;
  for (let pages = 0; pages < 24; pages++) {
    const free = fill(disk, pages);
    const outcome = await outcomeOf(log, [numberedEntry(1000 + pages)]);
    outcomes.add(outcome);
    free();
    if (outcome === 'appended') acknowledged += 1;
    const { size } = await log.append([numberedEntry(2000 + pages)]);
    acknowledged += 1;
    // An append whose outcome was unknown may be there too.
    if (outcome === 'LEDGER_OUTCOME_UNKNOWN') acknowledged = size;
    assert.equal(size, acknowledged, outcome);
    const verified = await verifyLog({ source: new FolderSource(place.folder), logKey: place.signingKey.logKey });
    assert.equal(verified.size, size);
  }
  t.diagnostic([...outcomes].join(', '));
  assert.ok(outcomes.has('appended') && outcomes.has('LEDGER_WRITE_FAILED'));
  for (const outcome of outcomes) {
    assert.ok(['appended', 'LEDGER_WRITE_FAILED', 'LEDGER_OUTCOME_UNKNOWN'].includes(outcome), outcome);
  }
});

test('a follower whose disk is full takes nothing over, and goes on once there is room', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, 10));
  const { url } = await serveLog(t, place.folder);
  const options = { folder: join(disk, 'mirror'), logKey: place.signingKey.logKey, url };
  const followed = await follow(t, options);
  await followed.untilCurrent(10);
  const free = fill(disk, 0);
  await log.append(numberedEntries(10, 500));
  const { size, fault } = await followed.untilFault('FOLLOW_FAILED');
  assert.deepEqual([size, followed.entries.length], [10, 10]);
  assert.deepEqual(fault, { code: 'FOLLOW_FAILED', reason: 'ENOSPC' });
  free();
  await followed.untilCurrent(500);
  assert.equal(followed.entries.length, 500);
});
