import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textTlv, TLV_TAG } from '../../wire/smpp/tlv.ts';
import { originatorOf, senderOf } from './text-form.ts';

const code = (text: string) => textTlv(TLV_TAG.originatorCode, text);

describe('the form of a text', () => {
  it('has an originator code where all that it bears are one', () => {
    assert.equal(originatorOf([]), undefined);
    assert.equal(originatorOf([code('301200001')]), '301200001');
    assert.equal(originatorOf([code('301200001'), code('301200001')]), '301200001');
    assert.equal(originatorOf([code('301200001'), code('301200002')]), '');
  });

  it('has a plus before an international sender number alone', () => {
    const sender = (ton: number, digits: string) => senderOf({ source: { ton, npi: 1, digits } });
    assert.equal(sender(1, '821012345678'), '+821012345678');
    assert.equal(sender(1, '+821012345678'), '+821012345678');
    assert.equal(sender(1, '01012345678'), '01012345678');
    assert.equal(sender(0, '15881234'), '15881234');
    assert.equal(sender(1, ''), '');
  });
});
