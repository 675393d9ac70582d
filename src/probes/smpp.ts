import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault } from '../base/fault.ts';
import { type BindCommand, INTERFACE_VERSION, writeBind } from '../wire/smpp/bind.ts';
import { COMMAND, isResponse } from '../wire/smpp/command.ts';
import { COMMAND_STATUS } from '../wire/smpp/command-status.ts';
import { FrameSplitter } from '../wire/smpp/frame.ts';
import { nextSequence, readHeader } from '../wire/smpp/header.ts';
import { readReceipt, type Receipt } from '../wire/smpp/receipt.ts';
import { readNamedResponse, writeBareRequest, writeBareResponse, writeNamedResponse } from '../wire/smpp/responses.ts';
import {
  EMPTY_SHORT_MESSAGE,
  readShortMessage,
  type ShortMessage,
  writeShortMessage,
} from '../wire/smpp/short-message.ts';
import { textFields } from '../wire/smpp/text.ts';
import { findTlv, textTlv, type Tlv, TLV_TAG, tlvText } from '../wire/smpp/tlv.ts';
import { SmppProbeError } from './smpp-fault.ts';

/** How long the probe waits for a connection, and for each answer. */
export const ANSWER_WAIT_MS_MAX = 15_000;

export interface SmppProbeOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly ca: string; readonly serverName: string };
  readonly systemId: string;
  readonly password: string;
  /** A transceiver without it. */
  readonly as?: 'transceiver' | 'transmitter' | 'receiver';
}

export interface ProbeText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly originator?: string;
  readonly customer?: string;
  /** Asks for a receipt. */
  readonly receipt?: boolean;
}

/** An answer, with what it says for people and for machines where it refuses. */
export interface SmppAnswer {
  readonly status: number;
  /** message_id, or system_id of a bind's answer. */
  readonly name: string;
  readonly says: string | undefined;
  readonly refusal: Readonly<Record<string, unknown>> | undefined;
}

interface Waiting {
  readonly resolve: (answer: SmppAnswer) => void;
  readonly reject: (error: SmppProbeError) => void;
  readonly timer: NodeJS.Timeout;
}

const BINDS: Readonly<Record<NonNullable<SmppProbeOptions['as']>, BindCommand>> = {
  transceiver: COMMAND.bindTransceiver,
  transmitter: COMMAND.bindTransmitter,
  receiver: COMMAND.bindReceiver,
};

