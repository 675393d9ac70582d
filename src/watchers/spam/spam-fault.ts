import { Fault } from '../../base/fault.ts';
import type { FormFault } from '../../desks/decisions/form-fields.ts';
import type { SenderFault } from '../../identifiers/sender.ts';

/** What the spam watch refuses, and why. `field` names the place, such as `reports[2].text`; in a file, the column. */
export type SpamFault =
  | (SenderFault & { field: string })
  | FormFault
  | { code: 'REPORT_TEXT_EMPTY'; field: string }
  | { code: 'ORIGINATOR_UNKNOWN'; field: string }
  | { code: 'CAMPAIGN_UNKNOWN' };
export class SpamError extends Fault<SpamFault> {}

/** What is wrong with one row of a file. */
export type SpamRowFault = SpamFault | { code: 'ROW_FIELDS' };
