import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { isDeterministic } from './canonical.ts';

const STRICT = {
  strict: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
};
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 30 }), tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** What `isDeterministic` stands for: the decoder takes it, and it encodes back to itself. */
function encodesBack(bytes: Uint8Array): boolean | undefined {
  let decoded: unknown;
  try {
    decoded = decode(bytes, STRICT);
  } catch {
    return undefined;
  }
  return Buffer.from(encode(decoded, rfc8949EncodeOptions)).equals(bytes);
}

describe('the deterministic form', () => {
  it('is what the encoder makes', () => {
    fc.assert(fc.property(value, (value) => assert.ok(isDeterministic(encode(value, rfc8949EncodeOptions)))));
  });

  it('is what encodes back to itself, after any change that the decoder takes', () => {
    const change = fc.tuple(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 4 }));
    let judged = 0;
    fc.assert(
      fc.property(value, fc.array(change, { maxLength: 2 }), (value, changes) => {
        const bytes = changes.reduce(splice, encode(value, rfc8949EncodeOptions));
        const expected = encodesBack(bytes);
        if (expected === undefined || holdsOtherNumbers(decode(bytes, STRICT))) return;
        judged++;
        assert.equal(isDeterministic(bytes), expected, Buffer.from(bytes).toString('hex'));
      }),
      { numRuns: 3000 },
    );
    assert.ok(judged > 300, `${judged} judged`);
  });

  for (const [why, hex, expected] of [
    ['an empty map', 'a0', true],
    ['two keys in order', 'a2616101616202', true],
    ['two keys out of order', 'a2616201616102', false],
    ['a short key before a long one', 'a2617a01626161f5', true],
    ['a long key before a short one', 'a2626161f5617a01', false],
    ['keys out of order inside a list', '81a2616201616102', false],
    ['a key of 24 octets behind one of 23', `a277${'61'.repeat(23)}017818${'61'.repeat(24)}01`, true],
    ['a number as a key', 'a10101', false],
    ['null', 'f6', false],
    ['a half-precision 1', 'f93c00', false],
    ['minus nothing', 'f98000', false],
    ['text that is no UTF-8', '61ff', false],
    ['text with half a surrogate pair', '63eda080', false],
    ['octets that are no UTF-8', '41ff', true],
    ['an octet too many', 'a000', false],
  ] as const) {
    it(`${expected ? 'has' : 'has not'} ${why}`, () =>
      assert.equal(isDeterministic(Buffer.from(hex, 'hex')), expected));
  }
});

function splice(bytes: Uint8Array, [at, removed, added]: [number, number, Uint8Array]): Uint8Array {
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), added, bytes.subarray(place + removed)]);
}

/** Null and fractions encode back to themselves too. An entry refuses them before its form is looked at. */
function holdsOtherNumbers(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value === 'number') return !Number.isSafeInteger(value);
  if (value instanceof Uint8Array || typeof value !== 'object') return false;
  return Object.values(value).some(holdsOtherNumbers);
}
