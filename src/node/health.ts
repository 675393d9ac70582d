import type { Clock } from '../base/clock.ts';
import type { EquipmentGate } from '../gates/equipment/gate.ts';
import type { Cosigning } from '../ledger/cosigning.ts';
import type { PublisherState } from '../publishing/publisher.ts';
import type { Standing } from '../standing/standing.ts';
import type { NodeAccusations } from './accusations.ts';
import type { Epochs } from './epochs.ts';
import type { Followers } from './followers.ts';
import type { GovernedStanding } from './governed-standing.ts';
import type { NodeGovernance } from './governance.ts';
import type { MemberLog } from './member-log.ts';
import { type Restating, type RestatingState, sumOf } from './restating.ts';

/** What no time mends. */
const GRAVE: ReadonlySet<string> = new Set([
  'FOLLOW_FORKED',
  'LEDGER_SIGNING_STOPPED',
  'LEDGER_CONVICTED',
  'GOVERNANCE_OTHER_HISTORY',
]);

/** A log as this node sees it. */
export interface LogHealth {
  readonly name: string;
  readonly size: number;
  /** Wall time at which it was last found to be current, in ms since 1970. */
  readonly verifiedAtMs?: number;
  readonly ageSeconds?: number;
  /** How much of it a quorum of witnesses has cosigned. */
  readonly witnessedSize: number;
  /** Why the newest word of witnesses for it was not taken: `QUORUM_NOT_MET` where it would not do for who begins today. */
  readonly witnessedFault?: string;
  /** The code of what prevents following it. */
  readonly fault?: string;
  /** Entries that standing has taken, and those of them that have all taken effect. */
  readonly foldedSize: number;
  readonly settledSize: number;
  /** Statements that let something through and wait until witnesses have seen them. */
  readonly waiting: number;
  /** Statements beyond the member's budget that nobody has confirmed or struck. */
  readonly quarantined: number;
}

export interface Health {
  /** False when a gate thread is down, a log is proven to have forked, this member's own and that of governance too, or this member's own signs nothing more. A log that is merely late is policy's concern. */
  readonly ok: boolean;
  readonly logs: readonly LogHealth[];
  /** Entries of the governance log in force here, those that wait for witnesses, and those that standing rests on. */
  readonly governance: {
    readonly size: number;
    readonly waiting: number;
    readonly ignored: number;
    /** Less than `size` while standing is folded anew under what has changed. */
    readonly foldedSize: number;
    /** The code of what keeps this node from what is new in it. */
    readonly fault?: string;
  };
  /** Who cosigned this member's log last, and what keeps the others from it. */
  readonly witnesses: readonly WitnessView[];
  /** While an older epoch is open: what each member has not stated anew yet, as this node sees it. */
  readonly restating?: {
    readonly epoch: number;
    readonly members: readonly { readonly name: string; readonly inForce: number; readonly undecided: number }[];
  };
  /** The newest epoch, where this node was not given its key: it reads nothing that is sealed under that. */
  readonly epochKeyMissing?: number;
  readonly gateThreads?: { readonly wanted: number; readonly running: number };
  /** How far the static stores have come to which this node pushes its log. */
  readonly published?: readonly PublisherState[];
}

/** A witness of this member's log. */
export interface WitnessView {
  readonly name: string;
  readonly size?: number;
  readonly fault?: string;
}

export interface HealthSources {
  readonly governance: NodeGovernance;
  readonly self: string;
  readonly sharedLog: MemberLog;
  readonly cosigning: Cosigning;
  readonly followers: Followers;
  readonly standing: Pick<Standing, 'progress'>;
  readonly governed: Pick<GovernedStanding, 'size'>;
  readonly gate: EquipmentGate | undefined;
  readonly published: () => readonly PublisherState[];
  readonly restating: Pick<Restating, 'state'>;
  readonly accusations: Pick<NodeAccusations, 'isConvicted'>;
  readonly epochs: Pick<Epochs, 'missing'>;
  readonly clock: Clock;
}

export function healthOf(sources: HealthSources): Health {
  const { governance, self, sharedLog, cosigning, followers, standing, gate, restating, clock } = sources;
  const nowMs = clock.nowMs();
  // Who was admitted a moment ago is not followed yet.
  const known = governance.consortium.members.filter(({ name }) => name === self || followers.of(name) !== undefined);
  const logs = known.map(({ name }): LogHealth => {
    const progress = standing.progress(name);
    if (name === self) {
      const witnessedSize = cosigning.witnessed?.size ?? 0;
      const fault = ownFault(sources);
      return {
        name,
        size: sharedLog.size,
        witnessedSize,
        verifiedAtMs: nowMs,
        ageSeconds: 0,
        ...(fault !== undefined && { fault }),
        ...progress,
      };
    }
    const { size, witnessedSize, witnessedFault, verifiedAtMs, fault } = followers.state(name);
    return {
      name,
      size,
      witnessedSize,
      ...(witnessedFault !== undefined && { witnessedFault }),
      ...(verifiedAtMs !== undefined && { verifiedAtMs, ageSeconds: Math.max(0, (nowMs - verifiedAtMs) / 1000) }),
      ...(fault !== undefined && { fault: fault.code }),
      ...progress,
    };
  });
  const { fault: governanceFault } = governance;
  const faults = [governanceFault, ...logs.map(({ fault }) => fault)];
  const gateThreads = gate?.threads();
  const published = sources.published();
  const isGateWhole = gateThreads === undefined || gateThreads.running === gateThreads.wanted;
  return {
    ok: isGateWhole && !faults.some((fault) => fault !== undefined && GRAVE.has(fault)),
    logs,
    governance: {
      size: governance.consortium.size,
      waiting: governance.waiting,
      ignored: governance.ignoredCount,
      foldedSize: sources.governed.size,
      ...(governanceFault !== undefined && { fault: governanceFault }),
    },
    witnesses: cosigning.state().witnesses.map(({ name, size, fault }) => ({
      name,
      ...(size !== undefined && { size }),
      ...(fault !== undefined && { fault: fault.code }),
    })),
    ...(restating.state !== undefined && { restating: restatingView(restating.state) }),
    ...(sources.epochs.missing !== undefined && { epochKeyMissing: sources.epochs.missing }),
    ...(gateThreads !== undefined && { gateThreads }),
    ...(published.length > 0 && { published }),
  };
}

/** What keeps others from this member's own log. */
function ownFault({ self, sharedLog, accusations }: HealthSources): string | undefined {
  const { stopped } = sharedLog.sequencer;
  if (stopped !== undefined) return stopped.facts.code;
  return accusations.isConvicted(self) ? 'LEDGER_CONVICTED' : undefined;
}

function restatingView({ epoch, members }: RestatingState): NonNullable<Health['restating']> {
  const views = [...members].map(([name, { inForce, undecided, unreadable }]) => {
    return { name, inForce: sumOf(inForce), undecided: undecided + unreadable };
  });
  return { epoch, members: views };
}
