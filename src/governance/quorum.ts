import { orThrow } from '../base/fault.ts';
import { parseWitnessKey } from '../ledger/cosignature.ts';
import { type LogVerifier, logVerifierOf } from '../ledger/log-verifier.ts';
import { type Quorum, QUORUM_MAX, quorumThreshold } from '../ledger/quorum.ts';
import { type Consortium, isActive, type LogKeySpan, type Member, type SharedPolicy } from './consortium.ts';
import type { GovernanceFault } from './governance-fault.ts';
import type { GovernedConsortium } from './governed.ts';

/** What says who cosigns. */
type Judges = Pick<Consortium, 'members' | 'policy'>;

const quorums = new WeakMap<readonly Member[], WeakMap<SharedPolicy, Map<string, Quorum>>>();

/**
 * Whose cosignatures the log of a member needs: those of the active members of the witness group but itself. The
 * governance log is its keeper's in this.
 */
export function quorumFor({ members, policy }: Judges, owner: string): Quorum {
  const ofMembers = quorums.get(members) ?? new WeakMap<SharedPolicy, Map<string, Quorum>>();
  quorums.set(members, ofMembers);
  const known = ofMembers.get(policy) ?? new Map<string, Quorum>();
  ofMembers.set(policy, known);
  let quorum = known.get(owner);
  if (quorum === undefined) {
    const witnesses = members
      .filter((member) => isActive(member) && member.name !== owner && isNamed(member, policy))
      .map(({ name, witnessKeys }) => ({ name, keys: witnessKeys.map((vkey) => orThrow(parseWitnessKey(vkey))) }));
    quorum = { witnesses, threshold: quorumThreshold(witnesses.length, policy.faultyWitnesses) };
    known.set(owner, quorum);
  }
  return quorum;
}

/**
 * Any one of these brings the governance log into force: who cosigns by the newest entries, or did before the last
 * change of that, or does by what is in force where it is judged. A newcomer can hardly cosign its own admission, nor
 * one that is gone its removal.
 * @returns that of the newest entries first
 */
export function governanceQuorums(
  latest: Pick<GovernedConsortium, 'members' | 'policy' | 'keeper' | 'former'>,
  effective: Judges = latest,
): Quorum[] {
  return [latest, ...latest.former.slice(-1), effective].map((judges) => quorumFor(judges, latest.keeper));
}

/**
 * What speaks against a witness group among these active members: where there are others, nobody may be without a
 * witness, of each log's fewer have to be faulty than there are, or no quorum is more than (n + f) / 2 of them, and a
 * quorum has to fit a note.
 */
export function complainOfGroup(
  policy: SharedPolicy,
  active: readonly Pick<Member, 'name'>[],
): GovernanceFault | undefined {
  const witnesses = active.filter((member) => isNamed(member, policy)).length;
  // One alone has no witness for its own log.
  const least = Math.min(2, active.length);
  if (witnesses < least) return { code: 'GOVERNANCE_WITNESSES_FEW', witnesses, least };
  const isOutside = witnesses < active.length;
  const { faultyWitnesses: faulty } = policy;
  // A witness's own log has the others of them.
  const faultyMax = Math.max(0, witnesses - 2);
  if (faulty > faultyMax) return { code: 'GOVERNANCE_WITNESSES_FAULTY', faulty, faultyMax };
  const quorum = quorumThreshold(isOutside ? witnesses : witnesses - 1, faulty);
  return quorum > QUORUM_MAX ? { code: 'GOVERNANCE_WITNESSES_MANY', quorum, quorumMax: QUORUM_MAX } : undefined;
}

function isNamed({ name }: Pick<Member, 'name'>, { witnesses }: SharedPolicy): boolean {
  return witnesses === undefined || witnesses.includes(name);
}

/** Verifies the checkpoints of a log whose keys governance gives: as it has them when it is asked. */
export function governedVerifier(origin: string, spans: () => readonly LogKeySpan[]): LogVerifier {
  let [last, verifier]: [readonly LogKeySpan[] | undefined, LogVerifier | undefined] = [undefined, undefined];
  const verifierNow = (): LogVerifier => {
    const now = spans();
    if (now !== last) [last, verifier] = [now, orThrow(logVerifierOf(now))];
    return verifier!;
  };
  return {
    name: origin,
    at: (size) => verifierNow().at(size),
    everAt: (size) => verifierNow().everAt!(size),
    get settled() {
      return verifierNow().settled;
    },
  };
}
