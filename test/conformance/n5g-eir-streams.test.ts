import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import {
  BODY_SIZE_MAX,
  INVALID_FRAMES_MAX,
  SESSIONS_MAX,
  STREAMS_FAIR_SHARE,
  STREAMS_OPEN_MAX,
  STREAMS_PER_SESSION_MAX,
} from '../../src/gates/equipment/n5g-eir/limits.ts';
import { IDLE_MS_MAX, STALL_MS_MAX } from '../../src/gates/equipment/n5g-eir/session-watch.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import { ERROR, FLAG, frame, FRAME, get, RawClient, request, settings, word } from '../support/http2-frames.ts';
import { PATH, TestN5gEir } from '../support/n5g-eir.ts';

const INITIAL_WINDOW_SIZE = 4;

let clock: HandClock;
let gate: TestN5gEir;
beforeEach(async () => {
  clock = new HandClock();
  gate = await TestN5gEir.open({}, { clock });
});
afterEach(async () => {
  await gate.assertServes();
  await gate.server.close();
});

/** Lets the clock run until a sweep has closed the connection. */
async function closedAfter(client: RawClient, ms: number): Promise<void> {
  clock.advance(ms);
  await client.closed();
}

describe('streams', () => {
  for (const [name, bytes, error] of [
    ['of an even number', get(2, PATH), ERROR.protocol],
    ['zero', get(0, PATH), ERROR.protocol],
    ['with DATA before HEADERS', frame(FRAME.data, 0, 1), ERROR.protocol],
    ['with a frame above the size', frame(FRAME.data, 0, 1, Buffer.alloc(16_385)), ERROR.frameSize],
    [
      'with CONTINUATION of another',
      Buffer.concat([frame(FRAME.headers, 0, 1, request(PATH)), frame(FRAME.continuation, 4, 3)]),
      ERROR.protocol,
    ],
    ['with a window beyond 2^31', frame(FRAME.windowUpdate, 0, 0, word(0x7fffffff)), ERROR.flowControl],
  ] as const) {
    it(`${name} end the connection`, async () => {
      const client = await RawClient.greet(gate.port);
      client.send(bytes);
      assert.equal(await client.goneAwayWith(), error);
    });
  }

  it('reset while they are answered disturb no other', async () => {
    const client = await RawClient.greet(gate.port);
    for (let at = 0; at < 100; at++) {
      const stream = 4 * at + 1;
      client.send(get(stream, PATH), frame(FRAME.rstStream, 0, stream, word(ERROR.cancel)), get(stream + 2, PATH));
    }
    await client.answered(399);
    for (let at = 0; at < 100; at++) assert(client.answersTo(4 * at + 3));
    client.close();
  });

  it('above the limit at a time are refused, so that they may be tried again', async () => {
    const client = await RawClient.greet(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    for (let at = 0; at <= STREAMS_PER_SESSION_MAX; at++) client.send(get(2 * at + 1, PATH));
    const last = 2 * STREAMS_PER_SESSION_MAX + 1;
    assert.equal(await client.resetWith(last), ERROR.refusedStream);
    assert(client.answersTo(last - 2));
    client.close();
  });

  it('above the limit by one who acknowledged it end the connection', async () => {
    const client = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    for (let at = 0; at <= STREAMS_PER_SESSION_MAX; at++) client.send(get(2 * at + 1, PATH));
    assert.equal(await client.goneAwayWith(), ERROR.protocol);
  });

  it('above the limit of the thread are refused, but for a fair share, and the connections stay', async () => {
    const clients: RawClient[] = [];
    for (let open = 0; open < STREAMS_OPEN_MAX; open += STREAMS_PER_SESSION_MAX) {
      const client = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
      client.send(...Array.from({ length: STREAMS_PER_SESSION_MAX }, (_, at) => get(2 * at + 1, PATH)));
      clients.push(client);
    }
    const last = 2 * STREAMS_PER_SESSION_MAX - 1;
    for (const client of clients) await client.wait(({ type, stream }) => type === FRAME.headers && stream === last);
    const late = await RawClient.greetWell(gate.port);
    late.send(get(1, PATH));
    await late.answered(1);
    const greedy = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    const refused = 2 * STREAMS_FAIR_SHARE + 1;
    greedy.send(...Array.from({ length: STREAMS_FAIR_SHARE + 1 }, (_, at) => get(2 * at + 1, PATH)));
    assert.equal(await greedy.resetWith(refused), ERROR.refusedStream);
    assert(greedy.frames.some(({ type, stream }) => type === FRAME.headers && stream === refused - 2));
    for (const client of [late, greedy, ...clients]) client.close();
  });

  it('whose answers are never taken end the connection in time', async () => {
    const client = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    client.send(get(1, PATH));
    await client.wait(({ type }) => type === FRAME.headers);
    await closedAfter(client, STALL_MS_MAX + 1_000);
    await gate.happened('sessionStalled');
  });

  it('with a body are answered; a body up to the limit is let pass, and a longer one is told to stop', async () => {
    const client = await RawClient.greetWell(gate.port);
    const piece = Buffer.alloc(BODY_SIZE_MAX);
    const headers = (stream: number) => frame(FRAME.headers, FLAG.endHeaders, stream, request(PATH));
    client.send(headers(1), frame(FRAME.data, FLAG.endStream, 1, piece));
    await client.answered(1);
    client.send(headers(3), frame(FRAME.data, 0, 3, piece), frame(FRAME.data, 0, 3, Buffer.alloc(1)));
    await client.answered(3);
    assert.equal(await client.resetWith(3), ERROR.none);
    client.send(get(5, PATH));
    await client.answered(5);
    assert.equal(client.frames.filter(({ type }) => type === FRAME.rstStream).length, 1);
    client.close();
  });

  it('with a body that never ends end the connection in time', async () => {
    const client = await RawClient.greetWell(gate.port);
    client.send(frame(FRAME.headers, FLAG.endHeaders, 1, request(PATH)), frame(FRAME.data, 0, 1, Buffer.alloc(1)));
    await client.answered(1);
    await closedAfter(client, STALL_MS_MAX + 1_000);
    await gate.happened('sessionStalled');
  });
});

describe('a connection', () => {
  it('that asks nothing for long is told to go, and goes', async () => {
    const client = await RawClient.greetWell(gate.port);
    client.send(get(1, PATH));
    await client.answered(1);
    await closedAfter(client, IDLE_MS_MAX + 1_000);
    assert.equal(await client.goneAwayWith(), ERROR.none);
    await gate.happened('sessionIdle');
  });

  it('above the limit is refused, and one that goes makes room', async () => {
    const clients: RawClient[] = [];
    for (let at = 0; at < SESSIONS_MAX; at++) clients.push(await RawClient.greet(gate.port));
    await clients.at(-1)!.wait(({ type }) => type === FRAME.settings);
    const refused = await RawClient.connect(gate.port);
    await refused.closed();
    assert.equal(gate.count('connectionRefused'), 1);
    for (const client of clients) client.close();
    while (gate.server.connections > 0) await new Promise(setImmediate);
  });

  it('that sends anything at all does not stop the gate', async () => {
    for (let round = 0; round < 60; round++) {
      const client = round % 2 === 0 ? await RawClient.connect(gate.port) : await RawClient.greet(gate.port);
      for (let at = 0; at <= INVALID_FRAMES_MAX / 4; at++) {
        client.send(frame(at % 12, round, (round * at) % 7, randomBytes(at)), randomBytes(round));
      }
      client.socket.end();
      await client.closed();
    }
  });
});

describe('a planned stop', () => {
  it('says which request was the last one taken, delivers all answers up to it, and closes', async () => {
    const stopping = await TestN5gEir.open();
    const client = await RawClient.greet(stopping.port, [INITIAL_WINDOW_SIZE, 0]);
    for (let stream = 1; stream < 200; stream += 2) client.send(get(stream, PATH));
    await client.wait(({ type, stream }) => type === FRAME.headers && stream === 199);
    const stopped = stopping.server.close();
    const { payload } = await client.wait(({ type }) => type === FRAME.goaway);
    assert.deepEqual([payload.readUInt32BE(0), payload.readUInt32BE(4)], [199, ERROR.none]);
    assert.equal(client.frames.filter(({ type }) => type === FRAME.data).length, 0);
    client.send(get(201, PATH), settings([INITIAL_WINDOW_SIZE, 65_535]));
    await stopped;
    await client.closed();
    const answers = client.frames.filter(({ type }) => type === FRAME.data).map(({ stream }) => stream);
    assert.equal(new Set(answers).size, 100);
    assert.equal(client.answersTo(201), false);
  });

  it('cuts off who takes none of its answers', async () => {
    const stopping = await TestN5gEir.open();
    const client = await RawClient.greetWell(stopping.port, [INITIAL_WINDOW_SIZE, 0]);
    client.send(get(1, PATH));
    await client.wait(({ type }) => type === FRAME.headers);
    await stopping.server.close();
    await client.closed();
    assert.equal(client.frames.filter(({ type }) => type === FRAME.data).length, 0);
  });

  it('takes no new connection', async () => {
    const stopping = await TestN5gEir.open();
    const { apiRoot } = stopping;
    await stopping.server.close();
    await assert.rejects(N5gEirProbe.connect({ apiRoot }), { message: 'N5G_EIR_PROBE_REFUSED' });
  });
});
