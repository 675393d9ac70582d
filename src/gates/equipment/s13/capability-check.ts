import { APPLICATION, INBAND_SECURITY, RESULT_CODE, type ResultCode } from '../../../wire/diameter/dictionary.ts';
import type { CapabilitiesExchangeRequest } from '../../../wire/diameter/capabilities-exchange.ts';

/** The application in common (RFC 6733 clause 5.3): S13, or all of them where the peer relays. */
function hasApplicationInCommon({ applications }: CapabilitiesExchangeRequest): boolean {
  return applications.includes(APPLICATION.s13) || applications.includes(APPLICATION.relay);
}

/** Inband-Security-Id speaks of a connection in the clear: on one under TLS the question is settled (clause 6.10). */
function hasSecurityInCommon({ inbandSecurity }: CapabilitiesExchangeRequest, isSecure: boolean): boolean {
  return isSecure || inbandSecurity.length === 0 || inbandSecurity.includes(INBAND_SECURITY.none);
}

/** Whether a known peer's capabilities fit ours: success, or why not. */
export function judgeCapabilities(
  request: CapabilitiesExchangeRequest,
  { isSecure }: { isSecure: boolean },
): ResultCode {
  if (!hasApplicationInCommon(request)) return RESULT_CODE.noCommonApplication;
  if (!hasSecurityInCommon(request, isSecure)) return RESULT_CODE.noCommonSecurity;
  return RESULT_CODE.success;
}
