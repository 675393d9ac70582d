/**
 * A load of ECRs over several connections with so many outstanding on each. It warms the server up, says so, and begins
 * to measure at a line on standard input. Arguments: port, devices, warm-up requests, measured requests.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { writeCapabilitiesExchangeRequest } from '../../src/wire/diameter/capabilities-exchange.ts';
import { RESULT_CODE } from '../../src/wire/diameter/dictionary.ts';
import { FrameSplitter } from '../../src/wire/diameter/frame.ts';
import { EQUIPMENT_OUTCOME, readMeIdentityCheckAnswer } from '../../src/wire/diameter/me-identity-check-answer.ts';
import { MessageWriter } from '../../src/wire/diameter/message-writer.ts';
import { readUint32 } from '../../src/wire/diameter/octets.ts';
import { BLOCKED_EVERY, deviceOf, MME, requestTemplate } from './traffic.ts';

const CONNECTIONS = 4;
const WINDOW = 64;
/** One answer of so many is read whole: a client that reads each would hold the server up. */
const READ_EVERY = BLOCKED_EVERY / 4;

const [port, devices, warmUps, measured] = process.argv.slice(2).map(Number) as [number, number, number, number];
const template = requestTemplate();
let sent = 0;
let answered = 0;
let goal = 0;
let wrong = 0;
let busy = 0;
let finished = () => {};

class Connection {
  readonly #socket: Socket;
  readonly #batch = Buffer.allocUnsafe(WINDOW * template.bytes.length);
  readonly #frames = new FrameSplitter((bytes, start, end) => this.#receive(bytes, start, end));
  #free = 0;
  #isOpen = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#frames.push(chunk);
      this.fill();
    });
  }

  async open(): Promise<void> {
    const writer = new MessageWriter(1_024);
    const capabilities = { ...MME, hostIpAddress: '127.0.0.1', productName: 'client' };
    writeCapabilitiesExchangeRequest(writer, { hopByHop: 1, endToEnd: 1 }, capabilities);
    this.#socket.write(writer.written);
    await once(this.#socket, 'data');
    this.#isOpen = true;
    this.#free = WINDOW;
  }

  /** Sends as many as the window has room for, in one piece. */
  fill(): void {
    const count = Math.min(this.#free, goal - sent);
    if (count === 0 || !this.#isOpen) return;
    let at = 0;
    for (let i = 0; i < count; i++) {
      writeRequest(this.#batch, at, sent + i);
      at += template.bytes.length;
    }
    sent += count;
    this.#free -= count;
    // The batch is used again, so the socket gets a copy of its own.
    this.#socket.write(Buffer.from(this.#batch.subarray(0, at)));
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    if (!this.#isOpen) return;
    const number = readUint32(bytes, start + 12);
    if (number % READ_EVERY === 0) checkAnswer(bytes, start, end, number);
    this.#free += 1;
    answered += 1;
    if (answered === goal) finished();
  }
}

function checkAnswer(bytes: Buffer, start: number, end: number, number: number): void {
  const { outcome, resultCode } = readMeIdentityCheckAnswer(bytes, start, end);
  const { isBlocked } = deviceOf(number, devices);
  const isRight = outcome === (isBlocked ? EQUIPMENT_OUTCOME.blacklisted : EQUIPMENT_OUTCOME.unknown);
  if (!isRight) wrong += 1;
  if (resultCode === RESULT_CODE.tooBusy) busy += 1;
}

function writeRequest(batch: Buffer, at: number, number: number): void {
  template.bytes.copy(batch, at);
  batch.writeUInt32BE(number, at + 12);
  batch.writeUInt32BE(number, at + 16);
  let { key } = deviceOf(number, devices);
  for (let digit = 13; digit >= 0; digit--) {
    batch[at + template.imeiAt + digit] = 0x30 + (key % 10);
    key = Math.floor(key / 10);
  }
}

async function runUntil(requests: number, connections: readonly Connection[]): Promise<number> {
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const startMs = performance.now();
  goal = requests;
  for (const connection of connections) connection.fill();
  await done;
  return performance.now() - startMs;
}

const connections: Connection[] = [];
for (let number = 0; number < CONNECTIONS; number++) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const connection = new Connection(socket);
  await connection.open();
  connections.push(connection);
}
const input = createInterface({ input: process.stdin });
input.once('close', () => process.exit(0));
const lines = input[Symbol.asyncIterator]();
await runUntil(warmUps, connections);
process.stdout.write(`${JSON.stringify({ warm: true })}\n`);
await lines.next();
wrong = 0;
busy = 0;
const elapsedMs = await runUntil(warmUps + measured, connections);
process.stdout.write(`${JSON.stringify({ elapsedMs, wrong, busy })}\n`);
