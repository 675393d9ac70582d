import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/member-api.ts';
import { ledgerVectors } from '../../../test/support/vectors.ts';
import { type ServedWitness, serveWitness } from '../../../test/support/witness.ts';
import { HandClock } from '../../base/clock.ts';
import { orThrow } from '../../base/fault.ts';
import { parseWitnessSigningKey } from '../../ledger/cosignature.ts';
import { parseLogKey } from '../../ledger/note-key.ts';
import { WitnessError, type WitnessFault } from '../../ledger/witness-fault.ts';
import { WITNESS_REQUEST_SIZE_MAX } from '../limits.ts';
import { WITNESS_PROBLEMS } from './problems.ts';
import { witnessRoutes } from './witness-routes.ts';

const known = ledgerVectors('log-of-three.json') as {
  vkey: string;
  checkpoint: string;
  checkpointWithCosignature: string;
};
const ORIGIN_HASH = 'cd3b3fcd9f0aa1d5e549a685c0300c90c12a79bc584393656e0c0fa2a5055b20';
const LINE = known.checkpointWithCosignature.slice(known.checkpoint.length);

function knownWitness(t: TestContext): Promise<ServedWitness> {
  const seed = Buffer.concat([Buffer.of(4), Buffer.alloc(32, 2)]).toString('base64');
  const key = orThrow(parseWitnessSigningKey(`PRIVATE+KEY+witness.example/w1+df1c0a35+${seed}`));
  return serveWitness(t, [orThrow(parseLogKey(known.vkey))], { key, clock: new HandClock(1_700_000_000_000) });
}

/** Writes octets to a socket and reads until the other side ends. */
function exchange(url: string, octets: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(octets));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('error', reject);
  });
}

function post(body: string, headers = ''): string {
  const head = `POST /witness/add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\n${headers}`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('a witness on a socket', () => {
  it('answers raw octets as tlog-witness writes them', async (t) => {
    const { url } = await knownWitness(t);
    const missing = await exchange(
      url,
      `GET /witness/${ORIGIN_HASH}/checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n`,
    );
    assert.match(missing, /^HTTP\/1\.1 404 /);
    const answer = await exchange(url, post(`old 0\n\n${known.checkpoint}`));
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /\r\ncontent-type: text\/plain; charset=utf-8\r\n/i);
    assert.ok(answer.endsWith(`\r\n\r\n${LINE}`));
    const conflict = await exchange(
      url,
      post(`old 0\n\n${known.checkpoint}`, 'Content-Type: application/octet-stream\r\n'),
    );
    assert.match(conflict, /^HTTP\/1\.1 409 /);
    assert.match(conflict, /\r\ncontent-type: text\/x\.tlog\.size\r\n/i);
    assert.ok(conflict.endsWith('\r\n\r\n3\n'));
    const again = await exchange(url, post(`old 3\n\n${known.checkpoint}`, 'Content-Type: text/plain\r\n'));
    assert.ok(again.endsWith(`\r\n\r\n${LINE}`));
    const shown = await exchange(
      url,
      `GET /witness/${ORIGIN_HASH}/checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n`,
    );
    assert.ok(shown.endsWith(`\r\n\r\n${known.checkpointWithCosignature}`));
  });

  it('refuses what is no request, with the status of tlog-witness', async (t) => {
    const { url } = await knownWitness(t);
    for (const [body, status, code] of [
      ['', 400, 'WITNESS_REQUEST_MALFORMED'],
      ['{"old":0}', 400, 'WITNESS_REQUEST_MALFORMED'],
      [`old 4\n\n${known.checkpoint}`, 400, 'WITNESS_OLD_SIZE_PAST_END'],
      [`old 0\nAAAA\n\n${known.checkpoint}`, 400, 'WITNESS_REQUEST_MALFORMED'],
      [`old 0\n\n${known.checkpoint.replaceAll('log.op1', 'log.op2')}`, 404, 'WITNESS_ORIGIN_UNKNOWN'],
      [`old 0\n\n${known.checkpoint.replace('\n3\n', '\n4\n')}`, 403, 'WITNESS_NOT_SIGNED'],
      [`old 0\n${Buffer.alloc(32).toString('base64')}\n\n${known.checkpoint}`, 422, 'WITNESS_NOT_CONSISTENT'],
    ] as const) {
      const answer = await exchange(url, post(body));
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), code);
      assert.ok(answer.includes(`"code":"${code}"`), answer);
    }
  });
});

describe('the witness’s routes in the member API', () => {
  let api: ApiUnderTest;
  let fault: WitnessFault = { code: 'WITNESS_CLOSED' };
  before(async () => {
    const witness = {
      addCheckpoint: () => Promise.reject(new WitnessError(fault)),
      cosigned: (hash: string) => Promise.resolve(hash === ORIGIN_HASH ? known.checkpointWithCosignature : undefined),
    };
    api = await apiUnderTest({ options: { publicRoutes: [witnessRoutes({ witness })] } });
  });
  after(() => api.close());

  it('ask for no token, and answer each fault with its status', async () => {
    for (const [code, [status]] of Object.entries(WITNESS_PROBLEMS)) {
      fault = { code, size: 7 } as WitnessFault;
      const answer = await api.ask(undefined, 'POST', '/witness/add-checkpoint', 'x', { 'content-type': 'text/plain' });
      assert.equal(answer.statusCode, status, code);
      if (code === 'WITNESS_OLD_SIZE_OTHER') assert.equal(answer.body, '7\n');
      else assert.equal(answer.json<{ code: string }>().code, code);
    }
    const shown = await api.ask(undefined, 'GET', `/witness/${ORIGIN_HASH}/checkpoint`);
    assert.equal(shown.body, known.checkpointWithCosignature);
    for (const hash of ['0'.repeat(64), '..', 'lock', '%2e%2e%2flock']) {
      assert.equal((await api.ask(undefined, 'GET', `/witness/${hash}/checkpoint`)).statusCode, 404);
    }
  });

  it('take a request of the largest size, and not one octet more', async () => {
    const send = async (size: number): Promise<number> =>
      (await api.ask(undefined, 'POST', '/witness/add-checkpoint', 'x'.repeat(size), { 'content-type': 'text/plain' }))
        .statusCode;
    fault = { code: 'WITNESS_REQUEST_MALFORMED', part: 'old' };
    assert.equal(await send(WITNESS_REQUEST_SIZE_MAX), 400);
    assert.equal(await send(WITNESS_REQUEST_SIZE_MAX + 1), 413);
  });
});
