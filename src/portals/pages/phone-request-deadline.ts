import { deadlineState } from '../../base/deadline.ts';
import type { Decisions } from '../../desks/decisions/decision.ts';
import type { PhoneRequestRow } from '../../store/pages/schema.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Requests closed in one transaction. */
export const REQUESTS_CLOSED_MAX = 500;
const NODE = { actor: 'node', role: 'node' } as const;

/**
 * Closes the requests that have waited too long, and erases what names people from every request that old. The case that
 * came of one keeps what it needs. The journal has their numbers.
 * @param keptDays how long a request is kept @returns how many were erased @throws StoreError
 */
export async function closeOldRequests({ keptDays }: { keptDays: number }, decisions: Decisions): Promise<number> {
  for (let erased = 0; ;) {
    const { requests } = await closeSome(keptDays, decisions);
    erased += requests.length;
    if (requests.length < REQUESTS_CLOSED_MAX) return erased;
  }
}

async function closeSome(keptDays: number, decisions: Decisions): Promise<{ requests: string[] }> {
  const isOld = ({ createdMs }: PhoneRequestRow, nowMs: number): boolean =>
    deadlineState({ startMs: createdMs, dueMs: createdMs + keptDays * DAY_MS }, nowMs) === 'missed';
  return decisions.decide(NODE, async (decision) => {
    const { tables, nowMs } = decision;
    const rows = await tables.phoneRequests.oldestKept(REQUESTS_CLOSED_MAX);
    const old = rows.filter((row) => isOld(row, nowMs));
    const requests = old.map(({ id }) => id);
    if (requests.length === 0) return { requests };
    await tables.phoneRequests.erase(requests);
    const waited = old.filter(({ state }) => state === 'waiting').map(({ id }) => id);
    await tables.phoneRequests.expire(waited, nowMs);
    decision.note('requests.erased', null, { requests, expired: waited });
    return { requests };
  });
}
