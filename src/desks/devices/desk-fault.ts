import { Fault } from '../../base/fault.ts';
import type { FormFault } from '../decisions/form-fields.ts';
import type { DeviceTargetFault } from '../../identifiers/device-target.ts';
import type { ImsiFault } from '../../identifiers/imsi.ts';
import type { SharedImei } from '../../identifiers/shared-imei.ts';

/** What a device desk refuses, and why. `field` names the place in the form, such as `devices[1]`. */
export type DeskFault =
  | ((DeviceTargetFault | ImsiFault) & { field: string })
  | FormFault
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
  | { code: 'STATEMENT_NOT_A_LISTING'; member: string; index: number };

export class DeskError extends Fault<DeskFault> {}
