import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateLogKey, type LogKey, writeSigningKey } from '../../src/ledger/note-key.ts';
import { readCheckpoint, readEntries } from '../../src/ledger/reader.ts';
import { FolderSource } from '../../src/ledger/tile-source.ts';
import { verifyLog } from '../../src/ledger/verify.ts';
import { logPlace, numberedEntry, temporaryFolder, whenOver } from '../support/ledger.ts';
import { seededRandom } from '../../src/base/seeded-random.ts';

const WRITER = fileURLToPath(new URL('ledger-writer.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 100);
/** On a machine that has much else to do. */
const KILLS_MS_MAX = KILLS * 9_000;
/** Counted from the moment before the log is opened: some kills fall into recovery, most into commits. */
const KILL_AFTER_MS_MAX = 150;
/** The log is verified as a whole now and then: every time would take the longer the more kills there were. */
const VERIFY_EVERY = 10;

interface Life {
  /** Undefined when it died before. */
  readonly openedSize: number | undefined;
  /** Acknowledged entries: index and number of each. */
  readonly acknowledged: readonly { index: number; number: number }[];
  readonly publishedSize: number;
  readonly nextNumber: number;
}

test(`${KILLS} kills at random instants lose no acknowledged entry`, { timeout: KILLS_MS_MAX }, async (t) => {
  const seed = Number(process.env['BONGSU_SEED'] ?? randomInt(1_000_000));
  t.diagnostic(`seed ${seed} (BONGSU_SEED), kills ${KILLS} (BONGSU_KILLS)`);
  const random = seededRandom(seed);
  const base = temporaryFolder(t);
  const { folder, signingFolder, signingKey } = logPlace(base, generateLogKey('log.hanbit.example/shared'));
  const keyFile = join(base, 'key');
  await writeSigningKey(keyFile, signingKey);

  const acknowledged = new Map<number, number>();
  let publishedSize = 0;
  let nextNumber = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await liveAndDie(
      t,
      [folder, signingFolder, keyFile, String(nextNumber)],
      random() * KILL_AFTER_MS_MAX,
    );
    assert.ok((life.openedSize ?? Infinity) >= publishedSize, `opened at less than was published: ${publishedSize}`);
    for (const { index, number } of life.acknowledged) acknowledged.set(index, number);
    publishedSize = Math.max(life.publishedSize, life.openedSize ?? 0, publishedSize);
    nextNumber = life.nextNumber;
    if (publishedSize > 0) {
      const { size } = await readCheckpoint(new FolderSource(folder), signingKey.logKey);
      assert.ok(size >= publishedSize, `the checkpoint says ${size} after ${publishedSize} was published`);
    }
    if (kill % VERIFY_EVERY === VERIFY_EVERY - 1) await assertHolds(folder, signingKey.logKey, acknowledged);
  }
  const { size } = await assertHolds(folder, signingKey.logKey, acknowledged);
  t.diagnostic(`${acknowledged.size} acknowledged entries, ${size} in the log`);
  assert.ok(acknowledged.size > 0);
});

/** Every acknowledged entry is at its index, and the whole log verifies. */
async function assertHolds(
  folder: string,
  logKey: LogKey,
  acknowledged: Map<number, number>,
): Promise<{ size: number }> {
  const source = new FolderSource(folder);
  const { size } = await verifyLog({ source, logKey });
  let found = 0;
  for await (const { firstIndex, entries } of readEntries(source, { size, from: 0, to: size })) {
    for (const [place, entry] of entries.entries()) {
      const number = acknowledged.get(firstIndex + place);
      if (number === undefined) continue;
      assert.deepEqual(entry, Buffer.from(numberedEntry(number)), `entry ${firstIndex + place}`);
      found += 1;
    }
  }
  assert.equal(found, acknowledged.size);
  return { size };
}

/** One life of the writer, from its start to its kill some time after it began. */
async function liveAndDie(t: TestContext, options: string[], killAfterMs: number): Promise<Life> {
  const writer = spawn(process.execPath, [WRITER, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  whenOver(t, () => void writer.kill('SIGKILL'));
  const lines: string[] = [];
  const ended = Promise.withResolvers<void>();
  const reader = createInterface({ input: writer.stdout });
  reader.on('line', (line) => {
    // The first line says that it begins.
    if (lines.push(line) === 1) void killLater(writer, killAfterMs);
  });
  reader.on('close', ended.resolve);
  const [[code, signal]] = (await Promise.all([once(writer, 'exit'), ended.promise])) as [
    [number | null, string | null],
    void,
  ];
  assert.equal(signal, 'SIGKILL', `the writer ended by itself with ${code}`);
  return lifeOf(lines, Number(options[3]));
}

async function killLater(writer: ChildProcess, afterMs: number): Promise<void> {
  await wait(afterMs);
  writer.kill('SIGKILL');
}

function lifeOf(lines: readonly string[], firstNumber: number): Life {
  const acknowledged: { index: number; number: number }[] = [];
  let openedSize: number | undefined;
  let publishedSize = 0;
  let nextNumber = firstNumber;
  for (const line of lines) {
    const [word, ...numbers] = line.split(' ');
    const [first = 0, from = 0, count = 0] = numbers.map(Number);
    if (word === 'open') openedSize = first;
    if (word === 'published') publishedSize = first;
    for (let place = 0; place < count; place++) acknowledged.push({ index: first + place, number: from + place });
    nextNumber = Math.max(nextNumber, from + count);
  }
  // Numbers that were under way when it died may be in the log: they are not used again.
  return { openedSize, acknowledged, publishedSize, nextNumber: nextNumber + 10_000 };
}
