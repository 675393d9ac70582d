import { Fault } from '../base/fault.ts';

export type SmppProbeFault =
  | { code: 'SMPP_PROBE_REFUSED'; commandStatus: number; says: string }
  | { code: 'SMPP_PROBE_CLOSED'; reason: string }
  | { code: 'SMPP_PROBE_NO_ANSWER'; waitedMs: number };
export class SmppProbeError extends Fault<SmppProbeFault> {}
