import type { Decision } from '../desks/decisions/decision.ts';
import { DecisionError } from '../desks/decisions/decision-fault.ts';
import type { ExchangeConflictKind, ExchangeConflictRow, ExchangeListingRow } from '../store/exchange/schema.ts';
import { ExchangeError } from './exchange-fault.ts';
import type { Register } from './register.ts';
import { endStatement, stateListing } from './stating.ts';

/**
 * What a person can decide. `keep`: what stands here goes on as it is. `state`: what the organisation says is stated
 * beside it. `release`: what was stated for others ends here.
 */
export const RESOLUTIONS: Readonly<Record<ExchangeConflictKind, readonly Resolution[]>> = {
  'own-case': ['keep', 'state'],
  'reason-differs': ['keep', 'state'],
  stranger: ['keep', 'release'],
};
export type Resolution = 'keep' | 'state' | 'release';

/** @throws ExchangeError EXCHANGE_CONFLICT_UNKNOWN, EXCHANGE_CONFLICT_RESOLVED, EXCHANGE_RESOLUTION_UNFIT; DecisionError */
export async function resolveConflict(
  decision: Decision,
  registers: ReadonlyMap<string, Register>,
  { id, resolution }: { id: number; resolution: Resolution },
): Promise<{ conflict: number; resolution: Resolution; entries: { kind: string; entry: string }[] }> {
  const { tables, nowMs, request } = decision;
  const conflict = await tables.exchange.conflicts.find(id);
  if (conflict === undefined) throw new ExchangeError({ code: 'EXCHANGE_CONFLICT_UNKNOWN' });
  if (conflict.resolution !== null) {
    throw new ExchangeError({ code: 'EXCHANGE_CONFLICT_RESOLVED', resolution: conflict.resolution });
  }
  const { kind } = conflict;
  if (!RESOLUTIONS[kind].includes(resolution)) throw unfit(kind);
  const listings = await tables.exchange.listings.standing([conflict.subject]);
  const entries = await carryOut(decision, registers, { conflict, resolution, listings });
  await tables.exchange.conflicts.resolve(id, { resolution, resolvedMs: nowMs, resolvedBy: request.actor });
  decision.note('exchange.conflict-resolved', null, { conflict: id, kind, resolution, subject: conflict.subject });
  return { conflict: id, resolution, entries };
}

async function carryOut(
  decision: Decision,
  registers: ReadonlyMap<string, Register>,
  decided: { conflict: ExchangeConflictRow; resolution: Resolution; listings: readonly ExchangeListingRow[] },
): Promise<{ kind: string; entry: string }[]> {
  const { conflict, resolution, listings } = decided;
  switch (resolution) {
    case 'keep':
      return [];
    case 'state':
      return stateTheirs(decision, registers, conflict, listings);
    case 'release':
      return releaseAll(decision, conflict, listings);
  }
}

async function stateTheirs(
  decision: Decision,
  registers: ReadonlyMap<string, Register>,
  { kind, register: name, organisation }: ExchangeConflictRow,
  listings: readonly ExchangeListingRow[],
): Promise<{ kind: string; entry: string }[]> {
  const theirs = listings.find((row) => row.register === name && row.organisation === organisation);
  const register = registers.get(name);
  // They have taken it back since, so there is nothing to state.
  if (theirs === undefined || register === undefined) throw unfit(kind, 'keep');
  if (theirs.statementId !== null) return [];
  const statementId = stateListing(decision, register, theirs);
  await decision.tables.exchange.listings.change(theirs.id, { statementId });
  return [{ kind: `device.${register.listing}`, entry: statementId }];
}

async function releaseAll(
  decision: Decision,
  { kind }: ExchangeConflictRow,
  listings: readonly ExchangeListingRow[],
): Promise<{ kind: string; entry: string }[]> {
  const stated = listings.filter(({ statementId }) => statementId !== null);
  // An own case is released at the device desk, where the right of who asks is checked.
  if (stated.length === 0) throw unfit(kind, 'keep; an own case is released at the device desk');
  const places = await decision.tables.places.of(stated.map(({ statementId }) => statementId!));
  const indexes = new Map(places.map(({ statementId, logIndex }) => [statementId, logIndex]));
  const entries = [];
  for (const row of stated) {
    const index = indexes.get(row.statementId!) ?? null;
    if (index === null) throw new DecisionError({ code: 'STATEMENT_PENDING' });
    entries.push({ kind: 'device.released', entry: endStatement(decision, row, index, 'withdrawn') });
    await decision.tables.exchange.listings.change(row.id, { statementId: null });
  }
  return entries;
}

function unfit(kind: ExchangeConflictKind, expected = RESOLUTIONS[kind].join(', ')): ExchangeError {
  return new ExchangeError({ code: 'EXCHANGE_RESOLUTION_UNFIT', kind, expected });
}
