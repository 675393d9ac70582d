import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it, test } from 'node:test';
import { faultCode } from '../../test/support/ledger.ts';
import { consistencyOfLeaves, leavesOf, noteOfLeaves, rootOfLeaves } from '../../test/support/trees.ts';
import { serveWitness } from '../../test/support/witness.ts';
import { Fault, orThrow } from '../base/fault.ts';
import { generateWitnessKey } from './cosignature.ts';
import { openWitnessed } from './quorum.ts';
import { generateLogKey } from './note-key.ts';
import { signatureLine } from './note.ts';
import { type Submission, WITNESS_ANSWER_SIZE_MAX, WITNESS_ATTEMPTS_MAX, WitnessClient } from './witness-client.ts';

const key = generateLogKey('log.hanbit.example/shared');
const ours = leavesOf('ours', 300);
const theirs = leavesOf('theirs', 300, ours.slice(0, 100));

function submission(leaves: readonly Buffer[]): Submission {
  return {
    size: leaves.length,
    root: rootOfLeaves(leaves),
    note: noteOfLeaves(leaves, key),
    logKey: key.logKey,
    prove: async (olderSize) => consistencyOfLeaves(olderSize, leaves),
  };
}

test('a checkpoint is cosigned over the socket, whatever the client knows of the witness', async (t) => {
  const served = await serveWitness(t, [key.logKey]);
  const client = new WitnessClient(served.peer);
  for (const size of [1, 7, 7, 256, 300]) {
    const signatures = await client.submit(submission(ours.slice(0, size)));
    const note = noteOfLeaves(ours.slice(0, size), key) + signatures.map(signatureLine).join('');
    const quorum = { witnesses: [served.peer], threshold: 1 };
    assert.equal(orThrow(openWitnessed(Buffer.from(note), key.logKey, quorum)).cosignatures.length, 1);
  }
  // It knew each time what was cosigned last.
  assert.equal(served.requests, 5);
  const stranger = new WitnessClient(served.peer);
  await stranger.submit(submission(ours));
  assert.equal(served.requests, 7);
});

test('a race with another submission is tried again', async (t) => {
  const served = await serveWitness(t, [key.logKey]);
  const client = new WitnessClient(served.peer);
  await client.submit(submission(ours.slice(0, 5)));
  await new WitnessClient(served.peer).submit(submission(ours.slice(0, 9)));
  assert.equal((await client.submit(submission(ours.slice(0, 20)))).length, 1);
});

test('a witness that knows more of our log than we do is the mark of a restored backup, and is not asked again', async (t) => {
  const served = await serveWitness(t, [key.logKey]);
  await new WitnessClient(served.peer).submit(submission(ours.slice(0, 20)));
  await assert.rejects(new WitnessClient(served.peer).submit(submission(ours.slice(0, 10))), (error) => {
    assert.ok(error instanceof Fault);
    assert.deepEqual(error.facts, { code: 'WITNESS_AHEAD', size: 10, witnessSize: 20, isProven: true });
    return true;
  });
  assert.equal(served.requests, 3);
});

test('who only says so proves nothing', async (t) => {
  const served = await serveWitness(t, [key.logKey]);
  served.misbehave = (_request, response) => sizeAnswer(response, 999);
  await assert.rejects(new WitnessClient(served.peer).submit(submission(ours)), (error) => {
    assert.ok(error instanceof Fault);
    assert.deepEqual(error.facts, { code: 'WITNESS_AHEAD', size: 300, witnessSize: 999, isProven: false });
    return true;
  });
});

test('another tree at the witness is told apart from a refusal', async (t) => {
  for (const size of [150, 300]) {
    const served = await serveWitness(t, [key.logKey]);
    await new WitnessClient(served.peer).submit(submission(theirs.slice(0, 150)));
    await assert.rejects(
      new WitnessClient(served.peer).submit(submission(ours.slice(0, size))),
      faultCode('WITNESS_CONTRADICTS'),
    );
  }
});

