import type { Decision } from '../desks/decisions/decision.ts';
import type { ImeiKey } from '../identifiers/imei.ts';
import type { DeviceReason, ReleaseReason } from '../statements/statement.ts';
import type { ExchangeListingRow } from '../store/exchange/schema.ts';
import type { ListRecord } from './list-record.ts';
import type { Register } from './register.ts';
import { targetOf } from './subject.ts';

type Listed = Pick<ExchangeListingRow, 'register' | 'organisation' | 'imeiFrom' | 'imeiTo' | 'reason'>;

/** States what an organisation outside lists, with its name. @returns the statement's identity */
export function stateListing(decision: Decision, register: Register, row: Listed, record?: ListRecord): string {
  const { country, occurredMs } = record ?? {};
  return decision.state({
    kind: `device.${register.listing}`,
    target: target(row),
    reason: row.reason as DeviceReason,
    ...(occurredMs !== undefined && { occurredAtMs: occurredMs }),
    reference: referenceOf(row, country),
  });
}

/** Ends the statement of a listing, which stands in the log at this index. @returns the identity of what ends it */
export function endStatement(decision: Decision, row: Listed, index: number, reason: ReleaseReason): string {
  return decision.state({
    kind: 'device.released',
    target: target(row),
    ends: { member: decision.member, index },
    reason,
    reference: referenceOf(row),
  });
}

/** Who says so: the register, the organisation in it, and its country where the list says. */
function referenceOf({ register, organisation }: Listed, country?: string): string {
  return [register, organisation, ...(country === undefined ? [] : [country])].join(':');
}

function target({ imeiFrom, imeiTo }: Listed): ReturnType<typeof targetOf> {
  return targetOf({ from: imeiFrom as ImeiKey, to: imeiTo as ImeiKey });
}
