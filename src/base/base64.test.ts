import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64 } from './base64.ts';

test('what was encoded is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const decoded = decodeBase64(Buffer.from(bytes).toString('base64'));
      assert.deepEqual(decoded, Buffer.from(bytes));
    }),
  );
});

for (const [text, why] of [
  ['AQ', 'no padding'],
  ['AQ==\n', 'a line end'],
  [' AQ==', 'a space'],
  ['AR==', 'bits that mean nothing'],
  ['AQ==AQ==', 'padding in the middle'],
  ['-_8=', 'letters of the URL alphabet'],
  ['AQ=!', 'no letter of the alphabet'],
] as const) {
  test(`refused: ${why}`, () => assert.equal(decodeBase64(text), undefined));
}
