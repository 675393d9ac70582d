import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CERTIFICATES, NUMBER_TAGS, senderStatements } from '../../test/support/books.ts';
import type { SenderStatement } from '../statements/sender-statement.ts';
import { SenderBook } from './senders.ts';

const [CERTIFICATE] = CERTIFICATES;
const [TAG] = NUMBER_TAGS;
const certified: SenderStatement = {
  kind: 'sender.certified',
  certificate: CERTIFICATE,
  firm: '바른문자',
  originator: '301200001',
  priority: 'normal',
};
const suspended: SenderStatement = { kind: 'sender.suspended', certificate: CERTIFICATE, reason: 'spam' };
const cancelled: SenderStatement = { kind: 'sender.cancelled', certificate: CERTIFICATE, reason: 'spam' };
const reinstated: SenderStatement = { kind: 'sender.reinstated', certificate: CERTIFICATE, reason: 'remedied' };
const limited = (permille: number): SenderStatement => ({
  kind: 'sender.rate-limited',
  certificate: CERTIFICATE,
  permille,
  reason: 'spam',
});
const registered: SenderStatement = { kind: 'number.registered', certificate: CERTIFICATE, tag: TAG!, customer: 'u-1' };
const withdrawn: SenderStatement = { kind: 'number.withdrawn', certificate: CERTIFICATE, tag: TAG! };

/** A book, and a way to state as a member: its entries in order, a millisecond apart. */
function newBook() {
  const book = new SenderBook();
  const sizes = new Map<string, number>();
  const state = (statement: SenderStatement, member = 'injeung') => {
    const index = sizes.get(member) ?? 0;
    sizes.set(member, index + 1);
    return book.fold(statement, { entry: { member, index }, timeMs: 1_000 + index });
  };
  return { book, state };
}

describe('the book of senders', () => {
  it('holds a certificate as it was stated', () => {
    const { book, state } = newBook();
    assert.equal(state({ ...certified, validUntilMs: 5_000 }), 'stated');
    assert.deepEqual(book.find(CERTIFICATE), {
      certificate: CERTIFICATE,
      issuer: 'injeung',
      firm: '바른문자',
      originator: '301200001',
      priority: 'normal',
      state: 'certified',
      permille: 1_000,
      validUntilMs: 5_000,
      sinceMs: 1_000,
      entries: [{ member: 'injeung', index: 0 }],
    });
    assert.equal(book.find(CERTIFICATES[1]), undefined);
  });

  it('keeps the share of each state: a limited one, none of a suspended one, all of a reinstated one', () => {
    const { book, state } = newBook();
    state(certified);
    const changes: SenderStatement[] = [limited(1), limited(999), suspended, limited(250), reinstated];
    const seen = changes.map((statement) => {
      state(statement);
      const { state: is, permille, sinceMs, entries } = book.find(CERTIFICATE)!;
      return [is, permille, sinceMs, entries.map(({ index }) => index)];
    });
    assert.deepEqual(seen, [
      ['rate-limited', 1, 1_001, [0, 1]],
      ['rate-limited', 999, 1_002, [0, 2]],
      ['suspended', 0, 1_003, [0, 3]],
      ['rate-limited', 250, 1_004, [0, 4]],
      ['certified', 1_000, 1_005, [0, 5]],
    ]);
  });

  it('certified anew after a change of fact: what was stated against the firm stays', () => {
    const { book, state } = newBook();
    for (const statement of [certified, suspended]) state(statement);
    assert.equal(state({ ...certified, firm: '더바른문자' }), 'stated');
    const { firm, state: is, permille, sinceMs, entries } = book.find(CERTIFICATE)!;
    assert.deepEqual([firm, is, permille, sinceMs], ['더바른문자', 'suspended', 0, 1_001]);
    assert.deepEqual(
      entries.map(({ index }) => index),
      [2, 1],
    );
  });

  it('nothing counts after a cancellation, nor before a certificate', () => {
    const { book, state } = newBook();
    for (const statement of [limited(5), suspended, reinstated, cancelled])
      assert.equal(state(statement), 'ineffective');
    for (const statement of [certified, cancelled]) state(statement);
    const after = book.find(CERTIFICATE);
    assert.deepEqual([after?.state, after?.permille], ['cancelled', 0]);
    for (const statement of [certified, reinstated, limited(5), suspended, cancelled]) {
      assert.equal(state(statement), 'ineffective');
      assert.deepEqual(book.find(CERTIFICATE), after);
    }
  });

  it('a certifier lifts no suspension by giving out the code of another', () => {
    const { book, state } = newBook();
    state(certified, 'injeung');
    state({ ...certified, firm: '다른문자' }, 'hyeopoe');
    assert.equal(book.find(CERTIFICATE)?.issuer, 'hyeopoe', 'the first by name, where both let all through');
    state(cancelled, 'injeung');
    assert.equal(book.find(CERTIFICATE)?.issuer, 'injeung');
    assert.deepEqual([...book.all()].map(({ issuer, state: is }) => `${issuer} ${is}`).sort(), [
      'hyeopoe certified',
      'injeung cancelled',
    ]);
  });

  it('knows whose a number is until it is withdrawn, under its own certificate and issuer alone', () => {
    const { book, state } = newBook();
    state(certified);
    assert.equal(state(withdrawn), 'ineffective');
    assert.equal(state(registered), 'stated');
    const standing = book.find(CERTIFICATE)!;
    assert.deepEqual(book.number(standing, TAG!), { customer: 'u-1', entry: { member: 'injeung', index: 2 } });
    assert.equal(book.number(standing, NUMBER_TAGS[1]!), undefined);
    assert.equal(book.number({ ...standing, certificate: CERTIFICATES[1] }, TAG!), undefined);
    assert.equal(book.number({ ...standing, issuer: 'hyeopoe' }, TAG!), undefined);
    state({ ...registered, customer: 'u-2' });
    assert.equal(book.number(standing, TAG!)?.customer, 'u-2');
    assert.equal(state(withdrawn), 'ended');
    assert.equal(book.number(standing, TAG!), undefined);
  });

  it('stays whole whatever a log says: a share from 0 to 1000 that fits the state, and entries that exist', () => {
    fc.assert(
      fc.property(fc.array(senderStatements, { maxLength: 60 }), (statements) => {
        const { book, state } = newBook();
        for (const statement of statements) state(statement);
        for (const { state: is, permille, entries } of book.all()) {
          const fits = { certified: permille === 1_000, suspended: permille === 0, cancelled: permille === 0 };
          assert(is === 'rate-limited' ? permille > 0 && permille < 1_000 : fits[is]);
          for (const { index } of entries) assert(index < statements.length);
          assert.equal(statements[entries[0]!.index]?.kind, 'sender.certified');
        }
      }),
    );
  });
});
