import { decodeBase64 } from '../base/base64.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import { HASH_SIZE } from './layout.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { isOverruled, type LogVerifier } from './log-verifier.ts';
import {
  NoteError,
  type NoteFault,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  parseNote,
  signNote,
} from './note.ts';

/** The state of a log at one size (tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log for good; its key bears the same name. */
  readonly origin: string;
  /** Entries: 0..2^53-1. */
  readonly size: number;
  readonly root: Buffer;
  /** Extension lines. We write none and read nothing in them: witnesses vouch for no such line. */
  readonly extensions: readonly string[];
}

/** A checkpoint whose log signed it. */
export interface SignedCheckpoint extends Checkpoint {
  /** The note as received: keep and pass on these octets, never a note made again from the parts. */
  readonly note: string;
  readonly signatures: readonly NoteSignature[];
}

export type CheckpointFault =
  | { code: 'CHECKPOINT_MALFORMED'; field: string }
  | { code: 'CHECKPOINT_TOO_LARGE'; octets: number; octetsMax: number }
  | { code: 'CHECKPOINT_OF_OTHER_LOG'; expectedOrigin: string }
  // The log had two histories, and the consortium chose: from `settledSize` on, the other one.
  | { code: 'CHECKPOINT_OVERRULED'; size: number; settledSize: number };
export class CheckpointError extends Fault<CheckpointFault> {}

/**
 * Octets of a checkpoint's text: we write no extension line, and others a few. What is larger nobody takes for a checkpoint,
 * so that two of them always fit a proof.
 */
export const CHECKPOINT_SIZE_MAX = 4 * 1024;
const SIZE = /^(?:0|[1-9][0-9]*)$/;

/** Reads a decimal size: no sign, no leading zero, at most 2^53-1. `Number` alone takes ' 3', '03', '3e2' and '0x10'. */
export function parseSize(text: string): number | undefined {
  const size = SIZE.test(text) ? Number(text) : undefined;
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}

/** The text to be signed. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return `${[origin, size, root.toString('base64'), ...extensions].join('\n')}\n`;
}

/** Reads the text of a checkpoint, without its signatures. It says nothing of who signed it. */
export function parseCheckpoint(text: Buffer): Parsed<Checkpoint, CheckpointFault> {
  const checkpoint = parseCheckpointLines(text);
  if (checkpoint instanceof Fault) return checkpoint;
  return checkpoint.size === 0 && !checkpoint.root.equals(EMPTY_ROOT) ? malformed('root') : checkpoint;
}

/** The same for a checkpoint of size 0 with any root, which a witness refuses in its own way. */
export function parseCheckpointLines(text: Buffer): Parsed<Checkpoint, CheckpointFault> {
  if (text.length > CHECKPOINT_SIZE_MAX) {
    const [octets, octetsMax] = [text.length, CHECKPOINT_SIZE_MAX];
    return new CheckpointError({ code: 'CHECKPOINT_TOO_LARGE', octets, octetsMax });
  }
  const lines = text.toString('utf8').split('\n');
  if (lines.pop() !== '') return malformed('last line');
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || origin === '') return malformed('origin');
  const size = parseSize(sizeText ?? '');
  if (size === undefined) return malformed('size');
  const root = decodeBase64(rootText ?? '');
  if (root?.length !== HASH_SIZE) return malformed('root');
  if (extensions.includes('')) return malformed('extension');
  return { origin, size, root, extensions };
}

/** The signed note of a checkpoint. The log's own signer comes first. */
export function signCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>, signers: readonly NoteSigner[]): string {
  return signNote(formatCheckpoint({ ...checkpoint, extensions: [] }), signers);
}

/**
 * Reads a checkpoint and verifies the signature of its log. What it says of the log is true for those who trust the key;
 * whether it continues an older checkpoint is another question (`verifyConsistency`).
 * @param cosigners whose signatures are verified beside it, and kept in `signatures` where they stand in the note
 */
export function openCheckpoint(
  bytes: Uint8Array,
  logKey: LogVerifier,
  cosigners: readonly NoteVerifier[] = [],
): Parsed<SignedCheckpoint, NoteFault | CheckpointFault> {
  const unverified = parseNote(bytes);
  if (unverified instanceof Fault) return unverified;
  const checkpoint = parseCheckpoint(unverified.text);
  if (checkpoint instanceof Fault) return checkpoint;
  // The size says which of the log's keys may have signed.
  const logKeys = logKey.at(checkpoint.size);
  const note = openNote(bytes, [...logKeys, ...cosigners]);
  if (note instanceof Fault) return note;
  const isOfLog = note.signatures.some(({ name, keyId }) =>
    logKeys.some((key) => key.name === name && key.keyId === keyId),
  );
  if (!isOfLog) return new NoteError({ code: 'NOTE_UNSIGNED', name: logKey.name });
  if (checkpoint.origin !== logKey.name) {
    return new CheckpointError({ code: 'CHECKPOINT_OF_OTHER_LOG', expectedOrigin: logKey.name });
  }
  if (isOverruled(checkpoint, logKey)) {
    const [size, settledSize] = [checkpoint.size, logKey.settled!.size];
    return new CheckpointError({ code: 'CHECKPOINT_OVERRULED', size, settledSize });
  }
  return { ...checkpoint, note: Buffer.from(bytes).toString('utf8'), signatures: note.signatures };
}

function malformed(field: string): CheckpointError {
  return new CheckpointError({ code: 'CHECKPOINT_MALFORMED', field });
}
