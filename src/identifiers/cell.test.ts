import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../base/fault.ts';
import { type CellIdentity, cellText, fitsCell, parseCell } from './cell.ts';

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const cell = (radio: CellIdentity['radio'], bits: number): fc.Arbitrary<CellIdentity> =>
  fc.record(
    {
      radio: fc.constant(radio),
      mcc: digits(3, 3),
      mnc: digits(2, 3),
      cell: fc.integer({ min: 0, max: 2 ** bits - 1 }),
    },
    { noNullPrototype: true },
  );
const cells = fc.oneof(cell('eci', 28), cell('nci', 36));

describe('a cell', () => {
  it('is read back as it was written', () => {
    fc.assert(fc.property(cells, (identity) => assert.deepEqual(parseCell(cellText(identity)), identity)));
  });

  it('has one spelling: what is read is written the same', () => {
    const texts = fc.stringMatching(/^[0-9]{3}-[0-9]{2,3}-(eci|nci)-[0-9a-f]{6,10}$/);
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseCell(text);
        if (!(parsed instanceof Fault)) assert.equal(cellText(parsed), text);
      }),
    );
  });

  it('holds the greatest number of its radio, and not one more', () => {
    for (const [radio, bits] of [
      ['eci', 28],
      ['nci', 36],
    ] as const) {
      assert(fitsCell(radio, 2 ** bits - 1));
      assert(!fitsCell(radio, 2 ** bits));
      assert.equal(cellText({ radio, mcc: '450', mnc: '08', cell: 2 ** bits - 1 }).length, 11 + bits / 4);
    }
    for (const number of [-1, 0.5, NaN, Infinity]) assert(!fitsCell('eci', number));
  });

  const WRONG: readonly [string, string][] = [
    ['nothing', ''],
    ['a 4G cell with the digits of a 5G one', '450-08-eci-00a1b2c3d'],
    ['a 5G cell with the digits of a 4G one', '450-08-nci-00a1b2c'],
    ['eight digits, which no radio has', '450-08-eci-00a1b2c3'],
    ['capitals', '450-08-eci-00A1B2C'],
    ['a network of one digit', '450-8-eci-00a1b2c'],
    ['another radio', '450-08-cgi-00a1b2c'],
    ['a line break after it', '450-08-eci-00a1b2c\n'],
    ['wide digits', '４50-08-eci-00a1b2c'],
  ];
  for (const [why, text] of WRONG) {
    it(`is refused: ${why}`, () => {
      const parsed = parseCell(text);
      assert(parsed instanceof Fault);
      assert.equal(parsed.facts.code, 'CELL_MALFORMED');
    });
  }
});
