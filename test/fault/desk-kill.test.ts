import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decodeStatement, type Stated } from '../../src/statements/codec.ts';
import { caseNumber } from '../../src/store/case-number.ts';
import type { CaseStatementRow } from '../../src/store/schema.ts';
import { openDesk } from '../support/real-desk.ts';
import { seededRandom } from '../../src/base/seeded-random.ts';

const WRITER = fileURLToPath(new URL('desk-writer.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 100);
/** On a machine that has much else to do. */
const KILLS_MS_MAX = KILLS * 9_000;
/** From the moment before store and log are opened: some kills fall into recovery, most into decisions. */
const KILL_AFTER_MS_MAX = 400;

/** What the desk acknowledged: an action, its case, and where its statements stand. */
interface Acknowledged {
  readonly action: string;
  readonly number: string;
  readonly indexes: readonly number[];
}

test(`${KILLS} kills at random instants part no case from its statements`, { timeout: KILLS_MS_MAX }, async (t) => {
  const seed = Number(process.env['BONGSU_SEED'] ?? randomInt(1_000_000));
  t.diagnostic(`seed ${seed} (BONGSU_SEED), kills ${KILLS} (BONGSU_KILLS)`);
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-desk-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const acknowledged: Acknowledged[] = [];
  let resumed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const lines = await liveAndDie(folder, random() * KILL_AFTER_MS_MAX);
    for (const line of lines) {
      const [action, ...words] = line.split(' ');
      if (action === 'resumed') resumed += Number(words[0]);
      else if (action !== 'begin') acknowledged.push(readAcknowledged(line));
    }
  }
  const { statements } = await assertNeverApart(folder, acknowledged);
  t.diagnostic(`${acknowledged.length} acknowledged, ${resumed} finished by a later start, ${statements} in the log`);
  assert(acknowledged.length > 0);
});

/** Starts once more, as after any crash, and compares what the store, the log and the desk's word say. */
async function assertNeverApart(
  folder: string,
  acknowledged: readonly Acknowledged[],
): Promise<{ statements: number }> {
  const { decisions, store, ledger, sequencer } = await openDesk(folder);
  await decisions.resume();
  decisions.close();
  const log: Stated[] = [];
  for await (const { entries } of ledger.readEntries(0, ledger.size))
    log.push(...entries.map((entry) => decodeStatement(entry)));
  const rows = await store.read(async ({ cases, outbox }) => {
    assert.equal(await outbox.count(), 0, 'nothing is left on its way');
    const all = await cases.list({ limit: Number.MAX_SAFE_INTEGER });
    return cases.statementsOf(all.map(({ id }) => id));
  });

  const ids = log.map(({ id }) => Buffer.from(id).toString('hex'));
  assert.equal(new Set(ids).size, ids.length, 'no statement stands twice in the log');
  const expected = new Map(rows.flatMap(statedBy));
  assert.equal(expected.size, ids.length, 'as many statements in the store as in the log');
  ids.forEach((id, index) => assert.equal(expected.get(id), index, `the store knows entry ${index} and its place`));

  const casesInStore = new Set(rows.map(({ caseId }) => caseNumber(caseId)));
  for (const { action, number, indexes } of acknowledged) {
    assert(casesInStore.has(number), `${number} was acknowledged (${action})`);
    for (const index of indexes) assert.equal(log[index]?.statement?.reference, number, `entry ${index} of ${number}`);
  }
  await store.close();
  await sequencer.close();
  return { statements: log.length };
}

/** The statements that a row of the store stands for, with their places in the log. */
function statedBy(row: CaseStatementRow): [id: string, index: number | null][] {
  const stated: [string, number | null] = [row.statementId, row.logIndex];
  return row.endStatementId === null ? [stated] : [stated, [row.endStatementId, row.endLogIndex]];
}

async function liveAndDie(folder: string, killAfterMs: number): Promise<string[]> {
  const writer = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: writer.stdout });
  const closed = once(reader, 'close');
  reader.on('line', (line) => {
    if (lines.push(line) === 1) void wait(killAfterMs).then(() => writer.kill('SIGKILL'));
  });
  const [[code, signal]] = await Promise.all([once(writer, 'exit') as Promise<[number | null, string | null]>, closed]);
  assert.equal(signal, 'SIGKILL', `the desk ended by itself with ${code}`);
  return lines;
}

function readAcknowledged(line: string): Acknowledged {
  const [action = '', number = '', ...indexes] = line.split(' ');
  return { action, number, indexes: indexes.map(Number) };
}
