import { Fault, type Parsed } from '../../base/fault.ts';
import { once, optional, readAvps } from './avps.ts';
import { APPLICATION, AVP, COMMAND, RESULT_CODE } from './dictionary.ts';
import { answerHeader, MESSAGE_FLAG, type MessageHeader, VERSION } from './header.ts';
import type { MessageError, MessageFault } from './message-fault.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Origin } from './origin.ts';

/*
 * RFC 6733 clause 5.5.1
 *
 *  <DWR> ::= < Diameter Header: 280, REQ >
 *            { Origin-Host }
 *            { Origin-Realm }
 *            [ Origin-State-Id ]
 *          * [ AVP ]
 */
const REQUEST_GRAMMAR = [once(AVP.originHost), once(AVP.originRealm), optional(AVP.originStateId)];

/*
 * RFC 6733 clause 5.5.2
 *
 *  <DWA> ::= < Diameter Header: 280 >
 *            { Result-Code }
 *            { Origin-Host }
 *            { Origin-Realm }
 *            [ Error-Message ]
 *            [ Failed-AVP ]
 *            [ Origin-State-Id ]
 *          * [ AVP ]
 */

/** Undefined where the request may be answered with success. */
export function faultOfDeviceWatchdogRequest(bytes: Buffer, start: number, end: number): MessageError | undefined {
  const avps: Parsed<unknown, MessageFault> = readAvps(bytes, start, end, REQUEST_GRAMMAR);
  return avps instanceof Fault ? avps : undefined;
}

export function writeDeviceWatchdogRequest(
  writer: MessageWriter,
  identifiers: { hopByHop: number; endToEnd: number },
  origin: Origin,
): void {
  writer.begin({
    version: VERSION,
    flags: MESSAGE_FLAG.request,
    command: COMMAND.deviceWatchdog,
    application: APPLICATION.base,
    ...identifiers,
  });
  writer.text(AVP.originHost, origin.originHost).text(AVP.originRealm, origin.originRealm);
  if (origin.originStateId !== undefined) writer.number(AVP.originStateId, origin.originStateId);
  writer.end();
}

export function writeDeviceWatchdogAnswer(writer: MessageWriter, request: MessageHeader, origin: Origin): void {
  writer
    .begin(answerHeader(request))
    .number(AVP.resultCode, RESULT_CODE.success)
    .text(AVP.originHost, origin.originHost)
    .text(AVP.originRealm, origin.originRealm);
  if (origin.originStateId !== undefined) writer.number(AVP.originStateId, origin.originStateId);
  writer.end();
}
