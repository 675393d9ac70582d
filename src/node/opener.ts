import { anchorTimeMs } from '../anchoring/anchor-time.ts';
import type { Budget } from '../governance/consortium.ts';
import { activeMembers, type GovernedConsortium, memberNamed, stateAt } from '../governance/governed.ts';
import { governedVerifier, quorumFor } from '../governance/quorum.ts';
import { vkeyName } from '../governance/key-book.ts';
import type { LogVerifier } from '../ledger/log-verifier.ts';
import type { KeyOf } from '../sealing/seal.ts';
import type { BudgetRules } from '../standing/member-fold.ts';
import type { Opener } from '../standing/opened.ts';
import { openStatement } from '../statements/codec.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import type { NodeGovernance } from './governance.ts';

/** Where nobody else takes part there is nobody who could confirm what is beyond a budget. */
const WITHOUT_LIMIT: Budget = { perHour: Infinity, perDay: Infinity, perTac: Infinity };

/** Verifies the shared log of a member with the keys that governance gives it. */
export function memberVerifier(governance: NodeGovernance, name: string): LogVerifier {
  const { logKeys } = governance.member(name)!;
  return governedVerifier(vkeyName(logKeys[0]!.vkey), () => governance.member(name)!.logKeys);
}

/** The same for what stands in entries: a checkpoint of before a history was settled was one all the same. */
function anchorVerifier(governance: NodeGovernance, name: string): LogVerifier {
  const verifier = memberVerifier(governance, name);
  return { name: verifier.name, at: (size) => verifier.at(size) };
}

/** Opens entries for standing: with the epoch keys held here, and an anchor's time only where its quorum holds. */
export function openerWith({
  governance,
  keyOf,
  isExpected,
}: {
  governance: NodeGovernance;
  keyOf: KeyOf;
  /** Whether the key of an epoch is on its way: entries come faster than the decisions of the consortium. */
  isExpected: (epoch: number) => boolean;
}): Opener {
  const verifiers = new Map<string, LogVerifier>();
  return (bytes) => {
    const opened = openStatement(bytes, keyOf);
    const { statement, issuer } = opened;
    if (opened.isSealed === true && isExpected(opened.epoch!)) return { ...opened, isKeyExpected: true };
    if (statement?.kind !== 'log.anchored' || governance.member(issuer) === undefined) return opened;
    const { consortium } = governance;
    const logKey = verifiers.get(issuer) ?? anchorVerifier(governance, issuer);
    verifiers.set(issuer, logKey);
    const witnessedAtMs = anchoredAtMs(statement, { consortium, issuer, logKey });
    return witnessedAtMs === undefined ? opened : { ...opened, witnessedAtMs };
  };
}

/** Cosignatures that were under way when governance changed who witnesses. */
const CHANGE_GRACE_MS = 24 * 3_600_000;

/**
 * The time of an anchor by the witnesses that were in force then. So a rebuild takes the same anchors after witnesses have
 * changed; and keys that count no more make no anchor of a time after they were given up.
 */
function anchoredAtMs(
  statement: LogAnchored,
  { consortium, issuer, logKey }: { consortium: GovernedConsortium; issuer: string; logKey: LogVerifier },
): number | undefined {
  const states = [{ ...consortium, untilMs: Infinity }, ...consortium.former.toReversed()];
  for (const state of states) {
    const faulty = state.policy.faultyWitnesses;
    const atMs = anchorTimeMs(statement, { logKey, quorum: quorumFor(state, issuer), faulty });
    if (atMs !== undefined && atMs <= state.untilMs + CHANGE_GRACE_MS) return atMs;
  }
  return undefined;
}

/** The size of a member's log below which governance has found what was stated anew to be true. */
export function restatedBelow(governance: NodeGovernance): (member: string) => number {
  return (name) => Math.max(0, ...governance.consortium.epochs.map(({ restated }) => restated?.get(name) ?? 0));
}

/** The budgets as governance had them at each time. */
export function budgetsOf(governance: NodeGovernance): BudgetRules {
  return {
    floor: (atMs) => stateAt(governance.consortium, atMs).policy.budgetFloor,
    budgetOf: (name, atMs) => {
      const state = stateAt(governance.consortium, atMs);
      return activeMembers(state).length < 2 ? WITHOUT_LIMIT : memberNamed(state, name)?.budget;
    },
  };
}
