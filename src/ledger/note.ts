import { isUtf8 } from 'node:buffer';
import { decodeBase64 } from '../base/base64.ts';
import { Fault, type Parsed } from '../base/fault.ts';

/** Ours: room for NOTE_SIGNATURES_MAX post-quantum signatures of about 3.3 kB in base64. */
export const NOTE_SIZE_MAX = 256 * 1024;
/** signed-note asks for at least 16; a consortium's witnesses are more. */
export const NOTE_SIGNATURES_MAX = 64;
const KEY_ID_SIZE = 4;
const LINE_FEED = 0x0a;
// U+2014 and a space begin each signature line.
const SIGNATURE_MARK = '\u2014 ';
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([^ ]+)$/;

/** One signature line of a note. Nothing about it is verified. */
export interface NoteSignature {
  readonly name: string;
  /** Tells keys of one name apart: a uint32. It is no fingerprint, as four octets can be forged. */
  readonly keyId: number;
  readonly signature: Buffer;
}

/** A note cut into its parts. Nothing of it is verified. */
export interface Note {
  /** What is signed: the received octets with their last line feed, without the empty line. */
  readonly text: Buffer;
  readonly signatures: readonly NoteSignature[];
}

/**
 * Verifies one key's signatures. Each signature type of signed-note has its own way from the note's text to the octets
 * that are signed; a note needs to know none of them.
 */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  verifies(text: Buffer, signature: Buffer): boolean;
}

/** Makes one key's signatures. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: Buffer): Buffer;
}

export type NoteFault =
  | { code: 'NOTE_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'NOTE_MALFORMED'; part: 'text' | 'separator' | 'signature line'; line?: number }
  | { code: 'NOTE_TOO_MANY_SIGNATURES'; count: number; countMax: number }
  | { code: 'NOTE_SIGNATURE_WRONG'; name: string }
  | { code: 'NOTE_UNSIGNED'; name: string };
export class NoteError extends Fault<NoteFault> {}

/** Cuts a note into text and signatures (signed-note, "Format"), and refuses every deviation. It verifies nothing. */
export function parseNote(bytes: Uint8Array): Parsed<Note, NoteFault> {
  if (bytes.length > NOTE_SIZE_MAX) {
    return new NoteError({ code: 'NOTE_TOO_LARGE', size: bytes.length, sizeMax: NOTE_SIZE_MAX });
  }
  const note = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isNoteText(note)) return new NoteError({ code: 'NOTE_MALFORMED', part: 'text' });
  // The text may hold empty lines of its own, so only the last one separates.
  const separator = note.lastIndexOf('\n\n');
  if (separator === -1) return new NoteError({ code: 'NOTE_MALFORMED', part: 'separator' });
  const lines = note.toString('utf8', separator + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) return new NoteError({ code: 'NOTE_MALFORMED', part: 'separator' });
  if (lines.length > NOTE_SIGNATURES_MAX) {
    return new NoteError({ code: 'NOTE_TOO_MANY_SIGNATURES', count: lines.length, countMax: NOTE_SIGNATURES_MAX });
  }
  const signatures = lines.map(parseSignatureLine);
  if (!signatures.every((signature) => signature !== undefined)) {
    return new NoteError({ code: 'NOTE_MALFORMED', part: 'signature line', line: signatures.indexOf(undefined) });
  }
  return { text: note.subarray(0, separator + 1), signatures };
}

/**
 * Reads a note and verifies it (signed-note, "Verification"): at least one signature is by a known key, and none by a
 * known key is wrong. A key is known by its name and key ID together; signatures by others are ignored.
 * @returns the note with `signatures` cut down to the verified ones
 */
export function openNote(bytes: Uint8Array, verifiers: readonly NoteVerifier[]): Parsed<Note, NoteFault> {
  const note = parseNote(bytes);
  if (note instanceof Fault) return note;
  const verified = new Map<NoteVerifier, NoteSignature>();
  for (const signature of note.signatures) {
    const verifier = verifiers.find(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    if (verifier === undefined) continue;
    if (!verifier.verifies(note.text, signature.signature)) {
      return new NoteError({ code: 'NOTE_SIGNATURE_WRONG', name: verifier.name });
    }
    // A key that signed twice has still signed once.
    if (!verified.has(verifier)) verified.set(verifier, signature);
  }
  if (verified.size === 0) {
    return new NoteError({ code: 'NOTE_UNSIGNED', name: verifiers.map(({ name }) => name).join(' ') });
  }
  return { text: note.text, signatures: [...verified.values()] };
}

/**
 * The whole note: text, empty line, one line per signer in their order.
 * @param text ends in a line feed
 * @throws NoteError NOTE_MALFORMED for a text that no reader would accept
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const bytes = Buffer.from(text, 'utf8');
  if (!text.isWellFormed() || !isNoteText(bytes) || !text.endsWith('\n')) {
    throw new NoteError({ code: 'NOTE_MALFORMED', part: 'text' });
  }
  const lines = signers.map((signer) =>
    signatureLine({ name: signer.name, keyId: signer.keyId, signature: signer.sign(bytes) }),
  );
  return `${text}\n${lines.join('')}`;
}

/** One signature as its line. A cosigner answers with nothing else. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(KEY_ID_SIZE);
  id.writeUInt32BE(keyId);
  return `${SIGNATURE_MARK}${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** Whether two lines are by one key, as far as they say. */
export function isSameKey(one: NoteSignature, other: NoteSignature): boolean {
  return one.name === other.name && one.keyId === other.keyId;
}

/** Whether a key may bear this name (signed-note, "Format"): not empty, no Unicode space, no plus sign. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Cc}+]+$/u.test(name) && name.isWellFormed();
}

function isNoteText(bytes: Buffer): boolean {
  return isUtf8(bytes) && bytes.every((octet) => octet >= 0x20 || octet === LINE_FEED);
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const match = SIGNATURE_LINE.exec(line);
  if (match === null || !isKeyName(match[1]!)) return undefined;
  const bytes = decodeBase64(match[2]!);
  if (bytes === undefined || bytes.length <= KEY_ID_SIZE) return undefined;
  return { name: match[1]!, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(KEY_ID_SIZE) };
}
