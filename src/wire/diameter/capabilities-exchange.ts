import { Fault, type Parsed } from '../../base/fault.ts';
import { any, type Avps, once, optional, readAvps, some } from './avps.ts';
import { APPLICATION, AVP, COMMAND, VENDOR_3GPP } from './dictionary.ts';
import { type ReceivedRequest, type Refusal, resultCodeOf, writeFailedAvp } from './error-answer.ts';
import { answerHeader, MESSAGE_FLAG, VERSION } from './header.ts';
import type { MessageFault } from './message-fault.ts';
import type { MessageWriter } from './message-writer.ts';
import { VENDOR_SPECIFIC_APPLICATION_ID_GRAMMAR, writeS13Application } from './vendor-specific-application-id.ts';

/** What both ends say of themselves in the first exchange. */
export interface Capabilities {
  readonly originHost: string;
  readonly originRealm: string;
  readonly hostIpAddress: string;
  readonly productName: string;
  /** Grows with each start of the node, so that a peer sees that state was lost (RFC 6733 clause 8.16). */
  readonly originStateId?: number;
}

export interface CapabilitiesExchangeRequest {
  readonly originHost: string;
  readonly originRealm: string;
  /** Of Auth-, Acct- and Vendor-Specific-Application-Id alike. */
  readonly applications: readonly number[];
  readonly inbandSecurity: readonly number[];
}

export interface CapabilitiesExchangeAnswer {
  readonly resultCode: number;
  readonly originHost: string;
  readonly originRealm: string;
  readonly applications: readonly number[];
}

/*
 * RFC 6733 clause 5.3.1
 *
 *  <CER> ::= < Diameter Header: 257, REQ >
 *            { Origin-Host }
 *            { Origin-Realm }
 *         1* { Host-IP-Address }
 *            { Vendor-Id }
 *            { Product-Name }
 *            [ Origin-State-Id ]
 *          * [ Supported-Vendor-Id ]
 *          * [ Auth-Application-Id ]
 *          * [ Inband-Security-Id ]
 *          * [ Acct-Application-Id ]
 *          * [ Vendor-Specific-Application-Id ]
 *            [ Firmware-Revision ]
 *          * [ AVP ]
 */
const REQUEST_GRAMMAR = [
  once(AVP.originHost),
  once(AVP.originRealm),
  some(AVP.hostIpAddress),
  once(AVP.vendorId),
  once(AVP.productName),
  optional(AVP.originStateId),
  any(AVP.supportedVendorId),
  any(AVP.authApplicationId),
  any(AVP.inbandSecurityId),
  any(AVP.acctApplicationId),
  any(AVP.vendorSpecificApplicationId),
  optional(AVP.firmwareRevision),
];

/*
 * RFC 6733 clause 5.3.2: as the request, with { Result-Code } first and [ Error-Message ], [ Failed-AVP ] besides.
 */
const ANSWER_GRAMMAR = [once(AVP.resultCode), ...REQUEST_GRAMMAR, optional(AVP.errorMessage), optional(AVP.failedAvp)];

export function readCapabilitiesExchangeRequest(
  bytes: Buffer,
  start: number,
  end: number,
): Parsed<CapabilitiesExchangeRequest, MessageFault> {
  const avps = readAvps(bytes, start, end, REQUEST_GRAMMAR);
  if (avps instanceof Fault) return avps;
  const applications = applicationsOf(avps);
  if (applications instanceof Fault) return applications;
  return {
    originHost: avps.text(AVP.originHost)!,
    originRealm: avps.text(AVP.originRealm)!,
    applications,
    inbandSecurity: avps.numbers(AVP.inbandSecurityId),
  };
}

export function readCapabilitiesExchangeAnswer(
  bytes: Buffer,
  start: number,
  end: number,
): Parsed<CapabilitiesExchangeAnswer, MessageFault> {
  const avps = readAvps(bytes, start, end, ANSWER_GRAMMAR);
  if (avps instanceof Fault) return avps;
  const applications = applicationsOf(avps);
  if (applications instanceof Fault) return applications;
  return {
    resultCode: avps.number(AVP.resultCode)!,
    originHost: avps.text(AVP.originHost)!,
    originRealm: avps.text(AVP.originRealm)!,
    applications,
  };
}

export function writeCapabilitiesExchangeRequest(
  writer: MessageWriter,
  identifiers: { hopByHop: number; endToEnd: number },
  capabilities: Capabilities,
): void {
  const { request: flags } = MESSAGE_FLAG;
  writer.begin({
    version: VERSION,
    flags,
    command: COMMAND.capabilitiesExchange,
    application: APPLICATION.base,
    ...identifiers,
  });
  writeCapabilities(writer, capabilities);
  writer.end();
}

/**
 * A CEA that agrees (`result` 2001), or refuses with one of 5xxx. Refusals of 3xxx have the form of `writeErrorAnswer`.
 */
export function writeCapabilitiesExchangeAnswer(
  writer: MessageWriter,
  request: ReceivedRequest,
  result: Refusal,
  capabilities: Capabilities,
  errorMessage?: string,
): void {
  writer.begin(answerHeader(request.header)).number(AVP.resultCode, resultCodeOf(result));
  writeCapabilities(writer, capabilities);
  if (errorMessage !== undefined) writer.text(AVP.errorMessage, errorMessage);
  if (result instanceof Fault) writeFailedAvp(writer, request, result);
  writer.end();
}

function writeCapabilities(writer: MessageWriter, capabilities: Capabilities): void {
  writer
    .text(AVP.originHost, capabilities.originHost)
    .text(AVP.originRealm, capabilities.originRealm)
    .address(AVP.hostIpAddress, capabilities.hostIpAddress)
    // No vendor number of our own: 0 says that the implementation states none (clause 5.3.3).
    .number(AVP.vendorId, 0)
    .text(AVP.productName, capabilities.productName);
  if (capabilities.originStateId !== undefined) writer.number(AVP.originStateId, capabilities.originStateId);
  writer.number(AVP.supportedVendorId, VENDOR_3GPP);
  writeS13Application(writer);
}

function applicationsOf(avps: Avps): Parsed<number[], MessageFault> {
  const groups = avps.groups(AVP.vendorSpecificApplicationId, VENDOR_SPECIFIC_APPLICATION_ID_GRAMMAR);
  if (groups instanceof Fault) return groups;
  return [avps, ...groups].flatMap((part) => [
    ...part.numbers(AVP.authApplicationId),
    ...part.numbers(AVP.acctApplicationId),
  ]);
}
