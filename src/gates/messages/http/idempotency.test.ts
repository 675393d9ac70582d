import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { IDEMPOTENCY_KEYS_MAX, IdempotentRequests } from './idempotency.ts';
import { KeyJournal } from './key-journal.ts';

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
    const isKept = (outcome: string): boolean => outcome === 'done';
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

  it('on disk, outlive the process that was killed, whatever its last line became', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const file = join(folder, 'keys.jsonl');
    const first = new IdempotentRequests<string>({ file });
    assert.equal(await first.once({ key: 'k', request: 'a', ...kept }, async () => 'one'), 'one');
    assert.equal(await first.once({ key: 'l', request: 'a', isKept: () => false }, async () => 'refused'), 'refused');
    appendFileSync(file, '["m","cut sh');
    const second = new IdempotentRequests<string>({ file });
    assert.equal(await second.once({ key: 'k', request: 'a', ...kept }, async () => 'two'), 'one');
    assert.equal(
      second.once({ key: 'k', request: 'b', ...kept }, async () => 'two'),
      undefined,
    );
    assert.equal(await second.once({ key: 'l', request: 'a', ...kept }, async () => 'two'), 'two');
    assert.equal(await second.once({ key: 'm', request: 'a', ...kept }, async () => 'two'), 'two');
    first.close();
    second.close();
    rmSync(folder, { recursive: true });
  });

  it('on disk, are written anew when their file has twice as many lines as keys are remembered', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const file = join(folder, 'keys.jsonl');
    const { journal } = KeyJournal.open(file, 2);
    const line = (key: number) => ({ key: String(key), request: 'r', outcome: 'o' });
    for (let key = 0; key < 4; key++) journal.add(line(key), () => [line(2), line(3)]);
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 5, 'at the limit');
    journal.add(line(4), () => [line(3), line(4)]);
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 3, 'one past it');
    journal.close();
    assert.deepEqual(
      KeyJournal.open(file, 2).kept.map(({ key }) => key),
      ['3', '4'],
    );
    rmSync(folder, { recursive: true });
  });
});
