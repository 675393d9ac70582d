import type { PledgeFault } from '../../desks/pledges/pledge-fault.ts';

/** How the faults of the desk of pledges are answered over HTTP, and what the caller can do. */
export const PLEDGE_PROBLEMS = {
  PLEDGES_UNREADABLE: [500, 'The catalogue of pledges cannot be read. Tell the operator of this node.'],
  PLEDGES_MALFORMED: [500, 'The catalogue of pledges is wrong at `field`. Tell the operator of this node.'],
  QUARTER_MALFORMED: [422, 'A quarter looks like 2026Q4.'],
  QUARTER_AHEAD: [422, 'The quarter has not begun, so there is nothing to report.'],
} as const satisfies Record<PledgeFault['code'], readonly [status: number, detail: string]>;
