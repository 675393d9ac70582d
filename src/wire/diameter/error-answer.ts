import { Fault } from '../../base/fault.ts';
import { AVP_FLAG, AVP_HEADER_SIZE, AvpCursor } from './avp-cursor.ts';
import {
  APPLICATION,
  AUTH_SESSION_STATE,
  AVP,
  type AvpDefinition,
  avpDefinition,
  COMMAND,
  dataSizeMin,
} from './dictionary.ts';
import { answerHeader, HEADER_SIZE, MESSAGE_FLAG, type MessageHeader } from './header.ts';
import { type MessageError, RESULT_CODE_OF } from './message-fault.ts';
import type { MessageWriter } from './message-writer.ts';
import { readUint24, readUint32 } from './octets.ts';
import type { Origin } from './origin.ts';
import { writeS13Application } from './vendor-specific-application-id.ts';

/** A request as it was received: its octets, from `start` to `end`. */
export interface ReceivedRequest {
  readonly header: MessageHeader;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Why a request is refused: a fault in its octets, or a Result-Code for what it wants. */
export type Refusal = MessageError | number;

export function resultCodeOf(refusal: Refusal): number {
  return refusal instanceof Fault ? RESULT_CODE_OF[refusal.facts.code] : refusal;
}

/**
 * Answers a request with the error found first. Protocol errors (3xxx) bear the E bit and have the form of clause 7.2;
 * others have the form of the command's own answer. Session-Id and every Proxy-Info come back as they were sent
 * (clause 6.2), as far as the request can be read.
 *
 *  <answer-message> ::= < Diameter Header: code, ERR [, PXY] >
 *                  0*1< Session-Id >
 *                     { Origin-Host }
 *                     { Origin-Realm }
 *                     { Result-Code }
 *                     [ Origin-State-Id ]
 *                     [ Error-Message ]
 *                     [ Error-Reporting-Host ]
 *                     [ Failed-AVP ]
 *                     [ Experimental-Result ]
 *                   * [ Proxy-Info ]
 *                   * [ AVP ]
 */
export function writeErrorAnswer(
  writer: MessageWriter,
  request: ReceivedRequest,
  refusal: Refusal,
  origin: Origin,
): void {
  const resultCode = resultCodeOf(refusal);
  const isProtocolError = resultCode < 4000;
  const header = answerHeader(request.header);
  writer.begin({ ...header, flags: header.flags | (isProtocolError ? MESSAGE_FLAG.error : 0) });
  copyAvps(writer, request, AVP.sessionId, 1);
  if (!isProtocolError) writeResult(writer, request.header, resultCode);
  writer.text(AVP.originHost, origin.originHost).text(AVP.originRealm, origin.originRealm);
  if (isProtocolError) writer.number(AVP.resultCode, resultCode);
  if (refusal instanceof Fault) writeFailedAvp(writer, request, refusal);
  copyAvps(writer, request, AVP.proxyInfo, Number.POSITIVE_INFINITY);
  writer.end();
}

/** The Result-Code, and in a ME-Identity-Check-Answer what TS 29.272 clause 7.2.20 wants beside it. */
function writeResult(writer: MessageWriter, { application, command }: MessageHeader, resultCode: number): void {
  const isEquipmentCheck = application === APPLICATION.s13 && command === COMMAND.meIdentityCheck;
  if (isEquipmentCheck) writeS13Application(writer);
  writer.number(AVP.resultCode, resultCode);
  if (isEquipmentCheck) writer.number(AVP.authSessionState, AUTH_SESSION_STATE.noStateMaintained);
}

/** Copies the AVPs of one name, of which the ME-Identity-Check-Answer needs Proxy-Info too. */
export function copyAvps(
  writer: MessageWriter,
  { bytes, start, end }: Omit<ReceivedRequest, 'header'>,
  avp: AvpDefinition,
  countMax: number,
): void {
  const cursor = new AvpCursor().reset(bytes, start + HEADER_SIZE, end);
  let count = 0;
  while (count < countMax && cursor.step()) {
    if (cursor.code !== avp.code || cursor.vendorId !== avp.vendorId) continue;
    writer.raw(bytes, cursor.at, cursor.dataEnd);
    count += 1;
  }
}

/** The offending AVP, or an example of it (RFC 6733 clause 7.5). */
export function writeFailedAvp(writer: MessageWriter, request: ReceivedRequest, fault: MessageError): void {
  writer.group(AVP.failedAvp, () => writeOffender(writer, request, fault));
}

function writeOffender(writer: MessageWriter, request: ReceivedRequest, { facts }: MessageError): void {
  if (facts.code === 'DIAMETER_AVP_MISSING') {
    writeExample(writer, facts.avpCode, facts.vendorId, AVP_FLAG.mandatory);
    return;
  }
  const { bytes, start, end } = request;
  const at = start + facts.at;
  if (facts.code === 'DIAMETER_AVP_LENGTH') {
    // What it says of its length is wrong, so header and least data stand for it (clause 7.1.5).
    const isHeaderThere = end - at >= AVP_HEADER_SIZE;
    writeExample(writer, facts.avpCode, facts.vendorId, isHeaderThere ? bytes[at + 4]! : 0);
    return;
  }
  writer.raw(bytes, at, Math.min(at + readUint24(bytes, at + 5), end));
}

/** An AVP of that name with the least data it can have, all zeros (clause 7.5). */
function writeExample(writer: MessageWriter, code: number, vendorId: number, flags: number): void {
  const known = avpDefinition(code, vendorId);
  const mandatory = (flags & AVP_FLAG.mandatory) !== 0;
  const avp: AvpDefinition = { name: '', type: 'OctetString', ...known, code, vendorId, mandatory };
  writer.octets(avp, new Uint8Array(dataSizeMin(avp.type)));
}

/** What any answer says of its request. */
export interface AnswerResult {
  readonly resultCode: number | undefined;
  readonly experimentalResultCode: number | undefined;
}

/** Reads the result of an answer of any command. It trusts nothing else in it. */
export function readAnswerResult(bytes: Buffer, start: number, end: number): AnswerResult {
  const cursor = new AvpCursor().reset(bytes, start + HEADER_SIZE, end);
  let resultCode: number | undefined;
  let experimentalResultCode: number | undefined;
  while (cursor.step()) {
    if (cursor.vendorId !== 0) continue;
    const size = cursor.dataEnd - cursor.dataStart;
    if (cursor.code === AVP.resultCode.code && size === 4) resultCode = readUint32(bytes, cursor.dataStart);
    if (cursor.code === AVP.experimentalResult.code) {
      experimentalResultCode = readExperimentalResult(bytes, cursor.dataStart, cursor.dataEnd);
    }
  }
  return { resultCode, experimentalResultCode };
}

function readExperimentalResult(bytes: Buffer, start: number, end: number): number | undefined {
  const cursor = new AvpCursor().reset(bytes, start, end);
  while (cursor.step()) {
    const isCode = cursor.code === AVP.experimentalResultCode.code && cursor.vendorId === 0;
    if (isCode && cursor.dataEnd - cursor.dataStart === 4) return readUint32(bytes, cursor.dataStart);
  }
  return undefined;
}
