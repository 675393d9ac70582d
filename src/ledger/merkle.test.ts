import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { ENTRY_SIZE_MAX } from './entry.ts';
import {
  edgeSizes,
  EMPTY_ROOT,
  isPerfect,
  leafHash,
  nodeHash,
  perfectRoot,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

interface TreeVectors {
  readonly roots: readonly { size: number; root: string }[];
  readonly inclusion: readonly { size: number; index: number; hashes: string[] }[];
  readonly consistency: readonly { older: number; newer: number; hashes: string[] }[];
}

const vectors = ledgerVectors('trees.json') as TreeVectors;
const leaves = Array.from({ length: 70_000 }, (_, index) => leafHash(Buffer.from(index.toString())));
const fromHex = (hashes: readonly string[]): Buffer[] => hashes.map((hash) => Buffer.from(hash, 'hex'));

function rootAt(size: number): Buffer {
  let from = 0;
  return rootOf(edgeSizes(size).map((width) => perfectRoot(leaves.slice(from, (from += width)))));
}

/** RFC 6962 clause 2.1.1 as it stands there. */
function pathTo(index: number, from: readonly Buffer[]): Buffer[] {
  if (from.length === 1) return [];
  const split = largestPowerBelow(from.length);
  const [left, right] = [from.slice(0, split), from.slice(split)];
  return index < split ? [...pathTo(index, left), treeHash(right)] : [...pathTo(index - split, right), treeHash(left)];
}

/** RFC 6962 clause 2.1 as it stands there. */
function treeHash(from: readonly Buffer[]): Buffer {
  if (from.length === 0) return EMPTY_ROOT;
  if (from.length === 1) return from[0]!;
  const split = largestPowerBelow(from.length);
  return nodeHash(treeHash(from.slice(0, split)), treeHash(from.slice(split)));
}

/** RFC 6962 clause 2.1.2 as it stands there. */
function subproof(older: number, from: readonly Buffer[], isWhole: boolean): Buffer[] {
  if (older === from.length) return isWhole ? [] : [treeHash(from)];
  const split = largestPowerBelow(from.length);
  const [left, right] = [from.slice(0, split), from.slice(split)];
  return older <= split
    ? [...subproof(older, left, isWhole), treeHash(right)]
    : [...subproof(older - split, right, false), treeHash(left)];
}

function largestPowerBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

describe('hashes of the tree (RFC 6962 clause 2.1)', () => {
  it('begin with octet 0 for a leaf and 1 for a node', () => {
    const known = ledgerVectors('log-of-three.json') as {
      leafOfEmptyEntry: string;
      leafHashes: string[];
      roots: string[];
      emptyRoot: string;
    };
    assert.equal(EMPTY_ROOT.toString('hex'), known.emptyRoot);
    assert.equal(leafHash(Buffer.alloc(0)).toString('hex'), known.leafOfEmptyEntry);
    const [alpha, beta, gamma] = ['alpha', 'beta', 'gamma'].map((entry) => leafHash(Buffer.from(entry)));
    assert.deepEqual(
      [alpha, beta, gamma].map((hash) => hash!.toString('hex')),
      known.leafHashes,
    );
    assert.equal(nodeHash(alpha!, beta!).toString('hex'), known.roots[2]);
    assert.equal(nodeHash(nodeHash(alpha!, beta!), gamma!).toString('hex'), known.roots[3]);
  });

  it('take the largest entry and no larger one', () => {
    assert.equal(leafHash(new Uint8Array(ENTRY_SIZE_MAX)).length, 32);
    assert.throws(() => leafHash(new Uint8Array(ENTRY_SIZE_MAX + 1)), { name: 'AssertionError' });
  });

  it('do not change when the next one is made', () => {
    const first = leafHash(Buffer.from('first'));
    const kept = Buffer.from(first);
    leafHash(Buffer.from('second'));
    nodeHash(first, first);
    assert.deepEqual(first, kept);
  });

  for (const { size, root } of vectors.roots) {
    it(`give the root of ${size} entries`, () => assert.equal(rootAt(size).toString('hex'), root));
  }

  it('split a size into its perfect subtrees', () => {
    assert.deepEqual(edgeSizes(0), []);
    assert.deepEqual(edgeSizes(7), [4, 2, 1]);
    assert.deepEqual(edgeSizes(2 ** 52), [2 ** 52]);
    assert.equal(edgeSizes(Number.MAX_SAFE_INTEGER).length, 53);
    assert.equal(isPerfect(2 ** 52), true);
    assert.equal(isPerfect(2 ** 52 + 1), false);
    assert.equal(isPerfect(0), false);
  });
});

describe('an inclusion proof', () => {
  for (const { size, index, hashes } of vectors.inclusion) {
    it(`shows entry ${index} of ${size}`, () => {
      const claim = { index, size, leafHash: leaves[index]!, root: rootAt(size) };
      assert.equal(verifyInclusion(claim, fromHex(hashes)), true);
    });
  }

  it('holds for every index of every size up to 40, and for no other index', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = leaves.slice(0, size);
      const root = treeHash(tree);
      for (let index = 0; index < size; index++) {
        const proof = pathTo(index, tree);
        for (let claimed = -1; claimed <= size; claimed++) {
          const claim = { index: claimed, size, leafHash: tree[index]!, root };
          assert.equal(verifyInclusion(claim, proof), claimed === index, `${index} of ${size} as ${claimed}`);
        }
      }
    }
  });

  it('holds neither shorter, nor longer, nor with one bit changed', () => {
    const place = fc.integer({ min: 1, max: 300 }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(255), ([index, size], which, bit) => {
        const tree = leaves.slice(0, size);
        const claim = { index, size, leafHash: tree[index]!, root: treeHash(tree) };
        const proof = pathTo(index, tree);
        assert.equal(verifyInclusion(claim, proof), true);
        assert.equal(verifyInclusion(claim, [...proof, claim.root]), false);
        if (proof.length === 0) return;
        assert.equal(verifyInclusion(claim, proof.slice(0, -1)), false);
        assert.equal(verifyInclusion(claim, proof.slice(1)), false);
        const changed = proof.map((hash) => Buffer.from(hash));
        changed[which % changed.length]![bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(verifyInclusion(claim, changed), false);
      }),
    );
  });

  it('holds at sizes past 32 bits', () => {
    // A tree of 2^40 + 1 leaves: a perfect one on the left, whose root may be anything here, and one leaf.
    const left = leaves[0]!;
    const claim = { index: 2 ** 40, size: 2 ** 40 + 1, leafHash: leaves[1]!, root: nodeHash(left, leaves[1]!) };
    assert.equal(verifyInclusion(claim, [left]), true);
    assert.equal(verifyInclusion({ ...claim, index: 2 ** 40 - 1 }, [left]), false);
  });
});

