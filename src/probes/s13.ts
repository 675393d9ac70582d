import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault } from '../base/fault.ts';
import {
  readCapabilitiesExchangeAnswer,
  writeCapabilitiesExchangeRequest,
} from '../wire/diameter/capabilities-exchange.ts';
import { writeDeviceWatchdogAnswer, writeDeviceWatchdogRequest } from '../wire/diameter/device-watchdog.ts';
import { COMMAND, DISCONNECT_CAUSE, type DisconnectCause, RESULT_CODE } from '../wire/diameter/dictionary.ts';
import { writeDisconnectPeerAnswer, writeDisconnectPeerRequest } from '../wire/diameter/disconnect-peer.ts';
import { type AnswerResult, readAnswerResult } from '../wire/diameter/error-answer.ts';
import { FrameError, FrameSplitter, MESSAGE_SIZE_MAX } from '../wire/diameter/frame.ts';
import { isRequest, readHeader } from '../wire/diameter/header.ts';
import { type MeIdentityCheckResult, readMeIdentityCheckAnswer } from '../wire/diameter/me-identity-check-answer.ts';
import { writeMeIdentityCheckRequest } from '../wire/diameter/me-identity-check-request.ts';
import { MessageWriter } from '../wire/diameter/message-writer.ts';
import { readUint32 } from '../wire/diameter/octets.ts';

/** How long the probe waits for a connection, and for each answer. */
export const ANSWER_WAIT_MS_MAX = 10_000;
/** Requests without answer at a time. */
export const WINDOW_MAX = 1_024;

export interface S13ProbeOptions {
  readonly host: string;
  readonly port: number;
  /** TLS before the CER. `serverName` is the name that the gate's certificate must bear. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string; readonly serverName: string };
  readonly originHost: string;
  readonly originRealm: string;
  /** The gate's realm, where it is another than the probe's own. */
  readonly destinationRealm?: string;
}

export interface S13Check {
  /** As an MME sends it: 14 digits, or 15. */
  readonly imei?: string;
  readonly softwareVersion?: string;
  /** Digits. */
  readonly imsi?: string;
  readonly destinationHost?: string;
}

export type S13ProbeFault =
  | { code: 'S13_PROBE_REFUSED'; resultCode: number }
  | { code: 'S13_PROBE_CLOSED'; reason: string }
  | { code: 'S13_PROBE_NO_ANSWER'; waitedMs: number };
export class S13ProbeError extends Fault<S13ProbeFault> {}

interface Waiting {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: S13ProbeError) => void;
  readonly timer: NodeJS.Timeout;
}

/** An MME as far as S13 goes: for the command line, the story and the tests. */
export class S13Probe {
  readonly #options: S13ProbeOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #frames = new FrameSplitter((bytes, start, end) => this.#receive(Buffer.from(bytes.subarray(start, end))));
  readonly #closed: Promise<void>;
  #nextIdentifier = 1;
  #nextSession = 1;
  #capabilities: Buffer | undefined;

  private constructor(options: S13ProbeOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => this.#push(chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => this.#failAll());
  }

  /** Connects, and exchanges capabilities. @throws S13ProbeError */
  static async connect(options: S13ProbeOptions): Promise<S13Probe> {
    const probe = new S13Probe(options, await openSocket(options));
    const answer = await probe.request((writer, identifiers) =>
      writeCapabilitiesExchangeRequest(writer, identifiers, {
        originHost: options.originHost,
        originRealm: options.originRealm,
        hostIpAddress: probe.#socket.localAddress ?? '127.0.0.1',
        productName: 'Bongsu probe',
      }),
    );
    const { resultCode = 0 } = readAnswerResult(answer, 0, answer.length);
    const read = readCapabilitiesExchangeAnswer(answer, 0, answer.length);
    if (resultCode !== RESULT_CODE.success || read instanceof Fault) {
      probe.#socket.destroy();
      throw new S13ProbeError({ code: 'S13_PROBE_REFUSED', resultCode });
    }
    probe.#capabilities = answer;
    return probe;
  }

