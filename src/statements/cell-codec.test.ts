import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CellIdentity } from '../identifiers/cell.ts';
import { type CborMap, encodeEntry } from '../ledger/entry.ts';
import { CELL_REASONS, type CellStatement } from './cell-statement.ts';
import { decodeStatement, encodeStatement } from './codec.ts';

const envelope = { issuer: 'hanbit', timeMs: 1_795_305_600_000, id: Buffer.alloc(16, 7) };
const CELL = '450-08-nci-fffffffff';

const plmn = { mcc: fc.stringMatching(/^[0-9]{3}$/), mnc: fc.stringMatching(/^[0-9]{2,3}$/) };
const cell: fc.Arbitrary<CellIdentity> = fc.oneof(
  fc.record({ radio: fc.constant('eci' as const), ...plmn, cell: fc.nat(2 ** 28 - 1) }, { noNullPrototype: true }),
  fc.record(
    { radio: fc.constant('nci' as const), ...plmn, cell: fc.maxSafeNat().map((number) => number % 2 ** 36) },
    { noNullPrototype: true },
  ),
);
const reference = fc.stringMatching(/^[A-Za-z0-9._:/-]{1,64}$/);
const distrusted: fc.Arbitrary<CellStatement> = fc
  .record(
    {
      kind: fc.constant('cell.distrusted' as const),
      cell,
      fromMs: fc.nat(2 ** 40),
      toMs: fc.nat(2 ** 40).map((ms) => ms + 2 ** 40 + 1),
      reason: fc.constantFrom(...CELL_REASONS),
      evidence: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      reference,
    },
    { requiredKeys: ['kind', 'cell', 'fromMs', 'reason'], noNullPrototype: true },
  )
  .map((statement) => statement as CellStatement);
const cleared: fc.Arbitrary<CellStatement> = fc.record(
  {
    kind: fc.constant('cell.cleared' as const),
    cell,
    ends: fc.record({ member: fc.constant('hanbit'), index: fc.maxSafeNat() }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

function decode(kind: string, body: CborMap) {
  return decodeStatement(encodeEntry({ ...envelope, kind, version: 1, body }));
}

describe('statements about cells', () => {
  it('are read as they were written, all 36 bits of a cell included', () => {
    fc.assert(
      fc.property(fc.oneof(distrusted, cleared), (statement) => {
        const read = decodeStatement(encodeStatement(envelope, statement)).statement as CellStatement;
        const { evidence, ...rest } = { evidence: undefined, ...read };
        const { evidence: written, ...expected } = { evidence: undefined, ...statement };
        assert.deepEqual(rest, expected);
        assert.deepEqual(evidence && Buffer.from(evidence), written && Buffer.from(written));
      }),
    );
  });

  const right = { cell: CELL, from: 1, reason: 'unregistered' };
  const ends = { member: 'hanbit', index: 0 };
  const HOSTILE: readonly (readonly [why: string, kind: string, body: CborMap, field: string])[] = [
    ['no cell', 'cell.distrusted', { from: 1, reason: 'other' }, 'cell'],
    ['a cell in capitals', 'cell.distrusted', { ...right, cell: CELL.toUpperCase() }, 'cell'],
    ['a cell as a number', 'cell.distrusted', { ...right, cell: 2 ** 36 - 1 }, 'cell'],
    ['37 bits', 'cell.distrusted', { ...right, cell: '450-08-nci-1fffffffff' }, 'cell'],
    ['an ECI of 36 bits', 'cell.distrusted', { ...right, cell: '450-08-eci-fffffffff' }, 'cell'],
    ['no beginning', 'cell.distrusted', { cell: CELL, reason: 'other' }, 'from'],
    ['a beginning before 1970', 'cell.distrusted', { ...right, from: -1 }, 'from'],
    ['an end at the beginning', 'cell.distrusted', { ...right, to: 1 }, 'to'],
    ['a reason that nobody knows', 'cell.distrusted', { ...right, reason: 'haunted' }, 'reason'],
    ['a short hash', 'cell.distrusted', { ...right, evidence: new Uint8Array(31) }, 'evidence'],
    ['a hash as text', 'cell.distrusted', { ...right, evidence: '00'.repeat(32) }, 'evidence'],
    ['a field that no cell has', 'cell.distrusted', { ...right, imsi: '450081234567890' }, 'unknown field'],
    ['a reference with a space', 'cell.distrusted', { ...right, reference: 'a b' }, 'reference'],
    ['nothing that it ends', 'cell.cleared', { cell: CELL }, 'ends'],
    ['an end before the first entry', 'cell.cleared', { cell: CELL, ends: { ...ends, index: -1 } }, 'ends.index'],
    ['a member that is none', 'cell.cleared', { cell: CELL, ends: { ...ends, member: '../x' } }, 'ends.member'],
    ['more in what it ends', 'cell.cleared', { cell: CELL, ends: { ...ends, also: 1 } }, 'ends'],
  ];
  for (const [why, kind, body, field] of HOSTILE) {
    it(`are refused with ${why}`, () => {
      assert.throws(
        () => decode(kind, body),
        (error) => {
          assert.deepEqual({ ...(error as { facts: object }).facts }, { code: 'STATEMENT_MALFORMED', kind, field });
          return true;
        },
      );
    });
  }
});
