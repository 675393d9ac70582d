import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import {
  BODY_SIZE_MAX,
  HEADER_LIST_SIZE_MAX,
  HEADER_PAIRS_MAX,
  INVALID_FRAMES_MAX,
  SESSIONS_MAX,
  STREAM_RESETS_BURST_MAX,
  STREAMS_OPEN_MAX,
  STREAMS_PER_SESSION_MAX,
} from '../../src/gates/equipment/n5g-eir/limits.ts';
import { IDLE_MS_MAX, SETTINGS_WAIT_MS_MAX, STALL_MS_MAX } from '../../src/gates/equipment/n5g-eir/session-watch.ts';
import { N5gEirProbe } from '../../src/probes/n5g-eir.ts';
import {
  ERROR,
  fields,
  FLAG,
  frame,
  FRAME,
  get,
  PREFACE,
  RawClient,
  request,
  settings,
  word,
} from '../support/http2-frames.ts';
import { PATH, TestN5gEir } from '../support/n5g-eir.ts';

const INITIAL_WINDOW_SIZE = 4;

let clock: HandClock;
let gate: TestN5gEir;
beforeEach(async () => {
  clock = new HandClock();
  gate = await TestN5gEir.open({}, { clock });
});
afterEach(async () => {
  await assertServes();
  await gate.server.close();
});

/** Whatever one caller did, another is served. */
async function assertServes(): Promise<void> {
  const amf = await N5gEirProbe.connect({ apiRoot: gate.apiRoot });
  let answer = await amf.check({ pei: 'imei-352099001761481' });
  // To a gate whose clock a test moved far, it seems that its own timer came late: a beat later that is over.
  while (answer.cause === 'NF_CONGESTION') answer = await amf.check({ pei: 'imei-352099001761481' });
  assert.equal(answer.status, 'WHITELISTED');
  await amf.close();
}

function answersTo(client: RawClient, stream: number): boolean {
  return client.frames.some((found) => found.type === FRAME.headers && found.stream === stream);
}

async function answered(client: RawClient, stream: number): Promise<void> {
  await client.wait(({ type, stream: of }) => type === FRAME.data && of === stream);
}

async function resetWith(client: RawClient, stream: number): Promise<number> {
  const { payload } = await client.wait((found) => found.type === FRAME.rstStream && found.stream === stream);
  return payload.readUInt32BE(0);
}

/** The gate hears of the end of a connection a moment after its caller. */
async function happened(event: string): Promise<void> {
  while (gate.server.connections > 0) await new Promise(setImmediate);
  assert.equal(gate.count(event), 1);
}

/** Lets the clock run until a sweep has closed the connection. */
async function closedAfter(client: RawClient, ms: number): Promise<void> {
  clock.advance(ms);
  await client.closed();
}

describe('a preface', () => {
  it('of HTTP/1.1 ends the connection', async () => {
    const client = await RawClient.connect(gate.port);
    client.send(Buffer.from(`GET ${PATH} HTTP/1.1\r\nHost: eir\r\n\r\n`));
    await client.closed();
    await happened('sessionFailed');
  });

  it('that does not come ends the connection in time, however it drips', async () => {
    const client = await RawClient.connect(gate.port);
    client.send(PREFACE.subarray(0, 10));
    await closedAfter(client, SETTINGS_WAIT_MS_MAX + 1_000);
    await happened('sessionNotGreeted');
  });

  it('without acknowledging our limits ends the connection in time, however much it asks', async () => {
    const client = await RawClient.greet(gate.port);
    for (let stream = 1; stream < 20; stream += 2) {
      client.send(get(stream, PATH));
      await answered(client, stream);
    }
    clock.advance(SETTINGS_WAIT_MS_MAX + 1_000);
    assert.equal(await client.goneAwayWith(), ERROR.settingsTimeout);
    await happened('sessionNotGreeted');
  });

  it('and a request that come octet by octet are answered', async () => {
    const client = await RawClient.connect(gate.port);
    for (const octet of Buffer.concat([PREFACE, settings(), get(1, PATH)])) {
      client.send(Buffer.of(octet));
      await new Promise(setImmediate);
    }
    await answered(client, 1);
    client.close();
  });

  it('and a request cut in two at any place are answered', async () => {
    const whole = Buffer.concat([PREFACE, settings(), get(1, PATH)]);
    for (let cut = 1; cut < whole.length; cut += 3) {
      const client = await RawClient.connect(gate.port);
      client.send(whole.subarray(0, cut));
      await new Promise(setImmediate);
      client.send(whole.subarray(cut));
      await answered(client, 1);
      client.close();
    }
  });
});

