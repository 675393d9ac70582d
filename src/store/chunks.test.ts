import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inChunks } from './chunks.ts';

it('a chunk may have more results than a call takes arguments', async () => {
  const results = await inChunks([1], () => Promise.resolve(Array.from({ length: 500_000 }, () => 1)));
  assert.equal(results.length, 500_000);
});

it('others have their turn between two chunks', async () => {
  let hadTheirTurn = false;
  setImmediate(() => (hadTheirTurn = true));
  const rows = Array.from({ length: 1_001 }, () => 1);
  assert.deepEqual(await inChunks(rows, () => Promise.resolve([hadTheirTurn])), [false, true]);
});
