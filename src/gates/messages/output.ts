import type { Socket } from 'node:net';

/** Octets that a peer has not taken yet: above it, who can stop the peer's input does. */
const WAITING_SIZE_MAX = 1024 * 1024;

/** Gathers the PDUs of one turn, so that those to a whole chunk received leave in one piece. */
export class Output {
  readonly #socket: Socket;
  #gathered: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(pdu: Buffer): void {
    this.#gathered.push(pdu);
    if (this.#gathered.length === 1) queueMicrotask(() => this.flush());
  }

  /** True while the peer takes less than it is sent. */
  get isFull(): boolean {
    return this.#socket.writableLength > WAITING_SIZE_MAX;
  }

  flush(): void {
    const pdus = this.#gathered;
    if (pdus.length === 0) return;
    this.#gathered = [];
    if (this.#socket.writable) this.#socket.write(pdus.length === 1 ? pdus[0]! : Buffer.concat(pdus));
  }

  /** Sends what is gathered, and ends the connection. */
  end(): void {
    this.flush();
    this.#socket.end();
  }
}