/** A firm's SMPP client in small: for the command line, the story and the tests. */
export class SmppProbe {
  /** What the gate answered to the bind. */
  bound: SmppAnswer | undefined;
  /** Receipts as they came. */
  readonly receipts: Receipt[] = [];
  /** Answers that nothing waited for: to nothing, or a second one. */
  strays = 0;
  /** Set to leave the gate's own requests without an answer. */
  isDeaf = false;
  /** True once the gate has unbound us. */
  isUnbound = false;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #frames = new FrameSplitter((bytes, start, end) => this.#take(bytes, start, end));
  readonly #listeners = new Set<() => void>();
  #sequence = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => this.#failAll());
  }

  /** Connects and binds. @throws SmppProbeError SMPP_PROBE_REFUSED with what the gate said */
  static async bind(options: SmppProbeOptions): Promise<SmppProbe> {
    const probe = await SmppProbe.connect(options);
    const bound = await probe.tryBind(options);
    if (bound.status === COMMAND_STATUS.ok) return probe;
    probe.destroy();
    throw new SmppProbeError({ code: 'SMPP_PROBE_REFUSED', commandStatus: bound.status, says: bound.says ?? '' });
  }

  /** Connects, and does not bind. @throws SmppProbeError */
  static async connect(options: Pick<SmppProbeOptions, 'host' | 'port' | 'tls'>): Promise<SmppProbe> {
    return new SmppProbe(await openSocket(options));
  }

  /** Binds on this connection, and tells what the gate said. @throws SmppProbeError where it said nothing */
  async tryBind({
    systemId,
    password,
    as = 'transceiver',
  }: Omit<SmppProbeOptions, 'host' | 'port'>): Promise<SmppAnswer> {
    const bind = { systemId, password, systemType: '', interfaceVersion: INTERFACE_VERSION };
    this.bound = await this.request((sequence) => writeBind(BINDS[as], sequence, bind));
    return this.bound;
  }

  /** Submits a text; the answer may be a refusal. @throws SmppProbeError where there is none */
  submit(text: ProbeText): Promise<SmppAnswer> {
    return this.submitMessage(messageOf(text));
  }

  submitMessage(message: ShortMessage): Promise<SmppAnswer> {
    return this.request((sequence) => writeShortMessage(COMMAND.submitSm, sequence, message));
  }

  enquireLink(): Promise<SmppAnswer> {
    return this.request((sequence) => writeBareRequest(COMMAND.enquireLink, sequence));
  }

  /** Unbinds, and ends the connection. */
  async unbind(): Promise<void> {
    await this.request((sequence) => writeBareRequest(COMMAND.unbind, sequence));
    this.#socket.end();
    await this.closed;
  }

  /** Calls whenever something came. @returns a function that ends the listening */
  onHeard(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends octets as they are. */
  send(octets: Buffer): void {
    this.#socket.write(octets);
  }

  /** Closes without a word, as a client that crashes does. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Sends what `write` writes, and waits for the answer with its sequence number. @throws SmppProbeError */
  request(write: (sequence: number) => Buffer): Promise<SmppAnswer> {
    this.#sequence = nextSequence(this.#sequence);
    const sequence = this.#sequence;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new SmppProbeError({ code: 'SMPP_PROBE_CLOSED', reason: 'closed' }));
        return;
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(sequence);
        reject(new SmppProbeError({ code: 'SMPP_PROBE_NO_ANSWER', waitedMs: ANSWER_WAIT_MS_MAX }));
      }, ANSWER_WAIT_MS_MAX);
      this.#waiting.set(sequence, { resolve, reject, timer });
      this.#socket.write(write(sequence));
    });
  }

  #receive(chunk: Buffer): void {
    try {
      this.#frames.push(chunk);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#socket.destroy();
    }
    for (const listener of this.#listeners) listener();
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const { command, status, sequence } = readHeader(bytes, start);
    if (!isResponse(command)) {
      this.#serve(command, sequence, bytes.subarray(start, end));
      return;
    }
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) {
      this.strays += 1;
      return;
    }
    this.#waiting.delete(sequence);
    clearTimeout(waiting.timer);
    waiting.resolve(readAnswer(status, bytes, start, end));
  }

  /** The gate's own requests: receipts, enquire_link, unbind. */
  #serve(command: number, sequence: number, pdu: Buffer): void {
    if (this.isDeaf) return;
    const header = { command, status: COMMAND_STATUS.ok, sequence };
    if (command === COMMAND.deliverSm) {
      const message = readShortMessage(pdu, 0, pdu.length);
      const receipt = message instanceof Fault ? undefined : readReceipt(message);
      if (receipt !== undefined) this.receipts.push(receipt);
      this.#socket.write(writeNamedResponse(header, { name: '', tlvs: [] }));
      return;
    }
    this.#socket.write(writeBareResponse(header));
    if (command === COMMAND.unbind) {
      this.isUnbound = true;
      this.#socket.end();
    }
  }

  #failAll(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new SmppProbeError({ code: 'SMPP_PROBE_CLOSED', reason: 'closed' }));
    }
    this.#waiting.clear();
    for (const listener of this.#listeners) listener();
  }
}

/** The submit_sm for a text, as a firm's program makes it. */
export function messageOf({ from, to, text, originator, customer, receipt }: ProbeText): ShortMessage {
  const fields = textFields(text);
  const named: Tlv[] = [
    ...(originator === undefined ? [] : [textTlv(TLV_TAG.originatorCode, originator)]),
    ...(customer === undefined ? [] : [textTlv(TLV_TAG.customer, customer)]),
  ];
  return {
    ...EMPTY_SHORT_MESSAGE,
    ...fields,
    source: { ton: 0, npi: 1, digits: from },
    destination: { ton: 0, npi: 1, digits: to },
    registeredDelivery: receipt === true ? 1 : 0,
    tlvs: [...fields.tlvs, ...named],
  };
}

function readAnswer(status: number, bytes: Buffer, start: number, end: number): SmppAnswer {
  const read = readNamedResponse(bytes, start, end);
  if (read instanceof Fault) return { status, name: '', says: undefined, refusal: undefined };
  const says = findTlv(read.tlvs, TLV_TAG.additionalStatusInfoText);
  const refusal = findTlv(read.tlvs, TLV_TAG.refusal);
  return {
    status,
    name: read.name,
    says: says === undefined ? undefined : tlvText(says),
    refusal: refusal === undefined ? undefined : (JSON.parse(refusal.toString()) as Record<string, unknown>),
  };
}

async function openSocket({ host, port, tls }: Pick<SmppProbeOptions, 'host' | 'port' | 'tls'>): Promise<Socket> {
  const socket =
    tls === undefined
      ? connect({ host, port, noDelay: true })
      : connectTls({ host, port, ca: tls.ca, servername: tls.serverName });
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(ANSWER_WAIT_MS_MAX, () => socket.destroy());
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setTimeout(0);
      resolve();
    });
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new SmppProbeError({ code: 'SMPP_PROBE_CLOSED', reason: cause.code ?? cause.message }, { cause })),
    );
    socket.once('close', () => reject(new SmppProbeError({ code: 'SMPP_PROBE_CLOSED', reason: 'closed' })));
  });
  return socket;
}
