import type { koDeskProblems } from './ko-desk-problems.ts';

/** What may go wrong at the desks of senders, cells and incidents. */
export const enDeskProblems: typeof koDeskProblems = {
  APPLICATION_UNKNOWN: 'There is no such application. Its number looks like A-2026-000123.',
  STEP_ILLEGAL: 'This is not possible in its present state. Somebody else may have been first: open the page again.',
  ITEMS_WITHOUT_FINDING: 'Some items have no finding yet. Judge every item before you decide.',
  ITEMS_UNMET: 'Some items are not met. Return the application, or refuse it.',
  EVIDENCE_MISSING: 'Nothing was handed in for this item, so it cannot be met.',
  EVIDENCE_EXPIRED: 'All files for this item have run out. Ask for newer ones.',
  PROPOSAL_UNKNOWN: 'There is no such proposal.',
  PROPOSAL_DECIDED: 'Somebody else has decided this proposal.',
  CAMPAIGN_UNKNOWN: 'There is no such campaign. Its number looks like M-2026-000017.',
  CELL_MALFORMED: 'Look at the cell again: it is written as 450-08-eci-00a1b2c.',
  CELL_DISTRUSTED_ALREADY: 'The cell is distrusted for all of that time already.',
  CELL_NOT_DISTRUSTED: 'Nothing stands against this cell. Look at the list of distrusted cells.',
  CELLS_NONE_DISTRUSTED: 'No cell is distrusted, so nobody can be exposed. Distrust the cell first.',
  EXPOSED_LIST_UNKNOWN: 'There is no such list. Its number looks like E-2026-000001.',
  EXPOSED_LIST_UNCHANGED: 'Nothing has changed since the last version, so no new one was made.',
  INCIDENT_UNKNOWN: 'There is no such incident. Its number looks like I-2026-000001.',
  INCIDENT_CLOSED: 'The incident is closed. Open it again first.',
  CLOCK_UNKNOWN: 'The incident has no such clock.',
  CLOCK_FILED_ALREADY: 'Something was filed for this clock already. What comes after it is a new fact.',
  NOTICE_UNKNOWN: 'The incident has no such notice.',
  NOTICE_STATE: 'This cannot happen to the notice as it stands.',
};
