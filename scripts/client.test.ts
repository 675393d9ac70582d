import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CLIENT_FILE, clientText } from './client.ts';

test('the pages’ API client is what api/openapi.json says: write it again with scripts/client.ts', async () => {
  const text = await clientText();
  assert.match(text, /export function/);
  assert.equal(await readFile(CLIENT_FILE, 'utf8'), text);
});
