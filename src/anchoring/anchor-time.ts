import { Fault } from '../base/fault.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import { openWitnessed, type Quorum, quorumTimeMs } from '../ledger/quorum.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import { ownTreeIn } from './anchored-proof.ts';

/**
 * The witnessed time of an anchor, in ms since 1970: the entry was stated after it. It is the (f+1)-th latest among the
 * cosignatures of its checkpoint of the shared log, so that f faulty witnesses cannot make it later.
 * @returns nothing where the anchor does not hold: it then counts for no one's time
 */
export function anchorTimeMs(
  anchored: LogAnchored,
  { logKey, quorum, faulty }: { logKey: LogVerifier; quorum: Quorum; faulty: number },
): number | undefined {
  const witnessed = openWitnessed(Buffer.from(anchored.shared), logKey, quorum);
  // It is of an earlier size by nature: no entry can hold a checkpoint of a tree that it is in itself.
  if (witnessed instanceof Fault) return undefined;
  if (ownTreeIn(anchored, logKey.name) === undefined) return undefined;
  return quorumTimeMs(witnessed.cosignatures, faulty);
}
