import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { isBind } from '../wire/smpp/bind.ts';
import { COMMAND, isResponse } from '../wire/smpp/command.ts';
import { COMMAND_STATUS } from '../wire/smpp/command-status.ts';
import { FrameSplitter } from '../wire/smpp/frame.ts';
import { nextSequence, readHeader } from '../wire/smpp/header.ts';
import { receiptMessage, receiptTime } from '../wire/smpp/receipt.ts';
import { writeBareResponse, writeNamedResponse } from '../wire/smpp/responses.ts';
import {
  readShortMessage,
  REGISTERED_DELIVERY_MASK,
  type ShortMessage,
  writeShortMessage,
} from '../wire/smpp/short-message.ts';
import { textOf } from '../wire/smpp/text.ts';

/** Texts that it remembers; the oldest are forgotten. */
export const TEXTS_KEPT_MAX = 10_000;

/** A text that reached a message centre. */
export interface CentreText {
  readonly from: string;
  readonly to: string;
  readonly text: string | undefined;
}

/** A message centre in small: it takes every text, delivers it to nobody, and says that it did. For the story. */
export class SmscProbe {
  readonly texts: CentreText[] = [];
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  #ids = 0;
  #sequence = 0;

  private constructor(server: Server, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** Listens on loopback; port 0 lets the system choose. */
  static async listen({ port }: { port: number }, { clock }: { clock: Clock }): Promise<SmscProbe> {
    const server = createServer({ noDelay: true });
    const centre = new SmscProbe(server, clock);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, resolve);
    });
    return centre;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const splitter = new FrameSplitter((bytes, start, end) => this.#take(socket, bytes, start, end));
    this.#sockets.add(socket);
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      try {
        splitter.push(chunk);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        socket.destroy();
      }
    });
  }

  #take(socket: Socket, bytes: Buffer, start: number, end: number): void {
    const { command, sequence } = readHeader(bytes, start);
    const header = { command, status: COMMAND_STATUS.ok, sequence };
    if (isResponse(command)) return;
    if (isBind(command)) socket.write(writeNamedResponse(header, { name: 'smsc', tlvs: [] }));
    else if (command === COMMAND.submitSm) this.#takeText(socket, sequence, readShortMessage(bytes, start, end));
    else socket.write(writeBareResponse(header));
    if (command === COMMAND.unbind) socket.end();
  }

  #takeText(socket: Socket, sequence: number, message: ShortMessage | Fault): void {
    const command = COMMAND.submitSm;
    if (message instanceof Fault) {
      socket.write(writeBareResponse({ command, status: COMMAND_STATUS.invalidLength, sequence }));
      return;
    }
    this.#ids += 1;
    const messageId = String(this.#ids);
    const { source, destination } = message;
    if (this.texts.length === TEXTS_KEPT_MAX) this.texts.shift();
    this.texts.push({ from: source.digits, to: destination.digits, text: textOf(message) });
    socket.write(writeNamedResponse({ command, status: COMMAND_STATUS.ok, sequence }, { name: messageId, tlvs: [] }));
    if ((message.registeredDelivery & REGISTERED_DELIVERY_MASK) === 0) return;
    this.#sequence = nextSequence(this.#sequence);
    const now = receiptTime(this.#clock.nowMs());
    const times = { submitted: now, done: now };
    const receipt = receiptMessage(
      { messageId, state: 'DELIVRD' },
      { source: destination, destination: source, ...times },
    );
    socket.write(writeShortMessage(COMMAND.deliverSm, this.#sequence, receipt));
  }
}
