import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { ENTRY_SIZE_MAX } from './entry.ts';
import { HASH_SIZE } from './layout.ts';

// RFC 6962 clause 2.1: a leaf and a node begin with different octets, so that neither can pass for the other.
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** The root of the empty tree: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

// Hashing is synchronous, so one scratch buffer each serves every call and saves an allocation per hash.
const leafScratch = Buffer.alloc(1 + ENTRY_SIZE_MAX, LEAF_PREFIX);
const nodeScratch = Buffer.alloc(1 + 2 * HASH_SIZE, NODE_PREFIX);

/** The hash of an entry as a leaf (RFC 6962 clause 2.1). @param entry at most ENTRY_SIZE_MAX octets */
export function leafHash(entry: Uint8Array): Buffer {
  assert(entry.length <= ENTRY_SIZE_MAX);
  leafScratch.set(entry, 1);
  return hash('sha256', leafScratch.subarray(0, 1 + entry.length), 'buffer');
}

/** The hash over two subtrees (RFC 6962 clause 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  assert(left.length === HASH_SIZE && right.length === HASH_SIZE);
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_SIZE);
  return hash('sha256', nodeScratch, 'buffer');
}

/**
 * The sizes of the perfect subtrees that make up a tree of this size, left to right: its right edge. 7 is 4, 2, 1.
 * Each begins where those before it end.
 */
export function edgeSizes(size: number): number[] {
  const sizes: number[] = [];
  for (let rest = size, power = 2 ** 52; rest > 0; power /= 2) {
    if (power > rest) continue;
    sizes.push(power);
    rest -= power;
  }
  return sizes;
}

/** The root over the hashes of the right edge, in the order of `edgeSizes`. */
export function rootOf(edge: readonly Uint8Array[]): Buffer {
  if (edge.length === 0) return EMPTY_ROOT;
  let root: Buffer = Buffer.from(edge.at(-1)!);
  for (let i = edge.length - 2; i >= 0; i--) root = nodeHash(edge[i]!, root);
  return root;
}

/** Whether a tree of this size is perfect: a power of two. `Math.log2` cannot tell above 2^49. */
export function isPerfect(size: number): boolean {
  let rest = size;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}

/** The root of a perfect subtree over 1, 2, 4, 8… hashes, such as those of a full tile. */
export function perfectRoot(hashes: readonly Uint8Array[]): Buffer {
  assert(isPerfect(hashes.length));
  let row = hashes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(row[i]!, row[i + 1]!));
    row = above;
  }
  return Buffer.from(row[0]!);
}

/** Cuts the octets of a tile, or of anything made of hashes, into its hashes. They share its memory. */
export function hashesOf(bytes: Buffer): Buffer[] {
  assert(bytes.length % HASH_SIZE === 0);
  return Array.from({ length: bytes.length / HASH_SIZE }, (_, i) => bytes.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE));
}

/** What an inclusion proof claims: this leaf stands at this index of the tree of this size and root. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
}

/** Whether the hashes prove the claim (RFC 9162 clause 2.1.3.2; the same proofs as RFC 6962 clause 2.1.1). */
export function verifyInclusion(claim: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  const path = new Climb(claim.index, claim.size - 1);
  let hash: Uint8Array = claim.leafHash;
  for (const sibling of proof) {
    if (path.atRoot) return false;
    hash = path.siblingIsLeft() ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    path.up();
  }
  return path.atRoot && Buffer.compare(hash, claim.root) === 0;
}

/** What a consistency proof claims: the older tree is how the newer one began. */
export interface ConsistencyClaim {
  readonly olderSize: number;
  readonly olderRoot: Uint8Array;
  readonly newerSize: number;
  readonly newerRoot: Uint8Array;
}

/**
 * Whether the hashes prove the claim (RFC 9162 clause 2.1.4.2; the same proofs as RFC 6962 clause 2.1.2). Every tree
 * begins with the empty one, and equals itself, both without any hash.
 */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly Uint8Array[]): boolean {
  const { olderSize, olderRoot, newerSize, newerRoot } = claim;
  if (olderSize < 0 || olderSize > newerSize) return false;
  if (olderSize === 0) return proof.length === 0 && Buffer.compare(olderRoot, EMPTY_ROOT) === 0;
  if (olderSize === newerSize) return proof.length === 0 && Buffer.compare(olderRoot, newerRoot) === 0;
  // Where the older tree is perfect, its root is itself the first hash, and is not repeated in the proof.
  const [first, ...rest] = isPerfect(olderSize) ? [olderRoot, ...proof] : proof;
  if (first === undefined) return false;
  const path = new Climb(olderSize - 1, newerSize - 1);
  path.skipRightChildren();
  let older = first;
  let newer = first;
  for (const sibling of rest) {
    if (path.atRoot) return false;
    if (path.siblingIsLeft()) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
    } else {
      newer = nodeHash(newer, sibling);
    }
    path.up();
  }
  return path.atRoot && Buffer.compare(older, olderRoot) === 0 && Buffer.compare(newer, newerRoot) === 0;
}

/** The way from a leaf to the root. The RFC's bit shifts are divisions here: sizes pass 32 bits. */
class Climb {
  #place: number;
  #last: number;

  constructor(place: number, last: number) {
    this.#place = place;
    this.#last = last;
  }

  get atRoot(): boolean {
    return this.#last === 0;
  }

  /** A node at the right edge without a right sibling is lifted until it is a right child. */
  siblingIsLeft(): boolean {
    if (this.#place % 2 === 1) return true;
    if (this.#place !== this.#last) return false;
    while (this.#place % 2 === 0 && this.#place !== 0) this.up();
    return true;
  }

  skipRightChildren(): void {
    while (this.#place % 2 === 1) this.up();
  }

  up(): void {
    this.#place = Math.floor(this.#place / 2);
    this.#last = Math.floor(this.#last / 2);
  }
}
