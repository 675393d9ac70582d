import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { HandClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { PassedText } from '../../records/passed-text.ts';
import { SIGHTINGS_PER_REQUEST_MAX } from './sighting.ts';
import { SightingsSender } from './sightings-sender.ts';
import { REQUEST_AGE_MS_MAX, REQUESTS_WAITING_MAX, WaitingCounts } from './waiting-counts.ts';

interface Heard {
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

const folders = mkdtempSync(join(tmpdir(), 'bongsu-sightings-'));
const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
  rmSync(folders, { recursive: true, force: true });
});

/** A node that answers what it is told to, and a sender to it, with a folder that outlives it. */
async function senderTo(answer: { status: number | 'break' }) {
  const heard: Heard[] = [];
  const hear = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authorization, 'idempotency-key': key } = request.headers;
    heard.push({ key: key as string | undefined, authorization, body: await bodyOf(request) });
    if (answer.status === 'break') request.socket.destroy();
    else response.writeHead(answer.status).end('{}');
  };
  const server = createServer((request, response) => void hear(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const folder = mkdtempSync(join(folders, 'node-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'bongsu_token\n');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { url, tokenFile, intervalSeconds: 3_600, folder: join(folder, 'waiting') };
  const clock = new HandClock();
  const open = (): Promise<SightingsSender> => SightingsSender.open(options, { clock, log: silentLog });
  return { open, heard, clock, folder: options.folder };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function texts(count: number): PassedText[] {
  return Array.from({ length: count }, (_, place) => ({
    atMs: 3_600_000,
    certificate: 'KS-2026-000001',
    originator: '301200001',
    fingerprint: (place + 1).toString(16).padStart(16, '0'),
    verdict: 'passed',
  }));
}

describe('counts of passing texts', () => {
  it('go out under a key and a token, divided into requests that a body holds', async () => {
    const { open, heard, folder } = await senderTo({ status: 200 });
    const sender = await open();
    sender.count(texts(SIGHTINGS_PER_REQUEST_MAX + 1));
    sender.count(texts(1));
    await sender.flush();
    assert.deepEqual(
      heard.map(({ body }) => (JSON.parse(body) as { sightings: object[] }).sightings.length),
      [SIGHTINGS_PER_REQUEST_MAX, 1],
    );
    assert.deepEqual((JSON.parse(heard[0]!.body) as { sightings: object[] }).sightings[0], {
      fingerprint: '0000000000000001',
      certificate: 'KS-2026-000001',
      texts: 2,
      hour: '1970-01-01T01:00:00.000Z',
    });
    assert.equal(new Set(heard.map(({ key }) => key)).size, 2);
    assert(heard.every(({ authorization }) => authorization === 'Bearer bongsu_token'));
    assert.deepEqual([sender.waiting, readdirSync(folder)], [0, []]);
    await sender.close();
  });

  for (const status of ['break', 503, 429, 401, 404] as const) {
    it(`wait when the answer is: ${status}, outlive the process, and go again under the same key`, async () => {
      const answer: { status: number | 'break' } = { status };
      const { open, heard } = await senderTo(answer);
      const sender = await open();
      sender.count(texts(1));
      await sender.flush();
      assert.equal(sender.waiting, 1);
      sender.count(texts(2));
      await sender.close();
      answer.status = 200;
      const again = await open();
      assert.equal(again.waiting, 2);
      await again.flush();
      assert.equal(again.waiting, 0);
      assert.equal(heard.at(-2)?.key, heard[0]?.key);
      assert.equal(heard.at(-2)?.body, heard[0]?.body);
      assert.notEqual(heard.at(-1)?.key, heard[0]?.key);
      await again.close();
    });
  }

  it('are put away when the other side will never take them', async () => {
    const { open, heard } = await senderTo({ status: 422 });
    const sender = await open();
    sender.count(texts(1));
    await sender.flush();
    await sender.flush();
    assert.deepEqual([heard.length, sender.waiting], [1, 0]);
    await sender.close();
  });

  it('are put away unsent when the other side may have forgotten their key', async () => {
    const answer: { status: number | 'break' } = { status: 'break' };
    const { open, heard, clock } = await senderTo(answer);
    const sender = await open();
    sender.count(texts(1));
    await sender.flush();
    answer.status = 200;
    clock.advance(REQUEST_AGE_MS_MAX + 1);
    await sender.flush();
    assert.deepEqual([heard.length, sender.waiting], [1, 0]);
    await sender.close();
  });

  it('on disk have a limit, and the oldest give way; a file cut off by a crash is none of them', async () => {
    const folder = join(mkdtempSync(join(folders, 'full-')), 'waiting');
    mkdirSync(folder);
    for (let place = 0; place < REQUESTS_WAITING_MAX; place++) {
      const name = `${(1_000 + place).toString().padStart(15, '0')}-00000000-0000-4000-8000-000000000000.json`;
      writeFileSync(join(folder, name), '{"sightings":[]}');
    }
    writeFileSync(join(folder, '000000000000001-00000000-0000-4000-8000-000000000000.json.unfinished'), '{"sig');
    const waiting = await WaitingCounts.open(folder);
    assert.equal(waiting.size, REQUESTS_WAITING_MAX);
    const oldest = waiting.first!.key;
    const sighting = { fingerprint: 'a'.repeat(16), certificate: 'KS-2026-000001', hourMs: 0, texts: 1 };
    // The clock was set back: what is counted now stands after what was counted before all the same.
    assert.equal(await waiting.add([sighting], 5), 1);
    assert.equal(waiting.size, REQUESTS_WAITING_MAX);
    assert.notEqual(waiting.first?.key, oldest);
    assert.equal((await WaitingCounts.open(folder)).size, REQUESTS_WAITING_MAX);
  });
});
