import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDEMPOTENCY_KEYS_MAX, IdempotentRequests } from './idempotency.ts';

const kept = { isKept: () => true };

describe('IdempotentRequests', () => {
  it('carry out a request once for its key, even while it is in hand', async () => {
    const requests = new IdempotentRequests<number>();
    let carriedOut = 0;
    const once = () => requests.once({ key: 'k', request: { text: 'a' }, ...kept }, async () => (carriedOut += 1));
    assert.deepEqual(await Promise.all([once(), once()]), [1, 1]);
    assert.equal(await once(), 1);
  });

  it('refuse a key that stood for another request', async () => {
    const requests = new IdempotentRequests<number>();
    await requests.once({ key: 'k', request: 'a', ...kept }, async () => 1);
    assert.equal(
      requests.once({ key: 'k', request: 'b', ...kept }, async () => 2),
      undefined,
    );
  });

  it('carry out every request without a key', async () => {
    const requests = new IdempotentRequests<number>();
    let carriedOut = 0;
    const once = () => requests.once({ key: undefined, request: 'a', ...kept }, async () => (carriedOut += 1));
    assert.deepEqual([await once(), await once()], [1, 2]);
  });

  it('do not remember what may be tried again', async () => {
    const requests = new IdempotentRequests<string>();
    const isKept = (outcome: string) => outcome === 'done';
    assert.equal(await requests.once({ key: 'k', request: 'a', isKept }, async () => 'refused'), 'refused');
    assert.equal(await requests.once({ key: 'k', request: 'a', isKept }, async () => 'done'), 'done');
    assert.equal(await requests.once({ key: 'k', request: 'a', isKept }, async () => 'again'), 'done');
  });

  it('forget the oldest key when one more comes than they hold', async () => {
    const requests = new IdempotentRequests<number>();
    const once = (key: string, outcome: number) => requests.once({ key, request: 'a', ...kept }, async () => outcome);
    for (let key = 0; key < IDEMPOTENCY_KEYS_MAX; key++) void once(String(key), 1);
    assert.equal(await once('0', 2), 1, 'all are held');
    void once('one more', 1);
    assert.equal(await once('0', 2), 2, 'the oldest is not');
  });
});
