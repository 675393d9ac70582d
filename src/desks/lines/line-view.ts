import { type ImeiKey, imeiKeyText } from '../../identifiers/imei.ts';
import type { LineRow } from '../../store/lines/line-tables.ts';

/** How a line stands, for its operator's people. */
export interface LineView {
  readonly line: string;
  readonly exposedOn: readonly string[];
  readonly protection?: { readonly imsi: string; readonly imei: string; readonly since: string };
  readonly paymentsBlockedSince?: string;
  readonly unblockAsked?: { readonly at: string; readonly by: string; readonly check: string };
  readonly prioritySince?: string;
  readonly passkeys: number;
}

export function lineView(
  row: LineRow,
  { passkeys, exposedOn }: { passkeys: number; exposedOn: readonly string[] },
): LineView {
  const { imsi, boundImei, protectedMs, paymentsBlockedMs, priorityMs } = row;
  const { unblockAskedMs, unblockAskedBy, unblockCheck } = row;
  return {
    line: `+${row.msisdn}`,
    exposedOn,
    ...(boundImei !== null && {
      protection: { imsi: imsi!, imei: imeiKeyText(boundImei as ImeiKey), since: timeText(protectedMs!) },
    }),
    ...(paymentsBlockedMs !== null && { paymentsBlockedSince: timeText(paymentsBlockedMs) }),
    ...(unblockAskedMs !== null && {
      unblockAsked: { at: timeText(unblockAskedMs), by: unblockAskedBy!, check: unblockCheck! },
    }),
    ...(priorityMs !== null && { prioritySince: timeText(priorityMs) }),
    passkeys,
  };
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
