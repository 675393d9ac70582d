import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { Fault } from '../base/fault.ts';
import { type CborMap, decodeEntry, encodeEntry, isSealed } from '../ledger/entry.ts';
import { seal } from '../sealing/seal.ts';
import { decodeStatement, encodeStatement, openStatement, sealStatement } from './codec.ts';
import { ANCHORED_NOTE_SIZE_MAX } from './member-codec.ts';
import { permits } from './permits.ts';
import type { Statement } from './statement.ts';

interface StatementVectors {
  readonly statements: readonly { name: string; hex: string }[];
}

const key = createSecretKey(Buffer.alloc(32, 5));
const epochKey = { epoch: 2, key };
const keyOf = (epoch: number) => (epoch === 2 ? key : undefined);
const envelope = { issuer: 'hanbit', timeMs: 1_700_000_000_000, id: new Uint8Array(16) };
const opened: Statement = { kind: 'gate.opened', reference: 'HB-1' };
const note = 'log.hanbit.example/shared\n0\nroot\n\n— signed\n';
const anchored: Statement = { kind: 'log.anchored', own: note, shared: note };

describe('a sealed statement', () => {
  const { statements } = ledgerVectors('statements.json') as StatementVectors;
  for (const { name, hex } of statements) {
    it(`is read back with the key of its epoch: ${name}`, () => {
      const { statement } = decodeStatement(Buffer.from(hex, 'hex'));
      const stated = openStatement(sealStatement(envelope, statement!, epochKey), keyOf);
      assert.deepEqual(plain(stated), plain({ ...envelope, epoch: 2, statement }));
    });
  }

  it('names the statement that it states anew', () => {
    assert.equal(openStatement(sealStatement(envelope, opened, epochKey, 41), keyOf).continues, 41);
  });

  it('that this member has no key for is sealed, which is something else than unknown', () => {
    const stated = openStatement(sealStatement(envelope, opened, { epoch: 3, key }), keyOf);
    assert.deepEqual(plain(stated), plain({ ...envelope, epoch: 3, isSealed: true, statement: undefined }));
    for (const header of [
      { kind: 'device.praised', version: 1 },
      { kind: 'gate.opened', version: 2 },
    ]) {
      const unknown = openStatement(seal({ ...envelope, ...header }, {}, epochKey), keyOf);
      assert.deepEqual(plain(unknown), plain({ ...envelope, epoch: 2, statement: undefined }));
    }
  });

  it('is refused where its seal does not open', () => {
    const octets = sealStatement(envelope, opened, epochKey);
    const entry = decodeEntry(octets);
    assert.ok(isSealed(entry));
    const moved = encodeEntry({ ...entry, issuer: 'narae' });
    assert.throws(() => openStatement(moved, keyOf), isFault('SEAL_BROKEN'));
  });

  it('is refused where its body does not fit its kind', () => {
    const octets = seal({ ...envelope, kind: 'gate.opened', version: 1 }, { reason: 'x' }, epochKey);
    assert.throws(() => openStatement(octets, keyOf), isFault('STATEMENT_MALFORMED'));
  });

  it('is refused in plain form, in any version: what is in force for all must not be public to all', () => {
    assert.throws(() => openStatement(encodeStatement(envelope, opened), keyOf), isFault('STATEMENT_NOT_SEALED'));
    const newer = encodeEntry({ ...envelope, kind: 'gate.opened', version: 2, body: {} });
    assert.throws(() => openStatement(newer, keyOf), isFault('STATEMENT_NOT_SEALED'));
  });

  it('may be plain where its kind is unknown: nobody takes it for anything', () => {
    const octets = encodeEntry({ ...envelope, kind: 'device.praised', version: 1, body: {} });
    assert.equal(openStatement(octets, keyOf).statement, undefined);
  });
});

