import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CellForm, PaymentCells } from '../../records/archive/cell-evidence.ts';
import { explainAway, plainCharges } from './explain-away.ts';

/** A neighbourhood: `lines` of each cell, and the victims (by number) that were on it. */
function evidenceOf(
  cells: readonly (readonly [cell: string, form: CellForm, lines: number, victims: readonly number[]])[],
  { lines = 10_000, cellsSeen = 300 } = {},
): PaymentCells {
  const visits = cells.flatMap(([cell, , , victims]) => victims.map((victim) => ({ cell, victim })));
  return {
    lines,
    victims: new Set(visits.map(({ victim }) => victim)).size,
    unknown: 0,
    cellsSeen,
    cells: cells.map(([cell, form, lines]) => ({ cell, lines, form })),
    visits,
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('victims to cells', () => {
  it('the plain test accuses the neighbourhood’s own cells; explained away, only the guilty one is left', () => {
    const evidence = evidenceOf([
      ['guilty', 'none', 12, upTo(12)],
      ['mast-1', 'macro', 150, upTo(9)],
      ['mast-2', 'macro', 140, upTo(8)],
    ]);
    assert.deepEqual(
      plainCharges(evidence).map(({ cell }) => cell),
      ['guilty', 'mast-1', 'mast-2'],
    );
    assert.deepEqual(
      explainAway(evidence).map(({ cell }) => cell),
      ['guilty'],
    );
  });

  it('with as many victims on a mast and on a cell of no inventory, the prior decides', () => {
    const cells = (form: CellForm) =>
      evidenceOf([
        ['odd', form, 10, upTo(5)],
        ['mast', 'macro', 10, upTo(5)],
      ]);
    assert.deepEqual(
      explainAway(cells('none')).map(({ cell }) => cell),
      ['odd'],
    );
    assert.deepEqual(
      explainAway(cells('femto')).map(({ cell }) => cell),
      ['odd'],
    );
  });

  it('two guilty cells with victims of their own are both named', () => {
    const evidence = evidenceOf([
      ['first', 'none', 8, [0, 1, 2, 3, 4, 5]],
      ['second', 'none', 6, [6, 7, 8, 9]],
      ['mast', 'macro', 300, [0, 1, 2, 6, 7]],
    ]);
    assert.deepEqual(
      explainAway(evidence).map(({ cell, victims }) => [cell, victims]),
      [
        ['first', 6],
        ['second', 4],
      ],
    );
  });

  it('one victim accuses nobody, and nobody is accused of nothing', () => {
    assert.deepEqual(explainAway(evidenceOf([['odd', 'none', 1, [0]]])), []);
    assert.deepEqual(explainAway(evidenceOf([])), []);
    assert.deepEqual(plainCharges(evidenceOf([])), []);
  });

  it('a crowd where every line pays, and a few are victims by chance, is innocent', () => {
    const crowd = evidenceOf([['stadium', 'macro', 1_000, [0, 1, 2]]], { lines: 3_000 });
    assert.deepEqual(explainAway({ ...crowd, victims: 20 }), []);
  });
});
