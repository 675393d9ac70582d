import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { RequestRow } from '../../store/incidents/schema.ts';
import type { Decisions } from '../decisions/decision.ts';
import { requestNumber } from './finding.ts';
import { advanceRequest } from './requests.ts';

/** Requests that are read at one time. */
const PAGE_MAX = 100;
const NODE = { actor: 'node', role: 'node' } as const;

/** Gives a payment back. It is called again after a failure or a kill: a payment that was given back stays so. */
export type Refund = (paymentId: string) => Promise<void>;

/**
 * Gives back the payments that were judged fraudulent and are not given back yet. One that fails stays as it is and is
 * tried in the next round. @returns how many were made
 */
export async function makeRefunds(
  decisions: Decisions,
  { refund, log }: { refund: Refund; log: Log },
): Promise<number> {
  let made = 0;
  for (let after = 0, isLast = false; !isLast;) {
    const rows = await decisions.store.read(({ incidents }) => incidents.requests.toRefund({ after, limit: PAGE_MAX }));
    for (const row of rows) {
      // One that cannot be given back keeps nobody else waiting.
      if (!(await isRefunded(row, { refund, log }))) continue;
      await decisions.decide(NODE, (decision) => advanceRequest(decision, requestNumber(row.id), 'refunded'));
      made++;
    }
    after = rows.at(-1)?.id ?? after;
    isLast = rows.length < PAGE_MAX;
  }
  return made;
}

async function isRefunded(
  { id, paymentId }: RequestRow & { paymentId: string },
  { refund, log }: { refund: Refund; log: Log },
): Promise<boolean> {
  try {
    await refund(paymentId);
    return true;
  } catch (cause) {
    const reason = cause instanceof Fault ? (cause as Fault).facts.code : 'unknown';
    log.warn({ request: requestNumber(id), reason }, 'a payment could not be given back');
    return false;
  }
}
