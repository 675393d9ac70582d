import { Fault, type Parsed } from '../../base/fault.ts';
import { once, readAvps } from './avps.ts';
import { APPLICATION, AVP, COMMAND, type DisconnectCause, RESULT_CODE } from './dictionary.ts';
import { answerHeader, MESSAGE_FLAG, type MessageHeader, VERSION } from './header.ts';
import type { MessageFault } from './message-fault.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Origin } from './origin.ts';

/*
 * RFC 6733 clause 5.4.1
 *
 *  <DPR> ::= < Diameter Header: 282, REQ >
 *            { Origin-Host }
 *            { Origin-Realm }
 *            { Disconnect-Cause }
 *          * [ AVP ]
 */
const REQUEST_GRAMMAR = [once(AVP.originHost), once(AVP.originRealm), once(AVP.disconnectCause)];

/*
 * RFC 6733 clause 5.4.2
 *
 *  <DPA> ::= < Diameter Header: 282 >
 *            { Result-Code }
 *            { Origin-Host }
 *            { Origin-Realm }
 *            [ Error-Message ]
 *            [ Failed-AVP ]
 *          * [ AVP ]
 */

/** The Disconnect-Cause of a DPR. A number that the standard does not list is kept as it is. */
export function readDisconnectPeerRequest(bytes: Buffer, start: number, end: number): Parsed<number, MessageFault> {
  const avps = readAvps(bytes, start, end, REQUEST_GRAMMAR);
  return avps instanceof Fault ? avps : avps.number(AVP.disconnectCause)!;
}

export function writeDisconnectPeerRequest(
  writer: MessageWriter,
  identifiers: { hopByHop: number; endToEnd: number },
  origin: Origin,
  cause: DisconnectCause,
): void {
  writer.begin({
    version: VERSION,
    flags: MESSAGE_FLAG.request,
    command: COMMAND.disconnectPeer,
    application: APPLICATION.base,
    ...identifiers,
  });
  writer
    .text(AVP.originHost, origin.originHost)
    .text(AVP.originRealm, origin.originRealm)
    .number(AVP.disconnectCause, cause)
    .end();
}

export function writeDisconnectPeerAnswer(writer: MessageWriter, request: MessageHeader, origin: Origin): void {
  writer
    .begin(answerHeader(request))
    .number(AVP.resultCode, RESULT_CODE.success)
    .text(AVP.originHost, origin.originHost)
    .text(AVP.originRealm, origin.originRealm)
    .end();
}
