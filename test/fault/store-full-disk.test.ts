import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { openStore } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-fault.ts';
import { whenOver } from '../support/ledger.ts';
import { fill, smallDisk } from '../support/small-disk.ts';

const LINES = 200;

test('a full disk is told as STORE_FULL, nothing is half done, and the store goes on once there is room', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const store = await openStore({ member: 'hanbit', place: { file: join(disk, 'store.sqlite') } }, { log: silentLog });
  whenOver(t, () => void store.close());
  const write = (action: string): Promise<void> =>
    store.write(async ({ journal }) => {
      for (let line = 0; line < LINES; line += 1) {
        const detail = JSON.stringify({ line, text: 'x'.repeat(1_000) });
        await journal.add({ atMs: line, actor: 'desk-1', role: 'agent', action, caseId: null, detail });
      }
    });
  const free = fill(disk, 1);
  for (const attempt of [1, 2]) {
    const failed = (error: unknown): boolean => error instanceof StoreError && error.facts.code === 'STORE_FULL';
    await assert.rejects(write(`full-${attempt}`), failed);
  }
  free();
  await write('room');
  const rows = await store.read(({ journal }) => journal.list({ after: 0, limit: LINES * 3 }));
  assert.deepEqual([...new Set(rows.map(({ action }) => action))], ['room']);
  assert.equal(rows.length, LINES);
});
