import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { INTERFACE_VERSION, writeBind } from '../../../wire/smpp/bind.ts';
import { COMMAND, isResponse, responseTo } from '../../../wire/smpp/command.ts';
import { COMMAND_STATUS } from '../../../wire/smpp/command-status.ts';
import { FrameSplitter } from '../../../wire/smpp/frame.ts';
import { nextSequence, type PduHeader, readHeader } from '../../../wire/smpp/header.ts';
import {
  readNamedResponse,
  writeBareRequest,
  writeBareResponse,
  writeGenericNack,
  writeNamedResponse,
} from '../../../wire/smpp/responses.ts';
import { readShortMessage, type ShortMessage, writeShortMessage } from '../../../wire/smpp/short-message.ts';
import type { ConnectionEvent } from '../counters.ts';
import { Output } from '../output.ts';

/** A message centre that does not answer a submit_sm by then is taken to have lost it. */
export const ANSWER_WAIT_MS_MAX = 10_000;
/** From connecting to the answer to the bind. */
const BIND_WAIT_MS_MAX = 10_000;
/** Between two attempts to connect: doubled with each that fails, and spread by up to a half. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 30_000;
const SWEEP_INTERVAL_MS = 250;
const UNBIND_WAIT_MS_MAX = 2_000;

export interface SmscLinkOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly ca: Buffer; readonly serverName: string };
  readonly systemId: string;
  readonly password: string;
  readonly window: number;
  readonly enquireLinkMs: number;
}

/** What became of a text that was sent. */
export type Sent =
  | { readonly kind: 'answered'; readonly status: number; readonly messageId: string }
  /** The link ended with the text on its way: whether the message centre has it, nobody knows. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'silent' };

export interface SmscLinkParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly count: (event: ConnectionEvent) => void;
  /** There is room for more: the link is bound, or a text was answered. */
  readonly onRoom: () => void;
  /** A deliver_sm came. @returns the command_status that it is answered with */
  readonly onDeliver: (message: ShortMessage, about: { onItsWay: number }) => number;
}

interface OnItsWay {
  readonly sentMs: number;
  readonly settle: (sent: Sent) => void;
}

