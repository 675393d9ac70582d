import { Fault, type Parsed } from '../base/fault.ts';
import { type CheckpointFault, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { cosignedAtMs, type WitnessKey } from './cosignature.ts';
import type { LogVerifier } from './log-verifier.ts';
import { NOTE_SIGNATURES_MAX, type NoteFault, type NoteSignature } from './note.ts';

/** The lines that a note has beside its log's own. */
export const QUORUM_MAX = NOTE_SIGNATURES_MAX - 1;

/** A witness whose cosignature counts for a log, once, however many keys it signs with. */
export interface EligibleWitness {
  /** The member's name, for people. */
  readonly name: string;
  /** Several while one is exchanged for the next. */
  readonly keys: readonly WitnessKey[];
}

/** Whose cosignatures a log's checkpoint needs: those of so many of these. The log's own witness is none of them. */
export interface Quorum {
  readonly witnesses: readonly EligibleWitness[];
  readonly threshold: number;
}

/** One witness's word for a checkpoint, verified. */
export interface Cosignature {
  readonly witness: string;
  /** By the witness's clock, in ms since 1970. */
  readonly atMs: number;
}

/** A checkpoint under which what needs a quorum takes effect. */
export interface WitnessedCheckpoint extends SignedCheckpoint {
  readonly cosignatures: readonly Cosignature[];
}

export type QuorumFault = { code: 'QUORUM_NOT_MET'; count: number; threshold: number };
export class QuorumError extends Fault<QuorumFault> {}

/**
 * How many of n witnesses make a quorum, where up to f of them may be faulty: more than (n + f) / 2, so that two quorums
 * share a witness that is not, and never more than there are. Where there is no other member, nobody is needed.
 */
export function quorumThreshold(witnesses: number, faulty: number): number {
  return Math.min(witnesses, Math.floor((witnesses + faulty) / 2) + 1);
}

/** Reads a checkpoint and verifies it with its log's key and with a quorum of its witnesses. */
export function openWitnessed(
  bytes: Uint8Array,
  logKey: LogVerifier,
  quorum: Quorum,
): Parsed<WitnessedCheckpoint, NoteFault | CheckpointFault | QuorumFault> {
  const keys = quorum.witnesses.flatMap((witness) => witness.keys);
  const checkpoint = openCheckpoint(bytes, logKey, keys);
  if (checkpoint instanceof Fault) return checkpoint;
  const cosignatures = cosignaturesOf(checkpoint.signatures, quorum);
  const { threshold } = quorum;
  if (!isQuorum(cosignatures, quorum)) {
    return new QuorumError({ code: 'QUORUM_NOT_MET', count: cosignatures.length, threshold });
  }
  return { ...checkpoint, cosignatures };
}

/** The same, where any one of several quorums is enough. @returns what the first one makes of it where none is met */
export function openWitnessedByAny(
  bytes: Uint8Array,
  logKey: LogVerifier,
  quorums: readonly Quorum[],
): ReturnType<typeof openWitnessed> {
  const opened = quorums.map((quorum) => openWitnessed(bytes, logKey, quorum));
  return opened.find((one) => !(one instanceof Fault)) ?? opened[0]!;
}

/** One word of each witness that is eligible: its latest. @param signatures verified */
export function cosignaturesOf(signatures: readonly NoteSignature[], { witnesses }: Quorum): Cosignature[] {
  return witnesses.flatMap((witness) => {
    const own = linesOf(signatures, witness);
    return own.length === 0 ? [] : [{ witness: witness.name, atMs: Math.max(...own.map(cosignedAtMs)) }];
  });
}

/**
 * The lines that go into a note: one of each witness, by its newest key, those of the first quorum first; and then those
 * by its other keys as they fit.
 */
export function fittingLines(signatures: readonly NoteSignature[], quorums: readonly Quorum[]): NoteSignature[] {
  const lines = quorums.flatMap(({ witnesses }) => witnesses).map((witness) => linesOf(signatures, witness));
  const inOrder = [...lines.flatMap((own) => own.slice(0, 1)), ...lines.flatMap((own) => own.slice(1))];
  return [...new Set(inOrder)].slice(0, QUORUM_MAX);
}

/** A witness's lines, those by its newest key first. */
function linesOf(signatures: readonly NoteSignature[], { keys }: EligibleWitness): NoteSignature[] {
  return keys
    .toReversed()
    .flatMap((key) => signatures.filter((line) => key.name === line.name && key.keyId === line.keyId));
}

export function isQuorum(cosignatures: readonly Cosignature[], { threshold }: Quorum): boolean {
  return cosignatures.length >= threshold;
}

/**
 * The time that a quorum gives, in ms since 1970: the (f+1)-th largest. At least one of those who say that it was so
 * late is not faulty. @returns undefined where there are fewer
 */
export function quorumTimeMs(cosignatures: readonly Cosignature[], faulty: number): number | undefined {
  return cosignatures.map(({ atMs }) => atMs).toSorted((a, b) => b - a)[faulty];
}
