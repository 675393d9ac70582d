import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { decodeBase64 } from '../base/base64.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import {
  CHECKPOINT_SIZE_MAX,
  type CheckpointFault,
  openCheckpoint,
  parseCheckpoint,
  parseSize,
  type SignedCheckpoint,
} from './checkpoint.ts';
import { HASH_SIZE } from './layout.ts';
import type { LogVerifier } from './log-verifier.ts';
import { verifyConsistency } from './merkle.ts';
import { type NoteFault, type NoteSignature, parseNote, signatureLine } from './note.ts';
import type { LogKey } from './note-key.ts';
import { proveConsistency, PROOF_HASHES_MAX } from './proof.ts';
import { TreeReader } from './reader.ts';
import type { TileSource } from './tile-source.ts';

const HEADER = 'bongsu/equivocation@v1';
const NAME_LENGTH = 16;
/** Two checkpoints of the largest size, a signature line each that repeats the origin, the hashes, and some room. */
export const EQUIVOCATION_SIZE_MAX = 4 * CHECKPOINT_SIZE_MAX + 4 * 1024;

/** Two checkpoints of one log, signed by it, that no one tree has: of whom the log belongs to it cannot be denied. */
export interface Equivocation {
  readonly origin: string;
  /** The smaller one; of two of one size, the one whose root is. */
  readonly older: SignedCheckpoint;
  readonly newer: SignedCheckpoint;
  /** The key that signed both, written out; none where one key signed the one and another the other. */
  readonly signer: string | undefined;
  /** What the fact is called: it is of the origin, the keys, the sizes and the roots, and of no octet that others can vary. */
  readonly name: string;
  /** The proof with nothing in it that it does not need: one signature line for each checkpoint. */
  readonly proof: string;
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
  const notes = { older: older.note, newer: newer.note };
  if (older.size === newer.size) {
    return older.root.equals(newer.root) ? undefined : orThrow(judge({ tree: undefined, ...notes }, logKey)).proof;
  }
  assert(tree !== undefined);
  const reader = new TreeReader(tree, newer.size);
  const { size } = older;
  const root = await reader.root(size);
  if (root.equals(older.root)) return undefined;
  const hashes = await proveConsistency(reader, size);
  return orThrow(judge({ tree: { size, root, hashes }, ...notes }, logKey)).proof;
}

/** Checks a proof, offline: it needs the log's key and nothing else. */
export function verifyEquivocation(bytes: Uint8Array, logKey: LogVerifier): Parsed<Equivocation, EquivocationRefused> {
  const parts = parseEquivocation(bytes);
  return parts instanceof Fault ? parts : judge(parts, logKey);
}

/** The sizes of the two checkpoints of what may be a proof. Nothing about it is verified. */
export function readEquivocationSizes(bytes: Uint8Array): Parsed<readonly number[], EquivocationRefused> {
  const parts = parseEquivocation(bytes);
  if (parts instanceof Fault) return parts;
  const sizes: number[] = [];
  for (const bytes of [parts.older, parts.newer]) {
    const note = parseNote(Buffer.from(bytes));
    if (note instanceof Fault) return note;
    const checkpoint = parseCheckpoint(note.text);
    if (checkpoint instanceof Fault) return checkpoint;
    sizes.push(checkpoint.size);
  }
  return sizes;
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

function judge(parts: EquivocationParts, logKey: LogVerifier): Parsed<Equivocation, EquivocationRefused> {
  const older = openCheckpoint(Buffer.from(parts.older), logKey);
  if (older instanceof Fault) return older;
  const newer = openCheckpoint(Buffer.from(parts.newer), logKey);
  if (newer instanceof Fault) return newer;
  const { tree } = parts;
  if (!contradict(older, newer, tree)) {
    const [olderSize, newerSize] = [older.size, newer.size];
    return new EquivocationError({ code: 'EQUIVOCATION_NOT_SHOWN', olderSize, newerSize });
  }
  const isInOrder = tree !== undefined || Buffer.compare(older.root, newer.root) < 0;
  return factOf(isInOrder ? [older, newer] : [newer, older], tree, logKey);
}

/** The fact, and the one way to write it: whatever else stood in the notes is gone. */
function factOf(
  [older, newer]: readonly [SignedCheckpoint, SignedCheckpoint],
  tree: OlderTree | undefined,
  logKey: LogVerifier,
): Equivocation {
  const [ofOlder, ofNewer] = [signingsOf(older, logKey), signingsOf(newer, logKey)];
  const isBy = (vkey: string) => (signing: Signing) => signing.key.vkey === vkey;
  const signer = ofOlder.find(({ key }) => ofNewer.some(isBy(key.vkey)))?.key.vkey;
  const [one, other] = [ofOlder, ofNewer].map((of) => (signer === undefined ? of[0]! : of.find(isBy(signer))!));
  const origin = logKey.name;
  const facts = [origin, ...stated(older, one!), ...stated(newer, other!)];
  const name = hash('sha256', facts.join('\n'), 'hex').slice(0, NAME_LENGTH);
  const claim = tree && [`old ${tree.size}`, ...[tree.root, ...tree.hashes].map((each) => each.toString('base64'))];
  const head = [HEADER, ...(claim ?? [])].join('\n');
  const proof = `${head}\n\n${noteOf(older, one!)}\n${noteOf(newer, other!)}`;
  return { origin, older, newer, signer, name, proof };
}

interface Signing {
  readonly key: LogKey;
  readonly signature: NoteSignature;
}

/** Which of the log's keys signed a checkpoint, in an order of their own: one at least, as it was opened with them. */
function signingsOf({ size, note, signatures }: SignedCheckpoint, logKey: LogVerifier): readonly Signing[] {
  const text = textOf(note);
  return logKey
    .at(size)
    .flatMap((key) => signatures.map((signature) => ({ key, signature })))
    .filter(({ key, signature }) => signature.keyId === key.keyId && key.verifies(text, signature.signature))
    .toSorted((a, b) => (a.key.vkey < b.key.vkey ? -1 : 1));
}

function stated({ size, root }: SignedCheckpoint, { key }: Signing): readonly (string | number)[] {
  return [key.vkey, size, root.toString('base64')];
}

/** The checkpoint's text, octet for octet, under one signature. */
function noteOf({ note }: SignedCheckpoint, { signature }: Signing): string {
  return `${textOf(note).toString('utf8')}\n${signatureLine(signature)}`;
}

function textOf(note: string): Buffer {
  return orThrow(parseNote(Buffer.from(note))).text;
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

function isHash(value: Buffer | undefined): value is Buffer {
  return value?.length === HASH_SIZE;
}

function malformed(part: Extract<EquivocationFault, { code: 'EQUIVOCATION_MALFORMED' }>['part']): EquivocationError {
  return new EquivocationError({ code: 'EQUIVOCATION_MALFORMED', part });
}
