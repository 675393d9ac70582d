import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { OPENAPI_FILE, openApiText } from './openapi.ts';

test('api/openapi.json is what the routes say: write it again with scripts/openapi.ts', async () => {
  assert.equal(await readFile(OPENAPI_FILE, 'utf8'), await openApiText());
});

test('every route that asks for a token says what it answers', async () => {
  const { openapi, paths } = JSON.parse(await openApiText()) as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; responses: Record<string, { content?: object }> }>>;
  };
  assert.equal(openapi, '3.1.0');
  let checked = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      assert.equal(typeof summary, 'string', `${method} ${path}`);
      if (!path.startsWith('/v1/')) continue;
      const statuses = Object.keys(responses).sort();
      assert.match(statuses.join(), /^20[012],default$/, `${method} ${path}`);
      checked++;
    }
  }
  assert.ok(checked > 0, 'it looked at nothing');
});
