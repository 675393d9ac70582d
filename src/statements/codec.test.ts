import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ledgerVectors } from '../../test/support/vectors.ts';
import { TIME_MS_MAX } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { DeviceTarget } from '../identifiers/device-target.ts';
import { IMEI_KEYS, type ImeiKey, SERIALS_PER_TAC, type Tac } from '../identifiers/imei.ts';
import { type CborMap, encodeEntry, type Entry } from '../ledger/entry.ts';
import { REFERENCE_LENGTH_MAX } from './body-fields.ts';
import { decodeStatement, encodeStatement } from './codec.ts';
import { DEVICE_REASONS, type EntryName, RELEASE_REASONS, type Statement } from './statement.ts';

interface StatementVectors {
  readonly envelope: { issuer: string; timeMs: number; idHex: string };
  readonly statements: readonly { name: string; statement: Record<string, unknown>; hex: string }[];
  readonly skipped: readonly { name: string; hex: string }[];
  readonly refused: readonly { why: string; hex: string; code: string; field: string }[];
}

const vectors = ledgerVectors('statements.json') as StatementVectors;
const envelope = {
  issuer: vectors.envelope.issuer,
  timeMs: vectors.envelope.timeMs,
  id: Buffer.from(vectors.envelope.idHex, 'hex'),
};

const imei = fc.nat(IMEI_KEYS - 1).map((key) => key as ImeiKey);
const tac = fc.nat(IMEI_KEYS / SERIALS_PER_TAC - 1).map((tac) => tac as Tac);
const serial = fc.nat(SERIALS_PER_TAC - 1);
const target: fc.Arbitrary<DeviceTarget> = fc.oneof(
  imei.map((imei) => ({ kind: 'imei', imei }) as const),
  tac.map((tac) => ({ kind: 'tac', tac }) as const),
  fc.tuple(tac, serial, serial).map(([tac, one, other]) => ({
    kind: 'range' as const,
    from: (tac * SERIALS_PER_TAC + Math.min(one, other)) as ImeiKey,
    to: (tac * SERIALS_PER_TAC + Math.max(one, other)) as ImeiKey,
  })),
);
const reference = fc.stringMatching(new RegExp(`^[A-Za-z0-9._:/-]{1,${REFERENCE_LENGTH_MAX}}$`));
const ends: fc.Arbitrary<EntryName> = fc.record(
  { member: fc.stringMatching(/^[a-z0-9]{1,10}(-[a-z0-9]{1,10})?$/), index: fc.maxSafeNat() },
  { noNullPrototype: true },
);
const REQUIRED = { requiredKeys: ['kind', 'target', 'reason', 'ends', 'imei', 'tag'], noNullPrototype: true } as const;
const statements: fc.Arbitrary<Statement> = fc.oneof(
  fc.record(
    {
      kind: fc.constantFrom('device.blocked' as const, 'device.tracked' as const),
      target,
      reason: fc.constantFrom(...DEVICE_REASONS),
      occurredAtMs: fc.nat(TIME_MS_MAX),
      reference,
    },
    { ...REQUIRED, requiredKeys: ['kind', 'target', 'reason'] },
  ),
  fc.record(
    {
      kind: fc.constant('device.released' as const),
      target,
      ends,
      reason: fc.constantFrom(...RELEASE_REASONS),
      reference,
    },
    { ...REQUIRED, requiredKeys: ['kind', 'target', 'ends', 'reason'] },
  ),
  fc.record(
    {
      kind: fc.constant('device.paired' as const),
      imei,
      tag: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      reference,
    },
    { ...REQUIRED, requiredKeys: ['kind', 'imei', 'tag'] },
  ),
  fc.record({ kind: fc.constant('gate.opened' as const), reference }, { ...REQUIRED, requiredKeys: ['kind'] }),
  fc.record(
    { kind: fc.constant('gate.restored' as const), ends, reference },
    { ...REQUIRED, requiredKeys: ['kind', 'ends'] },
  ),
);

