import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  faultCode,
  type LogPlace,
  logPlace,
  numberedEntries,
  numberedEntry,
  openLog,
  temporaryFolder,
} from '../../test/support/ledger.ts';
import { silentLog } from '../base/log.ts';
import { signCheckpoint } from './checkpoint.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { generateLogKey } from './note-key.ts';
import { readCheckpoint, readEntries } from './reader.ts';
import { Sequencer } from './sequencer.ts';
import { FolderSource } from './tile-source.ts';
import { verifyLog } from './verify.ts';

const dependencies = { log: silentLog };

async function assertHolds({ folder, signingKey }: LogPlace, entries: readonly Uint8Array[]): Promise<void> {
  const source = new FolderSource(folder);
  const verified = await verifyLog({ source, logKey: signingKey.logKey });
  assert.equal(verified.size, entries.length);
  const size = entries.length;
  for await (const batch of readEntries(source, { size, from: 0, to: size })) {
    batch.entries.forEach((entry, place) => assert.deepEqual(entry, Buffer.from(entries[batch.firstIndex + place]!)));
  }
}

/** A log of this many entries, closed again. */
async function writtenLog(t: TestContext, size: number): Promise<LogPlace & { base: string }> {
  const base = temporaryFolder(t);
  const place = logPlace(base);
  const log = await Sequencer.open(place, dependencies);
  if (size > 0) await log.append(numberedEntries(0, size));
  await log.close();
  return { ...place, base };
}

test('a new log publishes the checkpoint of the empty tree', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  assert.equal(log.size, 0);
  const checkpoint = await readCheckpoint(new FolderSource(place.folder), place.signingKey.logKey);
  assert.equal(checkpoint.size, 0);
  assert.deepEqual(checkpoint.root, EMPTY_ROOT);
});

test('an append is published and whole when it resolves, and found again after a restart', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  assert.deepEqual(await log.append(numberedEntries(0, 3)), { firstIndex: 0, size: 3 });
  assert.equal(readFileSync(join(place.folder, 'checkpoint'), 'utf8'), log.checkpoint.note);
  assert.deepEqual(await log.append([numberedEntry(3)]), { firstIndex: 3, size: 4 });
  await log.close();
  const again = await openLog(t, place);
  assert.equal(again.size, 4);
  assert.deepEqual(await again.append([numberedEntry(4)]), { firstIndex: 4, size: 5 });
  await assertHolds(place, numberedEntries(0, 5));
});

test('any interleaving of appends puts each one side by side, in the order of the calls', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 }), async (counts) => {
      const place = logPlace(temporaryFolder(t));
      const log = await Sequencer.open(place, dependencies);
      let next = 0;
      const appends = counts.map((count) => log.append(numberedEntries(next, (next += count))));
      let firstIndex = 0;
      for (const [place, count] of counts.entries()) {
        assert.equal((await appends[place]!).firstIndex, firstIndex);
        firstIndex += count;
      }
      await log.close();
      await assertHolds(place, numberedEntries(0, next));
    }),
    { numRuns: 8 },
  );
});

test('appends that come during a commit share the next one', async (t) => {
  const log = await openLog(t, logPlace(temporaryFolder(t)));
  const sizes: number[] = [];
  log.onPublished(({ size }) => sizes.push(size));
  const first = log.append([numberedEntry(0)]);
  const sameTurn = log.append([numberedEntry(1)]);
  setImmediate(() => {
    for (let number = 2; number < 10; number++) void log.append([numberedEntry(number)]);
  });
  await Promise.all([first, sameTurn]);
  await log.close();
  assert.deepEqual(sizes, [2, 10]);
});

test('a listener hears of every checkpoint until it stops listening', async (t) => {
  const log = await openLog(t, logPlace(temporaryFolder(t)));
  const sizes: number[] = [];
  const stop = log.onPublished(({ size }) => sizes.push(size));
  await log.append([numberedEntry(0)]);
  stop();
  await log.append([numberedEntry(1)]);
  assert.deepEqual(sizes, [1]);
});

