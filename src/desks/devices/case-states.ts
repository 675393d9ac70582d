import { nextState, type Transitions } from '../../base/transitions.ts';
import { DeskError } from './desk-fault.ts';

export const CASE_KINDS = ['device', 'listing', 'pairing', 'override', 'overrule'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

export const CASE_STATUSES = ['open', 'released', 'withdrawn'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** What may happen to a case. Of the first three, the last two happen when its last standing statement ends. */
export const CASE_EVENTS = ['partly-ended', 'recovered', 'withdrawn', 'corrected', 'amended'] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

/** Every legal change of a case, and what it leads to. What is not here is refused with CASE_CLOSED. */
export const CASE_TRANSITIONS: Transitions<CaseStatus, CaseEvent> = {
  open: {
    'partly-ended': 'open',
    recovered: 'released',
    withdrawn: 'withdrawn',
    corrected: 'open', // what it states is stated anew
    amended: 'open', // only private fields change
  },
  released: { amended: 'released' },
  withdrawn: { amended: 'withdrawn' },
};

/** @throws DeskError CASE_CLOSED */
export function nextStatus(caseNumber: string, status: CaseStatus, event: CaseEvent): CaseStatus {
  const next = nextState(CASE_TRANSITIONS, status, event);
  if (next === undefined) throw new DeskError({ code: 'CASE_CLOSED', case: caseNumber, caseStatus: status });
  return next;
}
