import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { withLineFeeds } from '../base/line-feeds.ts';
import {
  type Checkpoint,
  type CheckpointFault,
  openCheckpoint,
  parseCheckpoint,
  parseSize,
  type SignedCheckpoint,
} from '../ledger/checkpoint.ts';
import type { WitnessKey } from '../ledger/cosignature.ts';
import { TILE_WIDTH } from '../ledger/layout.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { leafHash, verifyInclusion } from '../ledger/merkle.ts';
import { type NoteFault, parseNote } from '../ledger/note.ts';
import {
  checkProof,
  formatProof,
  type LogProof,
  parseProof,
  PROOF_SIZE_MAX,
  ProofError,
  type ProofFault,
  proveInclusion,
} from '../ledger/proof.ts';
import { readBundle, TreeReader } from '../ledger/reader.ts';
import type { TileSource } from '../ledger/tile-source.ts';
import { proveUnderBest, witnessesOf } from '../sealing/receipt.ts';
import { decodeStatement, type Envelope } from '../statements/codec.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import { decodeOwnEntry, type OwnEntry } from '../statements/own-entry.ts';

const HEADER = 'bongsu/evidence-proof@v1';
/** The origin of a member's own log is that of its shared log with this behind it. */
export const OWN_ORIGIN_SUFFIX = '/own';
/** Two proofs of the largest size, and four lines. */
export const ANCHORED_PROOF_SIZE_MAX = 2 * PROOF_SIZE_MAX + 256;

