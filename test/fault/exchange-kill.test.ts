import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decodeStatement } from '../../src/statements/codec.ts';
import { blockList, insert, remove } from '../support/exchange.ts';
import { openExchange } from '../support/real-exchange.ts';

const TAKER = fileURLToPath(new URL('exchange-taker.ts', import.meta.url));
const KILLS_MAX = Number(process.env['BONGSU_KILLS'] ?? 12);
const LINES = 4_000;
/** Each life lasts a little longer than the one before: some end in the first reading, most between groups. */
const LIFE_STEP_MS = 120;

test('lists whose taking is killed again and again are taken once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-exchange-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const lists = join(folder, 'lists');
  mkdirSync(lists);
  const imeis = Array.from({ length: LINES }, (_, place) => String(35209900100001 + place));
  writeFileSync(
    join(lists, '1.txt'),
    blockList(
      1,
      imeis.map((imei) => insert(imei, 'OPA')),
      { kind: 'FULL' },
    ),
  );
  writeFileSync(
    join(lists, '2.txt'),
    blockList(
      2,
      imeis.slice(0, 1_000).map((imei) => remove(imei, 'OPA')),
    ),
  );
  let kills = 0;
  for (let life = 1; ; life++) {
    const isLast = life > KILLS_MAX;
    if (await liveAndDie(folder, lists, isLast ? undefined : life * LIFE_STEP_MS)) break;
    kills++;
  }
  const { ledger, store, exchange, decisions, sequencer } = await openExchange(folder);
  await decisions.resume();
  decisions.close();
  const all = await exchange.files({});
  assert.equal(all.filter(({ kind }) => kind === 'response').length, 2, 'each is answered once');
  const files = all.filter(({ direction }) => direction === 'in');
  assert.deepEqual(
    files.map(({ state, records, recordsDone, inserted, removed }) => ({
      state,
      records,
      recordsDone,
      inserted,
      removed,
    })),
    [
      { state: 'taken', records: 1_000, recordsDone: 1_000, inserted: 0, removed: 1_000 },
      { state: 'taken', records: LINES, recordsDone: LINES, inserted: LINES, removed: 0 },
    ],
  );
  const kinds: string[] = [];
  for await (const { entries } of ledger.readEntries(0, ledger.size)) {
    for (const bytes of entries) kinds.push(decodeStatement(bytes).statement!.kind);
  }
  assert.equal(kinds.filter((kind) => kind === 'device.blocked').length, LINES, 'nothing lost, nothing twice');
  assert.equal(kinds.filter((kind) => kind === 'device.released').length, 1_000);
  t.diagnostic(`${kills} kills`);
  await store.close();
  await sequencer.close();
});

/** @returns whether it came to its end before it was killed */
async function liveAndDie(folder: string, lists: string, lifeMs: number | undefined): Promise<boolean> {
  const taker = spawn(process.execPath, [TAKER, folder, lists], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(taker, 'exit');
  let isDone = false;
  createInterface({ input: taker.stdout }).on('line', (line) => {
    if (line === 'begin' && lifeMs !== undefined) void wait(lifeMs).then(() => taker.kill('SIGKILL'));
    if (line === 'done') {
      isDone = true;
      taker.kill('SIGKILL');
    }
  });
  await exited;
  return isDone;
}
