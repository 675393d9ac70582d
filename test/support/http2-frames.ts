import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** RFC 9113 clause 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const;
/** RFC 9113 clause 7. */
export const ERROR = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  settingsTimeout: 4,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** @param values identifier and value of each setting */
export function settings(...values: readonly [number, number][]): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  for (const [at, [identifier, value]] of values.entries()) {
    payload.writeUInt16BE(identifier, at * 6);
    payload.writeUInt32BE(value, at * 6 + 2);
  }
  return frame(FRAME.settings, 0, 0, payload);
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Header fields as literals that are not indexed (RFC 7541 clause 6.2.2), without Huffman. */
export function fields(pairs: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

export function request(path: string, extra: readonly (readonly [string, string])[] = []): Buffer {
  const pseudo = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'eir'],
    [':path', path],
  ] as const;
  return fields([...pseudo, ...extra]);
}

/** A GET, whole in one frame. */
export function get(stream: number, path: string, extra: readonly (readonly [string, string])[] = []): Buffer {
  return frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, stream, request(path, extra));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push(128 + (rest % 128));
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** A client that may send what it likes, and keeps every frame that it is sent. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  #held = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    // A reset by the gate is what many tests wait for.
    socket.on('error', () => this.#wake());
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connects and sends preface and SETTINGS. */
  static async greet(port: number, ...values: readonly [number, number][]): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.send(PREFACE, settings(...values));
    return client;
  }

  /** Connects, and acknowledges the gate's SETTINGS, so that its limits count. */
  static async greetWell(port: number, ...values: readonly [number, number][]): Promise<RawClient> {
    const client = await RawClient.greet(port, ...values);
    await client.wait(({ type, flags }) => type === FRAME.settings && (flags & FLAG.ack) === 0);
    client.send(frame(FRAME.settings, FLAG.ack, 0));
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...parts: readonly Uint8Array[]): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(Buffer.concat(parts));
  }

  /** The first frame that fits, come or to come. @throws when the connection closes before */
  async wait(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      if (this.#isClosed) throw new Error('closed before the frame came');
      await this.#next();
    }
  }

  /** Waits for the body of the answer to a request. */
  async answered(stream: number): Promise<void> {
    await this.wait(({ type, stream: of }) => type === FRAME.data && of === stream);
  }

  /** Whether an answer to a request has begun. */
  answersTo(stream: number): boolean {
    return this.frames.some((found) => found.type === FRAME.headers && found.stream === stream);
  }

  /** The error code that a request is reset with. */
  async resetWith(stream: number): Promise<number> {
    const { payload } = await this.wait((found) => found.type === FRAME.rstStream && found.stream === stream);
    return payload.readUInt32BE(0);
  }

  async closed(): Promise<void> {
    while (!this.#isClosed) await this.#next();
  }

  /** The error code of the GOAWAY, after the gate closed the connection; -1 when it closed without one. */
  async goneAwayWith(): Promise<number> {
    await this.closed();
    return this.frames.findLast(({ type }) => type === FRAME.goaway)?.payload.readUInt32BE(4) ?? -1;
  }

  close(): void {
    this.socket.destroy();
  }

  #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  #take(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#held.length >= 9 && this.#held.length >= 9 + this.#held.readUIntBE(0, 3)) {
      const end = 9 + this.#held.readUIntBE(0, 3);
      const [type, flags] = [this.#held[3]!, this.#held[4]!];
      const stream = this.#held.readUInt32BE(5) & 0x7fffffff;
      this.frames.push({ type, flags, stream, payload: Buffer.from(this.#held.subarray(9, end)) });
      this.#held = this.#held.subarray(end);
    }
    this.#wake();
  }
}
