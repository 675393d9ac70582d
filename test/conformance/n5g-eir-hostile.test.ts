import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { HandClock } from '../../src/base/clock.ts';
import {
  HEADER_LIST_SIZE_MAX,
  HEADER_PAIRS_MAX,
  STREAM_RESETS_BURST_MAX,
} from '../../src/gates/equipment/n5g-eir/limits.ts';
import { SETTINGS_WAIT_MS_MAX } from '../../src/gates/equipment/n5g-eir/session-watch.ts';
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

describe('a preface', () => {
  it('of HTTP/1.1 ends the connection', async () => {
    const client = await RawClient.connect(gate.port);
    client.send(Buffer.from(`GET ${PATH} HTTP/1.1\r\nHost: eir\r\n\r\n`));
    await client.closed();
    await gate.happened('sessionFailed');
  });

  it('that does not come ends the connection in time, however it drips', async () => {
    const client = await RawClient.connect(gate.port);
    client.send(PREFACE.subarray(0, 10));
    await closedAfter(client, SETTINGS_WAIT_MS_MAX + 1_000);
    await gate.happened('sessionNotGreeted');
  });

  it('without acknowledging our limits ends the connection in time, however much it asks', async () => {
    const client = await RawClient.greet(gate.port);
    for (let stream = 1; stream < 20; stream += 2) {
      client.send(get(stream, PATH));
      await client.answered(stream);
    }
    clock.advance(SETTINGS_WAIT_MS_MAX + 1_000);
    assert.equal(await client.goneAwayWith(), ERROR.settingsTimeout);
    await gate.happened('sessionNotGreeted');
  });

  it('and a request that come octet by octet are answered', async () => {
    const client = await RawClient.connect(gate.port);
    for (const octet of Buffer.concat([PREFACE, settings(), get(1, PATH)])) {
      client.send(Buffer.of(octet));
      await new Promise(setImmediate);
    }
    await client.answered(1);
    client.close();
  });

  it('and a request cut in two at any place are answered', async () => {
    const whole = Buffer.concat([PREFACE, settings(), get(1, PATH)]);
    for (let cut = 1; cut < whole.length; cut += 3) {
      const client = await RawClient.connect(gate.port);
      client.send(whole.subarray(0, cut));
      await new Promise(setImmediate);
      client.send(whole.subarray(cut));
      await client.answered(1);
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
    await gate.happened('sessionFailed');
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
    await client.answered(3);
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
    await client.answered(1);
    client.send(get(3, PATH, [...big, ['x', 'y'.repeat(rest + 1)]]));
    assert.equal(await client.resetWith(3), ERROR.enhanceYourCalm);
    const pairs = Array.from({ length: HEADER_PAIRS_MAX + 1 }, (_, at) => [`x-${at}`, ''] as const);
    client.send(get(5, PATH, pairs));
    assert.equal(await client.resetWith(5), ERROR.enhanceYourCalm);
    client.send(get(7, PATH, pairs.slice(0, HEADER_PAIRS_MAX - pseudo)));
    await client.answered(7);
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
      await client.answered(3);
      assert.equal(client.answersTo(1), false);
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
    await client.answered(1);
    assert.equal(gate.count('INVALID_MSG_FORMAT'), 1);
    client.close();
  });
});