describe('a statement', () => {
  for (const { name, statement, hex } of vectors.statements) {
    it(`is written and read as the vector has it: ${name}`, () => {
      const expected = withOctets(statement) as Statement;
      assert.equal(Buffer.from(encodeStatement(envelope, expected)).toString('hex'), hex);
      const stated = decodeStatement(Buffer.from(hex, 'hex'));
      assert.deepEqual(comparable(stated.statement), comparable(expected));
      assert.equal(stated.issuer, envelope.issuer);
      assert.equal(stated.timeMs, envelope.timeMs);
      assert.deepEqual(Buffer.from(stated.id), envelope.id);
    });
  }

  it('is read back as it was written, whatever it says', () => {
    fc.assert(
      fc.property(statements, (statement) => {
        const stated = decodeStatement(encodeStatement(envelope, statement));
        assert.deepEqual(comparable(stated.statement), comparable(statement));
      }),
      { numRuns: 500 },
    );
  });

  it('is written as the example in docs/ledger-format.md has it', () => {
    const page = readFileSync(new URL('../../docs/ledger-format.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) \| `([0-9a-f]+)` \|/gm)];
    let size = 0;
    for (const [, offset, octets] of rows) {
      assert.equal(Number(offset), size);
      size += octets!.length / 2;
    }
    assert.equal(rows.map(([, , octets]) => octets).join(''), vectors.statements[0]!.hex);
  });

  for (const { name, hex } of vectors.skipped) {
    it(`that this code does not know is skipped: ${name}`, () => {
      assert.equal(decodeStatement(Buffer.from(hex, 'hex')).statement, undefined);
    });
  }

  for (const { why, hex, code, field } of vectors.refused) {
    it(`is refused: ${why}`, () => {
      const { facts } = faultOf(() => decodeStatement(Buffer.from(hex, 'hex')));
      assert.equal(facts.code, code);
      assert.equal(facts['field'], field);
    });
  }

  it('is read without a crash, whatever its body', () => {
    const kind = fc.constantFrom(...vectors.statements.map(({ statement }) => statement['kind'] as string));
    const values = fc.oneof(
      fc.string(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.uint8Array(),
      fc.constantFrom('stolen', 'recovered', '35209900176148', '35209900'),
      fc.array(fc.string()),
      fc.dictionary(
        fc.constantFrom('imei', 'tac', 'from', 'to', 'member', 'index'),
        fc.oneof(fc.string(), fc.maxSafeInteger()),
      ),
    );
    const fields = fc.constantFrom('target', 'reason', 'occurred', 'reference', 'ends', 'imei', 'tag', 'constructor');
    fc.assert(
      fc.property(kind, fc.dictionary(fields, values), (kind, body) => {
        const entry: Entry = { ...envelope, kind, version: 1, body: { ...body } };
        const bytes = encodeEntry(entry);
        try {
          const { statement } = decodeStatement(bytes);
          // What is accepted has one spelling.
          assert.deepEqual(Buffer.from(encodeStatement(envelope, statement!)), Buffer.from(bytes));
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          assert.equal(error.facts.code, 'STATEMENT_MALFORMED');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has the longest reference, and not one character more', () => {
    const opened = (length: number): Statement => ({ kind: 'gate.opened', reference: 'r'.repeat(length) });
    decodeStatement(encodeStatement(envelope, opened(REFERENCE_LENGTH_MAX)));
    const fault = faultOf(() => encodeStatement(envelope, opened(REFERENCE_LENGTH_MAX + 1)));
    assert.deepEqual(fault.facts, { code: 'STATEMENT_MALFORMED', kind: 'gate.opened', field: 'reference' });
  });

  it('says of nothing that it was, or will be, after the year 9999', () => {
    const certified = { certificate: 'KS-2026-000001', firm: 'Firm', originator: '301200001', priority: 'normal' };
    const cell = { cell: '450-08-eci-1a2b3c4', reason: 'unregistered' };
    const times: readonly (readonly [kind: string, body: CborMap, field: string])[] = [
      ['device.blocked', { target: { imei: '35209900176148' }, reason: 'stolen' }, 'occurred'],
      ['device.tracked', { target: { imei: '35209900176148' }, reason: 'stolen' }, 'occurred'],
      ['sender.certified', certified, 'until'],
      ['cell.distrusted', cell, 'from'],
      ['cell.distrusted', { ...cell, from: 1 }, 'to'],
    ];
    for (const [kind, rest, field] of times) {
      const at = (timeMs: number) => {
        const body = { ...rest, [field]: timeMs };
        return decodeStatement(encodeEntry({ ...envelope, kind, version: 1, body })).statement;
      };
      assert.notEqual(at(TIME_MS_MAX), undefined);
      for (const later of [TIME_MS_MAX + 1, 9e15, Number.MAX_SAFE_INTEGER]) {
        assert.deepEqual(faultOf(() => at(later)).facts, { code: 'STATEMENT_MALFORMED', kind, field });
      }
    }
  });
});

function faultOf(act: () => unknown): Fault {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  assert.fail('no fault');
}

/** JSON has no octets: `{ "hex": … }` stands for them. */
function withOctets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('hex' in value) return Uint8Array.from(Buffer.from(value.hex as string, 'hex'));
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withOctets(inner)]));
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, comparable(inner)]));
}
