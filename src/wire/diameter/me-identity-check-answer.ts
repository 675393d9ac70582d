import assert from 'node:assert/strict';
import { AvpCursor } from './avp-cursor.ts';
import {
  APPLICATION,
  AUTH_SESSION_STATE,
  AVP,
  COMMAND,
  EQUIPMENT_UNKNOWN,
  RESULT_CODE,
  VENDOR_3GPP,
} from './dictionary.ts';
import { type AnswerResult, copyAvps, readAnswerResult } from './error-answer.ts';
import { HEADER_SIZE, IDENTIFIERS_AT, MESSAGE_FLAG, VERSION } from './header.ts';
import type { MeIdentityCheckRequest } from './me-identity-check-request.ts';
import { ANSWER_GROWTH_MAX, MessageWriter } from './message-writer.ts';
import { readUint32 } from './octets.ts';
import type { Origin } from './origin.ts';
import { writeS13Application } from './vendor-specific-application-id.ts';

/*
 * TS 29.272 clause 7.2.20
 *
 *  <ME-Identity-Check-Answer> ::= < Diameter Header: 324, PXY, 16777252 >
 *                                 < Session-Id >
 *                                 [ DRMP ]
 *                                 [ Vendor-Specific-Application-Id ]
 *                                 [ Result-Code ]
 *                                 [ Experimental-Result ]
 *                                 { Auth-Session-State }
 *                                 { Origin-Host }
 *                                 { Origin-Realm }
 *                                 [ Equipment-Status ]
 *                               * [ AVP ]
 *                                 [ Failed-AVP ]
 *                               * [ Proxy-Info ]
 *                               * [ Route-Record ]
 */

/** What the register says of the equipment: Equipment-Status (clause 7.3.51), or that it does not know it. */
export const EQUIPMENT_OUTCOME = { whitelisted: 0, blacklisted: 1, greylisted: 2, unknown: 3 } as const;
export type EquipmentOutcome = (typeof EQUIPMENT_OUTCOME)[keyof typeof EQUIPMENT_OUTCOME];

const OUTCOMES: readonly EquipmentOutcome[] = Object.values(EQUIPMENT_OUTCOME);

/** The two parts of an answer that do not depend on its request. */
interface Layout {
  /** Up to the identifiers, with a message length of 0. */
  readonly header: Buffer;
  /** What follows the Session-Id. */
  readonly rest: Buffer;
}

/**
 * Writes answers of one node. Everything but the header's identifiers, Session-Id and Proxy-Info is the same for each
 * outcome, so it is laid out once, and an answer is four copies without allocation.
 */
export class MeIdentityCheckAnswers {
  readonly #outcomes: readonly Layout[];
  readonly #busy: Layout;

  constructor(origin: Origin) {
    const header = layHeader(MESSAGE_FLAG.proxiable);
    this.#outcomes = OUTCOMES.map((outcome) => ({ header, rest: layOutcome(origin, outcome) }));
    this.#busy = { header: layHeader(MESSAGE_FLAG.proxiable | MESSAGE_FLAG.error), rest: layBusy(origin) };
  }

