import type { Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import { isBind, readBind } from '../../../wire/smpp/bind.ts';
import { COMMAND, GENERIC_NACK, isKnownCommand, isResponse, responseTo } from '../../../wire/smpp/command.ts';
import { COMMAND_STATUS } from '../../../wire/smpp/command-status.ts';
import { FrameSplitter } from '../../../wire/smpp/frame.ts';
import { nextSequence, type PduHeader, readHeader } from '../../../wire/smpp/header.ts';
import {
  writeBareRequest,
  writeBareResponse,
  writeGenericNack,
  writeNamedResponse,
} from '../../../wire/smpp/responses.ts';
import {
  readShortMessage,
  REGISTERED_DELIVERY_MASK,
  type ShortMessage,
  writeShortMessage,
} from '../../../wire/smpp/short-message.ts';
import type { Account } from '../account.ts';
import type { ConnectionEvent } from '../counters.ts';
import { Output } from '../output.ts';
import { TextRefusal } from '../refusal.ts';
import type { Outcome, Submitted } from '../text-gate.ts';
import { BIND_WAIT_MS_MAX, RECEIPT_WINDOW, UNBIND_WAIT_MS_MAX } from './limits.ts';
import type { ReceiptTaker } from './receipts.ts';

/** Clause 2.2; `binding` while a password is checked, `refused` after a bind that was, `ending` after an unbind. */
type State = 'open' | 'binding' | 'refused' | 'bound' | 'ending' | 'closed';

export interface EsmeSessionOptions {
  readonly systemId: string;
  readonly window: number;
  readonly enquireLinkMs: number;
  readonly appeal: string;
}

export interface EsmeSessionParts {
  readonly clock: Clock;
  readonly count: (event: ConnectionEvent) => void;
  readonly submit: (text: Submitted, done: (outcome: Outcome) => void) => void;
  /** Answers by `accept` or `refuse`, now or later. */
  readonly bind: (session: EsmeSession, systemId: string, password: string) => void;
  readonly onBound: (session: EsmeSession, account: Account) => void;
}

/** One connection of a firm. */
export class EsmeSession implements ReceiptTaker {
  readonly #options: EsmeSessionOptions;
  readonly #parts: EsmeSessionParts;
  readonly #socket: Socket;
  readonly #output: Output;
  readonly #splitter = new FrameSplitter((bytes, start, end) => this.#take(bytes, start, end));
  readonly #receipts = new Map<number, (isTaken: boolean) => void>();
  #state: State = 'open';
  #account: Account | undefined;
  #bind: PduHeader | undefined;
  #unbind: PduHeader | undefined;
  #submits = 0;
  #sequence = 0;
  #sinceMs: number;
  #heardMs: number;
  #askedMs = 0;

  constructor(socket: Socket, options: EsmeSessionOptions, parts: EsmeSessionParts) {
    this.#socket = socket;
    this.#options = options;
    this.#parts = parts;
    this.#output = new Output(socket);
    this.#sinceMs = parts.clock.steadyMs();
    this.#heardMs = this.#sinceMs;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => socket.resume());
    socket.once('close', () => this.#closed());
  }

  get account(): Account | undefined {
    return this.#account;
  }

  get isBound(): boolean {
    return this.#state === 'bound';
  }

  /** Connected, and said nothing of who it is. */
  get isSilent(): boolean {
    return this.#state === 'open';
  }

  get receiptRoom(): number {
    return this.#mayReceive ? RECEIPT_WINDOW - this.#receipts.size : 0;
  }

  /** Lets the bind in hand succeed. */
  accept(account: Account): void {
    if (this.#state !== 'binding') return;
    this.#state = 'bound';
    this.#account = account;
    this.#answerBind(COMMAND_STATUS.ok);
    this.#parts.onBound(this, account);
  }

  /** Refuses the bind in hand. The client may end, and is ended when it does not. */
  refuse(status: number, refusal?: TextRefusal): void {
    if (this.#state !== 'binding') return;
    this.#state = 'refused';
    this.#sinceMs = this.#parts.clock.steadyMs();
    this.#answerBind(status, refusal);
    this.#output.end();
  }

  /** Ends the firm's bind from our side (clause 4.2): answers to texts on their way are given as long as they come soon. */
  unbind(): void {
    if (this.#state === 'closed' || this.#state === 'ending') return;
    if (this.#state !== 'bound') {
      this.#socket.destroy();
      return;
    }
    this.#startEnding();
    this.#output.write(writeBareRequest(COMMAND.unbind, this.#nextSequence()));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  sendReceipt(message: ShortMessage, settle: (isTaken: boolean) => void): void {
    const sequence = this.#nextSequence();
    this.#receipts.set(sequence, settle);
    this.#output.write(writeShortMessage(COMMAND.deliverSm, sequence, message));
  }

  /** To be called every so often: ends who does not bind, does not end, or is gone without a word. */
  lookAround(): void {
    const nowMs = this.#parts.clock.steadyMs();
    const { enquireLinkMs } = this.#options;
    if (this.#state === 'bound') {
      if (this.#askedMs !== 0 && nowMs - this.#askedMs > enquireLinkMs) {
        this.#parts.count('silent');
        this.#socket.destroy();
      } else if (this.#askedMs === 0 && nowMs - this.#heardMs > enquireLinkMs) {
        this.#askedMs = nowMs;
        this.#output.write(writeBareRequest(COMMAND.enquireLink, this.#nextSequence()));
      }
      return;
    }
    const waitMs = this.#state === 'ending' ? UNBIND_WAIT_MS_MAX : BIND_WAIT_MS_MAX;
    if (nowMs - this.#sinceMs > waitMs) this.#socket.destroy();
  }

  get #mayReceive(): boolean {
    return this.#state === 'bound' && this.#bind!.command !== COMMAND.bindTransmitter;
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'refused') return;
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // The stream has lost its place: nothing that follows can be trusted to be a PDU.
      this.#parts.count('streamBroken');
      this.#state = 'refused';
      this.#output.write(writeGenericNack(COMMAND_STATUS.invalidCommandLength, 0));
      this.#output.end();
      this.#socket.destroySoon();
    }
    // Who does not read its answers is not read either.
    if (this.#output.isFull) this.#socket.pause();
  }

  #take(bytes: Buffer, start: number, end: number): void {
    if (this.#state === 'closed' || this.#state === 'refused') return;
    const header = readHeader(bytes, start);
    this.#heardMs = this.#parts.clock.steadyMs();
    this.#askedMs = 0;
    const { command } = header;
    if (isResponse(command)) this.#answered(header);
    else if (isBind(command)) this.#takeBind(header, bytes, start, end);
    else if (command === COMMAND.submitSm) this.#takeText(header, bytes, start, end);
    else if (command === COMMAND.enquireLink) this.#answer(header, COMMAND_STATUS.ok);
    else if (command === COMMAND.unbind) this.#takeUnbind(header);
    else if (isKnownCommand(command)) this.#answer(header, COMMAND_STATUS.invalidCommand);
    else this.#output.write(writeGenericNack(COMMAND_STATUS.invalidCommand, header.sequence));
  }

  #takeBind(header: PduHeader, bytes: Buffer, start: number, end: number): void {
    if (this.#state !== 'open') {
      this.#answer(header, COMMAND_STATUS.alreadyBound);
      return;
    }
    this.#state = 'binding';
    this.#bind = header;
    const bind = readBind(bytes, start, end);
    if (bind instanceof Fault) {
      this.#parts.count('pduMalformed');
      this.refuse(COMMAND_STATUS.bindFailed);
    } else this.#parts.bind(this, bind.systemId, bind.password);
  }

  #takeText(header: PduHeader, bytes: Buffer, start: number, end: number): void {
    const isTransmitter = this.#bind?.command !== COMMAND.bindReceiver;
    if (this.#state !== 'bound' || !isTransmitter) {
      // After our unbind a text is refused like any other from a firm that may not send.
      const isOver = this.#state === 'ending';
      this.#answer(header, isOver ? COMMAND_STATUS.submitFailed : COMMAND_STATUS.wrongBindState);
      return;
    }
    const message = readShortMessage(bytes, start, end);
    if (message instanceof Fault) {
      this.#parts.count('pduMalformed');
      this.#answerText(header, new TextRefusal({ code: 'TEXT_MALFORMED' }));
      return;
    }
    if (this.#submits >= this.#options.window) {
      this.#parts.count('windowFull');
      this.#answerText(header, new TextRefusal({ code: 'TEXT_WINDOW_FULL' }));
      return;
    }
    this.#submits += 1;
    const isTraced = (message.registeredDelivery & REGISTERED_DELIVERY_MASK) !== 0;
    this.#parts.submit({ account: this.#account!, via: 'smpp', message, isTraced }, (outcome) => {
      this.#submits -= 1;
      this.#answerText(header, outcome);
      if (this.#unbind !== undefined) this.#endWhenAnswered();
    });
  }

  #answerText({ command, sequence }: PduHeader, outcome: Outcome): void {
    if (this.#state === 'closed') return;
    const isTaken = typeof outcome === 'string';
    const status = isTaken ? COMMAND_STATUS.ok : outcome.commandStatus;
    const body = isTaken ? { name: outcome, tlvs: [] } : { name: '', tlvs: outcome.tlvs(this.#options.appeal) };
    this.#output.write(writeNamedResponse({ command, status, sequence }, body));
  }

  #takeUnbind(header: PduHeader): void {
    if (this.#state === 'bound') this.#startEnding();
    this.#unbind = header;
    this.#endWhenAnswered();
  }

  #endWhenAnswered(): void {
    if (this.#submits > 0 || this.#state === 'closed') return;
    this.#answer(this.#unbind!, COMMAND_STATUS.ok);
    this.#output.end();
  }

  #startEnding(): void {
    this.#state = 'ending';
    this.#sinceMs = this.#parts.clock.steadyMs();
  }

  #answered({ command, status, sequence }: PduHeader): void {
    if (command === responseTo(COMMAND.unbind) && this.#state === 'ending') this.#output.end();
    if (command !== responseTo(COMMAND.deliverSm) && command !== GENERIC_NACK) return;
    const settle = this.#receipts.get(sequence);
    this.#receipts.delete(sequence);
    // What a client refuses for good it would refuse again.
    settle?.(status !== COMMAND_STATUS.temporaryError && status !== COMMAND_STATUS.queueFull);
  }

  #answerBind(status: number, refusal?: TextRefusal): void {
    const { command, sequence } = this.#bind!;
    const { systemId, appeal } = this.#options;
    if (status !== COMMAND_STATUS.ok && refusal === undefined) this.#answer(this.#bind!, status);
    else {
      const body = refusal === undefined ? { name: systemId, tlvs: [] } : { name: '', tlvs: refusal.tlvs(appeal) };
      this.#output.write(writeNamedResponse({ command, status, sequence }, body));
    }
  }

  #answer({ command, sequence }: PduHeader, status: number): void {
    this.#output.write(writeBareResponse({ command, status, sequence }));
  }

  #closed(): void {
    this.#state = 'closed';
    const receipts = [...this.#receipts.values()];
    this.#receipts.clear();
    for (const settle of receipts) settle(false);
  }

  #nextSequence(): number {
    this.#sequence = nextSequence(this.#sequence);
    return this.#sequence;
  }
}