describe('a consistency proof', () => {
  for (const { older, newer, hashes } of vectors.consistency) {
    it(`shows that ${newer} entries begin with ${older}`, () => {
      const claim = { olderSize: older, olderRoot: rootAt(older), newerSize: newer, newerRoot: rootAt(newer) };
      assert.equal(verifyConsistency(claim, fromHex(hashes)), true);
    });
  }

  it('holds for every pair of sizes up to 40, and for no other older size', () => {
    for (let newer = 1; newer <= 40; newer++) {
      const tree = leaves.slice(0, newer);
      for (let older = 1; older <= newer; older++) {
        const proof = subproof(older, tree, true);
        const olderRoot = treeHash(tree.slice(0, older));
        for (let claimed = 0; claimed <= newer + 1; claimed++) {
          const claim = { olderSize: claimed, olderRoot, newerSize: newer, newerRoot: treeHash(tree) };
          assert.equal(verifyConsistency(claim, proof), claimed === older, `${older} of ${newer} as ${claimed}`);
        }
      }
    }
  });

  it('is empty from the empty tree, and from the tree itself', () => {
    const [newerSize, newerRoot] = [5, rootAt(5)];
    assert.equal(verifyConsistency({ olderSize: 0, olderRoot: EMPTY_ROOT, newerSize, newerRoot }, []), true);
    assert.equal(verifyConsistency({ olderSize: 0, olderRoot: rootAt(1), newerSize, newerRoot }, []), false);
    assert.equal(verifyConsistency({ olderSize: 0, olderRoot: EMPTY_ROOT, newerSize, newerRoot }, [newerRoot]), false);
    assert.equal(verifyConsistency({ olderSize: 5, olderRoot: newerRoot, newerSize, newerRoot }, []), true);
    assert.equal(verifyConsistency({ olderSize: 5, olderRoot: rootAt(4), newerSize, newerRoot }, []), false);
    assert.equal(verifyConsistency({ olderSize: 5, olderRoot: newerRoot, newerSize, newerRoot }, [newerRoot]), false);
  });

  it('does not hold for a tree whose beginning was rewritten', () => {
    const sizes = fc
      .integer({ min: 1, max: 200 })
      .chain((newer) => fc.tuple(fc.integer({ min: 1, max: newer }), fc.constant(newer)));
    fc.assert(
      fc.property(sizes, fc.nat(), ([older, newer], which) => {
        const tree = leaves.slice(0, newer);
        const rewritten = tree.with(which % older, leafHash(Buffer.from('rewritten')));
        const olderRoot = treeHash(tree.slice(0, older));
        const claim = { olderSize: older, olderRoot, newerSize: newer, newerRoot: treeHash(rewritten) };
        assert.equal(verifyConsistency(claim, subproof(older, rewritten, true)), false);
        assert.equal(verifyConsistency(claim, subproof(older, tree, true)), false);
      }),
    );
  });
});
