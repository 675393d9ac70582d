import { hash } from 'node:crypto';
import { signCheckpoint } from '../../src/ledger/checkpoint.ts';
import type { SigningKey } from '../../src/ledger/note-key.ts';
import { formatWitnessRequest } from '../../src/ledger/witness-request.ts';

/** RFC 6962 clause 2.1, written a second time: over leaf hashes that are held in memory. */
export function rootOfLeaves(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return leaves[0]!;
  const split = splitOf(leaves.length);
  return node(rootOfLeaves(leaves.slice(0, split)), rootOfLeaves(leaves.slice(split)));
}

/** RFC 6962 clause 2.1.2. */
export function consistencyOfLeaves(olderSize: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (olderSize === 0) return [];
  if (olderSize === leaves.length) return isWhole ? [] : [rootOfLeaves(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return olderSize <= split
    ? [...consistencyOfLeaves(olderSize, left, isWhole), rootOfLeaves(right)]
    : [...consistencyOfLeaves(olderSize - split, right, false), rootOfLeaves(left)];
}

/** Leaf hashes of a history: those that share its beginning, and then its own. */
export function leavesOf(history: string, size: number, shared: readonly Buffer[] = []): Buffer[] {
  const own = Array.from({ length: Math.max(0, size - shared.length) }, (_, place) =>
    hash('sha256', `${history} ${place}`, 'buffer'),
  );
  return [...shared.slice(0, size), ...own];
}

export function noteOfLeaves(leaves: readonly Buffer[], key: SigningKey): string {
  return signCheckpoint({ origin: key.name, size: leaves.length, root: rootOfLeaves(leaves) }, [key]);
}

/** A request to a witness, with the right proof. */
export function requestFor(leaves: readonly Buffer[], oldSize: number, key: SigningKey): Buffer {
  const proof = oldSize > leaves.length ? [] : consistencyOfLeaves(oldSize, leaves);
  return Buffer.from(formatWitnessRequest({ oldSize, proof, note: noteOfLeaves(leaves, key) }));
}

function node(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(1), left, right]), 'buffer');
}

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}
