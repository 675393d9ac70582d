import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../base/fault.ts';
import { parseCertificateCode, parseOriginatorCode, parseSenderNumber } from './sender.ts';

const codeOf = (parsed: string | Fault): string => (parsed instanceof Fault ? parsed.facts.code : `is ${parsed}`);

describe('codes of senders', () => {
  it('have one spelling', () => {
    for (const text of ['KS-2026-000001', 'AB-0000-999999', 'ABCDEFGH-2026-000001']) {
      assert.equal(parseCertificateCode(text), text);
    }
    const wrong = ['', 'K-2026-000001', 'ABCDEFGHI-2026-000001', 'ks-2026-000001', 'KS-26-000001', 'KS-2026-00001'];
    for (const text of [...wrong, 'KS-2026-0000001', ' KS-2026-000001', 'KS-2026-000001\n', 'KS-２０２６-000001']) {
      assert.equal(codeOf(parseCertificateCode(text)), 'CERTIFICATE_CODE_MALFORMED', JSON.stringify(text));
    }
  });

  it('an originator code has nine digits, neither more nor fewer', () => {
    assert.equal(parseOriginatorCode('000000000'), '000000000');
    for (const text of ['', '12345678', '1234567890', '12345678x', '３01200001', '301200001\n']) {
      assert.equal(codeOf(parseOriginatorCode(text)), 'ORIGINATOR_CODE_MALFORMED', JSON.stringify(text));
    }
  });
});

describe('sender numbers', () => {
  it('one number has one form, however it is written', () => {
    const ways = ['01012345678', '010-1234-5678', '+82 10 1234 5678', '+82 (0)10-1234-5678', '+821012345678'];
    for (const text of [...ways, '010.1234.5678', '(010) 1234 5678']) {
      assert.equal(parseSenderNumber(text), '01012345678', text);
    }
    assert.equal(parseSenderNumber('1588-1234'), '15881234');
    assert.equal(parseSenderNumber('119'), '119');
  });

  it('have 3 to 15 digits', () => {
    assert.equal(parseSenderNumber('1'.repeat(15)), '1'.repeat(15));
    for (const text of [
      '',
      '11',
      '1'.repeat(16),
      'abc',
      '010-1234-567x',
      '+1 202 555 0100',
      '０1012345678',
      '+',
      '+82',
    ]) {
      assert.equal(codeOf(parseSenderNumber(text)), 'SENDER_NUMBER_MALFORMED', JSON.stringify(text));
    }
  });

  it('are parsed without a crash into digits that are their own form, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+0-9() .-]{0,24}$/)), (text) => {
        const parsed = parseSenderNumber(text);
        if (parsed instanceof Fault) return;
        assert.match(parsed, /^[0-9]{3,15}$/);
        assert.equal(parseSenderNumber(parsed), parsed);
      }),
    );
  });
});
