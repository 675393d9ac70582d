import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AvpCursor } from './avp-cursor.ts';

interface Seen {
  code: number;
  vendorId: number;
  data: string;
}

function walk(hex: string): { seen: Seen[]; malformed: string | undefined } {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const cursor = new AvpCursor().reset(bytes, 0, bytes.length);
  const seen: Seen[] = [];
  while (cursor.step()) {
    const data = bytes.toString('hex', cursor.dataStart, cursor.dataEnd);
    seen.push({ code: cursor.code, vendorId: cursor.vendorId, data });
  }
  return { seen, malformed: cursor.malformed };
}

describe('AvpCursor', () => {
  it('steps over padding and Vendor-Ids', () => {
    const { seen, malformed } = walk('00000108 4000000b 61626300  0000057a c0000010 000028af 00000001');
    assert.equal(malformed, undefined);
    assert.deepEqual(seen, [
      { code: 264, vendorId: 0, data: '616263' },
      { code: 1402, vendorId: 10_415, data: '00000001' },
    ]);
  });

  const hostile: readonly { why: string; hex: string; malformed: string }[] = [
    {
      why: 'length 0: a naive loop never goes on',
      hex: '00000115 40000000 00000001',
      malformed: 'DIAMETER_AVP_LENGTH',
    },
    { why: 'length below the header', hex: '00000115 40000007 00000001', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'length past the end', hex: '00000115 4000000d 00000001', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'length of 16 MiB', hex: '00000115 40ffffff 00000001', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'less than a header is left', hex: '00000115', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'no room for the Vendor-Id it claims', hex: '00000115 c000000c', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'Vendor-Id inside the length of 8', hex: '00000115 c0000008 000028af', malformed: 'DIAMETER_AVP_LENGTH' },
    { why: 'a reserved bit', hex: '00000115 41000008', malformed: 'DIAMETER_AVP_BITS' },
    { why: 'Vendor-Id 0', hex: '00000115 c000000c 00000000', malformed: 'DIAMETER_AVP_BITS' },
  ];
  for (const { why, hex, malformed } of hostile) {
    it(`stops at ${why}`, () => assert.deepEqual(walk(hex), { seen: [], malformed }));
  }

  it('forgives a group whose last padding is left out', () => {
    const { seen, malformed } = walk('0000057b c000000e 000028af 3233');
    assert.deepEqual([seen.length, seen[0]?.data, malformed], [1, '3233', undefined]);
  });

  it('goes forward and stays inside, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (octets, start) => {
        const cursor = new AvpCursor().reset(octets, Math.min(start, octets.length), octets.length);
        let last = -1;
        while (cursor.step()) {
          assert(cursor.at > last && cursor.dataStart <= cursor.dataEnd && cursor.dataEnd <= octets.length);
          assert(cursor.next > cursor.at && cursor.next <= octets.length);
          last = cursor.at;
        }
      }),
    );
  });
});
