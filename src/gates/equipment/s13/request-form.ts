import { APPLICATION, COMMAND, RESULT_CODE, type ResultCode } from '../../../wire/diameter/dictionary.ts';
import { MESSAGE_FLAG, type MessageHeader, VERSION } from '../../../wire/diameter/header.ts';

/** The requests that are served, and whether their P bit is set (RFC 6733 clause 3, TS 29.272 clause 7.2.19). */
const SERVED: readonly { application: number; command: number; isProxiable: boolean }[] = [
  { application: APPLICATION.base, command: COMMAND.capabilitiesExchange, isProxiable: false },
  { application: APPLICATION.base, command: COMMAND.deviceWatchdog, isProxiable: false },
  { application: APPLICATION.base, command: COMMAND.disconnectPeer, isProxiable: false },
  { application: APPLICATION.s13, command: COMMAND.meIdentityCheck, isProxiable: true },
];

/** What is wrong with a request's header, in the order in which it is looked at. Reserved bits are not (clause 3). */
export function faultOfHeader(header: MessageHeader): ResultCode | undefined {
  const { version, flags, application, command } = header;
  if (version !== VERSION) return RESULT_CODE.unsupportedVersion;
  if ((flags & MESSAGE_FLAG.error) !== 0) return RESULT_CODE.invalidHeaderBits;
  if (!SERVED.some((served) => served.application === application)) return RESULT_CODE.applicationUnsupported;
  const served = SERVED.find((one) => one.application === application && one.command === command);
  if (served === undefined) return RESULT_CODE.commandUnsupported;
  const isProxiable = (flags & MESSAGE_FLAG.proxiable) !== 0;
  return served.isProxiable === isProxiable ? undefined : RESULT_CODE.invalidHeaderBits;
}
