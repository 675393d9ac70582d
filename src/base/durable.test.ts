import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFolderDurably, UNFINISHED_SUFFIX, writeDurably } from './durable.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-durable-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a file is replaced whole, and nothing unfinished stays', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'file');
  await writeDurably(path, 'old');
  await writeDurably(path, 'new', 0o600);
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('what a crash left unfinished is written over, with the new mode', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  writeFileSync(path + UNFINISHED_SUFFIX, 'a longer text that a crash cut', { mode: 0o600 });
  await writeDurably(path, 'short');
  assert.equal(readFileSync(path, 'utf8'), 'short');
});

test('pieces are written in order', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  await writeDurably(path, [Buffer.from('one '), Buffer.from('two')]);
  assert.equal(readFileSync(path, 'utf8'), 'one two');
});

test('a failure leaves the old file as it was', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  await writeDurably(path, 'old');
  const broken = (function* () {
    yield Buffer.from('new');
    throw new Error('no more');
  })();
  await assert.rejects(writeDurably(path, broken), /no more/);
  assert.equal(readFileSync(path, 'utf8'), 'old');
});

test('a folder is made with its parents, and making it again is no fault', async (t) => {
  const folder = join(temporaryFolder(t), 'a', 'b', 'c');
  await makeFolderDurably(folder, 0o700);
  await makeFolderDurably(folder, 0o700);
  assert.ok(statSync(folder).isDirectory());
});
