import { imeiKeyFromAscii, type ImeiKey } from '../../../identifiers/imei.ts';
import { IMSI_DIGITS_MAX, IMSI_DIGITS_MIN } from '../../../identifiers/imsi.ts';
import { AVP, RESULT_CODE, type ResultCode } from '../../../wire/diameter/dictionary.ts';
import type { Refusal } from '../../../wire/diameter/error-answer.ts';
import { MeIdentityCheckAnswers } from '../../../wire/diameter/me-identity-check-answer.ts';
import type { MessageError } from '../../../wire/diameter/message-fault.ts';
import { MeIdentityCheckRequest } from '../../../wire/diameter/me-identity-check-request.ts';
import type { MessageWriter } from '../../../wire/diameter/message-writer.ts';
import { equalsIgnoringCase } from '../../../wire/diameter/octets.ts';
import type { Origin } from '../../../wire/diameter/origin.ts';
import type { EquipmentAnswer } from '../answer.ts';
import type { Caller } from './peers.ts';

/** The part of the equipment checker that this gate asks. Its answers are numbered as Equipment-Status is. */
export interface EquipmentRegister {
  /** @param unknown what this caller is told of unknown equipment; the policy's default when undefined */
  check(
    gate: 's13',
    key: ImeiKey | -1,
    imsi: string,
    caller: string,
    unknown: EquipmentAnswer | undefined,
  ): EquipmentAnswer;
}

/** Who asks, and whether this thread may still answer it in this second. */
export interface Asking {
  callerOf(request: MeIdentityCheckRequest): Caller;
  admit(): boolean;
}

/**
 * Answers ME-Identity-Check-Requests, one at a time: the same request and answer layouts serve every connection of a
 * thread. Nothing is allocated for a request that is answered, but the IMSI's digits as text.
 */
export class EquipmentRequests {
  readonly #register: EquipmentRegister;
  readonly #request: MeIdentityCheckRequest;
  readonly #answers: MeIdentityCheckAnswers;
  readonly #ownHost: Buffer;
  readonly #ownRealm: Buffer;

  constructor(origin: Origin, { checker }: { checker: EquipmentRegister }) {
    this.#register = checker;
    this.#request = new MeIdentityCheckRequest({ ownHost: origin.originHost });
    this.#answers = new MeIdentityCheckAnswers(origin);
    this.#ownHost = Buffer.from(origin.originHost.toLowerCase());
    this.#ownRealm = Buffer.from(origin.originRealm.toLowerCase());
  }

  /** Appends the answer, or returns why the request is refused and appends nothing. */
  answer(writer: MessageWriter, bytes: Buffer, start: number, end: number, asking: Asking): Refusal | undefined {
    const request = this.#request;
    const fault = request.read(bytes, start, end);
    if (fault !== undefined) return isHostWithoutRealm(request, fault) ? RESULT_CODE.unableToDeliver : fault;
    const misrouted = this.#misrouted(request);
    if (misrouted !== undefined) return misrouted;
    if (!asking.admit()) {
      this.#answers.writeTooBusy(writer, request);
      return undefined;
    }
    const { originHost, unknown } = asking.callerOf(request);
    const answer = this.#register.check('s13', deviceOf(request), subscriberOf(request), originHost, unknown);
    this.#answers.write(writer, request, answer);
    return undefined;
  }

  /** This node relays nothing: what is not for it cannot be delivered (RFC 6733 clauses 6.1.3 and 6.1.4). */
  #misrouted(request: MeIdentityCheckRequest): ResultCode | undefined {
    if (request.isLooped) return RESULT_CODE.loopDetected;
    const { bytes, destinationRealmStart, destinationRealmEnd, destinationHostStart, destinationHostEnd } = request;
    if (!equalsIgnoringCase(bytes, destinationRealmStart, destinationRealmEnd, this.#ownRealm)) {
      return RESULT_CODE.realmNotServed;
    }
    const isForOther =
      destinationHostStart !== 0 && !equalsIgnoringCase(bytes, destinationHostStart, destinationHostEnd, this.#ownHost);
    return isForOther ? RESULT_CODE.unableToDeliver : undefined;
  }
}

/** Clause 7.1.3 has a code of its own for a Destination-Host without its Destination-Realm. */
function isHostWithoutRealm(request: MeIdentityCheckRequest, { facts }: MessageError): boolean {
  const isRealmMissing = facts.code === 'DIAMETER_AVP_MISSING' && facts.avpCode === AVP.destinationRealm.code;
  return isRealmMissing && request.destinationHostStart !== 0;
}

/** An IMEI that is not there, or is none, names no device: the register then says what it says of unknown equipment. */
function deviceOf({ bytes, imeiStart, imeiEnd }: MeIdentityCheckRequest): ImeiKey | -1 {
  return imeiStart === 0 ? -1 : imeiKeyFromAscii(bytes, imeiStart, imeiEnd - imeiStart);
}

/** The digits of the IMSI; none where User-Name is not there or is no IMSI. */
function subscriberOf({ bytes, userNameStart, userNameEnd }: MeIdentityCheckRequest): string {
  const length = userNameEnd - userNameStart;
  if (userNameStart === 0 || length < IMSI_DIGITS_MIN || length > IMSI_DIGITS_MAX) return '';
  for (let i = userNameStart; i < userNameEnd; i++) {
    if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return '';
  }
  return bytes.toString('latin1', userNameStart, userNameEnd);
}
