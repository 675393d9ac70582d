import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { listenForHints } from './hints.ts';

const STREAM = { 'content-type': 'text/event-stream' };

test('hints: one when the stream opens, and one for what it says', async (t) => {
  const url = await serve(t, (_, answer) => void answer.writeHead(200, STREAM).write('data: 1\n\n'));
  assert.equal(await hintsUntil(t, url, (hints) => hints === 2), 2);
});

test('a redirection is not followed, and what is no event stream is no hint', async (t) => {
  let elsewhere = 0;
  const other = await serve(t, (_, answer) => {
    elsewhere += 1;
    answer.writeHead(200, STREAM).write('data: 1\n\n');
  });
  const answers: RequestListener[] = [
    (_, answer) => answer.writeHead(307, { location: other }).end(),
    (_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
    (_, answer) => answer.writeHead(500, STREAM).end('data: 1\n\n'),
    (_, answer) => answer.writeHead(200, STREAM).flushHeaders(),
  ];
  let asked = 0;
  const url = await serve(t, (request, answer) => answers[Math.min(asked++, answers.length - 1)]!(request, answer));
  assert.equal(await hintsUntil(t, url, () => asked === answers.length), 1);
  assert.equal(elsewhere, 0);
});

test('where there is no such stream nothing is asked again for long', async (t) => {
  const asked: number[] = [];
  const url = await serve(t, (_, answer) => {
    asked.push(performance.now());
    if (asked.length === 1) answer.writeHead(404, STREAM).end('data: 1\n\n');
    else answer.writeHead(200, STREAM).flushHeaders();
  });
  // Longer than the longest wait after a failure.
  const absenceMs = 2_500;
  assert.equal(await hintsUntil(t, url, () => true, { absenceMs }), 1);
  assert.equal(asked.length, 2);
  assert.ok(asked[1]! - asked[0]! >= absenceMs);
});

test('whether there is a connection is told when it stands, and when it ends', async (t) => {
  const stop = new AbortController();
  const told: boolean[] = [];
  let asked = 0;
  const url = await serve(t, (_, answer) => {
    asked += 1;
    // No stream is no connection; one that is cut was one.
    if (asked === 1) answer.writeHead(503).end();
    else answer.writeHead(200, STREAM).write('data: 1\n\n', () => answer.destroy());
  });
  const onListening = (isListening: boolean): void => {
    told.push(isListening);
    if (told.length === 4) stop.abort();
  };
  await listenForHints(url, { onHint: () => undefined, onListening, signal: stop.signal });
  assert.deepEqual(told, [true, false, true, false]);
});

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hints`;
}

/** Listens until a hint fulfils the condition. @returns how many there were */
async function hintsUntil(
  t: TestContext,
  url: string,
  isEnough: (hints: number) => boolean,
  more: { absenceMs?: number } = {},
): Promise<number> {
  const stop = new AbortController();
  t.after(() => stop.abort());
  let hints = 0;
  const onHint = (): void => {
    hints += 1;
    if (isEnough(hints)) stop.abort();
  };
  await listenForHints(url, { onHint, signal: stop.signal, ...more });
  return hints;
}
