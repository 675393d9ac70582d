import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { isDeterministic } from './canonical.ts';
import { type CborMap, type CborValue, decodeStrictly, encodeMap } from './cbor.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 20, maxLength: 300 }));
const name = text.filter((name) => name !== '__proto__');
const edges = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(...edges, ...edges.map((edge) => -1 - edge + (edge > 2 ** 52 ? 1 : 0))),
);
const { map: maps } = fc.letrec<{ value: CborValue; map: CborMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.uint8Array({ maxLength: 700 }),
    fc.array(tie('value'), { maxLength: 30 }),
    tie('map'),
  ),
  map: fc.dictionary(name, tie('value'), { maxKeys: 30, noNullPrototype: true }),
}));

describe('the writer of CBOR', () => {
  it('writes what another encoder writes, whatever the map', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const octets = encodeMap(map);
        assert.deepEqual(Buffer.from(octets), Buffer.from(encode(map, rfc8949EncodeOptions)));
        assert.ok(isDeterministic(octets));
        decodeStrictly(octets);
      }),
      { numRuns: 500 },
    );
  });

  it('orders keys by their octets, as UTF-8 and not as UTF-16 has them', () => {
    const [first, second] = ['\u{ffff}a', '\u{10000}'];
    const keys = Object.keys(decodeStrictly(encodeMap({ [second]: 1, [first]: 2 })) as object);
    assert.deepEqual(keys, [first, second]);
  });

  it('grows for what is larger than any entry', () => {
    const octets = new Uint8Array(200_000).fill(7);
    assert.deepEqual(decodeStrictly(encodeMap({ octets, more: 'x'.repeat(70_000) })), {
      octets,
      more: 'x'.repeat(70_000),
    });
  });

  it('writes no fraction', () => {
    assert.throws(() => encodeMap({ a: 0.5 }));
    assert.throws(() => encodeMap({ a: 2 ** 53 }));
  });
});
