import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault, orThrow } from '../base/fault.ts';
import { homeNetwork, IMSI_DIGITS_MAX, IMSI_DIGITS_MIN, parseImsi } from './imsi.ts';

describe('an IMSI (TS 23.003 clause 2.2)', () => {
  it('is 6 to 15 digits, and begins with its country', () => {
    const digits = fc.stringMatching(/^[0-9]{6,15}$/);
    fc.assert(
      fc.property(digits, (digits) => {
        assert.deepEqual(orThrow(parseImsi(digits)), { digits, mcc: digits.slice(0, 3) });
      }),
    );
  });

  for (const [text, code] of [
    ['4'.repeat(IMSI_DIGITS_MIN - 1), 'IMSI_LENGTH'],
    ['4'.repeat(IMSI_DIGITS_MAX + 1), 'IMSI_LENGTH'],
    ['', 'IMSI_LENGTH'],
    ['45005123456789x', 'IMSI_NOT_DIGITS'],
    ['45005123456789\n', 'IMSI_NOT_DIGITS'],
    ['+45005123456789', 'IMSI_NOT_DIGITS'],
    ['٤٥٠٠٥١٢٣', 'IMSI_NOT_DIGITS'],
  ] as const) {
    it(`is not ${JSON.stringify(text)}`, () => {
      const parsed = parseImsi(text);
      assert.ok(parsed instanceof Fault);
      assert.equal(parsed.facts.code, code);
    });
  }

  it('shows nothing of itself in a fault', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 15 }), (text) => {
        const parsed = parseImsi(text);
        if (parsed instanceof Fault) assert.ok(!JSON.stringify(parsed.facts).includes(JSON.stringify(text)));
      }),
    );
  });

  it('belongs to the longest network that is known', () => {
    const imsi = orThrow(parseImsi('450051234567890'));
    assert.deepEqual(homeNetwork(imsi, new Set(['45005'])), { mcc: '450', mnc: '05' });
    assert.deepEqual(homeNetwork(imsi, new Set(['450051'])), { mcc: '450', mnc: '051' });
    assert.deepEqual(homeNetwork(imsi, new Set(['45005', '450051'])), { mcc: '450', mnc: '051' });
    assert.equal(homeNetwork(imsi, new Set(['45008', '450'])), undefined);
  });
});
