import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { faultCode, numberedEntries, numberedEntry, temporaryFolder } from '../../test/support/ledger.ts';
import { FILES_OPEN_MAX, FLUSHED_FOLDERS_MAX, LogFiles } from './log-files.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { TreeWriter } from './tree-writer.ts';

const EMPTY = { size: 0, root: EMPTY_ROOT };

async function append(tree: TreeWriter, entries: readonly Uint8Array[]): Promise<void> {
  const extension = tree.extend(entries);
  await tree.write(extension);
  await tree.adopt(extension);
}

async function writtenTree(folder: string, size: number): Promise<TreeWriter> {
  const tree = await TreeWriter.open(folder, EMPTY);
  await append(tree, numberedEntries(0, size));
  return tree;
}

test('a folder is taken up at its size and root, and grows on as if it had stayed open', async (t) => {
  for (const size of [1, 255, 256, 257, 700]) {
    const folder = temporaryFolder(t);
    const stayed = await writtenTree(folder, size);
    const reopened = await TreeWriter.open(folder, stayed.head);
    const next = [numberedEntry(size)];
    assert.deepEqual(reopened.extend(next), stayed.extend(next));
  }
});

test('partial files go once the full ones stand', async (t) => {
  const folder = temporaryFolder(t);
  const tree = await writtenTree(folder, 255);
  assert.ok(existsSync(join(folder, 'tile/0/000.p/255')));
  await append(tree, [numberedEntry(255)]);
  assert.deepEqual(readdirSync(join(folder, 'tile/0')), ['000']);
  assert.deepEqual(readdirSync(join(folder, 'tile/entries')), ['000']);
  assert.deepEqual(readdirSync(join(folder, 'tile/1')), ['000.p']);
  const reopened = await TreeWriter.open(folder, tree.head);
  assert.equal(reopened.size, 256);
});

test('a partial tile that is gone is read from the full one', async (t) => {
  const folder = temporaryFolder(t);
  const tree = await writtenTree(folder, 200);
  const older = tree.head;
  await append(tree, numberedEntries(200, 300));
  assert.ok(!existsSync(join(folder, 'tile/0/000.p')));
  const reopened = await TreeWriter.open(folder, older);
  assert.deepEqual(reopened.extend([numberedEntry(200)]).root, (await writtenTree(temporaryFolder(t), 201)).head.root);
});

test('files that a crash left past the size are written over', async (t) => {
  const folder = temporaryFolder(t);
  const tree = await writtenTree(folder, 10);
  await tree.write(tree.extend([numberedEntry(99)]));
  writeFileSync(join(folder, 'tile/0/000.p/12'), 'torn');
  const recovered = await TreeWriter.open(folder, tree.head);
  await append(recovered, numberedEntries(10, 11));
  await append(recovered, numberedEntries(11, 12));
  assert.deepEqual(recovered.head, (await writtenTree(temporaryFolder(t), 12)).head);
  await TreeWriter.open(folder, recovered.head);
});

test('a folder is not taken up at another root, or with its right edge damaged', async (t) => {
  const folder = temporaryFolder(t);
  const { head } = await writtenTree(folder, 300);
  const opening = (): Promise<TreeWriter> => TreeWriter.open(folder, head);
  const tile = join(folder, 'tile/0/001.p/44');
  const bundle = join(folder, 'tile/entries/001.p/44');
  const kept = { tile: readFileSync(tile), bundle: readFileSync(bundle) };

  await assert.rejects(TreeWriter.open(folder, { size: 300, root: EMPTY_ROOT }), faultCode('TREE_ROOT_WRONG'));
  await assert.rejects(TreeWriter.open(folder, { size: 299, root: head.root }), faultCode('LOG_FILE_MISSING'));

  writeFileSync(tile, flipped(kept.tile));
  await assert.rejects(opening(), faultCode('TREE_ROOT_WRONG'));
  writeFileSync(tile, kept.tile);
  truncateSync(tile, 32);
  await assert.rejects(opening(), faultCode('LOG_FILE_WRONG_SIZE'));
  writeFileSync(tile, kept.tile);

  writeFileSync(bundle, flipped(kept.bundle));
  await assert.rejects(opening(), faultCode('TREE_FILE_WRONG'));
  rmSync(bundle);
  await assert.rejects(opening(), faultCode('LOG_FILE_MISSING'));
});

test('what was written is read back before it can be signed', async (t) => {
  const tree = await TreeWriter.open(temporaryFolder(t), EMPTY);
  const good = tree.extend(numberedEntries(0, 3));
  const [bundle] = good.bundles;
  const [tile] = good.tiles;
  const badBundle = { ...bundle!, bytes: flipped(bundle!.bytes) };
  await assert.rejects(tree.write({ ...good, bundles: [badBundle] }), faultCode('TREE_ROOT_WRONG'));
  const badTile = { ...tile!, bytes: flipped(tile!.bytes) };
  await assert.rejects(tree.write({ ...good, tiles: [badTile] }), faultCode('TREE_FILE_WRONG'));
  await assert.rejects(tree.write({ ...good, root: EMPTY_ROOT }), faultCode('TREE_ROOT_WRONG'));
  await tree.write(good);
});

test('as many files as may be open, and one more', async (t) => {
  for (const count of [FILES_OPEN_MAX, FILES_OPEN_MAX + 1]) {
    const files = new LogFiles(temporaryFolder(t));
    const written = Array.from({ length: count }, (_, number) => ({
      path: `tile/0/${number}`,
      bytes: Buffer.of(number),
    }));
    await files.write(written);
    for (const { path, bytes } of written) assert.deepEqual(files.read(path), bytes);
  }
});

test('as many folders as are remembered, and more', async (t) => {
  const files = new LogFiles(temporaryFolder(t));
  const paths = Array.from({ length: FLUSHED_FOLDERS_MAX + 2 }, (_, number) => `tile/0/x${number}/000`);
  await files.write(paths.map((path) => ({ path, bytes: Buffer.of(1) })));
  await files.write([{ path: 'tile/0/x0/001', bytes: Buffer.of(2) }]);
  assert.deepEqual(files.read('tile/0/x0/001'), Buffer.of(2));
});

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length - 1]! ^= 0x10;
  return changed;
}