/** The gate's own bind to one message centre, as a transceiver. It connects again for as long as it is not closed. */
export class SmscLink {
  readonly name: string;
  readonly #options: SmscLinkOptions;
  readonly #parts: SmscLinkParts;
  readonly #onItsWay = new Map<number, OnItsWay>();
  #socket: Socket | undefined;
  #output: Output | undefined;
  #isBound = false;
  #isClosing = false;
  #sequence = 0;
  #sinceMs = 0;
  #heardMs = 0;
  #askedMs = 0;
  #retryMs = RETRY_MS_MIN;
  #retry: NodeJS.Timeout | undefined;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: SmscLinkOptions, parts: SmscLinkParts) {
    this.name = options.name;
    this.#options = options;
    this.#parts = parts;
    this.#sweep = setInterval(() => this.#lookAround(), SWEEP_INTERVAL_MS);
    this.#connect();
  }

  get isBound(): boolean {
    return this.#isBound;
  }

  /** How many more texts may be on their way. */
  get room(): number {
    return this.#isBound ? this.#options.window - this.#onItsWay.size : 0;
  }

  /** Sends a text; `settle` is called once, whatever happens. There must be room. */
  send(message: ShortMessage, settle: (sent: Sent) => void): void {
    const sequence = this.#nextSequence();
    this.#onItsWay.set(sequence, { sentMs: this.#parts.clock.steadyMs(), settle });
    this.#output!.write(writeShortMessage(COMMAND.submitSm, sequence, message));
  }

  /** Unbinds and ends: what is on its way has a moment to be answered. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket !== undefined) {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      if (this.#isBound) this.#output!.write(writeBareRequest(COMMAND.unbind, this.#nextSequence()));
      else socket.destroy();
      const cut = setTimeout(() => socket.destroy(), UNBIND_WAIT_MS_MAX);
      await closed;
      clearTimeout(cut);
    }
    clearInterval(this.#sweep);
  }

  #connect(): void {
    const { host, port, tls } = this.#options;
    const socket =
      tls === undefined
        ? connect({ host, port, noDelay: true })
        : connectTls({ host, port, ca: tls.ca, servername: tls.serverName });
    const splitter = new FrameSplitter((bytes, start, end) => this.#receive(bytes, start, end));
    this.#socket = socket;
    this.#output = new Output(socket);
    this.#sinceMs = this.#parts.clock.steadyMs();
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => this.#bind());
    socket.on('data', (chunk) => {
      try {
        splitter.push(chunk);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.#parts.count('streamBroken');
        socket.destroy();
      }
    });
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => this.#closed());
  }

  #bind(): void {
    const { systemId, password } = this.#options;
    const bind = { systemId, password, systemType: '', interfaceVersion: INTERFACE_VERSION };
    this.#output!.write(writeBind(COMMAND.bindTransceiver, this.#nextSequence(), bind));
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    const header = readHeader(bytes, start);
    this.#heardMs = this.#parts.clock.steadyMs();
    this.#askedMs = 0;
    if (header.command === responseTo(COMMAND.submitSm)) this.#answered(header, bytes, start, end);
    else if (header.command === responseTo(COMMAND.bindTransceiver)) this.#bound(header);
    else if (header.command === responseTo(COMMAND.unbind)) this.#socket!.destroy();
    else if (isResponse(header.command)) this.#nacked(header);
    else this.#serve(header, bytes, start, end);
  }

  #bound({ status }: PduHeader): void {
    const { log } = this.#parts;
    if (status !== COMMAND_STATUS.ok) {
      log.warn({ code: 'MESSAGE_CENTRE_BIND_REFUSED', smsc: this.name, commandStatus: status }, 'a bind was refused');
      this.#socket!.destroy();
      return;
    }
    this.#isBound = true;
    this.#retryMs = RETRY_MS_MIN;
    log.info({ smsc: this.name }, 'bound to a message centre');
    this.#parts.onRoom();
  }

  #answered({ status, sequence }: PduHeader, bytes: Buffer, start: number, end: number): void {
    const read = readNamedResponse(bytes, start, end);
    const messageId = read instanceof Fault ? '' : read.name;
    this.#settle(sequence, { kind: 'answered', status, messageId });
  }

  /** A generic_nack to a submit_sm says that it was not understood: it is not there. */
  #nacked({ status, sequence }: PduHeader): void {
    this.#settle(sequence, { kind: 'answered', status: status || COMMAND_STATUS.systemError, messageId: '' });
  }

  #settle(sequence: number, sent: Sent): void {
    const onItsWay = this.#onItsWay.get(sequence);
    // An answer that comes late, or twice, or to nothing: its text was settled before.
    if (onItsWay === undefined) return;
    this.#onItsWay.delete(sequence);
    onItsWay.settle(sent);
    this.#parts.onRoom();
  }

  #serve({ command, sequence }: PduHeader, bytes: Buffer, start: number, end: number): void {
    const output = this.#output!;
    switch (command) {
      case COMMAND.deliverSm: {
        const message = readShortMessage(bytes, start, end);
        const status =
          message instanceof Fault
            ? COMMAND_STATUS.invalidLength
            : this.#parts.onDeliver(message, { onItsWay: this.#onItsWay.size });
        output.write(writeNamedResponse({ command, status, sequence }, { name: '', tlvs: [] }));
        break;
      }
      case COMMAND.enquireLink:
        output.write(writeBareResponse({ command, status: COMMAND_STATUS.ok, sequence }));
        break;
      case COMMAND.unbind:
        output.write(writeBareResponse({ command, status: COMMAND_STATUS.ok, sequence }));
        output.end();
        break;
      default:
        output.write(writeGenericNack(COMMAND_STATUS.invalidCommand, sequence));
    }
  }

  /** Looks for answers that are overdue, and whether the message centre still lives. */
  #lookAround(): void {
    const nowMs = this.#parts.clock.steadyMs();
    for (const [sequence, { sentMs }] of this.#onItsWay) {
      if (nowMs - sentMs < ANSWER_WAIT_MS_MAX) break; // in the order in which they were sent
      this.#settle(sequence, { kind: 'silent' });
    }
    if (!this.#isBound) {
      if (nowMs - this.#sinceMs > BIND_WAIT_MS_MAX) this.#socket?.destroy();
      return;
    }
    const { enquireLinkMs } = this.#options;
    if (this.#askedMs !== 0 && nowMs - this.#askedMs > enquireLinkMs) {
      this.#parts.count('silent');
      this.#socket!.destroy();
    } else if (this.#askedMs === 0 && nowMs - this.#heardMs > enquireLinkMs) {
      this.#askedMs = nowMs;
      this.#output!.write(writeBareRequest(COMMAND.enquireLink, this.#nextSequence()));
    }
  }

  #closed(): void {
    const wasBound = this.#isBound;
    this.#isBound = false;
    this.#socket = undefined;
    this.#askedMs = 0;
    const lost = [...this.#onItsWay.values()];
    this.#onItsWay.clear();
    if (wasBound) {
      this.#parts.count('linkLost');
      const level = this.#isClosing ? 'info' : 'warn';
      this.#parts.log[level]({ smsc: this.name, onItsWay: lost.length }, 'the link to a message centre ended');
    }
    for (const { settle } of lost) settle({ kind: 'lost' });
    if (!this.#isClosing) this.#connectLater();
  }

  #connectLater(): void {
    const waitMs = this.#retryMs * (1 + this.#parts.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  #nextSequence(): number {
    this.#sequence = nextSequence(this.#sequence);
    return this.#sequence;
  }
}