describe('floods', () => {
  it('of requests reset at once end the connection (rapid reset)', async () => {
    const client = await RawClient.greet(gate.port);
    for (let at = 0; at < 4 * STREAM_RESETS_BURST_MAX && !client.isClosed; at++) {
      const stream = 2 * at + 1;
      client.send(get(stream, PATH), frame(FRAME.rstStream, 0, stream, word(ERROR.cancel)));
      if (at % 64 === 0) await new Promise(setImmediate);
    }
    await client.closed();
    await happened('sessionFailed');
  });

  it('of CONTINUATION frames end the connection', async () => {
    const client = await RawClient.greet(gate.port);
    client.send(frame(FRAME.headers, FLAG.endStream, 1, request(PATH)));
    const piece = frame(FRAME.continuation, 0, 1, fields([['x', 'y'.repeat(1_000)]]));
    let sent = 0;
    for (; sent < 10_000 && !client.isClosed; sent++) {
      client.send(piece);
      if (sent % 16 === 0) await new Promise(setImmediate);
    }
    await client.closed();
    assert(sent < 10_000);
  });

  it('of empty DATA frames, of unknown frames and of PRIORITY cost nothing but their octets', async () => {
    const client = await RawClient.greet(gate.port);
    const junk = [frame(0x7e, 0xff, 0, Buffer.alloc(100)), frame(FRAME.priority, 0, 1, Buffer.alloc(5).fill(1, 4))];
    for (let at = 0; at < 1_000; at++) client.send(...junk);
    client.send(get(3, PATH));
    await answered(client, 3);
    client.close();
  });

  it('of SETTINGS and PING that nobody reads the answers of end the connection', async () => {
    for (const flood of [settings(), frame(FRAME.ping, 0, 0, Buffer.alloc(8))]) {
      const client = await RawClient.greet(gate.port);
      client.socket.pause();
      const many = Buffer.concat(Array.from({ length: 4_000 }, () => flood));
      for (let at = 0; at < 200 && client.socket.writable; at++) {
        client.send(many);
        await new Promise(setImmediate);
      }
      client.socket.resume();
      await client.closed();
    }
  });
});

