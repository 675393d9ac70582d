import { anchorTimeMs } from '../anchoring/anchor-time.ts';
import { type Budget, isActive } from '../governance/consortium.ts';
import { governedVerifier, quorumFor } from '../governance/quorum.ts';
import { vkeyName } from '../governance/key-book.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import type { KeyOf } from '../sealing/seal.ts';
import type { BudgetRules } from '../standing/member-fold.ts';
import type { Opener } from '../standing/opened.ts';
import { openStatement } from '../statements/codec.ts';
import type { NodeGovernance } from './governance.ts';

/** Where nobody else takes part there is nobody who could confirm what is beyond a budget. */
const WITHOUT_LIMIT: Budget = { perHour: Infinity, perDay: Infinity, perTac: Infinity };

/** Verifies the shared log of a member with the keys that governance gives it. */
export function memberVerifier(governance: NodeGovernance, name: string): LogVerifier {
  const { logKeys } = governance.member(name)!;
  return governedVerifier(vkeyName(logKeys[0]!.vkey), () => governance.member(name)!.logKeys);
}

/** Opens entries for standing: with the epoch keys held here, and an anchor's time only where its quorum holds. */
export function openerWith({ governance, keyOf }: { governance: NodeGovernance; keyOf: KeyOf }): Opener {
  const verifiers = new Map<string, LogVerifier>();
  return (bytes) => {
    const opened = openStatement(bytes, keyOf);
    const { statement, issuer } = opened;
    if (statement?.kind !== 'log.anchored' || governance.member(issuer) === undefined) return opened;
    const { consortium } = governance;
    const logKey = verifiers.get(issuer) ?? memberVerifier(governance, issuer);
    verifiers.set(issuer, logKey);
    const witnessedAtMs = anchorTimeMs(statement, {
      logKey,
      quorum: quorumFor(consortium, issuer),
      faulty: consortium.policy.faultyWitnesses,
    });
    return witnessedAtMs === undefined ? opened : { ...opened, witnessedAtMs };
  };
}

/** The budgets as governance has them now. */
export function budgetsOf(governance: NodeGovernance): BudgetRules {
  return {
    floor: () => governance.consortium.policy.budgetFloor,
    budgetOf: (name) =>
      governance.consortium.members.filter(isActive).length < 2 ? WITHOUT_LIMIT : governance.member(name)?.budget,
  };
}