test('an entry over the limit fails alone', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  const good = log.append([numberedEntry(0)]);
  await assert.rejects(log.append([new Uint8Array(ENTRY_SIZE_MAX + 1)]), faultCode('ENTRY_TOO_LARGE'));
  await good;
  await assertHolds(place, numberedEntries(0, 1));
});

test('a closed log takes nothing, and what was under way is finished', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  const last = log.append([numberedEntry(0)]);
  const closed = log.close();
  await assert.rejects(log.append([numberedEntry(1)]), faultCode('LEDGER_CLOSED'));
  await Promise.all([last, closed, log.close()]);
  await assertHolds(place, numberedEntries(0, 1));
});

test('a log has one writer', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('FOLDER_IN_USE'));
  await log.close();
  await openLog(t, place);
});

// What a crash leaves after each step of a commit, made from the folders before and after it.
for (const [step, { tiles, signed, checkpoint, size }] of Object.entries({
  'before anything': { tiles: false, signed: false, checkpoint: false, size: 300 },
  'after the tiles': { tiles: true, signed: false, checkpoint: false, size: 300 },
  'after the signing state': { tiles: true, signed: true, checkpoint: false, size: 520 },
  'after the checkpoint': { tiles: true, signed: true, checkpoint: true, size: 520 },
})) {
  test(`a crash ${step} is recovered from by the next start`, async (t) => {
    const place = await writtenLog(t, 300);
    const before = join(place.base, 'before');
    cpSync(place.folder, join(before, 'log'), { recursive: true });
    cpSync(place.signingFolder, join(before, 'signing'), { recursive: true });
    const log = await Sequencer.open(place, dependencies);
    await log.append(numberedEntries(300, 520));
    await log.close();
    if (!signed) cpSync(join(before, 'signing'), place.signingFolder, { recursive: true });
    if (!tiles) {
      rmSync(place.folder, { recursive: true });
      cpSync(join(before, 'log'), place.folder, { recursive: true });
    }
    if (!checkpoint) cpSync(join(before, 'log/checkpoint'), join(place.folder, 'checkpoint'));

    const recovered = await openLog(t, place);
    assert.equal(recovered.size, size);
    await assertHolds(place, numberedEntries(0, size));
    // Other entries than those that were cut off: their files are written over.
    await recovered.append(numberedEntries(size, 600));
    await assertHolds(place, numberedEntries(0, 600));
  });
}

test('a checkpoint file that a power cut emptied or took back is published again', async (t) => {
  const place = await writtenLog(t, 5);
  const file = join(place.folder, 'checkpoint');
  const note = readFileSync(file, 'utf8');
  for (const ruin of [
    () => writeFileSync(file, ''),
    () => rmSync(file),
    () => writeFileSync(file, note.slice(0, 60)),
  ]) {
    ruin();
    const log = await Sequencer.open(place, dependencies);
    await log.close();
    assert.equal(readFileSync(file, 'utf8'), note);
  }
});

test('a log folder restored from a backup is not signed again', async (t) => {
  const place = await writtenLog(t, 300);
  const backup = join(place.base, 'backup');
  cpSync(place.folder, backup, { recursive: true });
  const log = await Sequencer.open(place, dependencies);
  await log.append(numberedEntries(300, 310));
  await log.close();
  rmSync(place.folder, { recursive: true });
  renameSync(backup, place.folder);
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_BEHIND_SIGNED_STATE'));
  // The refusal let go of the folder.
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_BEHIND_SIGNED_STATE'));
});

test('an empty log folder under a signing state is refused as well', async (t) => {
  const place = await writtenLog(t, 3);
  rmSync(place.folder, { recursive: true });
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_BEHIND_SIGNED_STATE'));
});

test('a log without its signing state is not begun again', async (t) => {
  for (const size of [0, 3]) {
    const place = await writtenLog(t, size);
    rmSync(place.signingFolder, { recursive: true });
    await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_SIGNING_STATE_MISSING'));
  }
});

