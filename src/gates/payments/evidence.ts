import type { LinesAsked } from '../../standing/lines.ts';
import type { CellSight, PaymentEvidence } from './checks.ts';
import type { PaymentGateConfig } from './config.ts';
import type { Velocity } from './velocity.ts';

/** Where lines were seen: what `records/recent-attaches.ts` keeps. */
export interface CellSights {
  /** Oldest first. */
  recent(msisdn: string, sinceMs: number): readonly CellSight[];
}

export interface EvidenceSources {
  readonly config: PaymentGateConfig;
  readonly velocity: Velocity;
  readonly lines: LinesAsked;
  readonly sights: CellSights;
  /** Payments among those counted that are the one in question. */
  readonly ownPayments: number;
}

const MINUTE_MS = 60_000;

/** Brings together what is known of a payment. It waits for nothing. */
export function gatherEvidence(
  { msisdn, amount, channel }: { msisdn: string; amount: number; channel: string | undefined },
  { config, velocity, lines, sights, ownPayments }: EvidenceSources,
  nowMs: number,
): PaymentEvidence {
  const { checks, monthlyLimit, currencyDecimals } = config;
  const seen = sights.recent(msisdn, 0);
  const servingCell = servingCellOf(seen);
  const lineSinceMs = nowMs - checks.lineWindowMinutes * MINUTE_MS;
  const cellSinceMs = nowMs - checks.cellPayersWindowMinutes * MINUTE_MS;
  return {
    nowMs,
    amount,
    monthlyLimit: monthlyLimit * 10 ** currencyDecimals,
    channel,
    isBlockedByCustomer: lines.find(msisdn)?.paymentsBlocked ?? false,
    exposedOn: lines.exposedOn(msisdn),
    sights: seen,
    servingCell,
    linePayments: velocity.ofLine(msisdn, lineSinceMs) - ownPayments,
    cellPayers: servingCell === undefined ? 0 : velocity.payersOn(servingCell, msisdn, cellSinceMs),
  };
}

/** The cell of the last event, unless the line has left. */
function servingCellOf(sights: readonly CellSight[]): string | undefined {
  const last = sights.at(-1);
  return last === undefined || last.event === 'detach' ? undefined : last.cell;
}
