import { decodeBase64 } from '../base/base64.ts';
import { Fault, type Parsed } from '../base/fault.ts';
import { HASH_SIZE } from './layout.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { type NoteFault, type NoteSignature, type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts';

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
  | { code: 'CHECKPOINT_OF_OTHER_LOG'; expectedOrigin: string };
export class CheckpointError extends Fault<CheckpointFault> {}

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
  const lines = text.toString('utf8').split('\n');
  if (lines.pop() !== '') return malformed('last line');
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || origin === '') return malformed('origin');
  const size = parseSize(sizeText ?? '');
  if (size === undefined) return malformed('size');
  const root = decodeBase64(rootText ?? '');
  if (root?.length !== HASH_SIZE) return malformed('root');
  if (size === 0 && !root.equals(EMPTY_ROOT)) return malformed('root');
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
 */
export function openCheckpoint(
  bytes: Uint8Array,
  logKey: NoteVerifier,
): Parsed<SignedCheckpoint, NoteFault | CheckpointFault> {
  const note = openNote(bytes, [logKey]);
  if (note instanceof Fault) return note;
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint instanceof Fault) return checkpoint;
  if (checkpoint.origin !== logKey.name) {
    return new CheckpointError({ code: 'CHECKPOINT_OF_OTHER_LOG', expectedOrigin: logKey.name });
  }
  return { ...checkpoint, note: Buffer.from(bytes).toString('utf8'), signatures: note.signatures };
}

function malformed(field: string): CheckpointError {
  return new CheckpointError({ code: 'CHECKPOINT_MALFORMED', field });
}
