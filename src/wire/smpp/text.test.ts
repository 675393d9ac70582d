import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readReceipt, receiptMessage, receiptTime } from './receipt.ts';
import { EMPTY_SHORT_MESSAGE, ESM_CLASS_UDH, isReceipt } from './short-message.ts';
import { DATA_CODING, textFields, textOf } from './text.ts';

describe('the text of a message', () => {
  it('is read as it was written, short or long, Latin or Korean', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 300 })), (text) => {
        assert.equal(textOf({ ...EMPTY_SHORT_MESSAGE, ...textFields(text) }), text);
      }),
    );
  });

  it('begins after its user data header', () => {
    const shortMessage = Buffer.concat([Buffer.of(5, 0, 3, 1, 2, 1), Buffer.from('part')]);
    const message = { ...EMPTY_SHORT_MESSAGE, esmClass: ESM_CLASS_UDH, shortMessage };
    assert.equal(textOf(message), 'part');
    assert.equal(textOf({ ...message, shortMessage: Buffer.of(200, 1, 2) }), '', 'a header longer than the message');
  });

  it('may be in KS C 5601', () => {
    const shortMessage = Buffer.from('b4eb c3e2'.replace(' ', ''), 'hex');
    assert.equal(textOf({ ...EMPTY_SHORT_MESSAGE, dataCoding: DATA_CODING.koreanKsc5601, shortMessage }), '대출');
  });

  it('is read in the codings of handsets too: 3GPP TS 23.038 clause 4', () => {
    const ucs2 = { ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from('b300cd9c', 'hex') };
    for (const dataCoding of [0x08, 0x18, 0x1b, 0xe0]) assert.equal(textOf({ ...ucs2, dataCoding }), '대출');
    const latin = { ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from('loan') };
    for (const dataCoding of [0x00, 0x10, 0x11, 0xc0, 0xd8, 0xf0, 0xf1]) {
      assert.equal(textOf({ ...latin, dataCoding }), 'loan');
    }
    for (const dataCoding of [0x14, 0x30, 0x38, 0x40, 0xb0, 0xf4]) {
      assert.equal(textOf({ ...latin, dataCoding }), undefined, 'binary, compressed or reserved');
    }
  });

  it('is none where the octets are binary, and never throws', () => {
    assert.equal(textOf({ ...EMPTY_SHORT_MESSAGE, dataCoding: 4, shortMessage: Buffer.of(1) }), undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array(),
        (esm, coding, octets) => {
          const text = textOf({
            ...EMPTY_SHORT_MESSAGE,
            esmClass: esm,
            dataCoding: coding,
            shortMessage: Buffer.from(octets),
          });
          assert(text === undefined || typeof text === 'string');
        },
      ),
    );
  });
});

describe('a receipt', () => {
  const context = {
    source: { ton: 1, npi: 1, digits: '821012345678' },
    destination: { ton: 0, npi: 1, digits: '100' },
    submitted: receiptTime(Date.UTC(2026, 10, 22, 7, 5)),
    done: receiptTime(Date.UTC(2026, 10, 22, 7, 6)),
  };

  it('is read as it was written', () => {
    const written = { messageId: 'abc-1', state: 'UNDELIV' } as const;
    const message = receiptMessage(written, context);
    assert(isReceipt(message));
    assert.deepEqual(readReceipt(message), written);
    assert.match(
      message.shortMessage.toString(),
      /^id:abc-1 .*submit date:2611220705 done date:2611220706 stat:UNDELIV/,
    );
  });

  it('is read from its text where there are no optional parameters', () => {
    const message = { ...receiptMessage({ messageId: '77', state: 'DELIVRD' }, context), tlvs: [] };
    assert.deepEqual(readReceipt(message), { messageId: '77', state: 'DELIVRD' });
  });

  it('that names no text is none, and one of an unknown state says so', () => {
    const message = (text: string) => ({ ...EMPTY_SHORT_MESSAGE, shortMessage: Buffer.from(text) });
    assert.equal(readReceipt(message('stat:DELIVRD')), undefined);
    assert.equal(readReceipt(message(`id:${'9'.repeat(65)}`))?.messageId.length, 64);
    assert.deepEqual(readReceipt(message('id:1 stat:BROKEN!')), { messageId: '1', state: 'UNKNOWN' });
  });
});
