import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CELLS, cellStatements, senderStatements } from '../../test/support/books.ts';
import { refused } from '../../test/support/desk.ts';
import { Fault } from '../base/fault.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { cellText } from '../identifiers/cell.ts';
import { decodeStatement, encodeStatement } from './codec.ts';
import { FIRM_NAME_LENGTH_MAX } from './sender-codec.ts';
import type { SenderStatement } from './sender-statement.ts';
import type { Statement } from './statement.ts';

const envelope = { issuer: 'injeung', timeMs: 1_763_802_000_000, id: new Uint8Array(16).fill(3) };
const certificate = 'KS-2026-000001';
const certified = { certificate, firm: '바른문자', originator: '301200001', priority: 'normal' };
const tag = new Uint8Array(16).fill(1);

describe('statements about senders and cells', () => {
  it('are read back as they were written, and written as they were read', () => {
    fc.assert(
      fc.property(fc.oneof(senderStatements, cellStatements), (statement: Statement) => {
        const bytes = encodeStatement(envelope, statement);
        const stated = decodeStatement(bytes);
        assert.deepEqual(stated.statement, statement);
        assert.deepEqual(encodeStatement(envelope, stated.statement), bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('are read without a crash, whatever their body', () => {
    const kinds = fc.constantFrom(
      ...(['sender.certified', 'sender.rate-limited', 'sender.suspended', 'sender.reinstated'] as const),
      ...(['sender.cancelled', 'number.registered', 'number.withdrawn', 'cell.distrusted', 'cell.cleared'] as const),
    );
    const fields = fc.constantFrom(
      'certificate',
      'firm',
      'originator',
      'priority',
      'until',
      'permille',
      'reason',
      'tag',
      'customer',
      'cell',
      'from',
      'to',
      'evidence',
      'ends',
      'reference',
      'constructor',
      '__proto__',
    );
    const values = fc.oneof(
      fc.string(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(certificate, '301200001', 'normal', 'spam', cellText(CELLS[0]!), tag),
      fc.array(fc.string()),
      fc.record({ member: fc.string(), index: fc.maxSafeInteger() }, { noNullPrototype: true }),
    );
    fc.assert(
      fc.property(kinds, fc.dictionary(fields, values), (kind, body) => {
        const bytes = encodeEntry({ ...envelope, kind, version: 1, body: { ...body } });
        try {
          const { statement } = decodeStatement(bytes);
          assert.deepEqual(encodeStatement(envelope, statement!), bytes);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          assert.equal(error.facts.code, 'STATEMENT_MALFORMED');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const HOSTILE: readonly [why: string, kind: string, body: object, field: string][] = [
    ['a certificate in lower case', 'sender.certified', { ...certified, certificate: 'ks-2026-000001' }, 'certificate'],
    ['no certificate', 'sender.suspended', { reason: 'spam' }, 'certificate'],
    ['a firm without a name', 'sender.certified', { ...certified, firm: '' }, 'firm'],
    ['a name with a space before it', 'sender.certified', { ...certified, firm: ' a' }, 'firm'],
    ['a name that turns the direction', 'sender.certified', { ...certified, firm: 'a\u202eb' }, 'firm'],
    ['a name with a line break', 'sender.certified', { ...certified, firm: 'a\nb' }, 'firm'],
    ['an originator of eight digits', 'sender.certified', { ...certified, originator: '30120000' }, 'originator'],
    ['an originator as a number', 'sender.certified', { ...certified, originator: 301_200_001 }, 'originator'],
    ['a priority nobody knows', 'sender.certified', { ...certified, priority: 'high' }, 'priority'],
    ['an end before 1970', 'sender.certified', { ...certified, until: -1 }, 'until'],
    ['a field that nobody knows', 'sender.certified', { ...certified, phone: '02' }, 'unknown field'],
    [
      'a share of nothing, which is a suspension',
      'sender.rate-limited',
      { certificate, permille: 0, reason: 'spam' },
      'permille',
    ],
    [
      'a share of all, which is none',
      'sender.rate-limited',
      { certificate, permille: 1_000, reason: 'spam' },
      'permille',
    ],
    ['a reason nobody knows', 'sender.suspended', { certificate, reason: 'dislike' }, 'reason'],
    ['a share where there is none', 'sender.suspended', { certificate, reason: 'spam', permille: 5 }, 'unknown field'],
    ['a number in place of its tag', 'number.registered', { certificate, tag: '01012345678', customer: 'u-1' }, 'tag'],
    ['a tag of 15 octets', 'number.registered', { certificate, tag: tag.subarray(1), customer: 'u-1' }, 'tag'],
    ['a customer by name', 'number.registered', { certificate, tag, customer: '홍길동' }, 'customer'],
    ['a customer where there is none', 'number.withdrawn', { certificate, tag, customer: 'u-1' }, 'unknown field'],
    ['a reference with a space', 'sender.cancelled', { certificate, reason: 'spam', reference: 'a b' }, 'reference'],
  ];
  for (const [why, kind, body, field] of HOSTILE) {
    it(`are refused: ${why}`, () => {
      const bytes = encodeEntry({ ...envelope, kind, version: 1, body: { ...body } });
      assert.throws(() => decodeStatement(bytes), refused({ code: 'STATEMENT_MALFORMED', kind, field }));
    });
  }

  it('take the longest name of a firm, and not one character more', () => {
    const named = (length: number): SenderStatement => ({
      kind: 'sender.certified',
      certificate,
      firm: '가'.repeat(length),
      originator: '301200001',
      priority: 'emergency',
    });
    decodeStatement(encodeStatement(envelope, named(FIRM_NAME_LENGTH_MAX)));
    const long = refused({ code: 'STATEMENT_MALFORMED', kind: 'sender.certified', field: 'firm' });
    assert.throws(() => encodeStatement(envelope, named(FIRM_NAME_LENGTH_MAX + 1)), long);
  });

  it('of a newer version are kept for newer programs', () => {
    const bytes = encodeEntry({ ...envelope, kind: 'sender.certified', version: 2, body: { anything: 1 } });
    assert.equal(decodeStatement(bytes).statement, undefined);
  });
});
