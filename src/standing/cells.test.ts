import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { orThrow } from '../base/fault.ts';
import { cellText, parseCell } from '../identifiers/cell.ts';
import type { CellStatement } from '../statements/cell-statement.ts';
import { CellBook } from './cells.ts';

const TEXT = '450-08-nci-fffffffff';
const CELL = orThrow(parseCell(TEXT));

function stating(member: string, index: number) {
  return { entry: { member, index } };
}

function distrust(fromMs: number, toMs?: number): CellStatement {
  return { kind: 'cell.distrusted', cell: CELL, fromMs, reason: 'unregistered', ...(toMs !== undefined && { toMs }) };
}

function clear(member: string, index: number): CellStatement {
  return { kind: 'cell.cleared', cell: CELL, ends: { member, index } };
}

describe('how cells stand', () => {
  it('from the first millisecond to the one before the last', () => {
    const book = new CellBook();
    assert.equal(book.fold(distrust(10, 20), stating('hanbit', 0)), 'stated');
    assert.deepEqual(
      [9, 10, 19, 20].map((atMs) => book.find(TEXT, atMs).length),
      [0, 1, 1, 0],
    );
    assert.equal(book.find(TEXT).length, 1);
    assert.equal(book.find('450-08-nci-ffffffffe').length, 0);
  });

  it('each member ends its own statements alone', () => {
    const book = new CellBook();
    book.fold(distrust(10), stating('hanbit', 0));
    assert.equal(book.fold(clear('hanbit', 0), stating('narae', 0)), 'ineffective');
    assert.equal(book.fold(clear('hanbit', 1), stating('hanbit', 1)), 'ineffective');
    assert.equal(book.fold(clear('hanbit', 0), stating('hanbit', 2)), 'ended');
    assert.equal(book.fold(clear('hanbit', 0), stating('hanbit', 3)), 'ineffective');
    assert.deepEqual([...book.all()], []);
  });

  it('stand the same in whatever order the logs are read', () => {
    const ofLog = (member: string): fc.Arbitrary<readonly (readonly [CellStatement, ReturnType<typeof stating>])[]> =>
      fc
        .array(
          fc.oneof(
            fc.nat(50).map((at) => distrust(at)),
            fc.nat(5).map((at) => clear(member, at)),
          ),
          { maxLength: 6 },
        )
        .map((statements) => statements.map((statement, index) => [statement, stating(member, index)] as const));
    fc.assert(
      fc.property(ofLog('hanbit'), ofLog('narae'), fc.array(fc.boolean(), { maxLength: 12 }), (one, other, turns) => {
        const inOrder = new CellBook();
        for (const [statement, by] of [...one, ...other]) inOrder.fold(statement, by);
        const mixed = new CellBook();
        const left = [[...one], [...other]];
        for (const turn of turns) {
          const next = left[turn ? 1 : 0]!.shift();
          if (next !== undefined) mixed.fold(...next);
        }
        for (const next of left.flat()) mixed.fold(...next);
        assert.deepEqual(mixed.find(TEXT), inOrder.find(TEXT));
      }),
    );
  });

  it('a cell has one text: what is parsed is written the same', () => {
    fc.assert(
      fc.property(fc.constantFrom('eci' as const, 'nci' as const), fc.nat(2 ** 28 - 1), (radio, low) => {
        const number = radio === 'eci' ? low : low * 256 + (low % 256);
        const text = cellText({ radio, mcc: '450', mnc: '08', cell: number });
        assert.deepEqual(parseCell(text), { radio, mcc: '450', mnc: '08', cell: number });
      }),
    );
  });
});
