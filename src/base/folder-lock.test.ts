import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FolderLockError, lockFolder } from './folder-lock.ts';

test('a folder is held once, and free again when it is released', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const first = lockFolder(folder);
  assert.throws(
    () => lockFolder(folder),
    (error) => error instanceof FolderLockError && error.facts.code === 'FOLDER_IN_USE',
  );
  first.release();
  lockFolder(folder).release();
});
