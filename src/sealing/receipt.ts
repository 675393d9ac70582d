import { decodeBase64 } from '../base/base64.ts';
import { Fault, orThrow, type Parsed } from '../base/fault.ts';
import { withLineFeeds } from '../base/line-feeds.ts';
import { type CheckpointFault, openCheckpoint, type SignedCheckpoint } from '../ledger/checkpoint.ts';
import { cosignedAtMs, type WitnessKey } from '../ledger/cosignature.ts';
import { decodeEntry, ENTRY_SIZE_MAX, EntryError, isSealed, type SealedEntry } from '../ledger/entry.ts';
import { CHECKPOINT_PATH, WITNESSED_PATH } from '../ledger/layout.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { leafHash } from '../ledger/merkle.ts';
import type { NoteFault } from '../ledger/note.ts';
import {
  checkProof,
  formatProof,
  type LogProof,
  makeProof,
  parseProof,
  PROOF_SIZE_MAX,
  ProofError,
  type ProofFault,
} from '../ledger/proof.ts';
import type { TileSource } from '../ledger/tile-source.ts';
import { decodeOpening, encodeOpening, isOpenedBy, type KeyOf, open, type Opening } from './seal.ts';

const HEADER = 'bongsu/receipt@v1';
const OPENING = 'opening ';
/** A proof of the largest size, and the content of the largest entry in base64. */
export const RECEIPT_SIZE_MAX = PROOF_SIZE_MAX + 96 * 1024;