test('a signing state restored from a backup is refused', async (t) => {
  const place = await writtenLog(t, 3);
  const backup = join(place.base, 'backup');
  cpSync(place.signingFolder, backup, { recursive: true });
  const log = await Sequencer.open(place, dependencies);
  await log.append(numberedEntries(3, 4));
  await log.close();
  cpSync(backup, place.signingFolder, { recursive: true });
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_SIGNING_STATE_BEHIND'));
});

test('a published checkpoint of the same size with another root is refused', async (t) => {
  const place = await writtenLog(t, 3);
  const { signingKey } = place;
  const other = signCheckpoint({ origin: signingKey.name, size: 3, root: Buffer.alloc(32, 7) }, [signingKey]);
  writeFileSync(join(place.folder, 'checkpoint'), other);
  await assert.rejects(Sequencer.open(place, dependencies), faultCode('LEDGER_SIGNING_STATE_BEHIND'));
});

test('a log is not continued under another key', async (t) => {
  const place = await writtenLog(t, 3);
  const signingKey = generateLogKey(place.signingKey.name);
  await assert.rejects(
    Sequencer.open({ ...place, signingKey }, dependencies),
    faultCode('LEDGER_SIGNING_STATE_UNREADABLE'),
  );
});

test('a commit whose files cannot be written appends nothing, and the next one works', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, 2));
  const tiles = join(place.folder, 'tile');
  renameSync(tiles, `${tiles}.away`);
  writeFileSync(tiles, 'in the way');
  await assert.rejects(log.append(numberedEntries(90, 99)), faultCode('LEDGER_WRITE_FAILED'));
  assert.equal(log.size, 2);
  rmSync(tiles);
  renameSync(`${tiles}.away`, tiles);
  assert.deepEqual(await log.append(numberedEntries(2, 4)), { firstIndex: 2, size: 4 });
  await assertHolds(place, numberedEntries(0, 4));
});

test('a commit that was signed but not published is told as unknown, and published by the next', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, 2));
  const file = join(place.folder, 'checkpoint');
  rmSync(file);
  mkdirSync(join(file, 'in the way'), { recursive: true });
  await assert.rejects(log.append([numberedEntry(2)]), faultCode('LEDGER_OUTCOME_UNKNOWN'));
  rmSync(file, { recursive: true });
  assert.deepEqual(await log.append([numberedEntry(3)]), { firstIndex: 3, size: 4 });
  await assertHolds(place, numberedEntries(0, 4));
});

test('recovery settles a commit of unknown outcome without another append', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await log.append(numberedEntries(0, 2));
  await log.recover();
  const file = join(place.folder, 'checkpoint');
  rmSync(file);
  mkdirSync(join(file, 'in the way'), { recursive: true });
  await assert.rejects(log.append([numberedEntry(2)]), faultCode('LEDGER_OUTCOME_UNKNOWN'));
  await assert.rejects(log.recover(), faultCode('LEDGER_WRITE_FAILED'));
  assert.equal(log.size, 2);
  rmSync(file, { recursive: true });
  const recovered = log.recover();
  const appended = log.append([numberedEntry(3)]);
  await recovered;
  assert.ok(log.size >= 3);
  assert.deepEqual(await appended, { firstIndex: 3, size: 4 });
  await assertHolds(place, numberedEntries(0, 4));
  await log.close();
  await assert.rejects(log.recover(), faultCode('LEDGER_CLOSED'));
});

test('a signing state that vanishes while the log is open stops every append', async (t) => {
  const place = logPlace(temporaryFolder(t));
  const log = await openLog(t, place);
  await log.append([numberedEntry(0)]);
  rmSync(join(place.signingFolder, 'signed-checkpoint'));
  await assert.rejects(log.append([numberedEntry(1)]), faultCode('LEDGER_SIGNING_STATE_CHANGED'));
  await assert.rejects(log.append([numberedEntry(1)]), faultCode('LEDGER_SIGNING_STATE_MISSING'));
  assert.equal(log.size, 1);
  assert.ok(!existsSync(join(place.signingFolder, 'signed-checkpoint')));
});
