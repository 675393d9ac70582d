import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FrameError, FrameSplitter, MESSAGE_SIZE_MAX } from './frame.ts';
import { HEADER_SIZE } from './header.ts';

function message(size: number, fill = 0xaa): Buffer {
  const bytes = Buffer.alloc(Math.max(size, 4), fill);
  bytes[0] = 1;
  bytes.writeUIntBE(size, 1, 3);
  return bytes;
}

function split(chunks: readonly Buffer[]): { delivered: Buffer[]; code: string | undefined; heldSize: number } {
  const delivered: Buffer[] = [];
  const splitter = new FrameSplitter((bytes, start, end) => delivered.push(Buffer.from(bytes.subarray(start, end))));
  try {
    for (const chunk of chunks) splitter.push(chunk);
  } catch (error) {
    assert(error instanceof FrameError);
    return { delivered, code: error.facts.code, heldSize: splitter.heldSize };
  }
  return { delivered, code: undefined, heldSize: splitter.heldSize };
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places, bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

describe('FrameSplitter', () => {
  const first = message(HEADER_SIZE, 0x11);
  const second = message(216, 0x22);
  const stream = Buffer.concat([first, second]);

  it('delivers the same messages wherever the stream is cut', () => {
    for (let place = 0; place <= stream.length; place++) {
      assert.deepEqual(split(cutAt(stream, [place])).delivered, [first, second], `cut at ${place}`);
    }
  });

  it('takes a stream octet by octet', () => {
    const { delivered, heldSize } = split(Array.from(stream, (_, at) => stream.subarray(at, at + 1)));
    assert.deepEqual(delivered, [first, second]);
    assert.equal(heldSize, 0);
  });

  it('delivers messages of any sizes out of any chunks', () => {
    const sizes = fc.array(fc.integer({ min: 5, max: 600 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(8_000), { maxLength: 20 }), (quarters, places) => {
        const messages = quarters.map((quarter, i) => message(quarter * 4, i));
        const bytes = Buffer.concat(messages);
        const chunks = cutAt(
          bytes,
          places.map((place) => place % (bytes.length + 1)),
        );
        assert.deepEqual(split(chunks).delivered, messages);
      }),
    );
  });

  it('takes a message of the greatest size, and none beyond it', () => {
    assert.equal(split([message(MESSAGE_SIZE_MAX)]).delivered.length, 1);
    const { delivered, code } = split([message(MESSAGE_SIZE_MAX + 4)]);
    assert.deepEqual([delivered.length, code], [0, 'DIAMETER_MESSAGE_TOO_LONG']);
  });

  it('refuses a length that is too great before it holds the message', () => {
    const { code, heldSize } = split([message(16_777_212).subarray(0, 4)]);
    assert.deepEqual([code, heldSize], ['DIAMETER_MESSAGE_TOO_LONG', 0]);
  });

  it('refuses a length below the header', () => {
    assert.equal(split([message(HEADER_SIZE - 4)]).code, 'DIAMETER_MESSAGE_TOO_SHORT');
    assert.equal(split([message(0)]).code, 'DIAMETER_MESSAGE_TOO_SHORT');
  });

  it('refuses a length that is no multiple of four, in one piece or in parts', () => {
    assert.equal(split([message(215)]).code, 'DIAMETER_MESSAGE_NOT_ALIGNED');
    assert.equal(split(cutAt(message(215), [1, 2, 3])).code, 'DIAMETER_MESSAGE_NOT_ALIGNED');
  });

  it('delivers what came before a bad length', () => {
    const { delivered, code } = split([Buffer.concat([first, second, message(19)])]);
    assert.deepEqual([delivered, code], [[first, second], 'DIAMETER_MESSAGE_TOO_SHORT']);
  });

  it('holds no more than one message', () => {
    const long = message(MESSAGE_SIZE_MAX).subarray(0, MESSAGE_SIZE_MAX - 1);
    assert.equal(split([long]).heldSize, MESSAGE_SIZE_MAX - 1);
    assert.equal(split([...cutAt(long, [5, 700, 9_000]), Buffer.alloc(1)]).delivered.length, 1);
  });
});
