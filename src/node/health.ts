import type { Clock } from '../base/clock.ts';
import type { EquipmentGate } from '../gates/equipment/gate.ts';
import type { Member } from '../governance/consortium.ts';
import type { Standing } from '../standing/standing.ts';
import type { Followers } from './followers.ts';
import type { MemberLog } from './member-log.ts';

/** A log as this node sees it. */
export interface LogHealth {
  readonly name: string;
  readonly size: number;
  /** Wall time at which it was last found to be current, in ms since 1970. */
  readonly verifiedAtMs?: number;
  readonly ageSeconds?: number;
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
  /** False when a gate thread is down or a log is proven to have forked. A log that is merely late is policy's concern. */
  readonly ok: boolean;
  readonly logs: readonly LogHealth[];
  readonly gateThreads?: { readonly wanted: number; readonly running: number };
}

export interface HealthSources {
  readonly members: readonly Member[];
  readonly self: string;
  readonly sharedLog: MemberLog;
  readonly followers: Followers;
  readonly standing: Pick<Standing, 'progress'>;
  readonly gate: EquipmentGate | undefined;
  readonly clock: Clock;
}

export function healthOf({ members, self, sharedLog, followers, standing, gate, clock }: HealthSources): Health {
  const nowMs = clock.nowMs();
  const logs = members.map(({ name }): LogHealth => {
    const progress = standing.progress(name);
    if (name === self) return { name, size: sharedLog.size, verifiedAtMs: nowMs, ageSeconds: 0, ...progress };
    const { size, verifiedAtMs, fault } = followers.state(name);
    return {
      name,
      size,
      ...(verifiedAtMs !== undefined && { verifiedAtMs, ageSeconds: Math.max(0, (nowMs - verifiedAtMs) / 1000) }),
      ...(fault !== undefined && { fault: fault.code }),
      ...progress,
    };
  });
  const gateThreads = gate?.threads();
  const isGateWhole = gateThreads === undefined || gateThreads.running === gateThreads.wanted;
  return {
    ok: isGateWhole && !logs.some(({ fault }) => fault === 'FOLLOW_FORKED'),
    logs,
    ...(gateThreads !== undefined && { gateThreads }),
  };
}