  /** The answer to the CER, as it came. */
  get capabilities(): Buffer {
    return this.#capabilities!;
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Asks about one device. @throws S13ProbeError */
  async check(check: S13Check): Promise<MeIdentityCheckResult> {
    const { originHost, originRealm, destinationRealm = originRealm } = this.#options;
    const sessionId = `${originHost};${this.#nextSession};0`;
    this.#nextSession += 1;
    const answer = await this.request((writer, identifiers) =>
      writeMeIdentityCheckRequest(writer, identifiers, {
        sessionId,
        originHost,
        originRealm,
        destinationRealm,
        ...(check.destinationHost !== undefined && { destinationHost: check.destinationHost }),
        ...(check.imei !== undefined && { imei: check.imei }),
        ...(check.softwareVersion !== undefined && { softwareVersion: check.softwareVersion }),
        ...(check.imsi !== undefined && { userName: check.imsi }),
      }),
    );
    return readMeIdentityCheckAnswer(answer, 0, answer.length);
  }

  /** Asks about many devices, `window` at a time; the answers are in the order of the checks. @throws S13ProbeError */
  async checkAll(checks: readonly S13Check[], { window }: { window: number }): Promise<MeIdentityCheckResult[]> {
    const answers: MeIdentityCheckResult[] = [];
    let next = 0;
    const askOneByOne = async () => {
      while (next < checks.length) {
        const place = next;
        next += 1;
        answers[place] = await this.check(checks[place]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(window, WINDOW_MAX) }, askOneByOne));
    return answers;
  }

  /** Sends a DWR and waits for the DWA. @throws S13ProbeError */
  async watchdog(): Promise<AnswerResult> {
    const answer = await this.request((writer, identifiers) =>
      writeDeviceWatchdogRequest(writer, identifiers, this.#options),
    );
    return readAnswerResult(answer, 0, answer.length);
  }

  /** Sends a DPR, waits for the DPA, and closes: who receives the DPA does. @throws S13ProbeError */
  async disconnect(cause: DisconnectCause = DISCONNECT_CAUSE.rebooting): Promise<AnswerResult> {
    const answer = await this.request((writer, identifiers) =>
      writeDisconnectPeerRequest(writer, identifiers, this.#options, cause),
    );
    this.#socket.end();
    await this.#closed;
    return readAnswerResult(answer, 0, answer.length);
  }

  /** Closes without a word, as a peer that crashes does. */
  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  /** Sends one request that `write` writes, and gives back the answer's octets. @throws S13ProbeError */
  async request(
    write: (writer: MessageWriter, identifiers: { hopByHop: number; endToEnd: number }) => void,
  ): Promise<Buffer> {
    const identifier = this.#nextIdentifier;
    this.#nextIdentifier += 1;
    const writer = new MessageWriter(MESSAGE_SIZE_MAX);
    write(writer, { hopByHop: identifier, endToEnd: identifier });
    return await this.exchange(Buffer.from(writer.written));
  }

  /** Sends octets as they are: one request, whose hop-by-hop identifier nothing else waits for. @throws S13ProbeError */
  async exchange(request: Buffer): Promise<Buffer> {
    const identifier = readHeader(request, 0).hopByHop;
    return await new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new S13ProbeError({ code: 'S13_PROBE_CLOSED', reason: 'closed' }));
        return;
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(identifier);
        reject(new S13ProbeError({ code: 'S13_PROBE_NO_ANSWER', waitedMs: ANSWER_WAIT_MS_MAX }));
      }, ANSWER_WAIT_MS_MAX);
      this.#waiting.set(identifier, { resolve, reject, timer });
      this.#socket.write(request);
    });
  }

  #push(chunk: Buffer): void {
    try {
      this.#frames.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#socket.destroy();
    }
  }

  #receive(message: Buffer): void {
    if (isRequest(readHeader(message, 0))) {
      this.#answer(message);
      return;
    }
    const identifier = readUint32(message, 12);
    const waiting = this.#waiting.get(identifier);
    if (waiting === undefined) return;
    this.#waiting.delete(identifier);
    clearTimeout(waiting.timer);
    waiting.resolve(message);
  }

  /** Answers the gate's own requests: DWR and DPR. After a DPA the gate closes. */
  #answer(message: Buffer): void {
    const header = readHeader(message, 0);
    const writer = new MessageWriter(MESSAGE_SIZE_MAX);
    if (header.command === COMMAND.deviceWatchdog) writeDeviceWatchdogAnswer(writer, header, this.#options);
    if (header.command === COMMAND.disconnectPeer) writeDisconnectPeerAnswer(writer, header, this.#options);
    if (writer.size > 0) this.#socket.write(writer.written);
  }

  #failAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new S13ProbeError({ code: 'S13_PROBE_CLOSED', reason: 'closed' }));
    }
    this.#waiting.clear();
  }
}

async function openSocket({ host, port, tls }: S13ProbeOptions): Promise<Socket> {
  const socket =
    tls === undefined
      ? connect({ host, port, noDelay: true })
      : connectTls({ host, port, ca: tls.ca, cert: tls.cert, key: tls.key, servername: tls.serverName });
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(ANSWER_WAIT_MS_MAX, () => socket.destroy());
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setTimeout(0);
      resolve();
    });
    socket.once('error', (cause) =>
      reject(
        new S13ProbeError(
          { code: 'S13_PROBE_CLOSED', reason: (cause as NodeJS.ErrnoException).code ?? cause.message },
          { cause },
        ),
      ),
    );
    socket.once('close', () => reject(new S13ProbeError({ code: 'S13_PROBE_CLOSED', reason: 'closed' })));
  });
  return socket;
}
