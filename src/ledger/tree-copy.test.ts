import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { numberedEntries, temporaryFolder } from '../../test/support/ledger.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { FolderSource } from './tile-source.ts';
import { COPY_ENTRIES_MAX, COPY_OCTETS_MAX, copyTree } from './tree-copy.ts';
import { TreeWriter } from './tree-writer.ts';
import { VerifiedTiles } from './verified-tiles.ts';

const EMPTY = { size: 0, root: EMPTY_ROOT };

/** Copies a tree of these entries and counts the steps, which are the writer's `adopt`s. */
async function stepsOf(t: TestContext, entries: readonly Uint8Array[]): Promise<number> {
  const base = temporaryFolder(t);
  const original = await TreeWriter.open(join(base, 'original'), EMPTY);
  const extension = original.extend(entries);
  await original.write(extension);
  await original.adopt(extension);

  const folder = join(base, 'copy');
  const copy = await TreeWriter.open(folder, EMPTY);
  const adopt = t.mock.method(copy, 'adopt');
  const tiles = await VerifiedTiles.open(new FolderSource(join(base, 'original')), original.head);
  await copyTree(tiles, copy, new FolderSource(folder));
  assert.deepEqual((await TreeWriter.open(folder, original.head)).head, original.head);
  return adopt.mock.callCount();
}

test('a step holds as many entries as its limit, and a copy of one more takes two', async (t) => {
  assert.equal(await stepsOf(t, numberedEntries(0, COPY_ENTRIES_MAX)), 1);
  assert.equal(await stepsOf(t, numberedEntries(0, COPY_ENTRIES_MAX + 1)), 2);
});

test('a step of large entries ends with the bundle that reaches the limit of octets', async (t) => {
  const large = new Uint8Array(ENTRY_SIZE_MAX);
  const count = Math.ceil(COPY_OCTETS_MAX / ENTRY_SIZE_MAX);
  assert.equal(
    await stepsOf(
      t,
      Array.from({ length: count }, () => large),
    ),
    1,
  );
  assert.equal(
    await stepsOf(
      t,
      Array.from({ length: count + 256 }, () => large),
    ),
    2,
  );
});
