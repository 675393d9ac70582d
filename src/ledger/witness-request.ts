import { decodeBase64 } from '../base/base64.ts';
import type { Parsed } from '../base/fault.ts';
import { parseSize } from './checkpoint.ts';
import { HASH_SIZE } from './layout.ts';
import { PROOF_HASHES_MAX } from './proof.ts';
import { WitnessError, type WitnessFault } from './witness-fault.ts';

/** Octets of a request: far above a checkpoint with as many signatures as are taken and the longest proof. */
export const WITNESS_REQUEST_SIZE_MAX = 64 * 1024;

/** What a witness is asked to cosign (tlog-witness, "add-checkpoint"). Nothing of it is verified. */
export interface WitnessRequest {
  /** The size that the asker believes the witness to have cosigned last. */
  readonly oldSize: number;
  /** Proves that the checkpoint's tree began with its first `oldSize` entries. */
  readonly proof: readonly Buffer[];
  /** The checkpoint, octet for octet. */
  readonly note: string;
}

export function formatWitnessRequest({ oldSize, proof, note }: WitnessRequest): string {
  return `${[`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64'))].join('\n')}\n\n${note}`;
}

/** The checkpoint in a request, or undefined where there is none: who asks is looked at before how. */
export function noteOfRequest(body: Buffer): Buffer | undefined {
  const separator = body.indexOf('\n\n');
  return separator === -1 ? undefined : body.subarray(separator + 2);
}

/** Reads a request. */
export function parseWitnessRequest(body: Buffer): Parsed<WitnessRequest, WitnessFault> {
  const note = noteOfRequest(body);
  if (note === undefined) return malformed('checkpoint');
  const [old, ...lines] = body.toString('latin1', 0, body.length - note.length - 2).split('\n');
  const oldSize = parseSize(/^old (.*)$/.exec(old!)?.[1] ?? '');
  if (oldSize === undefined) return malformed('old');
  const proof = lines.map(decodeBase64);
  if (proof.length > PROOF_HASHES_MAX || !proof.every(isHash)) return malformed('proof');
  return { oldSize, proof, note: note.toString('utf8') };
}

function isHash(value: Buffer | undefined): value is Buffer {
  return value?.length === HASH_SIZE;
}

function malformed(part: Extract<WitnessFault, { code: 'WITNESS_REQUEST_MALFORMED' }>['part']): WitnessError {
  return new WitnessError({ code: 'WITNESS_REQUEST_MALFORMED', part });
}