describe('an anchor', () => {
  it('stands in the log for everybody to read', () => {
    assert.deepEqual(openStatement(encodeStatement(envelope, anchored), () => undefined).statement, anchored);
  });

  it('is never sealed', () => {
    assert.throws(() => sealStatement(envelope, anchored, epochKey), isFault('STATEMENT_NOT_PUBLIC'));
    const octets = seal({ ...envelope, kind: 'log.anchored', version: 1 }, { own: note, shared: note }, epochKey);
    assert.throws(() => openStatement(octets, keyOf), isFault('STATEMENT_NOT_PUBLIC'));
  });

  it('has notes of the largest size, and not one octet more', () => {
    const sized = (size: number): Statement => ({ kind: 'log.anchored', own: note, shared: 'é'.repeat(size / 2) });
    encodeStatement(envelope, sized(ANCHORED_NOTE_SIZE_MAX));
    assert.throws(
      () => encodeStatement(envelope, sized(ANCHORED_NOTE_SIZE_MAX + 2)),
      isFault('STATEMENT_MALFORMED', 'shared'),
    );
  });

  for (const [why, body, field] of [
    ['without a note of its own log', { shared: note }, 'own'],
    ['with an empty one', { own: '', shared: note }, 'own'],
    ['with one in octets', { own: Buffer.from(note), shared: note }, 'own'],
    ['without a note of the shared log', { own: note }, 'shared'],
    ['with a time of its own', { own: note, shared: note, at: 1 }, 'unknown field'],
  ] as const) {
    it(`is refused ${why}`, () => assertMalformed('log.anchored', body, field));
  }
});

describe('what is stated of the statements of a member', () => {
  for (const kind of ['statements.confirmed', 'statements.struck'] as const) {
    it(`is read back as it was written: ${kind}`, () => {
      for (const range of [{ from: 0 }, { from: 3, to: 4 }, { from: 0, to: Number.MAX_SAFE_INTEGER }]) {
        const statement: Statement = { kind, member: 'hanbit', ...range, reference: 'R-1' };
        assert.deepEqual(openStatement(sealStatement(envelope, statement, epochKey), keyOf).statement, statement);
      }
    });

    for (const [why, body, field] of [
      ['without a member', { from: 0 }, 'member'],
      ['of a name that none has', { member: 'Hanbit', from: 0 }, 'member'],
      ['without a beginning', { member: 'hanbit' }, 'from'],
      ['from before the first', { member: 'hanbit', from: -1 }, 'from'],
      ['of nothing', { member: 'hanbit', from: 3, to: 3 }, 'to'],
      ['that ends before it begins', { member: 'hanbit', from: 3, to: 2 }, 'to'],
      ['to a text', { member: 'hanbit', from: 3, to: 'end' }, 'to'],
      ['with a field too many', { member: 'hanbit', from: 3, reason: 'stolen' }, 'unknown field'],
      ['with a reference that may be personal', { member: 'hanbit', from: 3, reference: 'Mr Kim' }, 'reference'],
    ] as const) {
      it(`is refused ${why}: ${kind}`, () => assertMalformed(kind, body, field));
    }
  }
});

describe('a kind that permits', () => {
  it('waits for witnesses, and no other does', () => {
    const waiting = [
      'device.released',
      'device.paired',
      'cell.cleared',
      'sender.certified',
      'sender.reinstated',
    ] as const;
    for (const kind of [...waiting, 'number.registered', 'statements.struck'] as const) assert.ok(permits(kind), kind);
    for (const kind of ['device.blocked', 'gate.opened', 'statements.confirmed', 'log.anchored'] as const) {
      assert.ok(!permits(kind), kind);
    }
  });
});

function assertMalformed(kind: string, body: CborMap, field: string): void {
  const octets = encodeEntry({ ...envelope, kind, version: 1, body });
  assert.throws(() => decodeStatement(octets), isFault('STATEMENT_MALFORMED', field));
}

function isFault(code: string, field?: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof Fault && error.facts.code === code && (field === undefined || error.facts['field'] === field);
}

/** `deepEqual` tells Buffer from Uint8Array; a statement does not. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
}
