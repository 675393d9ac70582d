import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImeiKey } from './imei.ts';
import { type SharedImei, sharedImei } from './shared-imei.ts';

function judge(digits: string): SharedImei | undefined {
  return sharedImei(Number(digits) as ImeiKey);
}

/** Digits that end in no six zeros. */
const serial = fc.integer({ min: 1, max: 999_999 }).map((number) => number.toString().padStart(6, '0'));
const twoDigits = fc.nat(99).map((number) => number.toString().padStart(2, '0'));

describe('an IMEI that many phones share', () => {
  it('one digit, repeated', () => {
    for (let digit = 0; digit < 10; digit++) assert.equal(judge(digit.toString().repeat(14)), 'one-digit');
    assert.equal(judge('11111111111112'), undefined);
  });

  it('a pattern that somebody typed', () => {
    for (const digits of ['01010101010101', '11223344556677', '12345678901234'])
      assert.equal(judge(digits), 'pattern', digits);
    for (const digits of ['01010101010102', '11223344556678', '12345678901235'])
      assert.equal(judge(digits), undefined, digits);
  });

  it('every test IMEI, and nothing beside their ends', () => {
    fc.assert(
      fc.property(twoDigits, twoDigits, twoDigits, serial, (third, fifth, seventh, serial) => {
        const digits = `00${third}${fifth}${seventh}${serial}`;
        fc.pre(new Set(digits).size > 1);
        const number = Number(fifth);
        const isTest = ['44', '86', '91'].includes(third) || (third === '10' && number >= 1 && number <= 17);
        assert.equal(judge(digits), isTest ? 'test' : undefined);
      }),
    );
    for (const [digits, expected] of [
      ['00100001000001', undefined],
      ['00100101000001', 'test'],
      ['00101701000001', 'test'],
      ['00101801000001', undefined],
      ['00440001000001', 'test'],
      ['01440001000001', undefined],
    ] as const) {
      assert.equal(judge(digits), expected, digits);
    }
  });

  it('a serial number of zeros, whatever the type', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000_000, max: 99_999_999 }), serial, (tac, serial) => {
        assert.equal(judge(`${tac}000000`), 'serial-zeros');
        const digits = `${tac}${serial}`;
        const isOther = new Set(digits).size === 1 || ['11223344556677', '12345678901234'].includes(digits);
        assert.equal(judge(digits) === undefined, !isOther);
      }),
    );
  });
});
