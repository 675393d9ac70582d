import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { decodeBase64 } from '../base/base64.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { type CheckpointFault, openCheckpoint, parseSize, type SignedCheckpoint } from './checkpoint.ts';
import { HASH_SIZE } from './layout.ts';
import type { LogVerifier } from './log-verifier.ts';
import { verifyConsistency } from './merkle.ts';
import { NOTE_SIZE_MAX, type NoteFault } from './note.ts';
import { proveConsistency, PROOF_HASHES_MAX } from './proof.ts';
import { TreeReader } from './reader.ts';
import type { TileSource } from './tile-source.ts';

const HEADER = 'bongsu/equivocation@v1';
const NAME_LENGTH = 16;
/** Two notes of the largest size, the hashes, and some room. */
export const EQUIVOCATION_SIZE_MAX = 2 * NOTE_SIZE_MAX + 8 * 1024;

/** Two checkpoints of one log, signed by it, that no one tree has: of whom the log belongs to it cannot be denied. */
export interface Equivocation {
  readonly origin: string;
  /** The smaller one; where both are of one size, either. */
  readonly older: SignedCheckpoint;
  readonly newer: SignedCheckpoint;
}

export type EquivocationFault =
  | { code: 'EQUIVOCATION_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'EQUIVOCATION_MALFORMED'; part: 'header' | 'old' | 'root' | 'hashes' | 'notes' }
  | { code: 'EQUIVOCATION_NOT_SHOWN'; olderSize: number; newerSize: number };
export class EquivocationError extends Fault<EquivocationFault> {}
/** Why something is no proof. */
export type EquivocationRefused = EquivocationFault | NoteFault | CheckpointFault;

/**
 * Writes the proof, and checks it before it is given away.
 * @param tree where the tree of the larger checkpoint is read from; two of one size need none
 * @returns undefined where the two are of one tree
 * @throws EquivocationError EQUIVOCATION_NOT_SHOWN where `tree` is not the tree of the larger checkpoint; ReaderError;
 * SourceError
 */
export async function proveEquivocation(
  [one, other]: readonly [SignedCheckpoint, SignedCheckpoint],
  { logKey, tree }: { logKey: LogVerifier; tree?: TileSource },
): Promise<string | undefined> {
  const [older, newer] = one.size <= other.size ? [one, other] : [other, one];
  // Every tree begins with the empty one.
  if (older.size === 0) return undefined;
  const notes = [older.note, newer.note].join('\n');
  if (older.size === newer.size) {
    return older.root.equals(newer.root) ? undefined : checked(`${HEADER}\n\n${notes}`, logKey);
  }
  assert(tree !== undefined);
  const reader = new TreeReader(tree, newer.size);
  const root = await reader.root(older.size);
  if (root.equals(older.root)) return undefined;
  const hashes = await proveConsistency(reader, older.size);
  const lines = [HEADER, `old ${older.size}`, ...[root, ...hashes].map((hash) => hash.toString('base64'))];
  return checked(`${lines.join('\n')}\n\n${notes}`, logKey);
}

/** What a proof is called: the beginning of its SHA-256, in hex. */
export function proofName(proof: string): string {
  return hash('sha256', proof, 'hex').slice(0, NAME_LENGTH);
}

/** Checks a proof, offline: it needs the log's key and nothing else. */
export function verifyEquivocation(bytes: Uint8Array, logKey: LogVerifier): Parsed<Equivocation, EquivocationRefused> {
  const parts = parseEquivocation(bytes);
  if (parts instanceof Fault) return parts;
  const older = openCheckpoint(Buffer.from(parts.older), logKey);
  if (older instanceof Fault) return older;
  const newer = openCheckpoint(Buffer.from(parts.newer), logKey);
  if (newer instanceof Fault) return newer;
  if (!contradict(older, newer, parts.tree)) {
    return new EquivocationError({
      code: 'EQUIVOCATION_NOT_SHOWN',
      olderSize: older.size,
      newerSize: newer.size,
    });
  }
  return { origin: logKey.name, older, newer };
}

/** What the tree of the newer note was at the size of the older one, and the hashes that prove it. */
interface OlderTree {
  readonly size: number;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
}

interface EquivocationParts {
  readonly tree: OlderTree | undefined;
  readonly older: string;
  readonly newer: string;
}

/** Whether the newer tree is proven to have begun in another way than the older note says. */
function contradict(older: SignedCheckpoint, newer: SignedCheckpoint, tree: OlderTree | undefined): boolean {
  if (tree === undefined) return older.size === newer.size && !older.root.equals(newer.root);
  const claim = { olderSize: tree.size, olderRoot: tree.root, newerSize: newer.size, newerRoot: newer.root };
  const isProven = older.size < newer.size && tree.size === older.size && verifyConsistency(claim, tree.hashes);
  return isProven && !tree.root.equals(older.root);
}

/** Cuts a proof into its parts. A checkpoint's text has no empty line, so each empty line separates. */
function parseEquivocation(bytes: Uint8Array): Parsed<EquivocationParts, EquivocationFault> {
  if (bytes.length > EQUIVOCATION_SIZE_MAX) {
    const [size, sizeMax] = [bytes.length, EQUIVOCATION_SIZE_MAX];
    return new EquivocationError({ code: 'EQUIVOCATION_TOO_LARGE', size, sizeMax });
  }
  const [head, ...rest] = Buffer.from(bytes).toString('utf8').split('\n\n');
  const [header, ...lines] = head!.split('\n');
  if (header !== HEADER) return malformed('header');
  if (rest.length !== 4) return malformed('notes');
  const [olderText, olderLines, newerText, newerLines] = rest;
  const tree = lines.length === 0 ? undefined : parseOlderTree(lines);
  if (tree instanceof Fault) return tree;
  return { tree, older: `${olderText}\n\n${olderLines}\n`, newer: `${newerText}\n\n${newerLines}` };
}

function parseOlderTree([old, ...lines]: readonly string[]): Parsed<OlderTree, EquivocationFault> {
  const size = parseSize(/^old (.*)$/.exec(old!)?.[1] ?? '');
  if (size === undefined) return malformed('old');
  const [root, ...hashes] = lines.map(decodeBase64);
  if (!isHash(root)) return malformed('root');
  if (hashes.length > PROOF_HASHES_MAX || !hashes.every(isHash)) return malformed('hashes');
  return { size, root, hashes };
}

function checked(text: string, logKey: LogVerifier): string {
  orThrow(verifyEquivocation(Buffer.from(text), logKey));
  return text;
}

function isHash(value: Buffer | undefined): value is Buffer {
  return value?.length === HASH_SIZE;
}

function malformed(part: Extract<EquivocationFault, { code: 'EQUIVOCATION_MALFORMED' }>['part']): EquivocationError {
  return new EquivocationError({ code: 'EQUIVOCATION_MALFORMED', part });
}
