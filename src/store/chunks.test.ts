import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inChunks } from './chunks.ts';

it('a chunk may have more results than a call takes arguments', async () => {
  const results = await inChunks([1], () => Promise.resolve(Array.from({ length: 500_000 }, () => 1)));
  assert.equal(results.length, 500_000);
});
