import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FrameError, FrameSplitter, PDU_SIZE_MAX } from './frame.ts';
import { HEADER_SIZE } from './header.ts';

function pdu(size: number, fill = 0): Buffer {
  const octets = Buffer.alloc(size, fill);
  octets.writeUInt32BE(size);
  return octets;
}

function split(chunks: readonly Buffer[]): Buffer[] {
  const found: Buffer[] = [];
  const splitter = new FrameSplitter((bytes, start, end) => found.push(Buffer.from(bytes.subarray(start, end))));
  for (const chunk of chunks) splitter.push(chunk);
  return found;
}

describe('FrameSplitter', () => {
  it('gives out the same PDUs however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: HEADER_SIZE, max: 700 }), { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 400 })),
        (sizes, cuts) => {
          const pdus = sizes.map((size, place) => pdu(size, place));
          let rest: Buffer = Buffer.concat(pdus);
          const chunks: Buffer[] = [];
          while (rest.length > 0) {
            const size = cuts.next().value!;
            chunks.push(rest.subarray(0, size));
            rest = rest.subarray(size);
          }
          assert.deepEqual(split(chunks), pdus);
        },
      ),
    );
  });

  it('takes the smallest and the largest PDU, octet by octet too', () => {
    const pdus = [pdu(HEADER_SIZE), pdu(PDU_SIZE_MAX)];
    assert.deepEqual(split(pdus), pdus);
    const octets = Array.from(Buffer.concat(pdus), (octet) => Buffer.of(octet));
    assert.deepEqual(split(octets), pdus);
  });

  it('refuses a length below the header and one above the limit, before it holds anything', () => {
    for (const [size, code] of [
      [HEADER_SIZE - 1, 'SMPP_PDU_TOO_SHORT'],
      [0, 'SMPP_PDU_TOO_SHORT'],
      [PDU_SIZE_MAX + 1, 'SMPP_PDU_TOO_LONG'],
      [0xffff_ffff, 'SMPP_PDU_TOO_LONG'],
    ] as const) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(size);
      const delivered: number[] = [];
      const splitter = new FrameSplitter((_, start, end) => delivered.push(end - start));
      const isRefused = (error: unknown) => error instanceof FrameError && error.facts.code === code;
      assert.throws(() => splitter.push(Buffer.concat([pdu(20), length])), isRefused);
      assert.deepEqual(delivered, [20]);
    }
  });
});