describe('headers', () => {
  it('of the greatest size and number are taken, and above it only that request is refused', async () => {
    const client = await RawClient.greetWell(gate.port);
    const pseudo = 4;
    // RFC 9113 clause 6.5.2: each field counts 32 octets more than its name and value. A frame holds as many octets.
    const size = (pairs: readonly (readonly [string, string])[]) =>
      pairs.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    const own = size([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':authority', 'eir'],
      [':path', PATH],
    ]);
    const big = Array.from({ length: HEADER_PAIRS_MAX - pseudo - 1 }, (_, at) => [`x${at}`, 'y'.repeat(130)] as const);
    const rest = HEADER_LIST_SIZE_MAX - own - size(big) - 33;
    client.send(get(1, PATH, [...big, ['x', 'y'.repeat(rest)]]));
    await answered(client, 1);
    client.send(get(3, PATH, [...big, ['x', 'y'.repeat(rest + 1)]]));
    assert.equal(await resetWith(client, 3), ERROR.enhanceYourCalm);
    const pairs = Array.from({ length: HEADER_PAIRS_MAX + 1 }, (_, at) => [`x-${at}`, ''] as const);
    client.send(get(5, PATH, pairs));
    assert.equal(await resetWith(client, 5), ERROR.enhanceYourCalm);
    client.send(get(7, PATH, pairs.slice(0, HEADER_PAIRS_MAX - pseudo)));
    await answered(client, 7);
    client.close();
  });

  for (const [name, block] of [
    ['an index that is not there', Buffer.of(0xff, 0xff, 0x7f)],
    ['a length beyond the frame', Buffer.of(0, 0x7f, 0xff, 0xff, 0xff, 0x0f)],
    ['a table size above ours', Buffer.of(0x3f, 0xff, 0xff, 0x7f)],
  ] as const) {
    it(`with ${name} end the connection`, async () => {
      const client = await RawClient.greet(gate.port);
      client.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, block));
      assert.equal(await client.goneAwayWith(), ERROR.compression);
    });
  }

  for (const [name, pairs] of [
    ['a name in capitals', [['Accept', '*/*']]],
    ['a connection field', [['connection', 'close']]],
    ['a pseudo field after others', [[':path', '/']]],
    ['a pseudo field that is none', [[':x', '1']]],
  ] as const) {
    it(`with ${name} are no request`, async () => {
      const client = await RawClient.greet(gate.port);
      client.send(get(1, PATH, pairs), get(3, PATH));
      await answered(client, 3);
      assert.equal(answersTo(client, 1), false);
      client.close();
    });
  }

  it('without a path (CONNECT) are answered with a problem', async () => {
    const client = await RawClient.greet(gate.port);
    const connect = fields([
      [':method', 'CONNECT'],
      [':authority', 'eir'],
    ]);
    client.send(frame(FRAME.headers, FLAG.endHeaders, 1, connect));
    await answered(client, 1);
    assert.equal(gate.count('INVALID_MSG_FORMAT'), 1);
    client.close();
  });
});

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
    await answered(client, 399);
    for (let at = 0; at < 100; at++) assert(answersTo(client, 4 * at + 3));
    client.close();
  });

  it('above the limit at a time are refused, so that they may be tried again', async () => {
    const client = await RawClient.greet(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    for (let at = 0; at <= STREAMS_PER_SESSION_MAX; at++) client.send(get(2 * at + 1, PATH));
    const last = 2 * STREAMS_PER_SESSION_MAX + 1;
    assert.equal(await resetWith(client, last), ERROR.refusedStream);
    assert(answersTo(client, last - 2));
    client.close();
  });

  it('above the limit by one who acknowledged it end the connection', async () => {
    const client = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    for (let at = 0; at <= STREAMS_PER_SESSION_MAX; at++) client.send(get(2 * at + 1, PATH));
    assert.equal(await client.goneAwayWith(), ERROR.protocol);
  });

  it('above the limit of the thread are refused, and the connections stay', async () => {
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
    assert.equal(await resetWith(late, 1), ERROR.refusedStream);
    clients[0]!.send(frame(FRAME.rstStream, 0, 1, word(ERROR.cancel)));
    for (let stream = 3; !late.frames.some(({ type }) => type === FRAME.data); stream += 2) {
      late.send(get(stream, PATH));
      await late.wait(({ type, stream: of }) => of === stream && (type === FRAME.data || type === FRAME.rstStream));
    }
    for (const client of [late, ...clients]) client.close();
  });

  it('whose answers are never taken end the connection in time', async () => {
    const client = await RawClient.greetWell(gate.port, [INITIAL_WINDOW_SIZE, 0]);
    client.send(get(1, PATH));
    await client.wait(({ type }) => type === FRAME.headers);
    await closedAfter(client, STALL_MS_MAX + 1_000);
    await happened('sessionStalled');
  });

  it('with a body are answered; a body up to the limit is let pass, and a longer one is told to stop', async () => {
    const client = await RawClient.greetWell(gate.port);
    const piece = Buffer.alloc(BODY_SIZE_MAX);
    const headers = (stream: number) => frame(FRAME.headers, FLAG.endHeaders, stream, request(PATH));
    client.send(headers(1), frame(FRAME.data, FLAG.endStream, 1, piece));
    await answered(client, 1);
    client.send(headers(3), frame(FRAME.data, 0, 3, piece), frame(FRAME.data, 0, 3, Buffer.alloc(1)));
    await answered(client, 3);
    assert.equal(await resetWith(client, 3), ERROR.none);
    client.send(get(5, PATH));
    await answered(client, 5);
    assert.equal(client.frames.filter(({ type }) => type === FRAME.rstStream).length, 1);
    client.close();
  });

  it('with a body that never ends end the connection in time', async () => {
    const client = await RawClient.greetWell(gate.port);
    client.send(frame(FRAME.headers, FLAG.endHeaders, 1, request(PATH)), frame(FRAME.data, 0, 1, Buffer.alloc(1)));
    await answered(client, 1);
    await closedAfter(client, STALL_MS_MAX + 1_000);
    await happened('sessionStalled');
  });
});

describe('a connection', () => {
  it('that asks nothing for long is told to go, and goes', async () => {
    const client = await RawClient.greetWell(gate.port);
    client.send(get(1, PATH));
    await answered(client, 1);
    await closedAfter(client, IDLE_MS_MAX + 1_000);
    assert.equal(await client.goneAwayWith(), ERROR.none);
    await happened('sessionIdle');
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
    assert.equal(answersTo(client, 201), false);
  });

  it('takes no new connection', async () => {
    const stopping = await TestN5gEir.open();
    const { apiRoot } = stopping;
    await stopping.server.close();
    await assert.rejects(N5gEirProbe.connect({ apiRoot }), { message: 'N5G_EIR_PROBE_REFUSED' });
  });
});
