import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import {
  type Capabilities,
  readCapabilitiesExchangeRequest,
  writeCapabilitiesExchangeAnswer,
} from '../../../wire/diameter/capabilities-exchange.ts';
import {
  faultOfDeviceWatchdogRequest,
  writeDeviceWatchdogAnswer,
  writeDeviceWatchdogRequest,
} from '../../../wire/diameter/device-watchdog.ts';
import { APPLICATION, COMMAND, type DisconnectCause, RESULT_CODE } from '../../../wire/diameter/dictionary.ts';
import {
  readDisconnectPeerRequest,
  writeDisconnectPeerAnswer,
  writeDisconnectPeerRequest,
} from '../../../wire/diameter/disconnect-peer.ts';
import {
  type ReceivedRequest,
  type Refusal,
  resultCodeOf,
  writeErrorAnswer,
} from '../../../wire/diameter/error-answer.ts';
import { FrameError, FrameSplitter } from '../../../wire/diameter/frame.ts';
import { isRequest, MESSAGE_FLAG, type MessageHeader, readHeader, VERSION } from '../../../wire/diameter/header.ts';
import type { MeIdentityCheckRequest } from '../../../wire/diameter/me-identity-check-request.ts';
import type { MessageWriter } from '../../../wire/diameter/message-writer.ts';
import { equalsIgnoringCase, readUint24, readUint32 } from '../../../wire/diameter/octets.ts';
import { judgeCapabilities } from './capability-check.ts';
import type { EquipmentRequests } from './equipment-requests.ts';
import type { S13Counters } from './events.ts';
import type { Output } from './output.ts';
import type { Caller, Peer, PeerTable } from './peers.ts';
import { faultOfHeader } from './request-form.ts';
import { RequestRate } from './request-rate.ts';
import { Watchdog } from './watchdog.ts';

/** How long an accepted connection may take to its CER. */
export const CAPABILITIES_WAIT_MS_MAX = 10_000;
/** How long the answer to our DPR is waited for. */
export const DISCONNECT_WAIT_MS_MAX = 5_000;
/** How long a peer that has our last word may take to close. */
export const CLOSE_WAIT_MS_MAX = 2_000;

/** Of a stranger's name, what is written to the log: no domain name is longer. */
const CLAIMED_LENGTH_MAX = 255;

/**
 *  - `awaiting`: nothing but a CER is listened to
 *  - `open`: requests are answered
 *  - `disconnecting`: we sent a DPR; requests are answered until the DPA
 *  - `leaving`: our last word is sent, and the peer is to close
 *  - `closed`
 */
type State = 'awaiting' | 'open' | 'disconnecting' | 'leaving' | 'closed';

/** The connection as the session sees it. */
export interface Transport {
  /** Sends; true when the octets are no longer needed. */
  send(bytes: Buffer): boolean;
  /** Sends what is still to be sent, and closes. */
  end(): void;
  /** Closes at once, with a reset. */
  reset(): void;
}

export interface PeerSessionOptions {
  /** What we say of ourselves, with the connection's own local address. */
  readonly capabilities: Capabilities;
  readonly isSecure: boolean;
  /** Whether the peer's certificate speaks for this Origin-Host. Always true in the clear. */
  readonly isCertifiedAs: (originHost: string) => boolean;
  readonly watchdogMs: number;
  readonly requestsPerSecondMax: number;
  readonly connectionsPerPeerMax: number;
}

export interface PeerSessionParts {
  readonly requests: EquipmentRequests;
  readonly peers: PeerTable;
  readonly output: Output;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: S13Counters;
  /** Called once, when the peer is known and its capabilities fit. */
  readonly onOpen: () => void;
}

/** One peer on one connection (RFC 6733 clause 5.6, responder's side). It knows octets and times, and no socket. */
export class PeerSession {
  readonly #options: PeerSessionOptions;
  readonly #parts: PeerSessionParts;
  readonly #send: (bytes: Buffer) => boolean;
  readonly #frames = new FrameSplitter((bytes, start, end) => this.#receive(bytes, start, end));
  readonly #watchdog: Watchdog;
  readonly #rate: RequestRate;
  /** The result codes of refusals that are in the log. */
  readonly #told = new Set<number>();
  #state: State = 'awaiting';
  #timer: NodeJS.Timeout | undefined;
  #peer: Peer | undefined;
  #caller: Caller | undefined;
  #nowMs: number;
  #nextIdentifier: number;
  #pendingIdentifier: number | undefined;

