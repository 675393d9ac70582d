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
    const first = new IdempotentRequests<string>({ file, unknown: 'unknown' });
    assert.equal(await first.once({ key: 'k', request: 'a', ...kept }, async () => 'one'), 'one');
    assert.equal(await first.once({ key: 'l', request: 'a', isKept: () => false }, async () => 'refused'), 'refused');
    appendFileSync(file, '\n["m","cut sh');
    const second = new IdempotentRequests<string>({ file, unknown: 'unknown' });
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

  it('on disk, know a request that was begun and never settled for good: it is never carried out again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const file = join(folder, 'keys.jsonl');
    const disk = { file, unknown: 'unknown' };
    const first = new IdempotentRequests<string>(disk);
    const begin = (key: string, goOn: () => Promise<string>) =>
      new Promise<void>((resolve, reject) => {
        const work = async (intend: (() => Promise<void>) | undefined): Promise<string> => {
          await intend!();
          resolve();
          return goOn();
        };
        first.once({ key, request: 'a', isKept: (outcome) => outcome !== 'refused' }, work)!.catch(reject);
      });
    const never = () => new Promise<string>(() => {});
    await Promise.all([begin('k', never), begin('l', never), begin('m', async () => 'refused')]);
    const isDone = first.once({ key: 'n', request: 'a', ...kept }, async (intend) => {
      await intend!();
      return 'done';
    });
    assert.equal(await isDone, 'done');
    appendFileSync(file, '\n["o","cut sh');
    const later = new IdempotentRequests<string>(disk);
    const ask = (key: string) => later.once({ key, request: 'a', ...kept }, async () => 'carried out');
    assert.deepEqual([await ask('k'), await ask('l')], ['unknown', 'unknown']);
    assert.equal(
      later.once({ key: 'k', request: 'b', ...kept }, async () => 'x'),
      undefined,
    );
    assert.deepEqual([await ask('m'), await ask('n'), await ask('o')], ['carried out', 'done', 'carried out']);
    first.close();
    later.close();
    const last = new IdempotentRequests<string>(disk);
    assert.equal(await last.once({ key: 'k', request: 'a', ...kept }, async () => 'x'), 'unknown', 'for good');
    last.close();
    rmSync(folder, { recursive: true });
  });

  it('on disk, carry out nothing whose intention the disk did not take', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const { journal } = KeyJournal.open(join(folder, 'keys.jsonl'), 2);
    journal.close();
    await assert.rejects(
      journal.intend({ key: 'k', request: 'r' }, () => []),
      { code: 'EBADF' },
    );
    rmSync(folder, { recursive: true });
  });

  it('on disk, are not spoiled by a line that was cut short: the next is read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const file = join(folder, 'keys.jsonl');
    const { journal } = KeyJournal.open(file, 2);
    appendFileSync(file, '\n["j","cut sh');
    journal.settle({ key: 'k', request: 'r', outcome: 'o' });
    journal.close();
    const { journal: again, kept: read } = KeyJournal.open(file, 2);
    assert.deepEqual(read, [{ key: 'k', request: 'r', outcome: 'o' }]);
    again.close();
    rmSync(folder, { recursive: true });
  });

  it('on disk, are written anew when their file has four times as many lines as keys are remembered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-keys-'));
    const file = join(folder, 'keys.jsonl');
    const { journal } = KeyJournal.open(file, 2);
    const all = () => [
      { key: '7', request: 'r', outcome: 'o' },
      { key: '8', request: 'r' },
    ];
    const lines = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '').length;
    for (let key = 1; key <= 8; key++) await journal.intend({ key: String(key), request: 'r' }, all);
    assert.equal(lines(), 8, 'at the limit');
    await journal.intend({ key: '8', request: 'r' }, all);
    assert.equal(lines(), 2, 'one past it');
    journal.close();
    const { journal: again, kept: read } = KeyJournal.open(file, 2);
    assert.deepEqual(read, all());
    again.close();
    rmSync(folder, { recursive: true });
  });
});