export type AnchoredProofFault =
  | { code: 'EVIDENCE_PROOF_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'EVIDENCE_PROOF_MALFORMED'; part: 'header' | 'own' | 'shared' | 'own entry' | 'anchor' }
  | { code: 'EVIDENCE_PROOF_NOT_ANCHORED'; index: number }
  | { code: 'EVIDENCE_PROOF_ISSUERS_DIFFER'; index: number; issuer: string; anchorIssuer: string };
export class AnchoredProofError extends Fault<AnchoredProofFault> {}

/** That an entry stood in a member's own log, and that the member had told the others so by then. */
export interface AnchoredProof {
  /** Of the entry, under a checkpoint of the own log. */
  readonly own: LogProof;
  /** Of the statement in the shared log that holds this very checkpoint. */
  readonly shared: LogProof;
}

export interface AnchorShown {
  readonly index: number;
  readonly timeMs: number;
  readonly ownSize: number;
  /**
   * Witnesses of the checkpoint that the anchor holds: it was made after the latest of these times. None where that was
   * signed by an earlier key of the log.
   */
  readonly witnesses: readonly { readonly name: string; readonly atMs: number }[];
}

/** What such a proof proves. */
export interface Anchored {
  /** Where the entry stands in the own log. */
  readonly index: number;
  /** It and the anchor name the same member. That the log is this member's, the log's key alone does not say. */
  readonly entry: Envelope & OwnEntry;
  /** Where the anchor stands in the shared log, and when it was stated by the member's clock. */
  readonly anchor: AnchorShown;
  readonly checkpoint: SignedCheckpoint;
  /** Witnesses of the shared log's checkpoint: the file was there before the earliest of these times. */
  readonly witnesses: readonly { readonly name: string; readonly atMs: number }[];
}

/**
 * Makes a proof, and checks it before it is given away: files are not trusted.
 * @param options.anchor a statement of the shared log whose own checkpoint covers the entry
 * @throws AnchoredProofError; what `makeProof` throws
 */
export async function makeAnchoredProof(
  sources: { own: TileSource; shared: TileSource },
  options: { index: number; anchor: { readonly index: number; readonly own: string }; sharedKey: LogVerifier },
): Promise<string> {
  const { index, anchor, sharedKey } = options;
  const { size } = orThrow(checkpointIn(anchor.own));
  if (index >= size) throw new ProofError({ code: 'ENTRY_NOT_IN_LOG', index, size });
  const entry = (await readBundle(sources.own, size, Math.floor(index / TILE_WIDTH)))[index % TILE_WIDTH]!;
  const hashes = await proveInclusion(new TreeReader(sources.own, size), index);
  const own = { extra: entry, index, hashes, checkpoint: anchor.own };
  const shared = await proveUnderBest(sources.shared, { index: anchor.index, logKey: sharedKey });
  const text = formatAnchoredProof({ own, shared });
  orThrow(checkAnchoredProof(orThrow(parseAnchoredProof(Buffer.from(text))), { sharedKey }));
  return text;
}

export function formatAnchoredProof({ own, shared }: AnchoredProof): string {
  const [ownText, sharedText] = [formatProof(own), formatProof(shared)];
  const sizes = `own ${Buffer.byteLength(ownText)}\nshared ${Buffer.byteLength(sharedText)}\n`;
  return `${HEADER}\n${sizes}\n${ownText}${sharedText}`;
}

/** Reads a proof's text. Nothing of it is verified. */
export function parseAnchoredProof(bytes: Uint8Array): Parsed<AnchoredProof, AnchoredProofFault | ProofFault> {
  if (bytes.length > ANCHORED_PROOF_SIZE_MAX) {
    const [size, sizeMax] = [bytes.length, ANCHORED_PROOF_SIZE_MAX];
    return new AnchoredProofError({ code: 'EVIDENCE_PROOF_TOO_LARGE', size, sizeMax });
  }
  const octets = withLineFeeds(bytes);
  const separator = octets.indexOf('\n\n');
  if (separator === -1) return malformed('header');
  const [header, ownLine, sharedLine, ...more] = octets.toString('latin1', 0, separator).split('\n');
  if (header !== HEADER || more.length > 0) return malformed('header');
  const ownSize = sizeAfter('own ', ownLine);
  if (ownSize === undefined) return malformed('own');
  const sharedSize = sizeAfter('shared ', sharedLine);
  const start = separator + 2;
  if (sharedSize === undefined || start + ownSize + sharedSize !== octets.length) return malformed('shared');
  const own = parseProof(octets.subarray(start, start + ownSize));
  if (own instanceof Fault) return own;
  const shared = parseProof(octets.subarray(start + ownSize));
  return shared instanceof Fault ? shared : { own, shared };
}

/**
 * Checks a proof offline, with the key of the shared log alone: what the own log's checkpoint says is believed because
 * the member stated that very checkpoint to the others.
 */
export function checkAnchoredProof(
  { own, shared }: AnchoredProof,
  { sharedKey, witnessKeys = [] }: { sharedKey: LogVerifier; witnessKeys?: readonly WitnessKey[] },
): Parsed<Anchored, AnchoredProofFault | ProofFault | NoteFault | CheckpointFault> {
  const anchor = anchorIn(shared);
  if (anchor instanceof Fault) return anchor;
  const proven = checkProof(shared, { leafHash: leafHash(shared.extra!), logKey: sharedKey });
  if (proven instanceof Fault) return proven;
  const { index } = own;
  const tree = checkpointIn(own.checkpoint);
  if (tree instanceof Fault) return tree;
  if (anchor.own !== own.checkpoint || tree.origin !== `${sharedKey.name}${OWN_ORIGIN_SUFFIX}`) {
    return new AnchoredProofError({ code: 'EVIDENCE_PROOF_NOT_ANCHORED', index });
  }
  const entry = ownEntryIn(own);
  if (entry instanceof Fault) return entry;
  if (entry.issuer !== anchor.issuer) {
    const { issuer } = entry;
    const { issuer: anchorIssuer } = anchor;
    return new AnchoredProofError({ code: 'EVIDENCE_PROOF_ISSUERS_DIFFER', index, issuer, anchorIssuer });
  }
  const { size, root } = tree;
  if (!verifyInclusion({ index, size, leafHash: leafHash(own.extra!), root }, own.hashes)) {
    return new ProofError({ code: 'PROOF_DOES_NOT_HOLD', index, size });
  }
  const checkpoint = openCheckpoint(Buffer.from(shared.checkpoint), sharedKey, witnessKeys);
  if (checkpoint instanceof Fault) return checkpoint;
  return {
    index,
    entry,
    anchor: {
      index: shared.index,
      timeMs: anchor.timeMs,
      ownSize: size,
      witnesses: witnessesIn(anchor.shared, { sharedKey, witnessKeys }),
    },
    checkpoint,
    witnesses: witnessesOf(checkpoint, witnessKeys),
  };
}

/** The tree of the own log that an anchor shows, where it is of the member with this shared log. */
export function ownTreeIn({ own }: Pick<LogAnchored, 'own'>, sharedOrigin: string): Checkpoint | undefined {
  const tree = checkpointIn(own);
  return tree instanceof Fault || tree.origin !== `${sharedOrigin}${OWN_ORIGIN_SUFFIX}` ? undefined : tree;
}

/** A checkpoint, whoever signed it. */
export function checkpointIn(note: string): Parsed<Checkpoint, NoteFault | CheckpointFault> {
  const parsed = parseNote(Buffer.from(note));
  return parsed instanceof Fault ? parsed : parseCheckpoint(parsed.text);
}

function witnessesIn(
  note: string,
  { sharedKey, witnessKeys }: { sharedKey: LogVerifier; witnessKeys: readonly WitnessKey[] },
): AnchorShown['witnesses'] {
  const held = openCheckpoint(Buffer.from(note), sharedKey, witnessKeys);
  return held instanceof Fault ? [] : witnessesOf(held, witnessKeys);
}

function anchorIn({ extra }: LogProof): Parsed<LogAnchored & Envelope, AnchoredProofFault> {
  return orMalformed('anchor', () => {
    const { statement, ...envelope } = decodeStatement(extra ?? Buffer.alloc(0));
    return statement?.kind === 'log.anchored' ? { ...envelope, ...statement } : malformed('anchor');
  });
}

function ownEntryIn({ extra }: LogProof): Parsed<Envelope & OwnEntry, AnchoredProofFault> {
  return orMalformed('own entry', () => decodeOwnEntry(extra ?? Buffer.alloc(0)));
}

function orMalformed<T>(part: 'own entry' | 'anchor', read: () => T): T | AnchoredProofError {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return malformed(part);
    throw error;
  }
}

function sizeAfter(prefix: string, line = ''): number | undefined {
  return line.startsWith(prefix) ? parseSize(line.slice(prefix.length)) : undefined;
}

function malformed(
  part: Extract<AnchoredProofFault, { code: 'EVIDENCE_PROOF_MALFORMED' }>['part'],
): AnchoredProofError {
  return new AnchoredProofError({ code: 'EVIDENCE_PROOF_MALFORMED', part });
}
