/** command_status (SMPP 3.4 clause 5.1.3), as far as it is given or understood here. */
export const COMMAND_STATUS = {
  ok: 0x00, // ESME_ROK
  invalidLength: 0x01, // ESME_RINVMSGLEN
  invalidCommandLength: 0x02, // ESME_RINVCMDLEN
  invalidCommand: 0x03, // ESME_RINVCMDID
  wrongBindState: 0x04, // ESME_RINVBNDSTS
  alreadyBound: 0x05, // ESME_RALYBND
  systemError: 0x08, // ESME_RSYSERR
  invalidSource: 0x0a, // ESME_RINVSRCADR
  invalidDestination: 0x0b, // ESME_RINVDSTADR
  bindFailed: 0x0d, // ESME_RBINDFAIL
  invalidPassword: 0x0e, // ESME_RINVPASWD
  invalidSystemId: 0x0f, // ESME_RINVSYSID
  queueFull: 0x14, // ESME_RMSGQFUL
  submitFailed: 0x45, // ESME_RSUBMITFAIL
  throttled: 0x58, // ESME_RTHROTTLED
  invalidSchedule: 0x61, // ESME_RINVSCHED
  temporaryError: 0x64, // ESME_RX_T_APPN
  permanentError: 0x65, // ESME_RX_P_APPN
  invalidOptionalStream: 0xc0, // ESME_RINVOPTPARSTREAM
  missingOptional: 0xc3, // ESME_RMISSINGOPTPARAM
  invalidOptional: 0xc4, // ESME_RINVOPTPARAMVAL
} as const;
