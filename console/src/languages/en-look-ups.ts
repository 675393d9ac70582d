import type { koLookUps } from './ko-look-ups.ts';

/** What only the page of look-ups says. */
export const enLookUps: typeof koLookUps = {
  lead: 'Who looked at whose data. Look-ups without a case come first.',
  empty: 'There is no such look-up.',
  at: 'When',
  actor: 'Who looked',
  action: 'What',
  subject: 'Whom',
  case: 'On what ground',
  withoutCase: 'Without a case',
  refused: 'Refused',
  ground: 'Look-ups to show',
  onlyWithoutCase: 'Only those without a case',
  all: 'All',
  since: 'From',
  until: 'To',
  show: 'Show',
};
