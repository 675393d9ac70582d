import { Fault, type Parsed } from '../base/fault.ts';
import { ENTRY_SIZE_MAX } from '../ledger/entry.ts';
import { type NoteFault, type NoteSignature, type NoteSigner, parseNote, signatureLine } from '../ledger/note.ts';
import { canonicalJson, type Json, parseCanonicalJson } from './canonical-json.ts';
import { type GovernanceFault, GovernanceError, malformed } from './governance-fault.ts';

/** Room for the entry around it: a paper of this size fits into the log. */
export const PAPER_SIZE_MAX = ENTRY_SIZE_MAX - 512;

/**
 * What members sign: a note (C2SP signed-note) whose text is the paper's kind and one line of canonical JSON. Unlike a
 * note it may still have no signature. Its first line keeps it from passing for a checkpoint or for another paper.
 */
export interface SignedPaper {
  /** What is signed. */
  readonly text: Buffer;
  readonly json: Json;
  /** Not verified. */
  readonly signatures: readonly NoteSignature[];
}

/** The text to be signed. @param kind such as `bongsu/governance@v1` */
function paperText(kind: string, json: Json): string {
  return `${kind}\n${canonicalJson(json)}\n`;
}

/** A paper that nobody has signed yet, as its file holds it. */
export function unsignedPaper(kind: string, json: Json): Buffer {
  return Buffer.from(`${paperText(kind, json)}\n`);
}

/** Cuts a paper of this kind into its parts, and refuses every deviation. It verifies no signature. */
export function parsePaper(bytes: Uint8Array, kind: string): Parsed<SignedPaper, GovernanceFault | NoteFault> {
  if (bytes.length > PAPER_SIZE_MAX) {
    return new GovernanceError({ code: 'GOVERNANCE_TOO_LARGE', size: bytes.length, sizeMax: PAPER_SIZE_MAX });
  }
  const note = cutNote(bytes);
  if (note instanceof Fault) return note;
  const [firstLine, jsonLine, ...more] = note.text.toString('utf8').split('\n');
  if (firstLine !== kind) return malformed('first line', kind);
  if (jsonLine === undefined || more.length !== 1 || more[0] !== '') return malformed('text', 'two lines');
  const json = parseCanonicalJson(jsonLine);
  if (json === undefined) return new GovernanceError({ code: 'GOVERNANCE_NOT_CANONICAL' });
  return { ...note, json };
}

/** The paper with one signature more. A key that has signed before signs anew. */
export function withSignature(paper: SignedPaper, signer: NoteSigner): Buffer {
  const { name, keyId } = signer;
  const others = paper.signatures.filter((line) => line.name !== name || line.keyId !== keyId);
  return paperBytes({ ...paper, signatures: [...others, { name, keyId, signature: signer.sign(paper.text) }] });
}

/** Puts together what several people signed of one paper. */
export function joinPapers(papers: readonly [SignedPaper, ...SignedPaper[]]): Parsed<Buffer, GovernanceFault> {
  const [first] = papers;
  if (!papers.every(({ text }) => text.equals(first.text))) {
    return new GovernanceError({ code: 'GOVERNANCE_OTHER_PROPOSAL' });
  }
  const lines = new Map(
    papers.flatMap(({ signatures }) => signatures).map((line) => [`${line.name} ${line.keyId}`, line]),
  );
  return paperBytes({ ...first, signatures: [...lines.values()] });
}

/** The paper's octets, as its file and its entry hold it. */
export function paperBytes({ text, signatures }: SignedPaper): Buffer {
  return Buffer.concat([text, Buffer.from('\n'), Buffer.from(signatures.map(signatureLine).join(''))]);
}

/** A note without a signature is none to others: its empty line stands at the end. */
function cutNote(bytes: Uint8Array): Parsed<Omit<SignedPaper, 'json'>, NoteFault> {
  const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (octets.subarray(-2).toString('latin1') !== '\n\n') return parseNote(octets);
  return { text: octets.subarray(0, -1), signatures: [] };
}