describe('what a witness may answer', () => {
  const other = generateWitnessKey('witness.narae.example');
  const cases: readonly (readonly [why: string, answer: (response: ServerResponse) => void, code: string])[] = [
    ['an empty 409', (response) => response.writeHead(409).end(), 'WITNESS_CONTRADICTS'],
    ['422', (response) => response.writeHead(422).end('no'), 'WITNESS_CONTRADICTS'],
    ['429', (response) => response.writeHead(429).end(), 'WITNESS_PUSHED_BACK'],
    ['503', (response) => response.writeHead(503).end(), 'WITNESS_PUSHED_BACK'],
    ['404', (response) => response.writeHead(404).end(), 'WITNESS_REFUSED'],
    ['403', (response) => response.writeHead(403).end(), 'WITNESS_REFUSED'],
    ['500', (response) => response.writeHead(500).end('broken'), 'WITNESS_REFUSED'],
    ['201', (response) => response.writeHead(201).end(), 'WITNESS_REFUSED'],
    ['a redirection', (response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'WITNESS_UNREACHABLE'],
    ['a 409 with text', (response) => response.writeHead(409).end('conflict'), 'WITNESS_REFUSED'],
    ['a size that is none', (response) => sizeAnswer(response, '1e3'), 'WITNESS_REFUSED'],
    ['the same size again and again', (response) => sizeAnswer(response, 7), 'WITNESS_ANSWER_WRONG'],
    ['nothing', (response) => response.end(), 'WITNESS_ANSWER_WRONG'],
    ['a page', (response) => response.end('<html>'), 'WITNESS_ANSWER_WRONG'],
    [
      'a line that is no signature',
      (response) => response.end('— witness.narae.example AAAA\n'),
      'WITNESS_ANSWER_WRONG',
    ],
    [
      'another key’s line',
      (response) => response.end(signatureLine({ name: other.name, keyId: other.keyId, signature: Buffer.alloc(72) })),
      'WITNESS_ANSWER_WRONG',
    ],
    [
      'more than an answer holds',
      (response) => response.end('x'.repeat(WITNESS_ANSWER_SIZE_MAX + 1)),
      'WITNESS_ANSWER_TOO_LARGE',
    ],
    ['an answer without end', (response) => endless(response), 'WITNESS_ANSWER_TOO_LARGE'],
    ['no answer', () => undefined, 'WITNESS_TIMEOUT'],
    ['an octet now and then', (response) => dripping(response), 'WITNESS_TIMEOUT'],
    ['a hang-up', (response) => response.destroy(), 'WITNESS_UNREACHABLE'],
  ];
  for (const [why, answer, code] of cases) {
    it(`${why}: ${code}`, async (t) => {
      const served = await serveWitness(t, [key.logKey]);
      served.misbehave = (_request: IncomingMessage, response: ServerResponse) => answer(response);
      const timeoutMs = code === 'WITNESS_TIMEOUT' ? 300 : 10_000;
      const client = new WitnessClient({ ...served.peer, timeoutMs });
      await assert.rejects(client.submit(submission(ours)), faultCode(code));
      assert.ok(served.requests <= WITNESS_ATTEMPTS_MAX);
      served.misbehave = undefined;
      const patient = new WitnessClient(served.peer);
      assert.equal((await patient.submit(submission(ours))).length, 1, 'it is well again');
    });
  }

  it('a wrong signature of its key', async (t) => {
    const served = await serveWitness(t, [key.logKey]);
    const { name, keyId } = served.key;
    served.misbehave = (_request, response) =>
      response.end(signatureLine({ name, keyId, signature: Buffer.alloc(72) }));
    await assert.rejects(new WitnessClient(served.peer).submit(submission(ours)), faultCode('WITNESS_ANSWER_WRONG'));
  });

  it('nothing at all, as nobody listens', async () => {
    const client = new WitnessClient({ url: 'http://127.0.0.1:1/witness', keys: [other.witnessKey] });
    await assert.rejects(client.submit(submission(ours)), faultCode('WITNESS_UNREACHABLE'));
  });
});

function sizeAnswer(response: ServerResponse, size: number | string): void {
  response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${size}\n`);
}

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, 'bongsu');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  response.on('error', () => undefined);
  more();
}

function dripping(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
}