  /** Appends the answer. The writer must have room for the request's size and `ANSWER_GROWTH_MAX` more. */
  write(writer: MessageWriter, request: MeIdentityCheckRequest, outcome: EquipmentOutcome): void {
    append(writer, request, this.#outcomes[outcome]!);
  }

  /** Appends 3004 DIAMETER_TOO_BUSY. It is laid out too: refusing must not cost more than answering. */
  writeTooBusy(writer: MessageWriter, request: MeIdentityCheckRequest): void {
    append(writer, request, this.#busy);
  }
}

function append(writer: MessageWriter, request: MeIdentityCheckRequest, { header, rest }: Layout): void {
  const at = writer.size;
  const sessionIdSize = request.sessionIdNext - request.sessionIdAt;
  const size = HEADER_SIZE + sessionIdSize + rest.length;
  assert(size <= writer.room, 'the answer does not fit its buffer');
  const out = writer.bytes;
  copy(header, 0, IDENTIFIERS_AT, out, at);
  copy(request.bytes, request.start + IDENTIFIERS_AT, HEADER_SIZE - IDENTIFIERS_AT, out, at + IDENTIFIERS_AT);
  copy(request.bytes, request.sessionIdAt, sessionIdSize, out, at + HEADER_SIZE);
  out.set(rest, at + HEADER_SIZE + sessionIdSize);
  writer.size = at + size;
  if (request.hasProxyInfo) copyAvps(writer, request, AVP.proxyInfo, Number.POSITIVE_INFINITY);
  const written = writer.size - at;
  out[at + 1] = written >> 16;
  out[at + 2] = written >> 8;
  out[at + 3] = written;
}

function layHeader(flags: number): Buffer {
  const writer = new MessageWriter(HEADER_SIZE).begin({
    version: VERSION,
    flags,
    command: COMMAND.meIdentityCheck,
    application: APPLICATION.s13,
    hopByHop: 0,
    endToEnd: 0,
  });
  return Buffer.from(writer.written.subarray(0, IDENTIFIERS_AT));
}

/** The generic form of an answer with the E bit (RFC 6733 clause 7.2). */
function layBusy(origin: Origin): Buffer {
  const writer = new MessageWriter(ANSWER_GROWTH_MAX)
    .text(AVP.originHost, origin.originHost)
    .text(AVP.originRealm, origin.originRealm)
    .number(AVP.resultCode, RESULT_CODE.tooBusy);
  return Buffer.from(writer.written);
}

function layOutcome(origin: Origin, outcome: EquipmentOutcome): Buffer {
  const writer = new MessageWriter(ANSWER_GROWTH_MAX);
  writeS13Application(writer);
  if (outcome === EQUIPMENT_OUTCOME.unknown) {
    // Clause 7.4.3: a result of 3GPP's own stands in Experimental-Result, and Result-Code is absent.
    writer.group(AVP.experimentalResult, () => {
      writer.number(AVP.vendorId, VENDOR_3GPP).number(AVP.experimentalResultCode, EQUIPMENT_UNKNOWN);
    });
  } else {
    writer.number(AVP.resultCode, RESULT_CODE.success);
  }
  writer
    .number(AVP.authSessionState, AUTH_SESSION_STATE.noStateMaintained)
    .text(AVP.originHost, origin.originHost)
    .text(AVP.originRealm, origin.originRealm);
  if (outcome !== EQUIPMENT_OUTCOME.unknown) writer.number(AVP.equipmentStatus, outcome);
  return Buffer.from(writer.written);
}

function copy(source: Uint8Array, start: number, size: number, target: Uint8Array, at: number): void {
  for (let i = 0; i < size; i++) target[at + i] = source[start + i]!;
}

export interface MeIdentityCheckResult extends AnswerResult {
  /** Set where the answer is 2001 with an Equipment-Status, or 5422. */
  readonly outcome: EquipmentOutcome | undefined;
}

/** Reads an answer as an MME does. */
export function readMeIdentityCheckAnswer(bytes: Buffer, start: number, end: number): MeIdentityCheckResult {
  const result = readAnswerResult(bytes, start, end);
  if (result.experimentalResultCode === EQUIPMENT_UNKNOWN) return { ...result, outcome: EQUIPMENT_OUTCOME.unknown };
  if (result.resultCode !== RESULT_CODE.success) return { ...result, outcome: undefined };
  const cursor = new AvpCursor().reset(bytes, start + HEADER_SIZE, end);
  while (cursor.step()) {
    const isStatus = cursor.code === AVP.equipmentStatus.code && cursor.vendorId === VENDOR_3GPP;
    if (!isStatus || cursor.dataEnd - cursor.dataStart !== 4) continue;
    const status = readUint32(bytes, cursor.dataStart);
    return { ...result, outcome: OUTCOMES.find((outcome) => outcome === status) };
  }
  return { ...result, outcome: undefined };
}
