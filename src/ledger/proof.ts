import assert from 'node:assert/strict';
import { decodeBase64 } from '../base/base64.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { type CheckpointFault, openCheckpoint, parseSize, type SignedCheckpoint } from './checkpoint.ts';
import { HASH_SIZE, TILE_WIDTH } from './layout.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { LogVerifier } from './log-verifier.ts';
import { NOTE_SIZE_MAX, type NoteFault } from './note.ts';
import { readBundle, readCheckpoint, TreeReader } from './reader.ts';
import type { TileSource } from './tile-source.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** tlog-proof: a tree of 2^64 leaves has paths of 64 hashes; ours has at most 2^53. */
export const PROOF_HASHES_MAX = 63;
/** The largest note, an entry of the largest size in base64, the hashes, and some room. */
export const PROOF_SIZE_MAX = NOTE_SIZE_MAX + 96 * 1024;

/** A receipt that checks offline (tlog-proof): this leaf stands at this index of the log that signed this checkpoint. */
export interface LogProof {
  /** Not covered by any signature. Ours is the entry itself, where the maker put it in: its hash is checked. */
  readonly extra: Buffer | undefined;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** The checkpoint's note, octet for octet. */
  readonly checkpoint: string;
}

export type ProofFault =
  | { code: 'PROOF_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'PROOF_MALFORMED'; part: 'header' | 'extra' | 'index' | 'hashes' | 'checkpoint' }
  | { code: 'PROOF_DOES_NOT_HOLD'; index: number; size: number }
  | { code: 'ENTRY_NOT_IN_LOG'; index: number; size: number };
export class ProofError extends Fault<ProofFault> {}

/** The hashes that prove the leaf at `index` (RFC 6962 clause 2.1.1), from its sibling up. */
export async function proveInclusion(tree: TreeReader, index: number): Promise<Buffer[]> {
  assert(index >= 0 && index < tree.size);
  const path = async (from: number, to: number): Promise<Buffer[]> => {
    if (to - from === 1) return [];
    const split = from + splitOf(to - from);
    return index < split
      ? [...(await path(from, split)), await tree.subtreeHash(split, to)]
      : [...(await path(split, to)), await tree.subtreeHash(from, split)];
  };
  return path(0, tree.size);
}

/** The hashes that prove that the tree began with its first `olderSize` leaves (RFC 6962 clause 2.1.2). */
export async function proveConsistency(tree: TreeReader, olderSize: number): Promise<Buffer[]> {
  assert(olderSize >= 0 && olderSize <= tree.size);
  if (olderSize === 0) return [];
  const subproof = async (from: number, to: number, older: number, isWhole: boolean): Promise<Buffer[]> => {
    if (older === to - from) return isWhole ? [] : [await tree.subtreeHash(from, to)];
    const split = splitOf(to - from);
    return older <= split
      ? [...(await subproof(from, from + split, older, isWhole)), await tree.subtreeHash(from + split, to)]
      : [...(await subproof(from + split, to, older - split, false)), await tree.subtreeHash(from, from + split)];
  };
  return subproof(0, tree.size, olderSize, true);
}

/**
 * Makes a proof from a log's files, and checks it before it is given away: the files are not trusted.
 * @throws ProofError ENTRY_NOT_IN_LOG past the checkpoint's size, PROOF_DOES_NOT_HOLD where the log's files disagree with
 *   its checkpoint; what `readCheckpoint`, `readBundle` and `readTile` throw
 */
export async function makeProof(
  source: TileSource,
  { index, logKey, withEntry }: { index: number; logKey: LogVerifier; withEntry: boolean },
): Promise<LogProof> {
  const { size, note } = await readCheckpoint(source, logKey);
  if (index >= size) throw new ProofError({ code: 'ENTRY_NOT_IN_LOG', index, size });
  const bundle = await readBundle(source, size, Math.floor(index / TILE_WIDTH));
  const entry = bundle[index % TILE_WIDTH]!;
  const hashes = await proveInclusion(new TreeReader(source, size), index);
  const proof: LogProof = { extra: withEntry ? entry : undefined, index, hashes, checkpoint: note };
  orThrow(checkProof(proof, { leafHash: leafHash(entry), logKey }));
  return proof;
}

export function formatProof({ extra, index, hashes, checkpoint }: LogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof's text. Nothing of it is verified. */
export function parseProof(bytes: Uint8Array): Parsed<LogProof, ProofFault> {
  if (bytes.length > PROOF_SIZE_MAX) {
    return new ProofError({ code: 'PROOF_TOO_LARGE', size: bytes.length, sizeMax: PROOF_SIZE_MAX });
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  // Here the first empty line separates: the checkpoint after it has one of its own.
  const separator = text.indexOf('\n\n');
  if (separator === -1) return malformed('checkpoint');
  const lines = text.slice(0, separator).split('\n');
  if (lines.shift() !== HEADER) return malformed('header');
  const extraLine = lines[0]?.startsWith('extra ') === true ? lines.shift()! : undefined;
  const extra = extraLine === undefined ? undefined : decodeBase64(extraLine.slice('extra '.length));
  if (extraLine !== undefined && extra === undefined) return malformed('extra');
  const [, indexText] = /^index (.*)$/.exec(lines.shift() ?? '') ?? [];
  const index = parseSize(indexText ?? '');
  if (index === undefined) return malformed('index');
  const hashes = lines.map(decodeBase64);
  if (hashes.length > PROOF_HASHES_MAX || !hashes.every(isHash)) return malformed('hashes');
  return { extra, index, hashes, checkpoint: text.slice(separator + 2) };
}

/**
 * Checks a proof: the log of this key signed the checkpoint, and this leaf stands at the proof's index under its root.
 * @returns the checkpoint under which it holds
 */
export function checkProof(
  proof: LogProof,
  { leafHash, logKey }: { leafHash: Uint8Array; logKey: LogVerifier },
): Parsed<SignedCheckpoint, ProofFault | NoteFault | CheckpointFault> {
  const checkpoint = openCheckpoint(Buffer.from(proof.checkpoint, 'utf8'), logKey);
  if (checkpoint instanceof Fault) return checkpoint;
  const { size, root } = checkpoint;
  const { index, hashes } = proof;
  return verifyInclusion({ index, size, leafHash, root }, hashes)
    ? checkpoint
    : new ProofError({ code: 'PROOF_DOES_NOT_HOLD', index, size });
}

/** The size of the left subtree: the largest power of two below `size` (RFC 6962 clause 2.1). */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function isHash(value: Buffer | undefined): value is Buffer {
  return value?.length === HASH_SIZE;
}

function malformed(part: Extract<ProofFault, { code: 'PROOF_MALFORMED' }>['part']): ProofError {
  return new ProofError({ code: 'PROOF_MALFORMED', part });
}
