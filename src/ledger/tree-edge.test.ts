import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBundle } from './bundle.ts';
import { bundlePath, tilePath, tilesOfSize, widthOf } from './layout.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { EMPTY_EDGE, extendTree, peaksOf, type TreeEdge } from './tree-edge.ts';

/** RFC 6962 clause 2.1, as it is written there: slow, and with nothing of ours in it. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const children = [naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))];
  return hash('sha256', Buffer.concat([Buffer.of(1), ...children]), 'buffer');
}

function naiveLeaf(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer');
}

/** Appends the entries in pieces and collects the files as a folder would. */
function grow(
  entries: readonly Uint8Array[],
  cuts: readonly number[],
): { edge: TreeEdge; root: Buffer; files: Map<string, Buffer> } {
  const files = new Map<string, Buffer>();
  let edge = EMPTY_EDGE;
  let root = EMPTY_ROOT;
  for (const to of [...cuts.toSorted((a, b) => a - b), entries.length]) {
    const extension = extendTree(edge, entries.slice(edge.size, to));
    for (const { path, bytes } of [...extension.bundles, ...extension.tiles]) files.set(path, bytes);
    ({ edge, root } = extension);
  }
  return { edge, root, files };
}

/** Every tile and bundle that a reader of this size needs is there and is what the RFC says. */
function assertFiles(entries: readonly Uint8Array[], files: ReadonlyMap<string, Buffer>): void {
  const leaves = entries.map(naiveLeaf);
  let checked = 0;
  for (const { level, index, width } of tilesOfSize(entries.length)) {
    const span = 256 ** level;
    const hashes = Array.from({ length: width }, (_, place) => {
      const from = (index * 256 + place) * span;
      return naiveRoot(leaves.slice(from, from + span));
    });
    assert.deepEqual(files.get(tilePath(level, index, width)), Buffer.concat(hashes), tilePath(level, index, width));
    checked += 1;
  }
  for (let index = 0; index * 256 < entries.length; index++) {
    const width = widthOf(entries.length, 0, index);
    const bundle = decodeBundle(files.get(bundlePath(index, width))!);
    assert.deepEqual(
      bundle,
      entries.slice(index * 256, index * 256 + width).map((entry) => Buffer.from(entry)),
    );
  }
  assert.ok(checked > 0 || entries.length === 0);
}

const someEntries = fc
  .tuple(fc.integer({ min: 0, max: 1100 }), fc.integer({ min: 0, max: 40 }))
  .map(([count, size]) => Array.from({ length: count }, (_, number) => Buffer.alloc(4 + size, String(number))));

test('any split of the same entries gives the files and the root of RFC 6962', () => {
  fc.assert(
    fc.property(someEntries, fc.array(fc.nat(1100), { maxLength: 12 }), (entries, cuts) => {
      const { edge, root, files } = grow(
        entries,
        cuts.filter((cut) => cut <= entries.length),
      );
      assert.equal(edge.size, entries.length);
      assert.deepEqual(root, naiveRoot(entries.map(naiveLeaf)));
      assertFiles(entries, files);
    }),
    { numRuns: 25 },
  );
});

test('a tree grows into level 2', () => {
  const entries = Array.from({ length: 66_000 }, (_, number) => Buffer.from(String(number)));
  const { root, files } = grow(entries, [65_535, 65_536, 65_537]);
  assert.deepEqual(root, naiveRoot(entries.map(naiveLeaf)));
  assertFiles(entries, files);
  assert.ok(files.has('tile/2/000.p/1'));
});

test('an extension changes nothing of the edge it began with', () => {
  const { edge } = grow([Buffer.from('a'), Buffer.from('b')], []);
  const before = structuredClone(edge);
  const first = extendTree(edge, [Buffer.from('c')]);
  const second = extendTree(edge, [Buffer.from('c')]);
  assert.deepEqual(structuredClone(edge), before);
  assert.deepEqual(first, second);
});

test('what a caller does to its entry afterwards does not reach the tree', () => {
  const entry = Buffer.from('alpha');
  const { edge } = extendTree(EMPTY_EDGE, [entry]);
  entry.fill(0);
  const { bundles } = extendTree(edge, [Buffer.from('beta')]);
  assert.equal(bundles[0]!.bytes.toString('latin1'), '\0\x05alpha\0\x04beta');
});

test('only what changed is written: a tile of level 1 stays while level 0 grows', () => {
  const { edge } = grow(
    Array.from({ length: 300 }, () => Buffer.alloc(1)),
    [],
  );
  const { tiles, bundles } = extendTree(edge, [Buffer.alloc(1)]);
  assert.deepEqual(
    [...tiles, ...bundles].map(({ path }) => path),
    ['tile/0/001.p/45', 'tile/entries/001.p/45'],
  );
});

test('the peaks follow from the partial tiles', () => {
  const { edge } = grow(
    Array.from({ length: 519 }, (_, number) => Buffer.of(number % 256)),
    [],
  );
  assert.deepEqual(peaksOf(edge.tiles), edge.peaks);
});
