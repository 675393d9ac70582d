import { anchorTimeMs } from '../anchoring/anchor-time.ts';
import { ownTreeIn } from '../anchoring/anchored-proof.ts';
import type { Log } from '../base/log.ts';
import type { Budget, LogKeySpan } from '../governance/consortium.ts';
import { activeMembers, type GovernedConsortium, memberNamed, stateAt } from '../governance/governed.ts';
import { governedVerifier, quorumFor } from '../governance/quorum.ts';
import { vkeyName } from '../governance/key-book.ts';
import { asTaken, type LogVerifier } from '../ledger/log-verifier.ts';
import type { KeyOf } from '../sealing/seal.ts';
import type { BudgetRules } from '../standing/member-fold.ts';
import type { Opener } from '../standing/opened.ts';
import type { StandingDeps } from '../standing/standing.ts';
import { openStatement } from '../statements/codec.ts';
import type { LogAnchored } from '../statements/member-statement.ts';
import type { Epochs } from './epochs.ts';

/** Where nobody else takes part there is nobody who could confirm what is beyond a budget. */
const WITHOUT_LIMIT: Budget = { perHour: Infinity, perDay: Infinity, perTac: Infinity };

/** Governance as one standing rests on it: its entries are all judged by the same. */
export interface Governing {
  consortium: GovernedConsortium;
}

/** Judges entries by governance as it is there, and not by what came into force since. */
export function judgedBy(
  governing: Governing,
  { epochs, log }: { epochs: Epochs; log: Log },
): StandingDeps & { open: Opener } {
  return {
    log,
    open: openerWith(governing, epochs),
    budgets: budgetsOf(governing),
    restatedBelow: (name) =>
      Math.max(0, ...governing.consortium.epochs.map(({ restated }) => restated?.get(name) ?? 0)),
  };
}

/** Verifies the shared log of a member with the keys that governance gives it. */
export function memberVerifier(governing: Readonly<Governing>, name: string): LogVerifier {
  const logKeys = (): readonly LogKeySpan[] => memberNamed(governing.consortium, name)!.logKeys;
  return governedVerifier(vkeyName(logKeys()[0]!.vkey), logKeys);
}

/** The same for what stands in entries: one of before a history was settled, or a key ended, was one all the same. */
function anchorVerifier(governing: Governing, name: string): LogVerifier {
  const verifier = memberVerifier(governing, name);
  const taken = asTaken(verifier);
  return { name: taken.name, at: (size) => taken.at(size) };
}

/** Opens entries for standing: with the epoch keys held here, and an anchor's time only where its quorum holds. */
function openerWith(governing: Governing, epochs: Epochs): Opener {
  const verifiers = new Map<string, LogVerifier>();
  const isEnded = (epoch: number): boolean => governing.consortium.epochs[epoch - 1]?.isEnded === true;
  // What has ended has the same for all: nothing, whether its key is destroyed here yet or not.
  const keyOf: KeyOf = (epoch) => (isEnded(epoch) ? undefined : epochs.keys.keyOf(epoch));
  return (bytes) => {
    const opened = openStatement(bytes, keyOf);
    const { statement, issuer } = opened;
    if (opened.isSealed === true && !isEnded(opened.epoch!) && epochs.isExpected(opened.epoch!)) {
      return { ...opened, isKeyExpected: true };
    }
    if (statement?.kind !== 'log.anchored' || memberNamed(governing.consortium, issuer) === undefined) return opened;
    const logKey = verifiers.get(issuer) ?? anchorVerifier(governing, issuer);
    verifiers.set(issuer, logKey);
    const witnessedAtMs = anchoredAtMs(statement, { consortium: governing.consortium, issuer, logKey });
    const ownTree = ownTreeIn(statement, logKey.name);
    return { ...opened, ...(witnessedAtMs !== undefined && { witnessedAtMs }), ...(ownTree && { ownTree }) };
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

/** The budgets as governance had them at each time. */
function budgetsOf(governing: Governing): BudgetRules {
  return {
    floor: (atMs) => stateAt(governing.consortium, atMs).policy.budgetFloor,
    budgetOf: (name, atMs) => {
      const state = stateAt(governing.consortium, atMs);
      return activeMembers(state).length < 2 ? WITHOUT_LIMIT : memberNamed(state, name)?.budget;
    },
  };
}
