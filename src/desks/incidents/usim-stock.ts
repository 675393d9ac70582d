import type { Tables } from '../../store/store.ts';
import type { Decision } from '../decisions/decision.ts';
import { malformed } from '../decisions/form-fields.ts';
import { requestNumber } from './finding.ts';
import { IncidentError } from './incident-fault.ts';
import { nextRequestState } from './incident-states.ts';
import type { IncidentSettings } from './settings.ts';

/** USIMs that may come into a shop at one time. */
export const STOCK_ADDED_MAX = 1_000_000;

/** Takes a USIM out of what nobody has a claim to. @returns whether there was one */
export async function takeOne({ incidents }: Tables, shop: string): Promise<boolean> {
  const free = (await incidents.requests.free(shop)) ?? 0;
  if (free === 0) return false;
  await incidents.requests.setFree(shop, free - 1);
  return true;
}

/** Brings USIMs into a shop: who waits longest has the first. */
export async function addStock(
  decision: Decision,
  { shop, count }: { shop: string; count: number },
  { shops }: IncidentSettings,
): Promise<{ shop: string; free: number; reserved: readonly string[] }> {
  if (!shops.includes(shop)) throw new IncidentError({ code: 'SHOP_UNKNOWN', field: 'shop' });
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= STOCK_ADDED_MAX)) {
    throw malformed('count', `1 to ${STOCK_ADDED_MAX}`);
  }
  const answer = await share(decision, shop, count);
  decision.note('usim-stock.added', null, { shop, count, reserved: answer.reserved.length });
  return { shop, ...answer };
}

/** A USIM that somebody gave up is the next one's. */
export async function giveBack(decision: Decision, shop: string): Promise<void> {
  await share(decision, shop, 1);
}

async function share(
  { tables, nowMs }: Decision,
  shop: string,
  count: number,
): Promise<{ free: number; reserved: readonly string[] }> {
  const { requests } = tables.incidents;
  const free = ((await requests.free(shop)) ?? 0) + count;
  const waiting = await requests.inState('waiting', { shop, limit: free });
  for (const row of waiting) {
    const status = nextRequestState(requestNumber(row.id), row.status, 'reserved');
    await requests.change(row.id, { status, changedMs: nowMs });
  }
  await requests.setFree(shop, free - waiting.length);
  return { free: free - waiting.length, reserved: waiting.map(({ id }) => requestNumber(id)) };
}
