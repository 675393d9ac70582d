import { Fault } from '../../base/fault.ts';
import { AvpCursor } from './avp-cursor.ts';
import { APPLICATION, AUTH_SESSION_STATE, AVP, type AvpDefinition, COMMAND, VENDOR_3GPP } from './dictionary.ts';
import { HEADER_SIZE, MESSAGE_FLAG, VERSION } from './header.ts';
import type { MessageError, MessageFault } from './message-fault.ts';
import type { MessageWriter } from './message-writer.ts';
import { equalsIgnoringCase, readUint32 } from './octets.ts';
import { writeS13Application } from './vendor-specific-application-id.ts';

/*
 * TS 29.272 clause 7.2.19
 *
 *  <ME-Identity-Check-Request> ::= < Diameter Header: 324, REQ, PXY, 16777252 >
 *                                  < Session-Id >
 *                                  [ DRMP ]
 *                                  [ Vendor-Specific-Application-Id ]
 *                                  { Auth-Session-State }
 *                                  { Origin-Host }
 *                                  { Origin-Realm }
 *                                  [ Destination-Host ]
 *                                  { Destination-Realm }
 *                                  { Terminal-Information }
 *                                  [ User-Name ]
 *                                * [ AVP ]
 *                                * [ Proxy-Info ]
 *                                * [ Route-Record ]
 *
 * Clause 7.3.3
 *
 *  <Terminal-Information> ::= < AVP Header: 1401, 10415 >
 *                             [ IMEI ]
 *                             [ 3GPP2-MEID ]
 *                             [ Software-Version ]
 *                           * [ AVP ]
 */

/** One bit for each AVP that may stand once. */
const SEEN = {
  sessionId: 1,
  drmp: 2,
  application: 4,
  sessionState: 8,
  originHost: 16,
  originRealm: 32,
  destinationHost: 64,
  destinationRealm: 128,
  terminalInformation: 256,
  userName: 512,
  imei: 1024,
  meid: 2048,
  softwareVersion: 4096,
} as const;

/** In the order of the grammar: the first that is missing is the one that the answer names. */
const REQUIRED: readonly (readonly [number, AvpDefinition])[] = [
  [SEEN.sessionId, AVP.sessionId],
  [SEEN.sessionState, AVP.authSessionState],
  [SEEN.originHost, AVP.originHost],
  [SEEN.originRealm, AVP.originRealm],
  [SEEN.destinationRealm, AVP.destinationRealm],
  [SEEN.terminalInformation, AVP.terminalInformation],
];
const REQUIRED_BITS = REQUIRED.reduce((bits, [bit]) => bits | bit, 0);

/** RFC 1035 clause 2.3.4. */
const DOMAIN_NAME_SIZE_MAX = 255;

type AvpFaultCode = Exclude<MessageFault['code'], 'DIAMETER_AVP_MISSING'>;

/**
 * A ME-Identity-Check-Request, read in one pass without allocation: offsets into the octets received, good until the
 * next `read` on the same object or until those octets are gone. An offset of 0 says that the AVP is not there.
 */
export class MeIdentityCheckRequest {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** The whole Session-Id AVP, padding included. */
  sessionIdAt = 0;
  sessionIdNext = 0;
  /** Data of AVPs. */
  originHostStart = 0;
  originHostEnd = 0;
  destinationHostStart = 0;
  destinationHostEnd = 0;
  destinationRealmStart = 0;
  destinationRealmEnd = 0;
  userNameStart = 0;
  userNameEnd = 0;
  imeiStart = 0;
  imeiEnd = 0;
  softwareVersionStart = 0;
  softwareVersionEnd = 0;
  hasProxyInfo = false;
  /** One of the Route-Records names this node: the request went in a circle (RFC 6733 clause 6.1.3). */
  isLooped = false;
  readonly #ownHost: Uint8Array;
  readonly #avps = new AvpCursor();
  readonly #inner = new AvpCursor();
  /** Where the AVP at hand is in the message, or in the group that is being read. */
  #culprit = this.#avps;
  #seen = 0;

  constructor(options: { ownHost: string }) {
    this.#ownHost = Buffer.from(options.ownHost.toLowerCase());
  }

  /** Reads a whole message whose header has been judged. Returns the first fault, in the order of the octets. */
  read(bytes: Buffer, start: number, end: number): MessageError | undefined {
    this.#begin(bytes, start, end);
    const avps = this.#avps.reset(bytes, start + HEADER_SIZE, end);
    while (avps.step()) {
      const fault = avps.vendorId === 0 ? this.#readBaseAvp(avps) : this.#readVendorAvp(avps);
      if (fault !== undefined) return this.#culprit.fault(fault, start);
    }
    if (avps.malformed !== undefined) return avps.fault(avps.malformed, start);
    return (this.#seen & REQUIRED_BITS) === REQUIRED_BITS ? undefined : this.#firstMissing();
  }

  #begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.destinationHostStart = 0;
    this.userNameStart = 0;
    this.imeiStart = 0;
    this.softwareVersionStart = 0;
    this.hasProxyInfo = false;
    this.isLooped = false;
    this.#culprit = this.#avps;
    this.#seen = 0;
  }

