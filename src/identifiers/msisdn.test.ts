import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import { MSISDN_DIGITS_MAX, MSISDN_DIGITS_MIN, parseMsisdn } from './msisdn.ts';

describe('an MSISDN', () => {
  it('is one number with and without its plus', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{6,14}$/), (digits) => {
        assert.equal(orThrow(parseMsisdn(digits)), digits);
        assert.equal(orThrow(parseMsisdn(`+${digits}`)), digits);
      }),
    );
  });

  for (const [text, code] of [
    ['1'.repeat(MSISDN_DIGITS_MIN - 1), 'MSISDN_LENGTH'],
    ['1'.repeat(MSISDN_DIGITS_MAX + 1), 'MSISDN_LENGTH'],
    ['', 'MSISDN_NOT_E164'],
    ['+', 'MSISDN_NOT_E164'],
    ['++821012345678', 'MSISDN_NOT_E164'],
    ['01012345678', 'MSISDN_NOT_E164'],
    ['+82 10 1234 5678', 'MSISDN_NOT_E164'],
    ['821012345678\n', 'MSISDN_NOT_E164'],
  ] as const) {
    it(`is not ${JSON.stringify(text)}`, () => {
      const parsed = parseMsisdn(text);
      assert.ok(parsed instanceof Fault);
      assert.equal(parsed.facts.code, code);
    });
  }

  it('is read without a throw, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseMsisdn(text)));
  });
});
