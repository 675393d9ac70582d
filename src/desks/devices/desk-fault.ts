import { Fault } from '../../base/fault.ts';
import type { DeviceTargetFault } from '../../identifiers/device-target.ts';
import type { ImsiFault } from '../../identifiers/imsi.ts';
import type { SharedImei } from '../../identifiers/shared-imei.ts';

/** What a device desk refuses, and why. `field` names the place in the form, such as `devices[1]`. */
export type DeskFault =
  | ((DeviceTargetFault | ImsiFault) & { field: string })
  | { code: 'FIELD_MALFORMED'; field: string; expected: string }
  | { code: 'IMEI_CHECK_DIGIT'; field: string; stated: number; computed: number }
  | { code: 'IMEI_SHARED'; field: string; why: SharedImei }
  | { code: 'DEVICES_TOO_MANY'; devices: number; devicesMax: number }
  | { code: 'DEVICE_TWICE'; field: string; earlier: string }
  | { code: 'ALREADY_STATED'; field: string; case: string }
  | { code: 'CASE_UNKNOWN' }
  | { code: 'CASE_CLOSED'; case: string; caseStatus: string }
  | { code: 'CASE_OF_OTHER_KIND'; case: string; kind: string }
  | { code: 'DEVICE_NOT_IN_CASE'; field: string; case: string }
  | { code: 'CORRECTION_EMPTY'; case: string }
  | { code: 'OVERRIDE_NOT_OPEN' }
  | { code: 'NOT_A_REGULATOR'; member: string }
  | { code: 'ROLE_INSUFFICIENT'; role: string }
  | { code: 'STATEMENT_UNKNOWN'; member: string; index: number }
  | { code: 'STATEMENT_NOT_A_LISTING'; member: string; index: number }
  | ImportFault;

/** What is wrong with a file as a whole. What is wrong with a row stands in that row's result. */
export type ImportFault =
  | { code: 'IMPORT_TOO_LARGE'; size: number; sizeMax: number }
  | { code: 'IMPORT_TOO_MANY_ROWS'; rowsMax: number }
  | { code: 'IMPORT_EMPTY' }
  | { code: 'IMPORT_NOT_UTF8'; line: number }
  | { code: 'IMPORT_NOT_CSV'; line: number }
  | { code: 'IMPORT_COLUMN_UNKNOWN'; column: number }
  | { code: 'IMPORT_COLUMN_TWICE'; column: number }
  | { code: 'IMPORT_COLUMN_MISSING'; name: string }
  | { code: 'IMPORT_REFUSED'; rows: number; rowsRefused: number };

export class DeskError extends Fault<DeskFault> {}
