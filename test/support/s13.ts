import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { EQUIPMENT_ANSWER, type EquipmentAnswer } from '../../src/gates/equipment/answer.ts';
import type { S13Event } from '../../src/gates/equipment/s13/events.ts';
import type { S13Config } from '../../src/gates/equipment/s13/s13-config.ts';
import { S13Server, type S13ServerOptions, type S13ServerParts } from '../../src/gates/equipment/s13/server.ts';
import { FrameSplitter } from '../../src/wire/diameter/frame.ts';

const VECTORS = new URL('../vectors/diameter/s13.txt', import.meta.url);

/** The vectors by name: whole messages. */
export function readS13Vectors(): ReadonlyMap<string, Buffer> {
  const lines = readFileSync(VECTORS, 'utf8').split('\n');
  const vectors = new Map<string, Buffer>();
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    const [name, hex] = line.split(' ');
    assert(name !== undefined && hex !== undefined);
    vectors.set(name, Buffer.from(hex, 'hex'));
  }
  return vectors;
}

/** A message of the vectors. */
export function s13Vector(name: string): Buffer {
  const vector = readS13Vectors().get(name);
  assert(vector !== undefined, name);
  return Buffer.from(vector);
}

export const KNOWN_DEVICES: ReadonlyMap<number, EquipmentAnswer> = new Map([
  [35_209_900_176_148, EQUIPMENT_ANSWER.blocked],
  [49_015_420_323_751, EQUIPMENT_ANSWER.tracked],
  [35_693_803_564_380, EQUIPMENT_ANSWER.allowed],
]);

export interface RunningGate {
  readonly server: S13Server;
  readonly events: S13Event[];
  readonly asked: readonly (readonly [key: number, imsi: string, caller: string])[];
}

/** A gate that knows three devices, on a port of its own. */
export async function startS13Gate(
  config: Partial<S13Config> = {},
  options: Partial<S13ServerOptions> = {},
  parts: Partial<S13ServerParts> = {},
): Promise<RunningGate> {
  const events: S13Event[] = [];
  const asked: [number, string, string][] = [];
  const server = await S13Server.open(
    {
      threads: 1,
      ...options,
      config: {
        host: '127.0.0.1',
        port: 0,
        originHost: 'eir.epc.test',
        originRealm: 'epc.test',
        peers: [{ originHost: 'mme.epc.test' }, { originHost: 'dra.epc.test' }],
        watchdogSeconds: 30,
        ...config,
      },
    },
    {
      clock: systemClock,
      log: silentLog,
      counters: { count: (event) => void events.push(event) },
      checker: {
        check: (_, key, imsi, caller) => {
          asked.push([key, imsi, caller]);
          return KNOWN_DEVICES.get(key) ?? EQUIPMENT_ANSWER.unknown;
        },
      },
      ...parts,
    },
  );
  return { server, events, asked };
}

/** A connection that sends octets as they are, and reads messages. */
export class RawPeer {
  readonly socket: Socket;
  readonly #messages: Buffer[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;
  /** What closed it, where it was no end in order. */
  errorCode: string | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const frames = new FrameSplitter((bytes, start, end) => {
      this.#messages.push(Buffer.from(bytes.subarray(start, end)));
    });
    socket.on('data', (chunk) => {
      frames.push(chunk);
      this.#wake?.();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.errorCode = error.code;
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const peer = new RawPeer(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return peer;
  }

  /** A connection whose capabilities are exchanged. */
  static async open(port: number): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    peer.send(s13Vector('CER'));
    await peer.receive(1);
    return peer;
  }

  send(...messages: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** The next messages: as many as wanted, or those that came before the connection was closed. */
  async receive(count: number): Promise<Buffer[]> {
    while (this.#messages.length < count && !this.#isClosed) await this.#anything();
    return this.#messages.splice(0, count);
  }

  /** Resolves when the connection is closed. What came and was not received stands in `receive`. */
  async closed(): Promise<void> {
    while (!this.#isClosed) await this.#anything();
  }

  async #anything(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
