import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { readRestating, writeRestating } from './restating-file.ts';

const COUNT = { size: 7, inForce: { 1: 3 }, undecided: 0, unreadable: 1, restatedBelow: 5 };

it('what a node saw is read as it was written, and nothing where the file says something else', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'bongsu-restating-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  assert.equal(await readRestating(root), undefined);
  const seen = { atMs: 1_700_000_000_000, epoch: 2, members: { hanbit: COUNT } };
  await writeRestating(root, seen);
  assert.deepEqual(await readRestating(root), seen);
  const { restatedBelow: _, ...older } = COUNT;
  for (const wrong of [null, [], 7, {}, { ...seen, members: { hanbit: older } }, { ...seen, epoch: -1 }]) {
    await writeFile(join(root, 'restating.json'), JSON.stringify(wrong));
    assert.equal(await readRestating(root), undefined, JSON.stringify(wrong));
  }
  await writeFile(join(root, 'restating.json'), '{"atMs":17');
  assert.equal(await readRestating(root), undefined);
});
