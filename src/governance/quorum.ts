import { orThrow } from '../base/fault.ts';
import { parseWitnessKey } from '../ledger/cosignature.ts';
import { type LogVerifier, logVerifierOf } from '../ledger/log-verifier.ts';
import { type Quorum, quorumThreshold } from '../ledger/quorum.ts';
import { type Consortium, isActive, type LogKeySpan, type Member } from './consortium.ts';

const quorums = new WeakMap<readonly Member[], Map<string, Quorum>>();

/**
 * Whose cosignatures the log of a member needs: those of the active members but itself. The governance log is its
 * keeper's in this.
 */
export function quorumFor({ members, policy }: Pick<Consortium, 'members' | 'policy'>, owner: string): Quorum {
  const known = quorums.get(members) ?? new Map<string, Quorum>();
  quorums.set(members, known);
  const asked = `${policy.faultyWitnesses} ${owner}`;
  let quorum = known.get(asked);
  if (quorum === undefined) {
    const witnesses = members
      .filter((member) => isActive(member) && member.name !== owner)
      .map(({ name, witnessKeys }) => ({ name, keys: witnessKeys.map((vkey) => orThrow(parseWitnessKey(vkey))) }));
    quorum = { witnesses, threshold: quorumThreshold(witnesses.length, policy.faultyWitnesses) };
    known.set(asked, quorum);
  }
  return quorum;
}

/** Verifies the checkpoints of a log whose keys governance gives: as it has them when it is asked. */
export function governedVerifier(origin: string, spans: () => readonly LogKeySpan[]): LogVerifier {
  let [last, verifier]: [readonly LogKeySpan[] | undefined, LogVerifier | undefined] = [undefined, undefined];
  return {
    name: origin,
    at: (size) => {
      const now = spans();
      if (now !== last) [last, verifier] = [now, orThrow(logVerifierOf(now))];
      return verifier!.at(size);
    },
  };
}
