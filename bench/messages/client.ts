import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { INTERFACE_VERSION, writeBind } from '../../src/wire/smpp/bind.ts';
import { COMMAND } from '../../src/wire/smpp/command.ts';
import { FrameSplitter } from '../../src/wire/smpp/frame.ts';
import { readHeader } from '../../src/wire/smpp/header.ts';
import { PASSWORD, submitSm, SYSTEM_ID } from './traffic.ts';

const CONNECTIONS = 4;
const WINDOW = 64;

/** Sends texts over several connections, a window on each, and times them. Texts are written before the clock starts. */
export class Load {
  readonly #sockets: Socket[] = [];
  #texts: readonly Buffer[] = [];
  #next = 0;
  #answered = 0;
  #wrong = 0;
  #done = () => {};

  static async bind(port: number): Promise<Load> {
    const load = new Load();
    for (let connection = 0; connection < CONNECTIONS; connection++) load.#sockets.push(await load.#bind(port));
    return load;
  }

  /** @returns how long it took in ms. @throws where a text was refused */
  async send(count: number): Promise<number> {
    this.#texts = Array.from({ length: count }, (_, place) => submitSm(place + 1));
    this.#next = 0;
    this.#answered = 0;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    const startMs = performance.now();
    for (const socket of this.#sockets) this.#fill(socket, WINDOW);
    await done;
    const tookMs = performance.now() - startMs;
    if (this.#wrong > 0) throw new Error(`${this.#wrong} of ${count} texts were refused`);
    return tookMs;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #bind(port: number): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    const bind = { systemId: SYSTEM_ID, password: PASSWORD, systemType: '', interfaceVersion: INTERFACE_VERSION };
    socket.write(writeBind(COMMAND.bindTransceiver, 1, bind));
    await once(socket, 'data');
    let room = 0;
    const splitter = new FrameSplitter((bytes, start) => {
      room += 1;
      this.#answered += 1;
      if (readHeader(bytes, start).status !== 0) this.#wrong += 1;
    });
    socket.on('data', (chunk) => {
      room = 0;
      splitter.push(chunk);
      if (this.#answered === this.#texts.length) this.#done();
      else this.#fill(socket, room);
    });
    return socket;
  }

  #fill(socket: Socket, room: number): void {
    const texts = this.#texts.slice(this.#next, this.#next + room);
    this.#next += texts.length;
    if (texts.length > 0) socket.write(Buffer.concat(texts));
  }
}
