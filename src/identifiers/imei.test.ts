import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import {
  hasWrongCheckDigit,
  IMEI_KEYS,
  type ImeiKey,
  imeiKeyFromAscii,
  imeiKeyText,
  imeiText,
  parseImei,
  parseTac,
  tacOf,
  tacText,
} from './imei.ts';
import { parsePei } from './pei.ts';

const keys = fc.nat(IMEI_KEYS - 1).map((key) => key as ImeiKey);
const twoDigits = fc.nat(99).map((value) => value.toString().padStart(2, '0'));
const nearDigits = fc.string({ unit: fc.constantFrom(...Array.from('0123456789 -x٣')), minLength: 12, maxLength: 18 });

describe('one device', () => {
  it('has one key in every form in which it is written or sent', () => {
    fc.assert(
      fc.property(keys, fc.nat(9), twoDigits, (key, spare, softwareVersion) => {
        const digits = imeiKeyText(key);
        const forms = [digits, digits + spare, imeiText(key), digits + softwareVersion];
        for (const form of forms) {
          assert.equal(orThrow(parseImei(form)).key, key);
          assert.equal(imeiKeyFromAscii(Buffer.from(form), 0, form.length), key);
          assert.equal(imeiKeyFromAscii(Buffer.from(`avp:${form};`), 4, form.length), key);
        }
        for (const pei of [`imei-${imeiText(key)}`, `imei-${digits}${spare}`, `imeisv-${digits}${softwareVersion}`]) {
          const parsed = orThrow(parsePei(pei));
          assert.ok(parsed.kind === 'imei' || parsed.kind === 'imeisv');
          assert.equal(parsed.imei.key, key);
        }
      }),
    );
  });

  it('keeps its leading zeros', () => {
    assert.equal(imeiKeyText(0 as ImeiKey), '00000000000000');
    assert.equal(imeiText(0 as ImeiKey), '000000000000000');
    assert.equal(orThrow(parseImei('00000000000001')).key, 1);
    assert.equal(orThrow(parseImei('99999999999999')).key, IMEI_KEYS - 1);
  });

  it('belongs to the TAC of its first eight digits', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const { tac } = orThrow(parseImei(imeiKeyText(key)));
        assert.equal(tac, tacOf(key));
        assert.equal(tacText(tac), imeiKeyText(key).slice(0, 8));
        assert.equal(orThrow(parseTac(tacText(tac))), tac);
      }),
    );
  });
});

describe('the check digit (TS 23.003 annex B)', () => {
  for (const [digits, checkDigit] of [
    ['35209900176148', 1],
    ['49015420323751', 8],
    ['00000000000000', 0],
    ['99999999999999', 4],
  ] as const) {
    it(`of ${digits} is ${checkDigit}`, () => assert.equal(orThrow(parseImei(digits)).checkDigit, checkDigit));
  }

  it('makes the Luhn sum of all 15 digits a multiple of ten', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const sum = Array.from(imeiText(key), Number).reduce((sum, digit, place) => {
          const weighed = place % 2 === 1 ? digit * 2 : digit;
          return sum + (weighed > 9 ? weighed - 9 : weighed);
        }, 0);
        assert.equal(sum % 10, 0);
      }),
    );
  });

  it('is compared only where it was stated', () => {
    assert.equal(hasWrongCheckDigit(orThrow(parseImei('352099001761481'))), false);
    assert.equal(hasWrongCheckDigit(orThrow(parseImei('352099001761480'))), true);
    assert.equal(hasWrongCheckDigit(orThrow(parseImei('35209900176148'))), false);
    assert.equal(hasWrongCheckDigit(orThrow(parseImei('3520990017614899'))), false);
    assert.equal(orThrow(parseImei('3520990017614823')).softwareVersion, '23');
  });

  it('finds every single wrong digit', () => {
    const place = fc.nat(14);
    fc.assert(
      fc.property(keys, place, fc.integer({ min: 1, max: 9 }), (key, place, step) => {
        const digits = Array.from(imeiText(key), Number);
        digits[place] = (digits[place]! + step) % 10;
        assert.equal(hasWrongCheckDigit(orThrow(parseImei(digits.join('')))), true);
      }),
    );
  });
});

describe('what is no IMEI', () => {
  for (const [text, facts] of [
    ['', { code: 'IMEI_LENGTH', length: 0 }],
    ['3520990017614', { code: 'IMEI_LENGTH', length: 13 }],
    ['35209900176148123', { code: 'IMEI_LENGTH', length: 17 }],
    [' 35209900176148', { code: 'IMEI_NOT_DIGITS', at: 0 }],
    ['35209900176148\n', { code: 'IMEI_NOT_DIGITS', at: 14 }],
    ['3520990-0176148', { code: 'IMEI_NOT_DIGITS', at: 7 }],
    ['3520990017614٨', { code: 'IMEI_NOT_DIGITS', at: 13 }],
    ['352099001761E1', { code: 'IMEI_NOT_DIGITS', at: 12 }],
    ['+5209900176148', { code: 'IMEI_NOT_DIGITS', at: 0 }],
  ] as const) {
    it(`${JSON.stringify(text)} says why`, () => {
      const parsed = parseImei(text);
      assert.ok(parsed instanceof Fault);
      assert.deepEqual(parsed.facts, facts);
    });
  }

  it('is refused alike as a text and as octets', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearDigits), (text) => {
        const parsed = parseImei(text);
        const octets = Buffer.from(text, 'utf8');
        const key = imeiKeyFromAscii(octets, 0, octets.length);
        assert.equal(key, parsed instanceof Fault ? -1 : parsed.key);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where the message ends before its octets do', () => {
    assert.equal(imeiKeyFromAscii(Buffer.from('3520990017614'), 0, 14), -1);
    assert.equal(imeiKeyFromAscii(Buffer.from('35209900176148'), 1, 14), -1);
    assert.equal(imeiKeyFromAscii(Buffer.from('35209900176148'), 0, 15), -1);
  });

  it('is no TAC either', () => {
    for (const text of ['', '3520990', '352099001', '3520990x', ' 3520990']) {
      const parsed = parseTac(text);
      assert.ok(parsed instanceof Fault);
      assert.deepEqual(parsed.facts, { code: 'TAC_NOT_8_DIGITS', length: text.length });
    }
    fc.assert(fc.property(fc.string(), (text) => void parseTac(text)));
  });
});