  #readBaseAvp(avps: AvpCursor): AvpFaultCode | undefined {
    switch (avps.code) {
      case AVP.sessionId.code:
        this.sessionIdAt = avps.at;
        this.sessionIdNext = avps.next;
        return this.#once(SEEN.sessionId);
      case AVP.drmp.code:
        // Every request is answered at once, so a priority (RFC 7944) changes nothing; an answer without it inherits it.
        return this.#once(SEEN.drmp);
      case AVP.vendorSpecificApplicationId.code:
        // The header says the application already.
        return this.#once(SEEN.application);
      case AVP.authSessionState.code:
        return this.#readSessionState(avps);
      case AVP.originHost.code:
        this.originHostStart = avps.dataStart;
        this.originHostEnd = avps.dataEnd;
        // It is kept in the record of a refusal, and no domain name is longer.
        if (avps.dataEnd - avps.dataStart > DOMAIN_NAME_SIZE_MAX) return 'DIAMETER_AVP_VALUE';
        return this.#once(SEEN.originHost);
      case AVP.originRealm.code:
        return this.#once(SEEN.originRealm);
      case AVP.destinationHost.code:
        this.destinationHostStart = avps.dataStart;
        this.destinationHostEnd = avps.dataEnd;
        return this.#once(SEEN.destinationHost);
      case AVP.destinationRealm.code:
        this.destinationRealmStart = avps.dataStart;
        this.destinationRealmEnd = avps.dataEnd;
        return this.#once(SEEN.destinationRealm);
      case AVP.userName.code:
        this.userNameStart = avps.dataStart;
        this.userNameEnd = avps.dataEnd;
        return this.#once(SEEN.userName);
      case AVP.proxyInfo.code:
        this.hasProxyInfo = true;
        return undefined;
      case AVP.routeRecord.code:
        if (equalsIgnoringCase(this.bytes, avps.dataStart, avps.dataEnd, this.#ownHost)) this.isLooped = true;
        return undefined;
      default:
        return avps.isUnsupported ? 'DIAMETER_AVP_UNSUPPORTED' : undefined;
    }
  }

  #readVendorAvp(avps: AvpCursor): AvpFaultCode | undefined {
    const isTerminal = avps.code === AVP.terminalInformation.code && avps.vendorId === VENDOR_3GPP;
    if (isTerminal) return this.#once(SEEN.terminalInformation) ?? this.#readTerminalInformation(avps);
    return avps.isUnsupported ? 'DIAMETER_AVP_UNSUPPORTED' : undefined;
  }

  #readTerminalInformation(group: AvpCursor): AvpFaultCode | undefined {
    const avps = this.#inner.reset(this.bytes, group.dataStart, group.dataEnd);
    this.#culprit = avps;
    while (avps.step()) {
      const fault = this.#readTerminalAvp(avps);
      if (fault !== undefined) return fault;
    }
    if (avps.malformed === undefined) this.#culprit = this.#avps;
    return avps.malformed;
  }

  #readTerminalAvp(avps: AvpCursor): AvpFaultCode | undefined {
    if (avps.vendorId === VENDOR_3GPP) {
      switch (avps.code) {
        case AVP.imei.code:
          this.imeiStart = avps.dataStart;
          this.imeiEnd = avps.dataEnd;
          return this.#once(SEEN.imei);
        case AVP.softwareVersion.code:
          this.softwareVersionStart = avps.dataStart;
          this.softwareVersionEnd = avps.dataEnd;
          return this.#once(SEEN.softwareVersion);
        case AVP.meid.code:
          return this.#once(SEEN.meid);
        default:
      }
    }
    return avps.isUnsupported ? 'DIAMETER_AVP_UNSUPPORTED' : undefined;
  }

  #readSessionState(avps: AvpCursor): AvpFaultCode | undefined {
    if (avps.dataEnd - avps.dataStart !== 4) return 'DIAMETER_AVP_LENGTH';
    // STATE_MAINTAINED is wrong on S13 but harmless: the answer says that no state is kept.
    if (readUint32(this.bytes, avps.dataStart) > AUTH_SESSION_STATE.noStateMaintained) return 'DIAMETER_AVP_VALUE';
    return this.#once(SEEN.sessionState);
  }

  #once(bit: number): 'DIAMETER_AVP_TOO_MANY' | undefined {
    if ((this.#seen & bit) !== 0) return 'DIAMETER_AVP_TOO_MANY';
    this.#seen |= bit;
    return undefined;
  }

  #firstMissing(): MessageError {
    const { code: avpCode, vendorId } = REQUIRED.find(([bit]) => (this.#seen & bit) === 0)![1];
    return new Fault({ code: 'DIAMETER_AVP_MISSING', avpCode, vendorId });
  }
}

/** What a caller puts into a request: an MME, or the probe that plays one. */
export interface MeIdentityCheck {
  readonly sessionId: string;
  readonly originHost: string;
  readonly originRealm: string;
  readonly destinationHost?: string;
  readonly destinationRealm: string;
  /** 14 or 15 digits. */
  readonly imei?: string;
  readonly softwareVersion?: string;
  /** IMSI digits. */
  readonly userName?: string;
}

export function writeMeIdentityCheckRequest(
  writer: MessageWriter,
  identifiers: { hopByHop: number; endToEnd: number },
  check: MeIdentityCheck,
): void {
  writer.begin({
    version: VERSION,
    flags: MESSAGE_FLAG.request | MESSAGE_FLAG.proxiable,
    command: COMMAND.meIdentityCheck,
    application: APPLICATION.s13,
    ...identifiers,
  });
  writer.text(AVP.sessionId, check.sessionId);
  writeS13Application(writer);
  writer
    .number(AVP.authSessionState, AUTH_SESSION_STATE.noStateMaintained)
    .text(AVP.originHost, check.originHost)
    .text(AVP.originRealm, check.originRealm);
  if (check.destinationHost !== undefined) writer.text(AVP.destinationHost, check.destinationHost);
  writer.text(AVP.destinationRealm, check.destinationRealm).group(AVP.terminalInformation, () => {
    if (check.imei !== undefined) writer.text(AVP.imei, check.imei);
    if (check.softwareVersion !== undefined) writer.text(AVP.softwareVersion, check.softwareVersion);
  });
  if (check.userName !== undefined) writer.text(AVP.userName, check.userName);
  writer.end();
}
