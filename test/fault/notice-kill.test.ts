import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { linesOf } from '../support/incidents-data.ts';

const WRITER = fileURLToPath(new URL('notice-writer.ts', import.meta.url));
const KILLS = Number(process.env['BONGSU_KILLS'] ?? 10);
/** Every other life ends while the process is still opening its store, queueing, or sending. */
const KILL_AFTER_MS_MAX = 600;
/** The rest end so soon after the gate has taken a text of theirs, however slow the machine is. */
const KILL_AFTER_TEXT_MS_MAX = 60;
const FIRST = 300;
const SECOND = 100;
/** One text in so many is taken, and its answer lost. */
const ANSWERS_LOST = 20;
/** A gate takes a moment: a kill then finds texts taken whose answer is not noted. */
const ANSWER_MS_MAX = 20;

/** Texts that the gate took, by key, and how often each was sent. */
interface Taken {
  readonly to: string;
  readonly text: string;
  times: number;
}

test(`${KILLS} kills in the middle of the notices: nobody is told twice, nobody is missed`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-notice-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'gate.key'), 'a key of sixteen or more\n');
  const taken = new Map<string, Taken>();
  const server = await openGate(taken);
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let killedSending = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = taken.size;
    const isDone = await live([folder, url], kill % 2 === 0 ? afterText(server) : afterBegin);
    if (taken.size > before && taken.size < FIRST + SECOND) killedSending++;
    if (isDone) break;
  }
  assert(await live([folder, url], undefined), 'the last life tells everybody and ends');

  const all = linesOf(0, FIRST + SECOND).map(({ msisdn }) => `+${msisdn}`);
  const told = [...taken.values()].map(({ to }) => to).sort();
  assert.deepEqual(told, all, 'one text each');
  const again = [...taken.values()].filter(({ times }) => times > 1).length;
  t.diagnostic(`${killedSending} lives ended while sending; ${again} texts were sent again under their keys`);
  assert(killedSending > 0, 'some life was killed in the middle');
  assert(again > 0, 'some text was taken and not noted');
});

/** A gate: it takes a text once under its key, and remembers across the lives of those who send. */
async function openGate(taken: Map<string, Taken>): Promise<Server> {
  const server = createServer((request, response) => void takeText(request, response, taken));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function takeText(request: IncomingMessage, response: ServerResponse, taken: Map<string, Taken>): Promise<void> {
  if (request.method === 'GET') {
    answer(response, { state: 'DELIVRD' });
    return;
  }
  const chunks: Buffer[] = [];
  request.on('error', () => undefined);
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { to, text } = JSON.parse(Buffer.concat(chunks).toString()) as { to: string; text: string };
  const key = request.headers['idempotency-key'] as string;
  const earlier = taken.get(key);
  if (earlier === undefined) taken.set(key, { to, text, times: 1 });
  else {
    earlier.times++;
    assert.deepEqual([to, text], [earlier.to, earlier.text], 'the same text under the same key');
  }
  await wait(randomInt(ANSWER_MS_MAX));
  if (earlier === undefined && randomInt(ANSWERS_LOST) === 0) response.destroy();
  else answer(response, { messageId: `m-${key}` });
}

function answer(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** When a life that has just begun is to end. */
type Ending = (life: AbortSignal) => Promise<unknown>;

const afterBegin: Ending = () => wait(randomInt(KILL_AFTER_MS_MAX));

function afterText(gate: Server): Ending {
  return async (life) => {
    for (;;) {
      const [request] = (await once(gate, 'request', { signal: life })) as [IncomingMessage];
      if (request.method === 'POST') return wait(randomInt(KILL_AFTER_TEXT_MS_MAX));
    }
  };
}

/** @returns whether it told everybody, and ended by itself */
async function live(args: readonly string[], ending: Ending | undefined): Promise<boolean> {
  const writer = spawn(process.execPath, [WRITER, ...args, `${FIRST}`, `${SECOND}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new AbortController();
  const lines: string[] = [];
  const reader = createInterface({ input: writer.stdout });
  const closed = once(reader, 'close');
  reader.on('line', (line) => {
    if (lines.push(line) > 1 || ending === undefined) return;
    const kill = (): void => void writer.kill('SIGKILL');
    // One that ends by itself first is not waited for.
    ending(ended.signal).then(kill, () => undefined);
  });
  const [[code]] = await Promise.all([once(writer, 'exit') as Promise<[number | null]>, closed]);
  ended.abort();
  assert(code === 0 || code === null, `it ended by itself with ${code}`);
  return lines.includes('done');
}
