import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { BODY_SIZE_MAX } from '../../src/gates/messages/http/http-server.ts';
import { keyHash } from '../../src/gates/messages/password.ts';
import {
  GOOD_TEXT,
  HTTP_KEY,
  messageConfig,
  PUREUN,
  type RunningMessageGate,
  runMessageGate,
  SAESSAK,
} from '../support/smpp-gate.ts';

const OWN_KEY = 'the-key-of-the-operator-itself-long-enough';
const OTHER_KEY = 'another-key-of-another-firm-long-enough';

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
}

describe('the HTTP API of the message gate', { timeout: 60_000 }, () => {
  let gate: RunningMessageGate;
  before(async () => {
    const [saessak, pureun] = messageConfig(0, { ratePerSecond: 1_000 }).accounts;
    gate = await runMessageGate({
      own: { originator: '301299999', httpKeyHash: keyHash(OWN_KEY) },
      accounts: [saessak, { ...pureun, httpKeyHash: keyHash(OTHER_KEY) }],
    });
  });
  after(() => gate.stop());
  beforeEach(() => {
    gate.centre.texts.length = 0;
  });

  async function post(body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const all = { authorization: `Bearer ${HTTP_KEY}`, 'content-type': 'application/json', ...headers };
    return read(await fetch(`${gate.url}/messages`, { method: 'POST', headers: all, body: sent }));
  }

  async function read(response: Response): Promise<Answered> {
    const body = (await response.json()) as Record<string, unknown>;
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    return { status: response.status, type, body };
  }

  it('wants a key that it knows', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer short', `Bearer ${HTTP_KEY}x`, `Basic ${HTTP_KEY}`]) {
      const { status, type, body } = await post(GOOD_TEXT, { authorization });
      assert.deepEqual([status, type, body['code']], [401, 'application/problem+json', 'TOKEN_UNKNOWN'], authorization);
    }
  });

  it('checks a text as SMPP does, and says why in a problem document', async () => {
    const { status, type, body } = await post({ ...GOOD_TEXT, from: '01000000000' });
    assert.deepEqual([status, type], [422, 'application/problem+json']);
    assert.deepEqual(body, {
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'the sender number is not registered',
      code: 'TEXT_NUMBER_UNREGISTERED',
      certificate: SAESSAK.certificate,
      entries: ['injeung/0'],
      appeal: 'write to the certifier that issued the certificate, naming the case',
    });
    assert.equal((await post({ ...GOOD_TEXT, originator: PUREUN.originator })).body['code'], 'TEXT_ORIGINATOR_FOREIGN');
    assert.equal(gate.centre.texts.length, 0);
  });

  it('sends once for one Idempotency-Key, and refuses the key for another text', async () => {
    const key = { 'idempotency-key': 'order-1' };
    const [first, second] = await Promise.all([post(GOOD_TEXT, key), post(GOOD_TEXT, key)]);
    assert.deepEqual([first.status, second.body['messageId']], [201, first.body['messageId']]);
    assert.equal(gate.centre.texts.length, 1);
    const reused = await post({ ...GOOD_TEXT, text: 'Another' }, key);
    assert.deepEqual([reused.status, reused.body['code']], [422, 'IDEMPOTENCY_KEY_REUSED']);
    const others = await post(GOOD_TEXT, { ...key, authorization: `Bearer ${OTHER_KEY}` });
    assert.equal(others.body['code'], 'TEXT_ORIGINATOR_FOREIGN', 'another account has keys of its own');
  });

  it('shows a text to its own account alone', async () => {
    const { body } = await post(GOOD_TEXT);
    const url = `${gate.url}/messages/${String(body['messageId'])}`;
    const [own, other] = await Promise.all(
      [HTTP_KEY, OTHER_KEY].map(async (key) => read(await fetch(url, { headers: { authorization: `Bearer ${key}` } }))),
    );
    assert.deepEqual([own!.status, own!.body['state']], [200, 'ENROUTE']);
    assert.deepEqual([other!.status, other!.body['code']], [404, 'TEXT_UNKNOWN']);
  });

  it('refuses what is no such text, and repeats none of it', async () => {
    const hostile: readonly (readonly [unknown, number, string])[] = [
      ['{"from":', 400, 'REQUEST_NOT_JSON'],
      ['[]', 422, 'REQUEST_MALFORMED'],
      [{ ...GOOD_TEXT, more: 1 }, 422, 'REQUEST_MALFORMED'],
      [{ ...GOOD_TEXT, to: '010\u0000987' }, 422, 'REQUEST_MALFORMED'],
      [{ ...GOOD_TEXT, text: '' }, 422, 'REQUEST_MALFORMED'],
      [{ ...GOOD_TEXT, text: 'x'.repeat(2_001) }, 422, 'REQUEST_MALFORMED'],
      [{ ...GOOD_TEXT, text: 'x'.repeat(BODY_SIZE_MAX) }, 413, 'REQUEST_TOO_LARGE'],
      [{ ...GOOD_TEXT, customer: 'two words' }, 422, 'REQUEST_MALFORMED'],
    ];
    for (const [body, status, code] of hostile) {
      const answer = await post(body);
      assert.deepEqual([answer.status, answer.body['code']], [status, code], JSON.stringify(body).slice(0, 60));
      assert.doesNotMatch(JSON.stringify(answer.body), /01098765432|parcels/);
    }
    assert.equal((await post({ ...GOOD_TEXT, text: 'x'.repeat(2_000) })).status, 201);
  });

  it('takes the operator’s own notices under a key of its own, without a certificate', async () => {
    const notice = { from: '100', to: '+821012345678', text: '안내 문자' };
    const { status } = await post(notice, { authorization: `Bearer ${OWN_KEY}` });
    assert.equal(status, 201);
    assert.deepEqual(
      gate.centre.texts.map(({ to, originator }) => [to, originator]),
      [['821012345678', '301299999']],
    );
  });

  it('answers 503 and Retry-After while no message centre is reached', async () => {
    await gate.centre.die();
    await gate.counted('connections', 'linkLost', 1);
    const { status, body } = await post(GOOD_TEXT);
    assert.deepEqual([status, body['code']], [503, 'MESSAGE_CENTRE_UNREACHABLE']);
    await gate.centre.listen();
  });

  it('refuses a suspended firm with its case', async () => {
    gate.senders.suspend(SAESSAK.certificate);
    const { status, body } = await post(GOOD_TEXT);
    assert.deepEqual([status, body['code'], body['case']], [403, 'SENDER_SUSPENDED', 'K-2026-000042']);
  });
});
