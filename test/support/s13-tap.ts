import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FrameSplitter } from '../../src/wire/diameter/frame.ts';
import { isRequest, type MessageHeader, readHeader } from '../../src/wire/diameter/header.ts';

export interface TappedMessage {
  readonly from: 'peer' | 'gate';
  readonly header: MessageHeader;
  readonly isRequest: boolean;
  readonly bytes: Buffer;
}

/** Passes a connection on to the gate, and keeps the messages that go by. */
export class S13Tap {
  readonly messages: TappedMessage[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #wake = Promise.withResolvers<void>();

  private constructor(gatePort: number) {
    this.#server = createServer((peer) => {
      const gate = connect({ host: '127.0.0.1', port: gatePort });
      this.#pass(peer, gate, 'peer');
      this.#pass(gate, peer, 'gate');
    });
  }

  static async open(gatePort: number): Promise<S13Tap> {
    const tap = new S13Tap(gatePort);
    await new Promise<void>((resolve) => {
      tap.#server.listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    return tap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The first message, past or to come, that fits. */
  async find(from: TappedMessage['from'], command: number, isRequest: boolean): Promise<TappedMessage> {
    for (;;) {
      const found = this.messages.find(
        (message) => message.from === from && message.header.command === command && message.isRequest === isRequest,
      );
      if (found !== undefined) return found;
      await this.#wake.promise;
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(source: Socket, target: Socket, from: TappedMessage['from']): void {
    this.#sockets.add(source);
    const frames = new FrameSplitter((bytes, start, end) => {
      const header = readHeader(bytes, start);
      const copy = Buffer.from(bytes.subarray(start, end));
      this.messages.push({ from, header, isRequest: isRequest(header), bytes: copy });
    });
    source.on('data', (chunk) => {
      frames.push(chunk);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
      target.write(chunk);
    });
    source.on('end', () => target.end());
    source.on('error', () => target.destroy());
    source.on('close', () => this.#sockets.delete(source));
  }
}