export type ReceiptFault =
  | { code: 'RECEIPT_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'RECEIPT_MALFORMED'; part: 'header' | 'opening' | 'entry' }
  | { code: 'RECEIPT_OF_OTHER_BODY'; index: number }
  | { code: 'RECEIPT_ENTRY_PUBLIC'; index: number }
  | { code: 'RECEIPT_ENTRY_FOREIGN'; index: number; issuer: string };
export class ReceiptError extends Fault<ReceiptFault> {}

/**
 * What a person is handed whose device somebody made a statement about: the proof that a sealed entry stands in a log,
 * and what opens this one entry. It needs no epoch key and no network, and tells nothing of any other entry.
 */
export interface Receipt {
  readonly opening: Opening;
  /** With the entry in it. */
  readonly proof: LogProof;
}

/** What a receipt proves. */
export interface Received {
  readonly index: number;
  /** It names whom its writer liked: nobody but the owner of the log has said it, whoever that is. */
  readonly entry: SealedEntry;
  readonly body: Opening['body'];
  /** The checkpoint under whose root the entry stands, signed by the log. */
  readonly checkpoint: SignedCheckpoint;
  /** Which of the given witnesses cosigned that checkpoint, and when by their clocks. */
  readonly witnesses: readonly { readonly name: string; readonly atMs: number }[];
}

/**
 * Makes a receipt from a log's files, under the newest checkpoint that witnesses have cosigned where it covers the entry,
 * else under the newest. It is checked before it is given away.
 * @param options.owner the member whose log it is: an entry in it that names another counts at no node
 * @throws ReceiptError RECEIPT_ENTRY_PUBLIC, RECEIPT_ENTRY_FOREIGN; SealError where this member cannot open the entry; what `makeProof` throws
 */
export async function makeReceipt(
  source: TileSource,
  { index, owner, logKey, keyOf }: { index: number; owner: string; logKey: LogVerifier; keyOf: KeyOf },
): Promise<string> {
  const proof = await proveUnderBest(source, { index, logKey });
  const entry = decodeEntry(proof.extra!);
  if (!isSealed(entry)) throw new ReceiptError({ code: 'RECEIPT_ENTRY_PUBLIC', index });
  const { issuer } = entry;
  if (issuer !== owner) throw new ReceiptError({ code: 'RECEIPT_ENTRY_FOREIGN', index, issuer });
  const text = formatReceipt({ opening: orThrow(open(entry, keyOf)), proof });
  orThrow(checkReceipt(orThrow(parseReceipt(Buffer.from(text))), { logKey }));
  return text;
}

export function formatReceipt({ opening, proof }: Receipt): string {
  return `${HEADER}\n${OPENING}${Buffer.from(encodeOpening(opening)).toString('base64')}\n${formatProof(proof)}`;
}

/** Reads a receipt's text. Nothing of it is verified. */
export function parseReceipt(bytes: Uint8Array): Parsed<Receipt, ReceiptFault | ProofFault> {
  if (bytes.length > RECEIPT_SIZE_MAX) {
    return new ReceiptError({ code: 'RECEIPT_TOO_LARGE', size: bytes.length, sizeMax: RECEIPT_SIZE_MAX });
  }
  const octets = withLineFeeds(bytes);
  if (lineAt(octets, 0) !== HEADER) return malformed('header');
  const openingAt = HEADER.length + 1;
  const line = lineAt(octets, openingAt);
  const opening = line?.startsWith(OPENING) === true ? readOpening(line.slice(OPENING.length)) : undefined;
  if (opening === undefined) return malformed('opening');
  const proof = parseProof(octets.subarray(openingAt + line!.length + 1));
  return proof instanceof Fault ? proof : { opening, proof };
}

/**
 * Checks a receipt offline: the log of this key signed the checkpoint, the entry stands under it, and the entry is bound
 * to this body. @param witnessKeys whose cosignatures are looked for; one that does not verify sinks the receipt
 */
export function checkReceipt(
  { opening, proof }: Receipt,
  { logKey, witnessKeys = [] }: { logKey: LogVerifier; witnessKeys?: readonly WitnessKey[] },
): Parsed<Received, ReceiptFault | ProofFault | NoteFault | CheckpointFault> {
  const { extra, index } = proof;
  const entry = extra === undefined ? undefined : sealedEntryIn(extra);
  if (entry === undefined) return malformed('entry');
  const proven = checkProof(proof, { leafHash: leafHash(extra!), logKey });
  if (proven instanceof Fault) return proven;
  if (!isOpenedBy(entry, opening)) return new ReceiptError({ code: 'RECEIPT_OF_OTHER_BODY', index });
  const checkpoint = openCheckpoint(Buffer.from(proof.checkpoint), logKey, witnessKeys);
  if (checkpoint instanceof Fault) return checkpoint;
  return { index, entry, body: opening.body, checkpoint, witnesses: witnessesOf(checkpoint, witnessKeys) };
}

/**
 * Which of these witnesses a checkpoint bears cosignatures of. They were verified with it. One key is one witness,
 * however often and under whichever names it is given: a cosignature does not cover the name of who made it.
 */
export function witnessesOf(
  { signatures }: SignedCheckpoint,
  witnessKeys: readonly WitnessKey[],
): { name: string; atMs: number }[] {
  const found = witnessKeys.flatMap(({ name, keyId, publicKey }) => {
    const line = signatures.find((signature) => signature.name === name && signature.keyId === keyId);
    return line === undefined ? [] : [{ name, publicKey, atMs: cosignedAtMs(line) }];
  });
  return found
    .filter(({ publicKey }, place) => found.findIndex((one) => one.publicKey.equals(publicKey)) === place)
    .map(({ name, atMs }) => ({ name, atMs }));
}

/** A proof, with the entry, under the newest witnessed checkpoint that covers it; under the newest where none does. */
export async function proveUnderBest(
  source: TileSource,
  { index, logKey }: { index: number; logKey: LogVerifier },
): Promise<LogProof> {
  const witnessed: TileSource = {
    place: source.place,
    read: (path, sizeMax) => source.read(path === CHECKPOINT_PATH ? WITNESSED_PATH : path, sizeMax),
  };
  const isThere = (await source.read(WITNESSED_PATH, PROOF_SIZE_MAX)) !== undefined;
  try {
    return await makeProof(isThere ? witnessed : source, { index, logKey, withEntry: true });
  } catch (error) {
    const isTooNew = error instanceof ProofError && error.facts.code === 'ENTRY_NOT_IN_LOG';
    if (!isThere || !isTooNew) throw error;
    return makeProof(source, { index, logKey, withEntry: true });
  }
}

function lineAt(octets: Buffer, start: number): string | undefined {
  const end = octets.indexOf('\n', start);
  return end === -1 ? undefined : octets.toString('latin1', start, end);
}

function readOpening(base64: string): Opening | undefined {
  const octets = decodeBase64(base64);
  if (octets === undefined || octets.length > ENTRY_SIZE_MAX) return undefined;
  return decodeOpening(octets);
}

function sealedEntryIn(octets: Uint8Array): SealedEntry | undefined {
  try {
    const entry = decodeEntry(octets);
    return isSealed(entry) ? entry : undefined;
  } catch (error) {
    if (error instanceof EntryError) return undefined;
    throw error;
  }
}

function malformed(part: Extract<ReceiptFault, { code: 'RECEIPT_MALFORMED' }>['part']): ReceiptError {
  return new ReceiptError({ code: 'RECEIPT_MALFORMED', part });
}
