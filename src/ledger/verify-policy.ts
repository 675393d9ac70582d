import { Fault, orThrow } from '../base/fault.ts';
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import type { WitnessKey } from './cosignature.ts';
import { WITNESSED_PATH } from './layout.ts';
import type { LogKey } from './note-key.ts';
import { NOTE_SIZE_MAX } from './note.ts';
import { readUnverifiedCheckpoint, TreeReader } from './reader.ts';
import type { TileSource } from './tile-source.ts';
import type { TlogPolicy } from './tlog-policy.ts';

/** A checkpoint that a policy accepts, and who cosigned it. */
export interface AcceptedCheckpoint extends SignedCheckpoint {
  readonly witnesses: readonly string[];
}

export type PolicyCheckFault =
  | { code: 'POLICY_LOG_UNKNOWN'; origin: string }
  | { code: 'POLICY_QUORUM_NOT_MET'; size: number; count: number }
  | { code: 'LOG_WITNESSED_MISSING'; path: string }
  | { code: 'LOG_WITNESSED_ROOT_WRONG'; size: number };
export class PolicyCheckError extends Fault<PolicyCheckFault> {}

/** The key that a policy has for the log that is served here. @throws PolicyCheckError POLICY_LOG_UNKNOWN; as reading does */
export async function policyKeyOf(source: TileSource, { logs }: TlogPolicy): Promise<LogKey> {
  const { origin } = await readUnverifiedCheckpoint(source);
  const log = logs.find(({ key }) => key.name === origin);
  if (log === undefined) throw new PolicyCheckError({ code: 'POLICY_LOG_UNKNOWN', origin });
  return log.key;
}

/**
 * Verifies the log's witnessed checkpoint: its log's signature, the cosignatures, the policy's quorum, and that its tree
 * is the one that is served. The tiles are believed: `verifyLog` comes first.
 * @param size of the served tree
 * @throws PolicyCheckError; NoteError, CheckpointError, ReaderError, SourceError
 */
export async function verifyWitnessed(
  source: TileSource,
  { policy, logKey, size }: { policy: TlogPolicy; logKey: LogKey; size: number },
): Promise<AcceptedCheckpoint> {
  const bytes = await source.read(WITNESSED_PATH, NOTE_SIZE_MAX);
  if (bytes === undefined) throw new PolicyCheckError({ code: 'LOG_WITNESSED_MISSING', path: WITNESSED_PATH });
  const checkpoint = orThrow(openCheckpoint(bytes, logKey, policy.witnesses));
  const signedBy = policy.witnesses.filter((key) => hasSigned(key, checkpoint));
  if (!policy.isMet(signedBy)) {
    throw new PolicyCheckError({ code: 'POLICY_QUORUM_NOT_MET', size: checkpoint.size, count: signedBy.length });
  }
  const isServed =
    checkpoint.size <= size && (await new TreeReader(source, size).root(checkpoint.size)).equals(checkpoint.root);
  if (!isServed) throw new PolicyCheckError({ code: 'LOG_WITNESSED_ROOT_WRONG', size: checkpoint.size });
  return { ...checkpoint, witnesses: signedBy.map(({ name }) => name) };
}

function hasSigned({ name, keyId }: WitnessKey, { signatures }: SignedCheckpoint): boolean {
  return signatures.some((line) => line.name === name && line.keyId === keyId);
}