  constructor(options: PeerSessionOptions, parts: PeerSessionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#send = (bytes) => parts.transport.send(bytes);
    this.#nowMs = parts.clock.steadyMs();
    this.#watchdog = new Watchdog({ intervalMs: options.watchdogMs, nowMs: this.#nowMs }, parts);
    this.#rate = new RequestRate({ perSecondMax: options.requestsPerSecondMax, nowMs: this.#nowMs });
    this.#nextIdentifier = Math.floor(parts.random() * 0xffff_ffff);
    this.#startTimer(CAPABILITIES_WAIT_MS_MAX, () => this.#close('no CER in time'));
  }

  get state(): State {
    return this.#state;
  }

  /** Takes what came, in order, and sends the answers to all of it at once. */
  receive(chunk: Buffer): void {
    if (this.#state === 'closed') return;
    this.#nowMs = this.#parts.clock.steadyMs();
    this.#rate.tick(this.#nowMs);
    try {
      this.#frames.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#breakOff(error);
      return;
    }
    this.#parts.output.flush(this.#send);
  }

  /** Begins a planned stop: DPR to an open peer, and the end at once for any other. */
  disconnect(cause: DisconnectCause): void {
    if (this.#state === 'awaiting') this.#close('stopping');
    if (this.#state !== 'open') return;
    this.#state = 'disconnecting';
    writeDisconnectPeerRequest(this.#writer(), this.#newIdentifiers(), this.#options.capabilities, cause);
    this.#parts.output.flush(this.#send);
    this.#startTimer(DISCONNECT_WAIT_MS_MAX, () => this.#close('no DPA in time'));
  }

  /** The connection is gone. */
  closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    if (this.#peer === undefined) return;
    this.#peer.connections -= 1;
    this.#parts.counters.count('peerClosed');
    this.#parts.log.info({ peer: this.#peer.originHost }, 's13 peer closed');
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    if (this.#state === 'awaiting') {
      this.#receiveFirst({ header: readHeader(bytes, start), bytes, start, end });
      return;
    }
    // The peer was told, or has said, that nothing more is answered.
    if (this.#state === 'leaving' || this.#state === 'closed') return;
    this.#watchdog.heard(this.#nowMs);
    if (isEquipmentCheck(bytes, start)) this.#answerEquipmentCheck(bytes, start, end);
    else this.#receiveRare({ header: readHeader(bytes, start), bytes, start, end });
  }

  /** The first message must be a CER (clause 5.6): nothing is said to a stranger who sends another. */
  #receiveFirst(request: ReceivedRequest): void {
    const { header } = request;
    const isCapabilitiesExchange =
      isRequest(header) && header.command === COMMAND.capabilitiesExchange && faultOfHeader(header) === undefined;
    if (!isCapabilitiesExchange) {
      this.#close('the first message is no CER');
      return;
    }
    this.#exchangeCapabilities(request);
  }

  #exchangeCapabilities(request: ReceivedRequest): void {
    const { peers, counters } = this.#parts;
    const read = readCapabilitiesExchangeRequest(request.bytes, request.start, request.end);
    if (read instanceof Fault) return this.#refusePeer(request, read);
    const { originHost } = read;
    const peer = peers.find(originHost);
    if (peer === undefined) return this.#refusePeer(request, RESULT_CODE.unknownPeer, originHost);
    if (!this.#options.isCertifiedAs(originHost)) {
      return this.#refusePeer(request, RESULT_CODE.unknownPeer, originHost);
    }
    const judged = judgeCapabilities(read, this.#options);
    if (judged !== RESULT_CODE.success) return this.#refusePeer(request, judged, originHost);
    if (peer.connections >= this.#options.connectionsPerPeerMax) {
      return this.#refusePeer(request, RESULT_CODE.unableToComply, originHost, 'too many connections of this peer');
    }
    peer.connections += 1;
    this.#peer = peer;
    this.#caller = peer;
    this.#state = 'open';
    this.#parts.onOpen();
    counters.count('peerOpened');
    this.#parts.log.info({ peer: peer.originHost, secure: this.#options.isSecure }, 's13 peer opened');
    this.#watchdog.heard(this.#nowMs);
    this.#startWatchdogTimer();
    writeCapabilitiesExchangeAnswer(this.#writer(), request, RESULT_CODE.success, this.#options.capabilities);
  }

  /** Tells a peer why it may not connect, and closes. @param claimed the name that it gave itself, where it was read */
  #refusePeer(request: ReceivedRequest, refusal: Refusal, claimed?: string, message?: string): void {
    const { capabilities } = this.#options;
    const resultCode = resultCodeOf(refusal);
    if (resultCode < 4000) writeErrorAnswer(this.#writer(), request, refusal, capabilities);
    else writeCapabilitiesExchangeAnswer(this.#writer(), request, refusal, capabilities, message);
    this.#parts.counters.count('peerRefused');
    const peer = claimed?.slice(0, CLAIMED_LENGTH_MAX);
    this.#parts.log.warn({ peer, resultCode, secure: this.#options.isSecure }, 's13 peer refused');
    this.#leave();
  }

  #answerEquipmentCheck(bytes: Buffer, start: number, end: number): void {
    const refusal = this.#parts.requests.answer(this.#writer(), bytes, start, end, this.#asking);
    if (refusal !== undefined) this.#refuse({ header: readHeader(bytes, start), bytes, start, end }, refusal);
  }

  readonly #asking = {
    callerOf: (request: MeIdentityCheckRequest) => this.#callerOf(request),
    admit: () => this.#admit(),
  };

  /** The Origin-Host of the request: the peer itself, or one behind it, most likely the same as last time. */
  #callerOf({ bytes, originHostStart, originHostEnd }: MeIdentityCheckRequest): Caller {
    const last = this.#caller!;
    if (equalsIgnoringCase(bytes, originHostStart, originHostEnd, last.octets)) return last;
    const originHost = bytes.toString('utf8', originHostStart, originHostEnd);
    this.#caller = this.#parts.peers.callerThrough(this.#peer!, originHost);
    return this.#caller;
  }

  #admit(): boolean {
    const admitted = this.#rate.admit();
    if (!admitted) this.#parts.counters.count('busyAnswered');
    return admitted;
  }

  #receiveRare(message: ReceivedRequest): void {
    const { header } = message;
    if (!isRequest(header)) {
      this.#receiveAnswer(header);
      return;
    }
    const fault = faultOfHeader(header);
    if (fault !== undefined) this.#refuse(message, fault);
    else if (header.command === COMMAND.deviceWatchdog) this.#answerWatchdog(message);
    else if (header.command === COMMAND.disconnectPeer) this.#answerDisconnect(message);
    else this.#answerSecondExchange(message);
    // Another version may lay its messages out in another way: what follows cannot be trusted.
    if (fault === RESULT_CODE.unsupportedVersion) this.#leave();
  }

  /** Answers are never answered, and one that nobody asked for is dropped (clauses 6.2 and 7). */
  #receiveAnswer(header: MessageHeader): void {
    if (header.version !== VERSION || header.hopByHop !== this.#pendingIdentifier) return;
    if (header.command === COMMAND.deviceWatchdog) this.#watchdog.answered();
    // Who receives the DPA closes the transport (clause 5.4).
    if (header.command === COMMAND.disconnectPeer && this.#state === 'disconnecting') this.#leave();
  }

  /** Capabilities are exchanged once: the state machine of clause 5.6 has no second CER. */
  #answerSecondExchange(request: ReceivedRequest): void {
    const { capabilities } = this.#options;
    writeCapabilitiesExchangeAnswer(this.#writer(), request, RESULT_CODE.unableToComply, capabilities, 'already open');
    this.#parts.counters.count('errorAnswered');
  }

  #answerWatchdog(request: ReceivedRequest): void {
    const fault = faultOfDeviceWatchdogRequest(request.bytes, request.start, request.end);
    if (fault !== undefined) this.#refuse(request, fault);
    else writeDeviceWatchdogAnswer(this.#writer(), request.header, this.#options.capabilities);
  }

  #answerDisconnect(request: ReceivedRequest): void {
    const cause = readDisconnectPeerRequest(request.bytes, request.start, request.end);
    if (cause instanceof Fault) {
      this.#refuse(request, cause);
      return;
    }
    writeDisconnectPeerAnswer(this.#writer(), request.header, this.#options.capabilities);
    this.#parts.log.info({ peer: this.#peer!.originHost, cause }, 's13 peer disconnects');
    // The peer closes when it has our DPA.
    this.#state = 'leaving';
    this.#startTimer(CLOSE_WAIT_MS_MAX, () => this.#close('not closed after DPA'));
  }

  #refuse(request: ReceivedRequest, refusal: Refusal): void {
    writeErrorAnswer(this.#writer(), request, refusal, this.#options.capabilities);
    this.#parts.counters.count('errorAnswered');
    this.#tellOnce(refusal);
  }

  /** A peer may send the same mistake any number of times: the log, which the main thread writes, has it once. */
  #tellOnce(refusal: Refusal): void {
    const resultCode = resultCodeOf(refusal);
    if (this.#told.has(resultCode)) return;
    this.#told.add(resultCode);
    const facts = refusal instanceof Fault ? refusal.facts : {};
    this.#parts.log.warn({ ...facts, peer: this.#peer!.originHost, resultCode }, 's13 request refused');
  }

  #startWatchdogTimer(): void {
    const waitMs = Math.max(0, this.#watchdog.dueAtMs - this.#parts.clock.steadyMs());
    this.#startTimer(waitMs, () => this.#stepWatchdog());
  }

  #stepWatchdog(): void {
    if (this.#state !== 'open') return;
    const step = this.#watchdog.step(this.#parts.clock.steadyMs());
    if (step === 'close') {
      this.#parts.counters.count('watchdogLost');
      this.#close('the watchdog was not answered');
      return;
    }
    if (step === 'ask') {
      writeDeviceWatchdogRequest(this.#writer(), this.#newIdentifiers(), this.#options.capabilities);
      this.#parts.output.flush(this.#send);
    }
    this.#startWatchdogTimer();
  }

  #writer(): MessageWriter {
    return this.#parts.output.writer(this.#send);
  }

  #newIdentifiers(): { hopByHop: number; endToEnd: number } {
    this.#nextIdentifier = (this.#nextIdentifier + 1) >>> 0;
    this.#pendingIdentifier = this.#nextIdentifier;
    return { hopByHop: this.#nextIdentifier, endToEnd: this.#nextIdentifier };
  }

  #startTimer(waitMs: number, expired: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(expired, waitMs);
  }

  /** Sends what is written, and lets the connection end; a peer that does not close is closed. */
  #leave(): void {
    this.#parts.output.flush(this.#send);
    this.#state = 'leaving';
    this.#parts.transport.end();
    this.#startTimer(CLOSE_WAIT_MS_MAX, () => this.#close('not closed in time'));
  }

  /** A length in the stream is a lie: where the next message begins is not known any more. */
  #breakOff(error: FrameError): void {
    this.#parts.output.flush(this.#send);
    this.#parts.counters.count('streamBroken');
    this.#parts.log.warn({ ...error.facts, peer: this.#peer?.originHost }, 's13 stream broken');
    this.#parts.transport.reset();
    this.closed();
  }

  #close(why: string): void {
    this.#parts.log.warn({ peer: this.#peer?.originHost, why }, 's13 connection closed');
    this.#parts.transport.reset();
    this.closed();
  }
}

const EQUIPMENT_CHECK_FLAGS = MESSAGE_FLAG.request | MESSAGE_FLAG.proxiable;

/** A well-formed header of the one request that comes in numbers. */
function isEquipmentCheck(bytes: Buffer, start: number): boolean {
  return (
    bytes[start] === VERSION &&
    (bytes[start + 4]! & (EQUIPMENT_CHECK_FLAGS | MESSAGE_FLAG.error)) === EQUIPMENT_CHECK_FLAGS &&
    readUint24(bytes, start + 5) === COMMAND.meIdentityCheck &&
    readUint32(bytes, start + 8) === APPLICATION.s13
  );
}
